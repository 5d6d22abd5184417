package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.Side;
import io.earwitness.call.TimelineEvent;
import io.earwitness.json.Json;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.SiprecClient;
import io.earwitness.recorder.srs.HealthLimits;
import io.earwitness.recorder.srs.MediaHealth;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The state of running calls' media, with real senders and limits that a test can wait for. */
@Execution(ExecutionMode.CONCURRENT)
class HealthRecordingTest {
  private static final HealthLimits SHORT =
      new HealthLimits(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(1), 5);

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("waited a minute in vain: " + what);
      }
      Thread.sleep(10);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void aSideThatIsNotHeardAndOneThatLosesPacketsAreToldWhileTheCallRuns(@TempDir Path spool)
      throws Exception {
    SrtpKey left = SrtpKey.draw(SrtpSuite.AES_CM_128_HMAC_SHA1_80, new SecureRandom());
    SrtpKey right = SrtpKey.draw(SrtpSuite.AES_CM_128_HMAC_SHA1_80, new SecureRandom());
    RealRecorder.Capture capture;
    try (RealRecorder recorder = new RealRecorder(spool, SHORT);
        SrtpCall call = new SrtpCall(recorder.address().getPort())) {
      call.invite(left, right);
      await("no media", () -> recorder.withHealth(MediaHealth.NO_MEDIA) == 1);
      SrtpCall.Source first = call.source(0, left, 100);
      await("one way", () -> sent(first, 1) && recorder.withHealth(MediaHealth.ONE_WAY) == 1);
      SrtpCall.Source second = call.source(1, right, 200);
      await(
          "both to be well",
          () -> sent(first, 1) && sent(second, 1) && recorder.withHealth(MediaHealth.GOOD) == 1);
      await(
          "loss",
          () -> {
            second.skip(1);
            return sent(first, 2)
                && sent(second, 4)
                && recorder.withHealth(MediaHealth.HIGH_LOSS) == 1;
          });
      call.bye();
      capture = recorder.captures().get(call.callId());
    }
    List<TimelineEvent> lines =
        capture.timeline().stream()
            .filter(
                line ->
                    line.type() == TimelineEvent.Type.ALARM
                        || line.type() == TimelineEvent.Type.ALARM_OVER)
            .toList();
    assertThat(lines)
        .extracting(TimelineEvent::text)
        .contains(
            "no RTP on the left stream for 1 s, none since the answer",
            "no RTP on the right stream for 1 s, none since the answer",
            "RTP on the left stream again",
            "RTP on the right stream again")
        .anyMatch(
            text -> text.matches("[0-9.]+ % of the packets of the right stream lost over 1 s"));
    assertThat(lines).extracting(TimelineEvent::side).containsOnly(Side.LEFT, Side.RIGHT);
  }

  private static boolean sent(SrtpCall.Source source, int packets) {
    try {
      source.sendPackets(packets);
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void twoSilentSidesAreDeadAirAndTwoSpeakingOnesAreNot(@TempDir Path spool) throws Exception {
    Path silence = spool.resolveSibling(spool.getFileName() + "-silence.wav");
    Files.write(silence, silentWav(8000));
    try (RealRecorder recorder = new RealRecorder(spool, SHORT)) {
      ClientOptions speaking = ClientOptions.to(recorder.uri()).withLength(Duration.ofMillis(5500));
      SiprecClient client = new SiprecClient(InstantSource.system());
      ClientResult spoken = client.run(speaking);
      ClientResult silent = client.run(speaking.withSpeech(silence, silence));
      assertThat(spoken.failed() + silent.failed()).as(Json.text(silent)).isZero();
      Map<String, RealRecorder.Capture> captures = recorder.captures();
      assertThat(captures.get(silent.results().getFirst().callId()).texts())
          .contains("dead air: nothing but silence on all streams for 3 s");
      assertThat(captures.get(spoken.results().getFirst().callId()).texts())
          .noneMatch(text -> text.contains("dead air"));
    } finally {
      Files.delete(silence);
    }
  }

  private static byte[] silentWav(int samples) {
    ByteBuffer wav = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + 2 * samples);
    wav.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    wav.putShort((short) 1).putShort((short) 1).putInt(8000).putInt(16_000);
    wav.putShort((short) 2).putShort((short) 16);
    wav.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(2 * samples);
    return wav.array();
  }
}
