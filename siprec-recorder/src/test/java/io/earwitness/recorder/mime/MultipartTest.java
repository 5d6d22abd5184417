package io.earwitness.recorder.mime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.earwitness.call.Deviations;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> bodies(String body, String boundary) {
    return Multipart.split(bytes(body), boundary, new Deviations()).stream()
        .map(part -> new String(part.body(), StandardCharsets.ISO_8859_1))
        .toList();
  }

  private static final String TWO =
      "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b\r\nContent-type: text/xml\r\n\r\n<a/>\r\n--b--\r\n";

  @Test
  void theLineBreakBeforeADelimiterBelongsToTheDelimiterAndNoOther() {
    List<MimePart> parts = Multipart.split(bytes(TWO), "b", new Deviations());
    assertThat(parts).hasSize(2);
    assertThat(parts.get(0).body()).isEqualTo(bytes("v=0\r\n"));
    assertThat(parts.get(0).contentType().type()).isEqualTo("application/sdp");
    assertThat(parts.get(1).body()).isEqualTo(bytes("<a/>"));
    assertThat(parts.get(1).header("CONTENT-TYPE")).contains("text/xml");
  }

  @Test
  void everyByteOfAPartIsKept() {
    byte[] body = new byte[70_000];
    new Random(7).nextBytes(body);
    MimePart part = MimePart.of("application/octet-stream", body);
    byte[] joined = Multipart.join(List.of(part, part.withHeader("X", "y")), "edge-4711");
    List<MimePart> parts = Multipart.split(joined, "edge-4711", new Deviations());
    assertThat(parts).hasSize(2);
    assertThat(parts.get(0).body()).isEqualTo(body);
    assertThat(parts.get(1).body()).isEqualTo(body);
    assertThat(parts.get(1).header("x")).contains("y");
  }

  @Test
  void linesMayEndWithLineFeedsAlone() {
    assertThat(bodies(TWO.replace("\r\n", "\n"), "b")).containsExactly("v=0\n", "<a/>");
  }

  @Test
  void aPaddedCloseIsAClose() {
    assertThat(bodies(TWO.replace("--b--\r\n", "--b-- \t\r\nepilogue"), "b"))
        .containsExactly("v=0\r\n", "<a/>");
    assertThat(bodies(TWO.replace("--b--\r\n", "--b-- "), "b")).containsExactly("v=0\r\n", "<a/>");
  }

  @Test
  void aMissingCloseEndsTheLastPartWithTheBody() {
    assertThat(bodies(TWO.replace("--b--\r\n", ""), "b")).containsExactly("v=0\r\n", "<a/>\r\n");
  }

  @Test
  void preambleAndEpilogueAreNoParts() {
    assertThat(bodies("This is MIME\r\n--bb\r\n" + TWO + "--b\r\n\r\nnot a part", "b"))
        .containsExactly("v=0\r\n", "<a/>");
  }

  @Test
  void theDelimiterCountsAtTheStartOfALineOnlyAndWhole() {
    String xml = "<a>--b</a>\r\n --b\r\n--bx\r\n--b- \r\n--b--x\r\n<b/>";
    assertThat(bodies("--b\r\n\r\n" + xml + "\r\n--b--", "b")).containsExactly(xml);
  }

  @Test
  void aPartMayHaveNoHeadersOrNoBodyOrNothing() {
    assertThat(bodies("--b\r\n\r\nbody\r\n--b\r\nA: b\r\n\r\n--b\r\n--b--", "b"))
        .containsExactly("body", "", "");
  }

  @Test
  void aFoldedPartHeaderIsOneHeader() {
    MimePart part =
        Multipart.split(
                bytes("--b\r\nContent-Type: multipart/x;\r\n boundary=\"in ner\"\r\n\r\n--b--"),
                "b",
                new Deviations())
            .getFirst();
    assertThat(part.contentType().parameter("boundary")).contains("in ner");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a+b(c)?d", "odd'bound:ary/=?x", ".*", "=_Part.1_2", "\\E|"})
  void aBoundaryIsTakenLiterally(String boundary) {
    byte[] joined = Multipart.join(List.of(MimePart.of("text/plain", bytes("x"))), boundary);
    assertThat(Multipart.split(joined, boundary, new Deviations())).hasSize(1);
    ContentType type = ContentType.parse("multipart/mixed; boundary=\"" + boundary + "\"");
    assertThat(type.isMultipart()).isTrue();
    if (!boundary.contains("\\")) {
      assertThat(type.parameter("boundary")).contains(boundary);
    }
  }

  @Test
  void contentTypesAreReadTolerantly() {
    ContentType type = ContentType.parse("Multipart/Mixed ; Boundary = abc ;x=\"a;\\\"b\"; y");
    assertThat(type.type()).isEqualTo("multipart/mixed");
    assertThat(type.parameters()).containsEntry("boundary", "abc").containsEntry("x", "a;\"b");
    assertThat(ContentType.parse("").type()).isEmpty();
    assertThat(ContentType.parse("text/plain;").parameters()).isEmpty();
  }

  @Test
  void sdpAndMetadataAreFoundWhateverTheOrderAndTheOlderType() {
    Body body =
        Body.parse(
            "multipart/mixed;boundary=b",
            bytes(
                "--b\r\nContent-Type: application/rs-metadata\r\n\r\n<r/>\r\n"
                    + "--b\r\nContent-Type: application/SDP; charset=x\r\n\r\nv=0\r\n--b--"));
    assertThat(body.sdp()).contains(bytes("v=0"));
    assertThat(body.metadata()).contains(bytes("<r/>"));
    assertThat(Body.parse("application/sdp", bytes("v=0")).sdp()).contains(bytes("v=0"));
    assertThat(Body.parse("", new byte[0]).parts()).isEmpty();
  }

  /** Each line used to copy all before it: 256 KiB cost gigabytes. */
  @Test
  void aHeaderFoldedOverVeryManyLinesTakesNoMoreThanItsLength() {
    int lines = 80_000;
    String text = "--b\r\nX: a" + "\n b".repeat(lines) + "\r\n\r\nbody\r\n--b--\r\n";
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    List<MimePart> parts = Multipart.split(body, "b", new Deviations());
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(parts).hasSize(1);
    assertThat(parts.getFirst().header("X").orElseThrow()).hasSize(1 + 2 * lines);
    assertThat(parts.getFirst().body()).isEqualTo("body".getBytes(StandardCharsets.UTF_8));
    assertThat(allocated).isLessThan(200_000_000);
  }
}
