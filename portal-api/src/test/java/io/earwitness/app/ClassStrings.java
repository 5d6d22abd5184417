package io.earwitness.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The texts in a class file's constant pool. */
final class ClassStrings {
  private ClassStrings() {}

  static List<String> of(URI classFile) {
    try (InputStream in = classFile.toURL().openStream()) {
      List<String> texts = new ArrayList<>();
      for (var entry : ClassFile.of().parse(in.readAllBytes()).constantPool()) {
        if (entry instanceof Utf8Entry text) {
          texts.add(text.stringValue());
        }
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
