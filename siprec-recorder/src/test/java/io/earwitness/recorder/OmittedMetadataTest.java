package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.Party;
import io.earwitness.call.VendorDatum;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.json.Json;
import io.earwitness.recorder.srs.MetadataPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What local policy does not need is not in what a recorder has written, as one who opens it finds.
 */
class OmittedMetadataTest {
  private static final String XML =
      """
      <recording xmlns='urn:ietf:params:xml:ns:recording:1' xmlns:apkt='http://acmepacket.com/x'>
      <datamode>complete</datamode>
      <session session_id='s1'><sipSessionID>kept-session;remote=1</sipSessionID></session>
      <participant participant_id='p1'><nameID aor='sip:+12025550102@acme.example'>
      <name xml:lang='en'>Secret Name</name></nameID>
      <extensiondata><apkt:ucid>SECRET-UCID</apkt:ucid>
      <apkt:header label='Diversion'>sip:SECRET-DIVERTED@x</apkt:header>
      <apkt:realm>kept-realm</apkt:realm></extensiondata></participant>
      <stream stream_id='t1' session_id='s1'><label>1</label></stream>
      <participantstreamassoc participant_id='p1'><send>t1</send></participantstreamassoc>
      </recording>
      """;

  private static final String TYPE = "Content-Type: application/rs-metadata+xml\r\n";
  private static final String HEADERS =
      "X-Desk: SECRET-DESK\r\n SECRET-FOLDED\r\nX-Kept: kept-header\r\n";

  private static String everything(RealRecorder.Capture capture) throws IOException {
    StringBuilder text = new StringBuilder();
    for (CaptureEvent event : capture.events) {
      text.append(new String(Json.bytes(event), StandardCharsets.UTF_8)).append('\n');
      if (event instanceof CaptureEvent.Message message) {
        text.append(new String(message.text(), StandardCharsets.UTF_8)).append('\n');
      }
    }
    return text.toString();
  }

  private static RealRecorder.Capture recorded(Path spool, MetadataPolicy policy)
      throws IOException {
    try (RealRecorder recorder = new RealRecorder(spool, policy);
        PlainCall call = new PlainCall(recorder.address().getPort())) {
      call.begin("sendonly", "sendonly");
      call.request("UPDATE", HEADERS + TYPE, XML);
      call.request("INFO", "X-Desk: SECRET-DESK\r\n", "");
      call.request("BYE", "", "");
      return recorder.captures().get(call.callId());
    }
  }

  @Test
  void row_16_what_local_policy_does_not_need_is_nowhere_in_the_decrypted_capture(
      @TempDir Path spool) throws Exception {
    RealRecorder.Capture capture =
        recorded(spool, MetadataPolicy.omitting(List.of("X-Desk", "ucid", "Diversion", "name")));
    assertThat(everything(capture))
        .doesNotContainIgnoringCase("secret")
        .contains(
            "X-Desk: omitted\r\nX-Kept: kept-header",
            "<apkt:ucid>omitted</apkt:ucid>",
            "<apkt:header>omitted</apkt:header>",
            "<name>omitted</name>",
            "kept-realm");
    // The rest works as ever, and nothing is made of the word that stands in the text
    assertThat(capture.summary().tenant()).isEqualTo(RealRecorder.TENANT);
    assertThat(capture.summary().flags()).doesNotContain(CallFlag.METADATA_MALFORMED);
    assertThat(capture.summary().parties())
        .extracting(Party::number)
        .containsExactly("+12025550102");
    assertThat(capture.summary().vendorData())
        .extracting(VendorDatum::name)
        .contains("X-Kept", "realm")
        .doesNotContain("X-Desk", "ucid", "Diversion");
    assertThat(capture.summary().callIds()).doesNotContain("omitted");
  }

  @Test
  void row_16_without_a_policy_everything_is_kept(@TempDir Path spool) throws Exception {
    assertThat(everything(recorded(spool, MetadataPolicy.KEEP_ALL)))
        .contains(
            "SECRET-DESK\r\n SECRET-FOLDED",
            "SECRET-UCID",
            "SECRET-DIVERTED",
            "Secret Name",
            "kept-realm")
        .doesNotContain("omitted");
  }
}
