package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.AnnouncementFallback;
import io.earwitness.call.AnnouncementGate;
import io.earwitness.call.AnnouncementGate.Keep;
import io.earwitness.call.AnnouncementGate.OnTimeout;
import io.earwitness.call.AnnouncementMode;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.KeyConsent;
import io.earwitness.call.PauseSettings;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.json.Json;
import io.earwitness.recorder.srs.PauseOutcome;
import io.earwitness.recorder.srs.RunningRecording;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What a decrypted capture of a real call holds when a gate, a consent or a pause withholds
 * something: Alice calls on the left, Bob of Acme answers on the right.
 */
@Execution(ExecutionMode.CONCURRENT)
class KeepingTest {
  private static final TenantSlug ACME = RealRecorder.TENANT;
  private static final TenantSlug GLOBEX = new TenantSlug("globex");
  private static final int LEFT = 0;
  private static final int RIGHT = 1;
  private static final PauseSettings CODES =
      new PauseSettings(900, false, "*71", "*72", PauseSettings.CodeSide.OWN);

  private static RecorderSnapshot.Tenant tenant(
      TenantSlug slug, String number, @Nullable AnnouncementRule rule, PauseSettings pause) {
    return new RecorderSnapshot.Tenant(
            slug,
            ZoneId.of("UTC"),
            Set.of(),
            List.of(new RecorderSnapshot.Number(number, false, null, null, List.of())))
        .with(rule == null ? null : new AnnouncementPolicy(1, List.of(), List.of(rule)), pause);
  }

  private static List<RecorderSnapshot.Tenant> acme(@Nullable AnnouncementRule rule) {
    return List.of(tenant(ACME, "+12025550102", rule, PauseSettings.DEFAULT));
  }

  private static AnnouncementRule rule(
      AnnouncementMode mode, @Nullable AnnouncementGate gate, @Nullable KeyConsent consent) {
    return new AnnouncementRule(
            "everybody",
            Set.of(),
            List.of(),
            Set.of(),
            Set.of(),
            Set.of(),
            mode,
            "recording",
            null,
            false,
            AnnouncementFallback.CONNECT_FLAGGED)
        .with(gate, consent);
  }

