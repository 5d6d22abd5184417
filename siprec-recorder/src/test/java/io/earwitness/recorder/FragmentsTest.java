package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.Party;
import io.earwitness.capture.CaptureEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * INVITEs whose metadata need more than one IP packet, in a network with an MTU of 1500: there the
 * kernel fragments them, and puts them together again, as it does between two machines.
 */
@Execution(ExecutionMode.CONCURRENT)
class FragmentsTest {
  /** Participants of the metadata: some 10 kB, 30 kB and 60 kB, of a datagram's 65,507 bytes. */
  private static final List<Integer> SIZES = List.of(40, 120, 270);

  private static final String NETWORK = "ip link set lo mtu 1500 up && exec \"$@\"";

  @Test
  void largeMetadataInFragmentsIsCompleteAndFragmentsThatNeverComeHarmNobody(@TempDir Path folder)
      throws Exception {
    assumeThat(run(folder, "true"))
        .as(
            "no network namespace can be made here (unshare -Urn and ip, of Debian's util-linux and"
                + " iproute2; a container may forbid it): SIP in IP fragments is not tested")
        .isZero();
    String sizes = String.join(",", SIZES.stream().map(String::valueOf).toList());
    int exit =
        run(
            folder,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            FragmentsChild.class.getName(),
            folder.toString(),
            sizes);
    assertThat(exit).as(Files.readString(folder.resolve("output.log"))).isZero();
    Properties facts = new Properties();
    try (InputStream in = Files.newInputStream(folder.resolve("facts.properties"))) {
      facts.load(in);
    }
    Map<String, RealRecorder.Capture> captures = RealRecorder.capturesIn(folder.resolve("spool"));

    for (int people : SIZES) {
      String call = "whole-" + people;
      int fragments = (8 + fact(facts, call, "bytes") + 1479) / 1480;
      assertThat(fact(facts, call, "bytes")).as(call).isGreaterThan(8_192);
      assertThat(fact(facts, call, "FragCreates")).as(call).isGreaterThanOrEqualTo(fragments);
      assertThat(fact(facts, call, "ReasmReqds")).as(call).isGreaterThanOrEqualTo(fragments);
      assertThat(fact(facts, call, "ReasmOKs")).as(call).isPositive();
      assertComplete(captures, facts, call, people);
    }
    assertThat(fact(facts, "whole-270", "bytes")).isGreaterThan(60_000);
    assertComplete(captures, facts, "out-of-order", 40);

    // Twenty datagrams that were never put together …
    assertThat(fact(facts, "incomplete", "ReasmReqds")).isGreaterThan(100);
    assertThat(fact(facts, "incomplete", "ReasmOKs")).isZero();
    assertThat(fact(facts, "incomplete", "silent")).isEqualTo(20);
    // … cost only that their senders have to send them again
    assertComplete(captures, facts, "incomplete-0", 40);
    assertComplete(captures, facts, "beside-large", 40);
    assertComplete(captures, facts, "beside-small", 0);
    assertThat(captures).hasSize(SIZES.size() + 4);
  }

  private static int fact(Properties facts, String call, String name) {
    return Integer.parseInt(facts.getProperty(call + "." + name, "-1"));
  }

  private static void assertComplete(
      Map<String, RealRecorder.Capture> captures, Properties facts, String call, int people) {
    assertThat(fact(facts, call, "status")).as(call).isEqualTo(200);
    assertThat(fact(facts, call, "bye")).as(call).isEqualTo(200);
    RealRecorder.Capture capture = captures.get(call);
    assertThat(capture).as(call).isNotNull();
    assertThat(capture.summary().flags()).doesNotContain(CallFlag.METADATA_MALFORMED);
    assertThat(capture.summary().parties())
        .extracting(Party::name)
        .contains(name(0), name(people + 1));
    String received =
        capture.events.stream()
            .filter(CaptureEvent.Message.class::isInstance)
            .map(CaptureEvent.Message.class::cast)
            .filter(CaptureEvent.Message::received)
            .map(message -> new String(message.text(), StandardCharsets.UTF_8))
            .findFirst()
            .orElseThrow();
    assertThat(received.endsWith("\r\n\r\n" + body(people))).as("%s as received", call).isTrue();
  }

  private static String name(int person) {
    return "Participant %d of a rather long conference".formatted(person);
  }

  /**
   * An offer and metadata.
   *
   * @param people beside the two whose streams they are
   */
  static String body(int people) {
    StringBuilder xml =
        new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
            .append("<recording xmlns=\"urn:ietf:params:xml:ns:recording:1\">\n")
            .append("<datamode>complete</datamode>\n<session session_id=\"s\"/>\n");
    for (int i = 0; i < people + 2; i++) {
      xml.append("<participant participant_id=\"p%d\">".formatted(i))
          .append("<nameID aor=\"sip:+120255501%02d@example.com\">".formatted(i))
          .append("<name>%s</name></nameID></participant>\n".formatted(name(i)))
          .append(
              "<participantsessionassoc participant_id=\"p%d\" session_id=\"s\"/>\n".formatted(i));
    }
    for (int i = 0; i < 2; i++) {
      xml.append("<stream stream_id=\"m%d\" session_id=\"s\">".formatted(i))
          .append("<label>%d</label></stream>\n".formatted(i))
          .append("<participantstreamassoc participant_id=\"p%d\">".formatted(i * (people + 1)))
          .append("<send>m%d</send><recv>m%d</recv>".formatted(i, 1 - i))
          .append("</participantstreamassoc>\n");
    }
    xml.append("</recording>\n");
    return "--part\r\nContent-Type: application/sdp\r\n\r\n"
        + "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        + "m=audio 40000 RTP/AVP 0\r\na=sendonly\r\na=label:0\r\n"
        + "m=audio 40002 RTP/AVP 0\r\na=sendonly\r\na=label:1\r\n"
        + "\r\n--part\r\nContent-Type: application/rs-metadata+xml\r\n"
        + "Content-Disposition: recording-session\r\n\r\n"
        + xml
        + "\r\n--part--\r\n";
  }

  /** Runs a command in a network of its own. */
  private static int run(Path folder, String... command) throws IOException, InterruptedException {
    List<String> all = new java.util.ArrayList<>(List.of("unshare", "-Urn", "sh", "-c", NETWORK));
    all.add("sh");
    all.addAll(List.of(command));
    Process process;
    try {
      process =
          new ProcessBuilder(all)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output.log").toFile())
              .start();
    } catch (IOException e) {
      return -1;
    }
    try {
      return process.waitFor(120, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } finally {
      process.destroyForcibly();
    }
  }
}
