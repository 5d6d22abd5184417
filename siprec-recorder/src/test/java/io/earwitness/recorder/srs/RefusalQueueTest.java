package io.earwitness.recorder.srs;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RefusalQueueTest {
  private final FakeCaptures captures = new FakeCaptures();
  private final List<RecordingId> told = new ArrayList<>();
  private final RefusalQueue queue =
      new RefusalQueue(
          captures,
          new CallObserver() {
            @Override
            public void opened(RecordingId id) {}

            @Override
            public void updated(RecordingId id) {}

            @Override
            public void closed(RecordingId id) {}

            @Override
            public void refused(RecordingId id) {
              told.add(id);
            }
          },
          3);

  private static final Refusal FULL = new Refusal(503, "full", "INVITE sip:srs SIP/2.0");

  private static CallSummary refused(int number) {
    Instant at = Instant.EPOCH.plusSeconds(number);
    return new CallSummary(
        RecordingId.draw(at),
        TenantSlug.PLATFORM,
        CallState.REFUSED,
        at,
        at,
        ZoneOffset.UTC,
        Direction.UNKNOWN,
        List.of(),
        Set.of(),
        List.of("call-" + number),
        "recorder-1",
        "no rule matched",
        "v1",
        FULL,
        null);
  }

  private List<String> entered() {
    return captures.refusals.stream().map(summary -> summary.callIds().getFirst()).toList();
  }

  @Test
  void whatTheSpoolCantTakeWaitsUntilItCan() {
    captures.refusalsFull = true;
    queue.enter(refused(1), null);
    queue.enter(refused(2), null);
    queue.retry();
    assertThat(captures.refusals).isEmpty();
    assertThat(told).isEmpty();

    captures.refusalsFull = false;
    queue.enter(refused(3), null);
    queue.retry();
    queue.retry();
    assertThat(entered()).containsExactly("call-3", "call-1", "call-2");
    assertThat(told).isEqualTo(captures.refusals.stream().map(CallSummary::id).toList());
    assertThat(queue.lost()).isZero();
  }

  @Test
  void noMoreThanItsCapacityWaitAndTheRestIsCounted() {
    captures.refusalsFull = true;
    for (int number = 1; number <= 5; number++) {
      queue.enter(refused(number), null);
    }
    assertThat(queue.lost()).isEqualTo(2);
    captures.refusalsFull = false;
    queue.retry();
    assertThat(entered()).containsExactly("call-1", "call-2", "call-3");
  }

  @Test
  void ofThoseThatWaitOnlySoManyKeepTheTextOfTheirInvite() {
    RefusalQueue large = new RefusalQueue(captures, CallObserver.NONE, 10_000);
    captures.refusalsFull = true;
    for (int number = 0; number <= RefusalQueue.WITH_MESSAGE; number++) {
      large.enter(refused(number), null);
    }
    captures.refusalsFull = false;
    large.retry();
    assertThat(captures.refusals).hasSize(RefusalQueue.WITH_MESSAGE + 1);
    assertThat(captures.refusals.subList(0, RefusalQueue.WITH_MESSAGE))
        .allSatisfy(call -> assertThat(call.refusal()).isEqualTo(FULL));
    assertThat(captures.refusals.getLast().refusal()).isEqualTo(FULL.withoutMessage());
    assertThat(captures.refusals.getLast().callIds()).containsExactly("call-500");
  }

  @Test
  void closingTriesOnceMore() {
    captures.refusalsFull = true;
    queue.enter(refused(1), null);
    captures.refusalsFull = false;
    queue.close();
    assertThat(entered()).containsExactly("call-1");
    captures.refusalsFull = true;
    queue.enter(refused(2), null);
    queue.close();
    assertThat(queue.lost()).isEqualTo(1);
  }
}