  private static AnnouncementRule gate(Keep keep, int seconds, OnTimeout onTimeout) {
    return rule(AnnouncementMode.ANNOUNCE, new AnnouncementGate(keep, seconds, onTimeout), null);
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.sleep(10);
    }
  }

  private static RunningRecording running(RealRecorder recorder, TenantSlug tenant)
      throws InterruptedException {
    until(() -> !recorder.server().running(tenant).isEmpty());
    return recorder.server().running(tenant).getFirst();
  }

  /** Whether a gate or a consent withholds something of the one call. */
  private static boolean withheld(RealRecorder recorder) {
    return recorder.server().running(ACME).stream().allMatch(RunningRecording::withheld);
  }

  private static List<Integer> numbers(RealRecorder.Capture capture, int stream) {
    return capture.packets.getOrDefault(stream, List.of()).stream()
        .map(packet -> (packet[2] & 0xff) << 8 | packet[3] & 0xff)
        .toList();
  }

  private static List<CaptureEvent.Withheld> withheld(
      RealRecorder.Capture capture, TenantSlug tenant) {
    return capture.events.stream()
        .filter(CaptureEvent.Withheld.class::isInstance)
        .map(CaptureEvent.Withheld.class::cast)
        .filter(event -> event.tenant().equals(tenant))
        .toList();
  }

  private static String everything(RealRecorder.Capture capture) {
    StringBuilder all = new StringBuilder();
    for (CaptureEvent event : capture.events) {
      all.append(Json.text(event));
      if (event instanceof CaptureEvent.Message message) {
        all.append(new String(message.text(), StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  @Test
  void aGateKeepsNothingUntilTheAnnouncementsEndIsTold(@TempDir Path spool) throws Exception {
    RealRecorder.Capture capture;
    try (RealRecorder recorder =
            new RealRecorder(spool, acme(gate(Keep.NOTHING, 600, OnTimeout.KEEP_AND_FLAG)));
        PlainCall call = new PlainCall(recorder.address().getPort())) {
      call.beginWithParties("sendonly", "sendonly");
      call.send(LEFT, 0, 5);
      call.send(RIGHT, 0, 5);
      RecordingId id = running(recorder, ACME).id();
      assertThat(recorder.server().announcementEnded(GLOBEX, id, "nobody"))
          .isEqualTo(PauseOutcome.NOT_RUNNING);
      assertThat(recorder.server().announcementEnded(ACME, id, "the IVR"))
          .isEqualTo(PauseOutcome.DONE);
      assertThat(recorder.server().announcementEnded(ACME, id, "the IVR"))
          .isEqualTo(PauseOutcome.WAS_SO);
      call.send(LEFT, 5, 5);
      call.send(RIGHT, 5, 5);
      call.request("BYE", "", "");
      capture = recorder.captures().get(call.callId());
    }
    assertThat(numbers(capture, LEFT)).containsExactly(5, 6, 7, 8, 9);
    assertThat(numbers(capture, RIGHT)).containsExactly(5, 6, 7, 8, 9);
    assertThat(capture.texts())
        .contains(
            "until the announcement has ended, nothing is kept (rule 'everybody')",
            "the announcement has ended, as told by the IVR",
            "from here on all is kept");
    assertThat(withheld(capture, ACME).getLast().notKept()).isNull();
    assertThat(capture.summary().flags()).doesNotContain(CallFlag.ANNOUNCEMENT_TIMED_OUT);
  }

  @Test
  void aGateMayKeepTheChannelThatCarriesTheAnnouncementAndTheSrcOpensIt(@TempDir Path spool)
      throws Exception {
    RealRecorder.Capture capture;
    try (RealRecorder recorder =
            new RealRecorder(
                spool, acme(gate(Keep.ANNOUNCEMENT_CHANNEL, 600, OnTimeout.KEEP_AND_FLAG)));
        PlainCall call = new PlainCall(recorder.address().getPort())) {
      call.beginWithParties("inactive", "sendonly");
      call.send(LEFT, 0, 5);
      call.send(RIGHT, 0, 5);
      call.describe("sendonly", "sendonly");
      call.send(LEFT, 5, 5);
      call.send(RIGHT, 5, 5);
      call.request("BYE", "", "");
      capture = recorder.captures().get(call.callId());
    }
    assertThat(numbers(capture, LEFT)).containsExactly(5, 6, 7, 8, 9);
    assertThat(numbers(capture, RIGHT)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(capture.texts())
        .contains("the announcement has ended, as told by the SRC, whose streams flow again");
  }

  @Test
  void anInfoOfTheSrcOpensAGateToo(@TempDir Path spool) throws Exception {
    RealRecorder.Capture capture;
    try (RealRecorder recorder =
            new RealRecorder(spool, acme(gate(Keep.NOTHING, 600, OnTimeout.WITHHOLD)));
        PlainCall call = new PlainCall(recorder.address().getPort())) {
      call.beginWithParties("sendonly", "sendonly");
      call.send(RIGHT, 0, 5);
      call.request("INFO", "X-AC-Action: start-siprec\r\n", "");
      call.send(RIGHT, 5, 5);
      call.request("BYE", "", "");
      capture = recorder.captures().get(call.callId());
    }
    assertThat(numbers(capture, RIGHT)).containsExactly(5, 6, 7, 8, 9);
  }

  @Test
  void afterTheLimitAllIsKeptAndFlaggedOrNothingAsThePolicySays(@TempDir Path spool)
      throws Exception {
    for (OnTimeout onTimeout : OnTimeout.values()) {
      RealRecorder.Capture capture;
      try (RealRecorder recorder =
              new RealRecorder(
                  Files.createDirectory(spool.resolve(onTimeout.wireName())),
                  acme(gate(Keep.NOTHING, 1, onTimeout)));
          PlainCall call = new PlainCall(recorder.address().getPort())) {
        call.beginWithParties("sendonly", "sendonly");
        call.send(LEFT, 0, 5);
        String late = "the end of the announcement was not signalled in time";
        until(
            () ->
                recorder.server().running(ACME).stream()
                    .anyMatch(one -> !one.withheld() || late.equals(one.notKept())));
        call.send(LEFT, 5, 5);
        call.request("BYE", "", "");
        capture = recorder.captures().get(call.callId());
      }
      boolean keeps = onTimeout == OnTimeout.KEEP_AND_FLAG;
      assertThat(numbers(capture, LEFT)).isEqualTo(keeps ? List.of(5, 6, 7, 8, 9) : List.of());
      assertThat(capture.summary().flags()).contains(CallFlag.ANNOUNCEMENT_TIMED_OUT);
      assertThat(withheld(capture, ACME).getLast().notKept())
          .isEqualTo(keeps ? null : "the end of the announcement was not signalled in time");
      assertThat(capture.texts())
          .anyMatch(text -> text.startsWith("the end of the announcement was not signalled"));
    }
  }

  private static final KeyConsent OPT_IN = new KeyConsent(KeyConsent.Kind.OPT_IN, "1", "9");

  @Test
  void nothingIsKeptUntilTheCallerConsentsNorAfterTheConsentIsTakenBack(@TempDir Path spool)
      throws Exception {
    RealRecorder.Capture capture;
    try (RealRecorder recorder =
            new RealRecorder(spool, acme(rule(AnnouncementMode.CONSENT_BY_KEY, null, OPT_IN)));
        PlainCall call = new PlainCall(recorder.address().getPort())) {
      call.beginWithParties("sendonly", "sendonly");
      call.send(LEFT, 0, 5);
      call.send(RIGHT, 0, 5);
      // The agent can't consent in the caller's place, nor can who is not known
      call.press(RIGHT, '1', 5);
      call.request("INFO", "Content-Type: application/dtmf-relay\r\n", "Signal=1\r\n");
      call.send(LEFT, 5, 1);
      call.press(LEFT, '1', 6);
      until(() -> !withheld(recorder));
      call.send(LEFT, 10, 5);
      call.send(RIGHT, 10, 5);
      call.press(LEFT, '9', 15);
      until(() -> withheld(recorder));
      call.send(LEFT, 20, 5);
      call.send(RIGHT, 20, 5);
      call.request("BYE", "", "");
      capture = recorder.captures().get(call.callId());
    }
    assertThat(numbers(capture, LEFT)).containsExactly(10, 11, 12, 13, 14, 15);
    assertThat(numbers(capture, RIGHT)).containsExactly(10, 11, 12, 13, 14);
    assertThat(capture.texts())
        .containsOnlyOnce("consent given by the caller")
        .contains("consent withdrawn by the caller; from here on nothing is kept");
    assertThat(capture.summary().flags())
        .contains(CallFlag.CONSENT_WITHDRAWN)
        .doesNotContain(CallFlag.NO_CONSENT);
    assertThat(withheld(capture, ACME).getLast().notKept()).isNull();
    // The digit itself is nowhere, in the packet of the key neither
    assertThat(capture.packets.get(LEFT).getLast()[12] & 0xff).isEqualTo(255);
    assertThat(everything(capture)).doesNotContain("Signal=1", "digit 9", "digit 1");
  }

  @Test
  void aCallWithoutConsentIsNotToBeKeptAtAll(@TempDir Path spool) throws Exception {
    RealRecorder.Capture capture;
    AnnouncementGate gate =
        new AnnouncementGate(Keep.ANNOUNCEMENT_CHANNEL, 600, OnTimeout.KEEP_AND_FLAG);
    try (RealRecorder recorder =
            new RealRecorder(spool, acme(rule(AnnouncementMode.CONSENT_BY_KEY, gate, OPT_IN)));
        PlainCall call = new PlainCall(recorder.address().getPort())) {
      call.beginWithParties("sendonly", "sendonly");
      call.send(LEFT, 0, 5);
      call.send(RIGHT, 0, 5);
      RecordingId id = running(recorder, ACME).id();
      recorder.server().announcementEnded(ACME, id, "the IVR");
      call.send(LEFT, 5, 5);
      call.send(RIGHT, 5, 5);
      call.request("BYE", "", "");
      capture = recorder.captures().get(call.callId());
    }
    assertThat(numbers(capture, LEFT)).isEmpty();
    assertThat(numbers(capture, RIGHT)).as("the announcement").containsExactly(0, 1, 2, 3, 4);
    assertThat(withheld(capture, ACME).getLast().notKept())
        .isEqualTo("nobody consented to the recording by key");
    assertThat(capture.summary().flags()).contains(CallFlag.NO_CONSENT);
  }

  @Test
  void whoOptsOutIsRecordedNoMore(@TempDir Path spool) throws Exception {
    KeyConsent optOut = new KeyConsent(KeyConsent.Kind.OPT_OUT, null, "9");
    RealRecorder.Capture capture;
    try (RealRecorder recorder =
            new RealRecorder(spool, acme(rule(AnnouncementMode.CONSENT_BY_KEY, null, optOut)));
        PlainCall call = new PlainCall(recorder.address().getPort())) {
      call.beginWithParties("sendonly", "sendonly");
      call.send(LEFT, 0, 5);
      // By INFO: who pressed is not known, and it counts all the same
      call.request("INFO", "Content-Type: application/dtmf-relay\r\n", "Signal=9\r\n");
      call.send(LEFT, 5, 5);
      call.request("BYE", "", "");
      capture = recorder.captures().get(call.callId());
    }
    assertThat(numbers(capture, LEFT)).containsExactly(0, 1, 2, 3, 4);
    assertThat(capture.summary().flags()).contains(CallFlag.CONSENT_WITHDRAWN);
    assertThat(everything(capture)).doesNotContain("Signal=9");
  }

  @Test
  void aCodeOfKeysPausesAndResumesAndIsStoredNowhere(@TempDir Path spool) throws Exception {
    RealRecorder.Capture capture;
    List<RecorderSnapshot.Tenant> tenants = List.of(tenant(ACME, "+12025550102", null, CODES));
    try (RealRecorder recorder = new RealRecorder(spool, tenants);
        PlainCall call = new PlainCall(recorder.address().getPort())) {
      call.beginWithParties("sendonly", "sendonly");
      call.send(RIGHT, 0, 5);
      running(recorder, ACME);
      // Alice is not Acme's
      type(call, LEFT, "*71", 100);
      type(call, RIGHT, "*71", 5);
      until(() -> recorder.server().running(ACME).getFirst().paused());
      assertThat(recorder.server().running(ACME).getFirst().pause())
          .extracting(RunningRecording.Pause::by)
          .isEqualTo("the called party by key");
      // A card security code
      type(call, RIGHT, "4711", 10);
      call.send(RIGHT, 20, 5);
      type(call, RIGHT, "*72", 30);
      until(() -> !recorder.server().running(ACME).getFirst().paused());
      call.send(RIGHT, 40, 5);
      type(call, RIGHT, "5", 45);
      call.request("BYE", "", "");
      capture = recorder.captures().get(call.callId());
    }
    assertThat(numbers(capture, RIGHT))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 40, 41, 42, 43, 44, 45);
    for (List<byte[]> packets : capture.packets.values()) {
      for (byte[] packet : packets) {
        assertThat((packet[1] & 0x7f) != 101 || (packet[12] & 0xff) == 255).isTrue();
      }
    }
    assertThat(capture.texts())
        .contains(
            "recording paused by the called party by key",
            "recording resumed by the called party by key",
            "DTMF masked");
    assertThat(everything(capture)).doesNotContain("digit ", "*71", "4711");
  }

  private static void type(PlainCall call, int stream, String keys, int number) throws Exception {
    for (int i = 0; i < keys.length(); i++) {
      call.press(stream, keys.charAt(i), number + i);
    }
  }

  @Test
  void oneTenantsPauseIsNotTheOthers(@TempDir Path spool) throws Exception {
    RealRecorder.Capture capture;
    List<RecorderSnapshot.Tenant> tenants =
        List.of(
            tenant(ACME, "+12025550102", null, PauseSettings.DEFAULT),
            tenant(GLOBEX, "+12025550101", null, PauseSettings.DEFAULT));
    try (RealRecorder recorder = new RealRecorder(spool, tenants);
        PlainCall call = new PlainCall(recorder.address().getPort())) {
      call.beginWithParties("sendonly", "sendonly");
      RunningRecording acme = running(recorder, ACME);
      RunningRecording globex = running(recorder, GLOBEX);
      assertThat(acme.id()).isNotEqualTo(globex.id());
      call.send(LEFT, 0, 5);
      assertThat(recorder.server().pause(ACME, acme.id(), "Acme's desktop", "a card"))
          .isEqualTo(PauseOutcome.DONE);
      call.send(LEFT, 5, 5);
      assertThat(recorder.server().running(GLOBEX).getFirst().paused()).isFalse();
      assertThat(recorder.server().pause(GLOBEX, globex.id(), "Globex' desktop", null))
          .isEqualTo(PauseOutcome.DONE);
      call.send(LEFT, 10, 5);
      assertThat(recorder.server().resume(ACME, acme.id(), "Acme's desktop", null))
          .isEqualTo(PauseOutcome.DONE);
      call.send(LEFT, 15, 5);
      call.request("BYE", "", "");
      capture = recorder.captures().get(call.callId());
    }
    assertThat(numbers(capture, LEFT))
        .as("what both paused is in nobody's capture")
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 18, 19);
    assertThat(withheld(capture, ACME).stream().map(CaptureEvent.Withheld::streams))
        .containsExactly(List.of(0, 1), List.of());
    assertThat(withheld(capture, GLOBEX).stream().map(CaptureEvent.Withheld::streams))
        .containsExactly(List.of(0, 1));
    CallSummary summary = capture.summary();
    assertThat(summary.shares()).hasSize(1);
    assertThat(
            capture.events.stream()
                .filter(CaptureEvent.Timeline.class::isInstance)
                .map(CaptureEvent.Timeline.class::cast)
                .filter(line -> line.event().text().startsWith("recording paused"))
                .map(line -> line.tenant() + ": " + line.event().text()))
        .containsExactly(
            "acme: recording paused by Acme's desktop: a card",
            "globex: recording paused by Globex' desktop");
  }
}
