package io.earwitness.recorder.sipp;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.client.FakeRecorder;
import io.earwitness.recorder.client.G711;
import io.earwitness.recorder.client.Speech;
import io.earwitness.recorder.metadata.MetadataParser;
import io.earwitness.recorder.metadata.MetadataState;
import io.earwitness.recorder.metadata.RecordingMetadata;
import io.earwitness.recorder.sip.SipRequest;
import io.earwitness.recorder.sip.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scenario and the capture file by themselves: what SIPp sends is what we think it sends. */
class SippScenarioTest {
  @Test
  void sippSendsEachVoiceToItsPort(@TempDir Path directory) throws Exception {
    Speech.Dialogue dialogue = SippCalls.shortened(Speech.dialogue(2), 40);
    try (FakeRecorder recorder = new FakeRecorder()) {
      SippCalls.Outcome outcome =
          SippCalls.place(directory, recorder.address(), Transport.TCP, dialogue, 1);

      assertThat(outcome.exitCode()).as(outcome.log()).isZero();
      assertThat(decoded(recorder, 0)).isEqualTo(outcome.left());
      assertThat(decoded(recorder, 1)).isEqualTo(outcome.right());
      assertThat(outcome.left()).isNotEqualTo(outcome.right()).hasSize(40 * 160);
      SipRequest invite = recorder.requests("INVITE").getFirst();
      assertThat(invite.transport()).isEqualTo(Transport.TCP);
      assertThat(recorder.sources()).containsExactlyElementsOf(offered(invite));
      MetadataState state = new MetadataState();
      state.apply(metadata(invite));
      assertThat(state.parties(List.of("left", "right")))
          .extracting(party -> party.name(), party -> party.number(), party -> party.label())
          .containsExactly(
              Tuple.tuple("Sid Caller", "+12025550131", "left"),
              Tuple.tuple("Pia Callee", "+12025550132", "right"));
      assertThat(recorder.requests("BYE")).hasSize(1);
    }
  }

  /** The ports of the m-lines: SIPp must send from where its offer says. */
  private static List<Set<Integer>> offered(SipRequest invite) {
    return new String(invite.body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("m=audio "))
        .map(line -> Set.of(Integer.parseInt(line.split(" ", -1)[1])))
        .toList();
  }

  private static RecordingMetadata metadata(SipRequest invite) {
    String body = new String(invite.body(), StandardCharsets.UTF_8);
    int from = body.indexOf("<?xml");
    RecordingMetadata metadata =
        MetadataParser.parse(
            body.substring(from, body.indexOf("\r\n--", from)).getBytes(StandardCharsets.UTF_8));
    assertThat(metadata.malformed()).as(metadata.remarks().toString()).isFalse();
    return metadata;
  }

  private static short[] decoded(FakeRecorder recorder, int receiver) throws Exception {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (byte[] packet : recorder.awaitPackets(receiver, 40)) {
      payload.writeBytes(Arrays.copyOfRange(packet, 12, packet.length));
    }
    byte[] codes = payload.toByteArray();
    short[] samples = new short[codes.length];
    for (int i = 0; i < codes.length; i++) {
      samples[i] = G711.PCMU.decode(codes[i]);
    }
    return samples;
  }
}
