package io.earwitness.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AlarmKindTest {
  private static final Pattern HEADING = Pattern.compile("(?m)^### (\\S+)$");

  @Test
  void the_operations_page_has_a_heading_for_each_kind_with_its_words() throws IOException {
    String page = Files.readString(Path.of("..").resolve(AlarmKind.PAGE));
    assertThat(HEADING.matcher(page).results().map((MatchResult found) -> found.group(1)))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(AlarmKind.values()).map(AlarmKind::wireName).toList());
    for (AlarmKind kind : AlarmKind.values()) {
      int begin = page.indexOf("### " + kind.wireName() + "\n");
      int end = page.indexOf("\n##", begin + 4);
      String section = page.substring(begin, end < 0 ? page.length() : end);
      assertThat(section).contains(kind.meaning(), kind.remedy());
      assertThat(section.toLowerCase(java.util.Locale.ROOT)).contains(kind.severity().wireName());
      assertThat(kind.page()).isEqualTo("docs/operations/alarms.md#" + kind.wireName());
    }
  }

  @Test
  void an_object_is_a_type_and_an_id_whatever_a_name_holds() {
    assertThat(AlarmObject.node("rec-1").text()).isEqualTo("node:rec-1");
    assertThat(AlarmObject.node("a\r\nb").text()).isEqualTo("node:a__b");
    assertThat(AlarmObject.node("").text()).isEqualTo("node:_");
    assertThat(AlarmObject.node("x".repeat(500)).text()).hasSize(200);
  }
}
