package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.alarm.SaidAlarms;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.RecordingDecision;
import io.earwitness.capture.CaptureWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of captures of calls that are not to be recorded, or only if somebody marks them.
 */
class NotRecordedTest {
  private static final RecordingDecision NEVER =
      new RecordingDecision(2, RecordingAction.NEVER, false, "council", null, "rule 1 applies");

  private static final ArchiveWorker.Settings SETTINGS =
      new ArchiveWorker.Settings(
          "test",
          1,
          Duration.ofMinutes(1),
          Duration.ofMillis(20),
          Duration.ofSeconds(1),
          Duration.ofSeconds(8),
          Duration.ofDays(1));

  @TempDir private Path folder;
  private ArchiverWorld world;

  @BeforeEach
  void open() throws Exception {
    world = new ArchiverWorld(folder);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static RecordingDecision onDemand(int minutes) {
    return new RecordingDecision(
        2, RecordingAction.ON_DEMAND, true, "private", minutes, "rule 1 applies");
  }

  /** A call with audio, and what the recorder has decided on it. */
  private CallSummary place(@Nullable RecordingDecision decision) throws Exception {
    CallSummary plain = TestCalls.live(TestCalls.TENANT);
    CallSummary call =
        new CallSummary(
            plain.id(),
            plain.tenant(),
            plain.state(),
            plain.start(),
            plain.end(),
            plain.zone(),
            plain.direction(),
            plain.parties(),
            plain.flags(),
            plain.callIds(),
            plain.node(),
            plain.matchedRule(),
            plain.configurationVersion(),
            plain.refusal(),
            plain.rawMetadata(),
            plain.vendorData(),
            plain.capture(),
            plain.shares(),
            decision);
    CaptureWriter.Session session = world.open(call);
    new ArchiverWorld.Voice(0, 1).send(session, 0, 0, 50);
    ArchiverWorld.close(session, 50);
    world.reporter.scan();
    return call;
  }

  private ArchiveWorker worker() {
    return new ArchiveWorker(world.catalog, world.archiver(), SETTINGS);
  }

  private int sweep() throws Exception {
    return new CaptureJanitor(
            world.captures,
            world.catalog,
            world.store,
            world.manifests,
            new SaidAlarms(),
            world.clock)
        .sweep();
  }

  private void assertNothingStored(CallSummary call) {
    assertThat(world.store.list(Bucket.LOCK, ObjectKeys.recording(call.tenant(), call.id())))
        .isEmpty();
    assertThat(world.catalog.archive(call.id())).isNull();
  }

  @Test
  void whatWasCapturedBeforeTheDecisionIsThrownAway() throws Exception {
    CallSummary call = place(NEVER);

    assertThat(worker().archiveNext()).isTrue();

    assertThat(world.call(call.id()).state()).isEqualTo(CallState.NOT_RECORDED_BY_POLICY);
    assertNothingStored(call);
    assertThat(world.captures.holds(call.id())).isTrue();
    // Whoever was killed here finds the same work left: the outcome stands, the capture goes
    assertThat(sweep()).isEqualTo(1);
    assertThat(world.captures.holds(call.id())).isFalse();
    assertThat(sweep()).isZero();
    world.reporter.scan();
    assertThat(world.call(call.id()).state()).isEqualTo(CallState.NOT_RECORDED_BY_POLICY);
  }

  @Test
  void aHeldCallStaysSealedInTheSpool() throws Exception {
    CallSummary call = place(onDemand(100_000));
    assertThat(worker().archiveNext()).isTrue();
    assertThat(world.call(call.id()).state()).isEqualTo(CallState.CLOSED);
    assertThat(world.catalog.releases().getLast().why()).contains("is held until somebody marks");
    assertNothingStored(call);
    assertThat(sweep()).isZero();
    assertThat(world.captures.holds(call.id())).isTrue();
  }

  @Test
  void aHeldCallGoesWhenItsTimeIsOver() throws Exception {
    CallSummary late = place(onDemand(1));
    assertThat(worker().archiveNext()).isTrue();
    assertThat(world.call(late.id()).state()).isEqualTo(CallState.NOT_RECORDED_BY_POLICY);
    assertThat(world.call(late.id()).flags()).contains(CallFlag.NOT_KEPT);
    assertNothingStored(late);
    assertThat(sweep()).isEqualTo(1);
    assertThat(world.captures.holds(late.id())).isFalse();
  }

  @Test
  void aMarkedCallIsArchivedWithThePolicyInItsRecord() throws Exception {
    CallSummary call = place(onDemand(1));
    world.catalog.keep(call.id());

    assertThat(worker().archiveNext()).isTrue();

    assertThat(world.call(call.id()).state()).isEqualTo(CallState.ARCHIVED);
    assertThat(world.record(call.tenant(), call.id()).summary().policy()).isEqualTo(onDemand(1));
    assertThat(world.manifest(call.tenant(), call.id()).manifest().policies())
        .containsEntry("recording", "2");
  }
}
