package io.earwitness.recorder.srs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Taking out of messages what is not to be stored. */
class MetadataPolicyTest {
  private static final MetadataPolicy POLICY =
      MetadataPolicy.omitting(List.of("UCID", "X-Desk", "Referred-By"));

  private static String marked(String text) {
    return new String(POLICY.mark(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }

  private static String stripped(String text) {
    return new String(POLICY.strip(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }

  private static String body(String body) {
    return "INVITE sip:a SIP/2.0\r\nTo: x\r\n\r\n" + body;
  }

  @ParameterizedTest
  @CsvSource({
    "'<a><ucid>1</ucid></a>', '<a><ucid>omitted</ucid></a>'",
    "'<a><x:UCID t=\"2\">1<b/>ü</x:UCID>c</a>', '<a><x:UCID>omitted</x:UCID>c</a>'",
    "'<a><ucid/>c</a>', '<a><ucid>omitted</ucid>c</a>'",
    "'<a><ucid><ucid>1</ucid>2</ucid>c</a>', '<a><ucid>omitted</ucid>c</a>'",
    "'<a><ucid v=\"1>2\">3</ucid>c</a>', '<a><ucid>omitted</ucid>c</a>'",
    "'<a><ucid>1</a>', '<a><ucid>omitted</ucid></a>'",
    "'<a><ucid', '<a><ucid>omitted</ucid>'",
    "'<a><header label=\"x-desk\">7</header>c</a>', '<a><header>omitted</header>c</a>'",
    "'<a><header name=X-Desk>7</header>c</a>', '<a><header>omitted</header>c</a>'",
    "'<a><ucids>1</ucids></a>', '<a><ucids>1</ucids></a>'",
    "'<a label=\"ü\">1 < 2</a>', '<a label=\"ü\">1 < 2</a>'",
  })
  void elementsAreTakenOutWhateverTheirFormAndTheRestStays(String given, String expected) {
    assertThat(marked(body(given))).isEqualTo(body(expected));
    assertThat(stripped(body(given)))
        .isEqualTo(body(expected.replaceAll("<([a-zA-Z:]+)>omitted</\\1>", "")));
  }

  @Test
  void headersAreTakenOutWithTheirFoldsAndInTheirShortForm() {
    String given =
        "INVITE sip:a SIP/2.0\r\nx-desk : 1\r\n 2\r\nX-Desks: 3\r\nb: <sip:c>\r\n\r\nX-Desk: 4";
    assertThat(marked(given))
        .isEqualTo(
            "INVITE sip:a SIP/2.0\r\nx-desk : omitted\r\nX-Desks: 3\r\nb: omitted\r\n\r\nX-Desk: 4");
    assertThat(stripped(given)).isEqualTo("INVITE sip:a SIP/2.0\r\nX-Desks: 3\r\n\r\nX-Desk: 4");
  }

  @Test
  void aMessageWithoutAnyIsTheSame() {
    byte[] message = body("<a>1</a>").getBytes(StandardCharsets.UTF_8);
    assertThat(POLICY.mark(message)).isSameAs(message);
    assertThat(MetadataPolicy.KEEP_ALL.strip(message)).isSameAs(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<ucid>", "<ucid ", "<ucid a=\"", "<ucid>'", "</ucid>", "<", "<ucid><b>"})
  void whatIsRepeatedWithoutSenseTakesNoTimeToSpeakOf(String what) {
    String given = body(what.repeat(200_000 / what.length()));
    assertThat(marked(given).length()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Via", "call-id", "CONTENT-TYPE", "participant", "aor", "label"})
  void whatACallCantBeRecordedWithoutIsNotOmitted(String name) {
    assertThatThrownBy(() -> MetadataPolicy.omitting(List.of("x-ok", name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "'" + name.toLowerCase(java.util.Locale.ROOT) + "' can't be omitted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a:b", "<x>", "X Desk", "x*"})
  void whatIsNoNameIsRefused(String name) {
    assertThatThrownBy(() -> MetadataPolicy.omitting(List.of(name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no name of a header or element");
  }
}
