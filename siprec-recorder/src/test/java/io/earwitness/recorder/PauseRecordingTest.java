package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a decrypted capture of a real call holds: nothing of its pauses, all of the rest. */
@Execution(ExecutionMode.CONCURRENT)
class PauseRecordingTest {
  private static final String RELAY = "Content-Type: application/dtmf-relay\r\n";

  @Test
  void nothingOfAPauseIsInTheCaptureAndItIsNoLoss(@TempDir Path spool) throws Exception {
    RealRecorder.Capture capture;
    try (RealRecorder recorder = new RealRecorder(spool);
        PlainCall call = new PlainCall(recorder.address().getPort())) {
      call.beginWithParties("sendonly", "sendonly");
      call.send(0, 0, 5);
      call.send(1, 0, 5);
      call.request("INFO", "X-AC-Action: pause-siprec\r\n", "");
      call.send(0, 5, 5);
      call.send(1, 5, 5);
      call.request("INFO", RELAY, "Signal=7\r\nDuration=141\r\n");
      // Its session description may say what it will: it stays paused
      call.describe("inactive", "sendonly");
      call.send(1, 10, 5);
      call.request("INFO", "X-AC-Action: resume-siprec\r\n", "");
      call.send(0, 10, 5);
      call.send(1, 15, 5);
      call.describe("sendonly", "sendonly");
      call.send(0, 15, 5);
      call.request("INFO", RELAY, "Signal=3\r\n");
      call.request("BYE", "", "");
      capture = recorder.captures().get(call.callId());
    }
    assertThat(numbers(capture, 0)).containsExactly(0, 1, 2, 3, 4, 15, 16, 17, 18, 19);
    assertThat(numbers(capture, 1)).containsExactly(0, 1, 2, 3, 4, 15, 16, 17, 18, 19);
    assertThat(capture.quality()).extracting(StreamQuality::packets).containsExactly(10L, 10L);
    assertThat(capture.quality()).extracting(StreamQuality::lost).containsExactly(0L, 0L);
    assertThat(capture.summary().flags()).doesNotContain(CallFlag.PACKET_LOSS);
    assertThat(capture.timeline())
        .extracting(TimelineEvent::text)
        .contains(
            "recording paused by the SRC (X-AC-Action: pause-siprec)", "DTMF masked", "DTMF 3");
    StringBuilder all = new StringBuilder();
    for (CaptureEvent event : capture.events) {
      all.append(Json.text(event));
      if (event instanceof CaptureEvent.Message message) {
        all.append(new String(message.text(), StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(all).contains("Signal=3").doesNotContain("Signal=7", "Duration=141", "DTMF 7");
  }

  @Test
  void mediaThatOvertakesTheAckWithTheAnswerToOurOfferIsInTheCapture(@TempDir Path spool)
      throws Exception {
    RealRecorder.Capture capture;
    try (RealRecorder recorder = new RealRecorder(spool);
        PlainCall call = new PlainCall(recorder.address().getPort())) {
      call.beginWithoutOffer();
      call.send(0, 0, 5);
      call.send(1, 0, 5);
      call.sendFromElsewhere(0, 900, 3);
      call.acknowledgeWithAnswer();
      // Whoever sees the answer to this may count on the ACK before it having been taken
      call.request("OPTIONS", "", "");
      call.send(0, 5, 5);
      call.send(1, 5, 5);
      call.request("BYE", "", "");
      capture = recorder.captures().get(call.callId());
    }
    assertThat(numbers(capture, 0)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(numbers(capture, 1)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(capture.quality()).extracting(StreamQuality::lost).containsExactly(0L, 0L);
  }

  private static List<Integer> numbers(RealRecorder.Capture capture, int stream) {
    return capture.packets.getOrDefault(stream, List.of()).stream()
        .map(packet -> (packet[2] & 0xff) << 8 | packet[3] & 0xff)
        .toList();
  }
}
