package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.json.Json;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.SiprecClient;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** SRTP calls against the whole recorder, on real sockets. */
@Execution(ExecutionMode.CONCURRENT)
class SrtpRecordingTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final SrtpSuite SUITE = SrtpSuite.AES_CM_128_HMAC_SHA1_80;

  @Test
  void whatWasSentUnderEachSuiteIsCapturedSampleForSample(@TempDir Path spool) throws Exception {
    Map<SrtpSuite, ClientResult.Call> calls = new LinkedHashMap<>();
    Map<String, RealRecorder.Capture> captures;
    try (RealRecorder recorder = new RealRecorder(spool)) {
      SiprecClient client = new SiprecClient(InstantSource.system());
      Map<SrtpSuite, Future<ClientResult>> running = new LinkedHashMap<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (SrtpSuite suite : SrtpSuite.values()) {
          ClientOptions options =
              ClientOptions.to(recorder.uri())
                  .withSrtp(List.of(suite))
                  .withLength(Duration.ofMillis(1000))
                  .withHold(suite.ordinal() % 2 == 0);
          running.put(suite, threads.submit(() -> client.run(options)));
        }
      }
      for (Map.Entry<SrtpSuite, Future<ClientResult>> one : running.entrySet()) {
        ClientResult result = one.getValue().get();
        assertThat(result.failed()).as(Json.text(result)).isZero();
        calls.put(one.getKey(), result.results().getFirst());
      }
      captures = recorder.captures();
    }
    calls.forEach(
        (suite, call) -> {
          RealRecorder.Capture capture = captures.get(call.callId());
          assertThat(capture.summary().flags()).as("%s", suite).isEmpty();
          for (int stream = 0; stream < 2; stream++) {
            ClientResult.Stream sent = call.streams().get(stream);
            assertThat(sent.srtp()).isEqualTo(suite.name());
            assertThat(capture.audio(stream)).hasSize(50 * 160);
            assertThat(capture.audioSha256(stream)).as("%s", suite).isEqualTo(sent.pcmSha256());
          }
          assertThat(texts(capture))
              .contains("left stream is SRTP, " + suite, "right stream is SRTP, " + suite)
              .noneMatch(text -> text.contains("new SRTP key") || text.contains("failed"));
        });
  }

  @Test
  void whatWasSentUnderKeysByDtlsIsCapturedSampleForSample(@TempDir Path spool) throws Exception {
    ClientResult.Call call;
    RealRecorder.Capture capture;
    try (RealRecorder recorder = new RealRecorder(spool)) {
      ClientResult result =
          new SiprecClient(InstantSource.system())
              .run(
                  ClientOptions.to(recorder.uri())
                      .withDtls(true)
                      .withLength(Duration.ofMillis(1000))
                      .withHold(true));
      assertThat(result.failed()).as(Json.text(result)).isZero();
      call = result.results().getFirst();
      capture = recorder.captures().get(call.callId());
    }
    for (int stream = 0; stream < 2; stream++) {
      ClientResult.Stream sent = call.streams().get(stream);
      assertThat(sent.srtp()).isEqualTo(SrtpSuite.AEAD_AES_256_GCM.name());
      assertThat(capture.audio(stream)).hasSize(50 * 160);
      assertThat(capture.audioSha256(stream)).isEqualTo(sent.pcmSha256());
    }
    assertThat(capture.summary().flags()).isEmpty();
    assertThat(capture.texts())
        .contains(
            "left stream is SRTP by DTLS, AEAD_AES_256_GCM",
            "right stream is SRTP by DTLS, AEAD_AES_256_GCM")
        .noneMatch(text -> text.contains("failed"));
  }

  @Test
  void ofAllSuitesTheFirstIsTaken(@TempDir Path spool) throws Exception {
    try (RealRecorder recorder = new RealRecorder(spool)) {
      ClientResult result =
          new SiprecClient(InstantSource.system())
              .run(
                  ClientOptions.to(recorder.uri())
                      .withSrtp(List.of(SrtpSuite.values()).reversed())
                      .withLength(Duration.ofMillis(100)));
      assertThat(result.failed()).as(Json.text(result)).isZero();
      assertThat(result.results().getFirst().streams().getFirst().srtp())
          .isEqualTo(SrtpSuite.AEAD_AES_256_GCM.name());
    }
  }

  @Test
  void wrapsReplaysTamperingNewSourcesAndNewKeysCostNothingThatIsAuthentic(@TempDir Path spool)
      throws Exception {
    SrtpKey left = SrtpKey.draw(SUITE, RANDOM);
    SrtpKey right = SrtpKey.draw(SUITE, RANDOM);
    SrtpKey next = SrtpKey.draw(SUITE, RANDOM);
    Map<String, RealRecorder.Capture> captures;
    String ours;
    String callId;
    try (RealRecorder recorder = new RealRecorder(spool);
        SrtpCall call = new SrtpCall(recorder.address().getPort())) {
      callId = call.callId();
      String answer = call.invite(left, right);
      ours = answer.replaceFirst("(?s).*?inline:(\\S+).*", "$1");
      SrtpCall.Source source = call.source(0, left, 65_530);
      source.sendPackets(10);
      // The same again by a re-INVITE: rollover counter and replay list go on
      assertThat(call.invite(left, right)).contains("inline:" + ours);
      source.sendAgain();
      source.sendTampered();
      source.sendPackets(10);
      call.source(0, left, 100).sendPackets(5);

      call.invite(next, right);
      // On their way when the key changed
      source.sendPackets(2);
      SrtpCall.Source renewed = call.source(0, next, 7);
      renewed.sendPackets(5);
      // Dropped: the former key has gone with the first packet of the new one
      source.sendPackets(3);
      call.source(1, next, 1).sendPackets(4);
      call.bye();
      captures = recorder.captures();
    }
    RealRecorder.Capture capture = captures.get(callId);
    List<byte[]> packets = capture.packets.getOrDefault(0, List.of());
    assertThat(packets).hasSize(10 + 10 + 5 + 2 + 5);
    for (byte[] packet : packets) {
      assertThat(packet).isEqualTo(SrtpCall.packet(packet));
    }
    assertThat(capture.packets).doesNotContainKey(1);
    StreamQuality quality = capture.quality().getFirst();
    assertThat(quality.packets()).isEqualTo(32);
    assertThat(quality.lost()).isZero();
    assertThat(capture.summary().flags())
        .contains(CallFlag.SRTP_FAILED, CallFlag.ONE_WAY)
        .doesNotContain(CallFlag.PACKET_LOSS);
    assertThat(texts(capture))
        .contains(
            "left stream has a new SRTP key, " + SUITE,
            "left stream: 4 packets failed SRTP authentication",
            "left stream: 1 packet came again and failed SRTP replay check",
            "right stream: 4 packets failed SRTP authentication");
    assertNowhere(spool, capture, List.of(left, right, next), ours);
  }

  private static List<String> texts(RealRecorder.Capture capture) {
    return capture.timeline().stream().map(TimelineEvent::text).toList();
  }

  /** Neither in clear events nor in the spool's files; the same search does find the Call-ID. */
  private static void assertNowhere(
      Path spool, RealRecorder.Capture capture, List<SrtpKey> keys, String ours)
      throws IOException {
    StringBuilder clear = new StringBuilder();
    for (CaptureEvent event : capture.events) {
      clear.append(event).append(Json.text(event));
      if (event instanceof CaptureEvent.Message message) {
        clear.append(new String(message.text(), StandardCharsets.ISO_8859_1));
      }
    }
    capture.packets.values().stream()
        .flatMap(List::stream)
        .forEach(packet -> clear.append(new String(packet, StandardCharsets.ISO_8859_1)));
    List<String> haystacks = new ArrayList<>();
    haystacks.add(clear.toString());
    try (Stream<Path> files = Files.walk(spool)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        haystacks.add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(haystacks).hasSizeGreaterThan(1);
    assertThat(haystacks.getFirst())
        .contains(capture.summary().callIds().getFirst())
        .contains("inline:sha256-");
    List<String> secrets = new ArrayList<>(List.of(ours));
    keys.forEach(key -> secrets.add(key.inline().substring("inline:".length())));
    for (String secret : secrets) {
      byte[] raw = Base64.getDecoder().decode(secret);
      String text = new String(raw, 0, 16, StandardCharsets.ISO_8859_1);
      for (String haystack : haystacks) {
        assertThat(haystack.contains(secret.substring(0, 20))).isFalse();
        assertThat(haystack.contains(text)).isFalse();
      }
    }
  }
}
