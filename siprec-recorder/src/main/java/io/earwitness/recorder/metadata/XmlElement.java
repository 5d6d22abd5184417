package io.earwitness.recorder.metadata;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An element, known by its local name: dialects differ in namespaces, not in local names. */
final class XmlElement {
  final String name;
  final Map<String, String> attributes = new LinkedHashMap<>();
  final List<XmlElement> children = new ArrayList<>();

  /** Null if it is in none, or in one whose prefix was never declared. */
  @Nullable String namespace;

  /** Where it begins, from 1; 0 if that is not known. */
  int line;

  private final StringBuilder text = new StringBuilder();

  XmlElement(String localName) {
    this.name = localName;
  }

  /** The local name in lower case. */
  String key() {
    return name.toLowerCase(Locale.ROOT);
  }

  void addText(CharSequence more) {
    text.append(more);
  }

  /** The element's own text, with white space at the ends removed. */
  String text() {
    return text.toString().strip();
  }

  /** The first of these attributes that is present. */
  @Nullable String attribute(String... names) {
    for (String wanted : names) {
      for (Map.Entry<String, String> attribute : attributes.entrySet()) {
        if (attribute.getKey().equalsIgnoreCase(wanted)) {
          return attribute.getValue().strip();
        }
      }
    }
    return null;
  }

  static String localName(String qualifiedName) {
    return qualifiedName.substring(qualifiedName.lastIndexOf(':') + 1);
  }
}
