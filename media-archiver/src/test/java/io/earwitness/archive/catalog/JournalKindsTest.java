package io.earwitness.archive.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever is written to the journal can be replayed, and is documented. */
class JournalKindsTest {
  private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");
  private static final int KIND = 4;

  @Test
  void every_kind_that_the_sources_write_can_be_replayed_and_none_else() throws IOException {
    Set<String> written = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        written.addAll(kinds(file));
      }
    }
    assertThat(written).hasSizeGreaterThan(50);
    Set<String> unknown = new TreeSet<>(written);
    unknown.removeAll(JournalReplay.known());
    assertThat(unknown)
        .as("written, but 'rebuild catalog' can't apply them: add each to a ReplayOf class")
        .isEmpty();
    Set<String> stale = new TreeSet<>(JournalReplay.known());
    stale.removeAll(written);
    assertThat(stale).as("known, but written nowhere").isEmpty();
  }

  @Test
  void every_kind_is_documented() throws IOException {
    String page = Files.readString(Path.of("../docs/formats/journal.md"));
    assertThat(JournalReplay.known())
        .allSatisfy(kind -> assertThat(page).contains("`" + kind + "`"));
  }

  private static Set<String> kinds(Path file) throws IOException {
    String source = Files.readString(file);
    Set<String> kinds = new TreeSet<>();
    String call = "Journal.write(";
    for (int at = source.indexOf(call); at >= 0; at = source.indexOf(call, at + 1)) {
      String argument = arguments(source.substring(at + call.length())).get(KIND);
      String text =
          argument.contains("\"") ? argument : assigned(source.substring(0, at), argument);
      Matcher literals = TEXT.matcher(text);
      while (literals.find()) {
        kinds.add(literals.group(1));
      }
    }
    return kinds;
  }

  /** What the nearest assignment before says of a variable. */
  private static String assigned(String before, String name) {
    int at = before.lastIndexOf("String " + name + " =");
    assertThat(at)
        .as("where the kind '%s' is set: a text, or a variable of its method", name)
        .isNotNegative();
    return before.substring(at, before.indexOf(';', at));
  }

  private static List<String> arguments(String source) {
    List<String> arguments = new ArrayList<>();
    int depth = 0;
    int begin = 0;
    for (int i = 0; depth >= 0; i++) {
      char c = source.charAt(i);
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      }
      if (depth < 0 || c == ',' && depth == 0) {
        arguments.add(source.substring(begin, i).strip());
        begin = i + 1;
      }
    }
    return arguments;
  }
}
