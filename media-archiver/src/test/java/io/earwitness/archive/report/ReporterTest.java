package io.earwitness.archive.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.InMemoryCatalog;
import io.earwitness.archive.TestCalls;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.SrcFindings;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.capture.SpoolReader;
import io.earwitness.capture.SpoolSettings;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.capture.TestCaptureKey;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReporterTest {
  private static final Instant END = TestCalls.START.plusSeconds(60);

  @TempDir private Path spool;
  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private final List<RecordingId> ended = Collections.synchronizedList(new ArrayList<>());
  private final List<String> findings = new ArrayList<>();
  private boolean findingsFail;
  private SpoolWriter writer;
  private Reporter reporter;

  @BeforeEach
  void open() throws IOException {
    writer = writer();
    reporter = reporter(Duration.ofMillis(50));
  }

  @AfterEach
  void close() {
    reporter.close();
    writer.close();
  }

  private SpoolWriter writer() throws IOException {
    return SpoolWriter.start(
        SpoolSettings.defaults(spool), TestCaptureKey.key().certificate(), () -> TestCalls.START);
  }

  private Reporter reporter(Duration interval) {
    return new Reporter(
        new SpoolReader(spool, List.of(TestCaptureKey.key())),
        catalog,
        (call, found) -> {
          if (findingsFail) {
            throw new CatalogUnavailableException("away", null);
          }
          findings.add(call.state().wireName() + " " + found);
        },
        "node-1",
        ended::add,
        new Reporter.Settings(interval, Duration.ofMillis(50)));
  }

  private CallSummary call(RecordingId id) {
    return Objects.requireNonNull(catalog.call(id), "not in the catalog");
  }

  private static void packet(CaptureWriter.Session session, Instant arrival) {
    byte[] packet = new byte[172];
    packet[0] = (byte) 0x80;
    long nanos = arrival.getEpochSecond() * 1_000_000_000L + arrival.getNano();
    assertThat(session.packet(0, nanos, MemorySegment.ofArray(packet), 0, packet.length)).isTrue();
  }

  @Test
  void aCallIsLiveWhileItsCaptureIsWrittenAndClosedWithItsFlagsAfterwards() throws Exception {
    CallSummary live = TestCalls.live(TestCalls.TENANT);
    CaptureWriter.Session session = writer.open(live);
    reporter.scan();
    assertThat(call(live.id()).state()).isEqualTo(CallState.LIVE);
    assertThat(ended).isEmpty();
    session.append(new CaptureEvent.Streams(TestCalls.START, TestCalls.streams()));
    session.append(
        new CaptureEvent.Statistics(
            END,
            List.of(TestCalls.quality(0, 3, null, 4999), TestCalls.quality(1, 0, null, 4001))));
    session.append(new CaptureEvent.Dropped(END, 0, 3));
    session.close(new CaptureEvent.Closed(END, "BYE", List.of(CallFlag.METADATA_MISSING)));
    reporter.scan();
    CallSummary closed = call(live.id());
    assertThat(closed.state()).isEqualTo(CallState.CLOSED);
    assertThat(closed.end()).isEqualTo(END);
    assertThat(closed.parties()).isEqualTo(live.parties());
    assertThat(closed.flags())
        .containsExactlyInAnyOrder(
            CallFlag.METADATA_MISSING,
            CallFlag.JITTER_NOT_MEASURED,
            CallFlag.SOURCE_PORT_MISMATCH,
            CallFlag.ONE_WAY,
            CallFlag.RECORDER_OVERLOAD);
    assertThat(ended).containsExactly(live.id());
    reporter.scan();
    assertThat(ended).as("told once").containsExactly(live.id());
  }

  @Test
  void aGoodCallHasNoFlags() throws Exception {
    CallSummary live = TestCalls.live(TestCalls.TENANT);
    CaptureWriter.Session session = writer.open(live);
    session.append(new CaptureEvent.Streams(TestCalls.START, TestCalls.streams()));
    session.append(
        new CaptureEvent.Statistics(
            END, List.of(TestCalls.quality(0, 3, 0.1, 4000), TestCalls.quality(1, 3, 0.2, 4001))));
    session.close(new CaptureEvent.Closed(END, "BYE", List.of()));
    reporter.scan();
    assertThat(call(live.id()).flags()).isEmpty();
  }

  @Test
  void whatIsLearntInMidCallIsReportedAtTheNextLook() throws Exception {
    CallSummary live = TestCalls.live(TenantSlug.PLATFORM);
    CaptureWriter.Session session = writer.open(live);
    reporter.start();
    reporter.hint(live.id());
    TestCalls.await("the call is live", () -> catalog.call(live.id()) != null);
    assertThat(call(live.id()).flags()).containsExactly(CallFlag.TENANT_UNKNOWN);
    CallSummary better = TestCalls.summary(live.id(), TestCalls.TENANT, CallState.LIVE, null);
    session.append(new CaptureEvent.Updated(END, better));
    TestCalls.await("the tenant is known", () -> call(live.id()).tenant().equals(TestCalls.TENANT));
    session.close(new CaptureEvent.Closed(END, "BYE", List.of()));
    TestCalls.await("the call is closed", () -> call(live.id()).state() == CallState.CLOSED);
  }

  @Test
  void aCaptureThatACrashLeftIsClosedAtItsLastPacket() throws Exception {
    CallSummary live = TestCalls.live(TestCalls.TENANT);
    CaptureWriter.Session session = writer.open(live);
    Instant lastPacket = TestCalls.START.plusMillis(12_345);
    packet(session, lastPacket.minusMillis(20));
    packet(session, lastPacket);
    writer.close(); // captures that are open then end without a Closed event
    reporter.scan();
    CallSummary closed = call(live.id());
    assertThat(closed.state()).isEqualTo(CallState.CLOSED);
    assertThat(closed.flags()).containsExactly(CallFlag.RECORDER_INTERRUPTED);
    assertThat(closed.end()).isEqualTo(lastPacket);
    assertThat(ended).containsExactly(live.id());
  }

  @Test
  void anInterruptedCallIsNotTakenForOneWhileTheRecorderWritesIt() throws Exception {
    CallSummary live = TestCalls.live(TestCalls.TENANT);
    CaptureWriter.Session session = writer.open(live);
    packet(session, TestCalls.START);
    for (int i = 0; i < 3; i++) {
      reporter.scan();
    }
    assertThat(call(live.id()).state()).isEqualTo(CallState.LIVE);
  }

  @Test
  void callsWaitInTheSpoolWhileTheCatalogIsAway() throws Exception {
    catalog.setAvailable(false);
    CallSummary live = TestCalls.live(TestCalls.TENANT);
    CaptureWriter.Session session = writer.open(live);
    reporter.start();
    reporter.hint(live.id());
    session.close(new CaptureEvent.Closed(END, "BYE", List.of()));
    writer.refuse(TestCalls.refused(), null);
    reporter.hint(live.id());
    reporter.hintRefusal();
    catalog.setAvailable(true);
    // It may be told as live before, if the reporter read it before its end
    TestCalls.await(
        "both arrived", () -> states().containsAll(List.of(CallState.CLOSED, CallState.REFUSED)));
    assertThat(states()).containsOnlyOnce(CallState.CLOSED, CallState.REFUSED);
  }

  private List<CallState> states() {
    return catalog.reports().stream().map(CallSummary::state).toList();
  }

  @Test
  void refusalsAreReportedOnceAndForgotten() throws Exception {
    CallSummary refused = TestCalls.refused();
    writer.refuse(refused, null);
    writer.refuse(TestCalls.refused(), null);
    reporter.scan();
    reporter.scan();
    assertThat(catalog.reports()).hasSize(2);
    assertThat(call(refused.id()).refusal()).isEqualTo(new Refusal(488, "no audio offered"));
    assertThat(new SpoolReader(spool, List.of(TestCaptureKey.key())).refusals()).isEmpty();
  }

  @Test
  void whatAnSrcDeviatedInIsToldWithItsCallsAndItsRefusals() throws Exception {
    DeviationFound first = new DeviationFound(Deviation.REQUIRE_MISSING, "INVITE");
    DeviationFound second = new DeviationFound(Deviation.ACK_MISSING, "no ACK");
    CallSummary live = TestCalls.live(TestCalls.TENANT);
    CaptureWriter.Session session = writer.open(live);
    session.append(
        new CaptureEvent.Conformance(TestCalls.START, new SrcFindings("sbc-1", List.of(first))));
    session.append(new CaptureEvent.Conformance(END, new SrcFindings("sbc-1", List.of(second))));
    session.close(new CaptureEvent.Closed(END, "BYE", List.of()));
    writer.refuse(TestCalls.refused(), new SrcFindings("sbc-1", List.of(first)));
    writer.refuse(TestCalls.refused(), null);
    findingsFail = true;
    assertThatThrownBy(reporter::scan).isInstanceOf(CatalogUnavailableException.class);
    findingsFail = false;
    reporter.scan();
    reporter.scan();
    // The enum's order, whichever was seen first
    assertThat(findings)
        .containsExactly(
            "closed " + new SrcFindings("sbc-1", List.of(first, second)),
            "refused " + new SrcFindings("sbc-1", List.of(first)));
    assertThat(ended).containsExactly(live.id());
  }

  @Test
  void archivedCapturesAreNotReadAgainAfterARestart() throws Exception {
    CallSummary live = TestCalls.live(TestCalls.TENANT);
    writer.open(live).close(new CaptureEvent.Closed(END, "BYE", List.of()));
    reporter.scan();
    catalog.finish(live.id(), CallState.NO_MEDIA, Set.of());
    ended.clear();
    Reporter second = reporter(Duration.ofSeconds(1));
    second.scan();
    assertThat(ended).isEmpty();
    assertThat(call(live.id()).state()).isEqualTo(CallState.NO_MEDIA);
  }

  @Test
  void aRestartReportsAgainWhatWasClosedButNotArchived() throws Exception {
    CallSummary live = TestCalls.live(TestCalls.TENANT);
    writer.open(live).close(new CaptureEvent.Closed(END, "BYE", List.of()));
    Reporter first = reporter(Duration.ofSeconds(1));
    first.scan();
    ended.clear();
    reporter.scan();
    assertThat(ended).containsExactly(live.id());
    assertThat(catalog.reports()).hasSize(1);
  }

  @Test
  void oneUnreadableCaptureDoesNotKeepTheOthersBack() throws Exception {
    CallSummary broken = TestCalls.live(TestCalls.TENANT);
    writer.open(broken).close(new CaptureEvent.Closed(END, "BYE", List.of()));
    Path segment;
    try (var files = Files.walk(spool)) {
      segment =
          files
              .filter(file -> file.toString().contains(broken.id().toString()))
              .filter(Files::isRegularFile)
              .findFirst()
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(segment);
    Arrays.fill(bytes, 0, bytes.length, (byte) 0x55);
    Files.write(segment, bytes);
    CallSummary good = TestCalls.live(TestCalls.TENANT);
    writer.open(good).close(new CaptureEvent.Closed(END, "BYE", List.of()));
    reporter.scan();
    assertThat(call(good.id()).state()).isEqualTo(CallState.CLOSED);
    CallSummary kept = call(broken.id());
    assertThat(kept.tenant()).isEqualTo(TenantSlug.PLATFORM);
    assertThat(kept.flags()).contains(CallFlag.CAPTURE_DAMAGED, CallFlag.TENANT_UNKNOWN);
  }
}
