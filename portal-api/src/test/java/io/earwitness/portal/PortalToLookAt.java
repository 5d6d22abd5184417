package io.earwitness.portal;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.SrcReports.DeviationCount;
import io.earwitness.archive.catalog.SrcReports.SrcReport;
import io.earwitness.archive.media.FlacEncoder;
import io.earwitness.archive.media.Waveform;
import io.earwitness.call.AnswerMode;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Deviation;
import io.earwitness.call.Direction;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.SrcProof;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.Part;
import io.earwitness.recorder.client.Speech;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A portal over made-up calls with real speech, for whoever works on the page: run it, then {@code
 * npm run dev} in {@code web/} with EARWITNESS_URL set to what it prints.
 */
final class PortalToLookAt {
  private static final List<String> PEOPLE =
      List.of(
          "Anna Berg",
          "Björn Holm",
          "Chloé Martin",
          "Dmitri Volkov",
          "Elif Yılmaz",
          "Farid Nazari",
          "Grace O’Neill",
          "Hiro Tanaka",
          "Ingrid Sørensen",
          "João Pereira");

  private PortalToLookAt() {}

  public static void main(String[] arguments) throws InterruptedException {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8080;
    int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2000;
    @SuppressWarnings("resource") // serves until the process ends
    TestPortal portal = new TestPortal(port, Set.of(TestPortal.GLOBEX), Clock.systemUTC());
    Random random = new Random(1);
    Instant now = portal.clock.now;
    for (int i = 0; i < count; i++) {
      CallState state =
          switch (i) {
            case 0 -> CallState.LIVE;
            case 1 -> CallState.CLOSED;
            case 4 -> CallState.REFUSED;
            case 6 -> CallState.NO_MEDIA;
            default -> i % 9 == 7 ? CallState.ARCHIVED_PARTIAL : CallState.ARCHIVED;
          };
      call(portal, state, now.minus(Duration.ofMinutes(i * 7L + random.nextInt(5))), i, random);
    }
    src(portal, "sbc-frankfurt-1", null, SrcProfile.DEFAULT, now, Deviation.values().length / 4);
    src(
        portal,
        "sbc-acme",
        TestPortal.ACME,
        new SrcProfile(SrcProof.STRICT, "sbc-acme.example.com", AnswerMode.ONE_CODEC, false),
        now,
        0);
    System.out.printf(
        "%s tenant=acme user=compliance-officer password=%s%n",
        portal.server.url(), TestPortal.PASSWORD);
    Thread.currentThread().join();
  }

  /** An SRC that deviates in every so many of all ways; 0 for none. */
  private static void src(
      TestPortal portal,
      String name,
      @Nullable TenantSlug tenant,
      SrcProfile profile,
      Instant now,
      int every) {
    List<DeviationCount> deviations = new ArrayList<>();
    for (int i = 0; every > 0 && i < Deviation.values().length; i += every) {
      deviations.add(
          new DeviationCount(
              Deviation.values()[i],
              31_415 / (i + 1),
              now.minus(Duration.ofDays(40)),
              now.minus(Duration.ofMinutes(i)),
              RecordingId.draw(now),
              "line %d of the metadata: participant".formatted(i + 7)));
    }
    portal.srcs.put(
        new SrcReport(
            new RecorderSnapshot.Src(
                name, List.of("192.0.2.16/28", "2001:db8:7::/64"), tenant, profile),
            31_500,
            every,
            now,
            RecordingId.draw(now),
            deviations));
  }

  private static void call(
      TestPortal portal, CallState state, Instant start, int index, Random random) {
    Speech.Dialogue dialogue = Speech.dialogue(index % Speech.dialogues());
    int samples = Math.max(dialogue.left().samples().length, dialogue.right().samples().length);
    Duration length = Duration.ofMillis(samples / 8);
    CallSummary plain =
        TestCalls.summary(
            TestPortal.ACME,
            state,
            start,
            length.plusMillis(300),
            TestCalls.party(Side.LEFT, PEOPLE.get(index % 10), "+49301234" + (1000 + index)),
            TestCalls.party(
                Side.RIGHT,
                PEOPLE.get((index * 3 + 1) % 10),
                "+44207946" + (1000 + random.nextInt(9000))));
    Set<CallFlag> flags =
        switch (state) {
          case ARCHIVED_PARTIAL -> Set.of(CallFlag.PACKET_LOSS, CallFlag.RECORDER_INTERRUPTED);
          case NO_MEDIA -> Set.of(CallFlag.NO_BYE);
          default -> index % 11 == 3 ? Set.of(CallFlag.METADATA_MALFORMED) : Set.of();
        };
    Direction direction = Direction.values()[index % 3];
    CallSummary call = TestCalls.with(plain, direction, flags);
    if (!state.hasMedia()) {
      portal.calls.put(TestCalls.entry(call));
      return;
    }
    if (index >= 12) {
      // Enough to scroll through; they share no audio.
      portal.calls.put(TestCalls.archived(call, 100_000, length));
      return;
    }
    short[][] channels = {
      Arrays.copyOf(dialogue.left().samples(), samples),
      Arrays.copyOf(dialogue.right().samples(), samples)
    };
    Waveform waveform = new Waveform(2);
    waveform.accept(channels, 0, samples);
    // One as a long call is stored: in several files.
    int parts = index == 5 ? 3 : 1;
    long bytes = 0;
    for (int part = 1; part <= parts; part++) {
      int from = samples / parts * (part - 1);
      int to = part == parts ? samples : samples / parts * part;
      byte[] flac;
      try (FlacEncoder encoder = new FlacEncoder(2)) {
        encoder.accept(channels, from, to - from);
        flac = encoder.finish().content().toByteArray();
      }
      portal.media.put(call.id(), Part.media(part), flac);
      bytes += flac.length;
    }
    CallEntry entry = TestCalls.archived(call, bytes, length);
    portal.calls.put(entry);
    portal.media.put(call.id(), Part.WAVEFORM, waveform.finish());
    portal.media.put(call.id(), Part.CALL, Json.bytes(TestCalls.record(entry)));
  }
}
