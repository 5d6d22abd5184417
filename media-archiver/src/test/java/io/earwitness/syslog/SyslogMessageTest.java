package io.earwitness.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SyslogMessageTest {
  /** RFC 5424 §6.5, example 3, but for the order of its structured data. */
  @Test
  void a_message_is_written_as_the_rfc_shows_it() {
    SyslogMessage message =
        new SyslogMessage(
            20,
            5,
            Instant.parse("2003-10-11T22:14:15.003Z"),
            "mymachine.example.com",
            "evntslog",
            "",
            "ID47",
            Map.of("exampleSDID@32473", Map.of("iut", "3")),
            "An application event log entry...");
    assertThat(new String(message.bytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47"
                + " [exampleSDID@32473 iut=\"3\"] \ufeffAn application event log entry...");
  }

  @Test
  void values_are_escaped_and_header_fields_kept_printable() {
    SyslogMessage message =
        new SyslogMessage(
            0, 0, Instant.EPOCH, "a b\n", "", "", "", Map.of("x", Map.of("v", "a\"b\\c]d\ne")), "");
    assertThat(new String(message.bytes(), StandardCharsets.UTF_8))
        .isEqualTo("<0>1 1970-01-01T00:00:00Z a_b_ - - - [x v=\"a\\\"b\\\\c\\]d e\"]");
  }

  @Test
  void what_the_rfc_forbids_is_refused() {
    assertThatThrownBy(() -> new SyslogMessage(24, 0, Instant.EPOCH, "", "", "", "", Map.of(), ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new SyslogMessage(1, 0, Instant.EPOCH, "", "", "", "", Map.of("a b", Map.of()), ""))
        .hasMessageContaining("SD-NAME");
  }
}
