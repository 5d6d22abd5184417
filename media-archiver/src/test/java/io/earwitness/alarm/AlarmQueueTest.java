package io.earwitness.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AlarmQueueTest {
  private static final TenantSlug ACME = new TenantSlug("acme");
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  private static final AlarmObject NODE = AlarmObject.node("rec-1");

  private final List<String> heard = new ArrayList<>();
  private Instant now = START;
  private final AlarmQueue queue =
      new AlarmQueue(
          "rec-1",
          3,
          () -> now,
          new AlarmQueue.Listener() {
            @Override
            public void raised(AlarmKey key, String detail) {
              heard.add("+" + key.kind().wireName() + "@" + key.tenant());
            }

            @Override
            public void cleared(AlarmKey key) {
              heard.add("-" + key.kind().wireName() + "@" + key.tenant());
            }

            @Override
            public void dropped(AlarmKey key, long soFar) {
              heard.add("dropped " + soFar);
            }
          });

  private static AlarmKey platform(AlarmKind kind) {
    return new AlarmKey(TenantSlug.PLATFORM, kind, NODE);
  }

  @Test
  void what_is_raised_again_while_it_waits_counts_up_and_takes_the_new_detail() {
    queue.raise(AlarmKind.SPOOL_FULL, NODE, ACME, "first");
    now = START.plusSeconds(5);
    queue.raise(AlarmKind.SPOOL_FULL, NODE, ACME, "second");
    assertThat(queue.take(10))
        .containsExactly(
            new AlarmReport(
                platform(AlarmKind.SPOOL_FULL), 2, START, now, "second", null, "rec-1"));
    assertThat(heard).containsExactly("+spool-full@platform");
    assertThat(queue.take(10)).isEmpty();
  }

  @Test
  void one_that_came_and_went_before_it_was_written_is_written_as_both() {
    queue.raise(AlarmKind.DATABASE_AWAY, NODE, TenantSlug.PLATFORM, "gone");
    now = START.plusSeconds(60);
    queue.clear(AlarmKind.DATABASE_AWAY, NODE, TenantSlug.PLATFORM);
    AlarmReport report = queue.take(10).getFirst();
    assertThat(report.times()).isEqualTo(1);
    assertThat(report.firstAt()).isEqualTo(START);
    assertThat(report.clearedAt()).isEqualTo(now);
    assertThat(heard).containsExactly("+database-away@platform", "-database-away@platform");
  }

  @Test
  void the_newest_state_is_kept_of_one_that_could_not_be_written() {
    queue.raise(AlarmKind.SPOOL_FULL, NODE, ACME, "first");
    AlarmReport taken = queue.take(1).getFirst();
    now = START.plusSeconds(1);
    queue.raise(AlarmKind.SPOOL_FULL, NODE, ACME, "second");
    queue.putBack(taken);
    AlarmReport report = queue.take(1).getFirst();
    assertThat(report.times()).isEqualTo(2);
    assertThat(report.firstAt()).isEqualTo(START);
    assertThat(report.detail()).isEqualTo("second");
  }

  @Test
  void a_kind_decides_in_whose_register_it_is() {
    AlarmObject tenant = AlarmObject.tenant(ACME);
    queue.raise(AlarmKind.MEDIA_ONE_WAY, tenant, ACME, "");
    queue.raise(AlarmKind.CALLS_LOST, tenant, ACME, "");
    assertThat(queue.take(10))
        .extracting(report -> report.key().kind() + " " + report.key().tenant())
        .containsExactly("MEDIA_ONE_WAY acme", "CALLS_LOST acme", "CALLS_LOST platform");
  }

  @Test
  void with_too_many_waiting_further_ones_are_dropped_and_counted_and_the_known_go_on() {
    queue.raise(AlarmKind.SPOOL_FULL, NODE, ACME, "");
    queue.raise(AlarmKind.SPOOL_FAILING, NODE, ACME, "");
    queue.raise(AlarmKind.NODE_ABSENT, NODE, ACME, "");
    queue.raise(AlarmKind.NODE_CLOCK_OFF, NODE, ACME, "");
    queue.raise(AlarmKind.SPOOL_FULL, NODE, ACME, "again");
    assertThat(queue.dropped()).isEqualTo(1);
    assertThat(heard).endsWith("dropped 1");
    assertThat(queue.take(10)).hasSize(3).first().extracting(AlarmReport::times).isEqualTo(2);
  }

  @Test
  void a_clear_is_written_unless_the_register_is_known_to_have_nothing_of_it() {
    queue.clear(AlarmKind.SPOOL_FULL, NODE, ACME);
    assertThat(queue.take(10)).as("a former process may have raised it").hasSize(1);
    queue.registered(Set.of());
    queue.clear(AlarmKind.SPOOL_FULL, NODE, ACME);
    assertThat(queue.take(10)).isEmpty();
    queue.registered(Set.of(platform(AlarmKind.SPOOL_FULL)));
    queue.clear(AlarmKind.SPOOL_FULL, NODE, ACME);
    assertThat(queue.take(10)).hasSize(1);
  }

  @Test
  void open_alarms_are_counted_with_and_without_the_register() {
    queue.raise(AlarmKind.SPOOL_FULL, NODE, ACME, "");
    assertThat(queue.openByKind()).isEqualTo(Map.of(AlarmKind.SPOOL_FULL, 1));
    queue.registered(Set.of(platform(AlarmKind.SPOOL_FULL), platform(AlarmKind.NODE_CLOCK_OFF)));
    assertThat(queue.openByKind())
        .isEqualTo(Map.of(AlarmKind.SPOOL_FULL, 1, AlarmKind.NODE_CLOCK_OFF, 1));
    queue.clear(AlarmKind.SPOOL_FULL, NODE, ACME);
    assertThat(queue.openByKind()).isEqualTo(Map.of(AlarmKind.NODE_CLOCK_OFF, 1));
  }
}
