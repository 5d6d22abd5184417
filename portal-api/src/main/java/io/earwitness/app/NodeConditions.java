package io.earwitness.app;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.archive.alarm.Recently;
import io.earwitness.archive.alarm.Stuck;
import io.earwitness.archive.catalog.ChangeFeed;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.SpoolHealth;
import io.earwitness.capture.SpoolSpace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which conditions of a node are alarms. What is said of one is for people, and coarse, since each
 * change of it is entered.
 */
final class NodeConditions {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration UNSYNCED = Duration.ofSeconds(5);
  private static final Duration EXPIRING = Duration.ofDays(30);

  private final Watches watches;
  private final Clock clock;

  NodeConditions(Watches watches, Clock clock) {
    this.watches = watches;
    this.clock = clock;
  }

  /** A value that may be missing. */
  @FunctionalInterface
  interface Maybe<T> {
    @Nullable T get();
  }

  private void when(AlarmKind kind, BooleanSupplier holds, String words) {
    watches.watch(kind, () -> holds.getAsBoolean() ? words : null);
  }

  private void counted(AlarmKind kind, LongSupplier count, String what) {
    watches.watch(
        kind,
        () -> {
          long now = count.getAsLong();
          return now == 0 ? null : "%d %s".formatted(now, what);
        });
  }

  /**
   * The spool.
   *
   * @param unsynced how long audio has waited for a sync
   * @param unread why the spool can't be looked at; null if it can
   */
  void spool(
      Maybe<SpoolSpace.Room> room,
      Supplier<SpoolHealth> health,
      Supplier<Duration> unsynced,
      Maybe<String> unread) {
    watches.watch(
        AlarmKind.SPOOL_FULL,
        () -> {
          SpoolSpace.Room now = room.get();
          return now != null && now.low() ? "only the reserve is left" : null;
        });
    watches.watch(
        AlarmKind.SPOOL_FULL_SOON, () -> fullIn(room.get(), Duration.ZERO, HOUR, "an hour"));
    watches.watch(AlarmKind.SPOOL_FILLING, () -> fullIn(room.get(), HOUR, DAY, "a day"));
    Recently failed =
        new Recently(
            () -> health.get().writeErrors() + health.get().syncErrors(),
            MINUTE,
            clock,
            "%d failed writes and syncs since the start");
    watches.watch(
        AlarmKind.SPOOL_FAILING,
        () -> {
          String unwritten = failed.problem();
          String unreadable = unread.get();
          return unreadable == null ? unwritten : unreadable;
        });
    when(
        AlarmKind.SPOOL_SYNC_SLOW,
        () -> unsynced.get().compareTo(UNSYNCED) > 0,
        "audio waits for more than %d s".formatted(UNSYNCED.toSeconds()));
  }

  private static @Nullable String fullIn(
      SpoolSpace.@Nullable Room room, Duration least, Duration below, String words) {
    Duration fullIn = room == null || room.low() ? null : room.fullIn();
    return fullIn == null || fullIn.compareTo(least) < 0 || fullIn.compareTo(below) >= 0
        ? null
        : "full in less than " + words;
  }

  /**
   * The recorder.
   *
   * @param unusable whether the newest configuration can't be taken over
   * @param declined SRTP suites that don't work here
   */
  void recorder(
      BooleanSupplier overloaded,
      LongSupplier lostRefusals,
      Supplier<RecorderSnapshot> configuration,
      BooleanSupplier unusable,
      int maxCalls,
      List<String> declined) {
    when(AlarmKind.RECORDER_OVERLOADED, overloaded, "new calls are refused");
    watches.watch(
        AlarmKind.REFUSALS_LOST, new Recently(lostRefusals, HOUR, clock, "%d since the start"));
    watches.watch(
        AlarmKind.PLACES_OVERCOMMITTED,
        () -> {
          long guaranteed = 0;
          for (RecorderSnapshot.Tenant tenant : configuration.get().tenants()) {
            guaranteed += tenant.limits().guaranteed();
          }
          return guaranteed > maxCalls
              ? "%d are guaranteed, %d are recorded at a time".formatted(guaranteed, maxCalls)
              : null;
        });
    when(AlarmKind.CONFIGURATION_UNUSABLE, unusable, "the last one goes on");
    when(AlarmKind.SRTP_UNAVAILABLE, () -> !declined.isEmpty(), String.join(", ", declined));
  }

  /** The configuration on this node's disk. */
  void configuration(BooleanSupplier forged) {
    when(AlarmKind.CONFIGURATION_FORGED, forged, "the last good one goes on");
  }

  /**
   * Certificates.
   *
   * @param sipUntil until when that of SIP over TLS is valid; null if there is none
   * @param sipUnusable whether its files were replaced by others that can't be used
   */
  void certificates(
      Maybe<Instant> sipUntil, BooleanSupplier sipUnusable, List<String> platformKeys) {
    when(AlarmKind.PLATFORM_KEYS, () -> !platformKeys.isEmpty(), String.join(" ", platformKeys));
    watches.watch(
        AlarmKind.CERTIFICATE_EXPIRING,
        () -> {
          Instant until = sipUntil.get();
          return until != null && until.isBefore(clock.instant().plus(EXPIRING))
              ? "that of SIP over TLS, at %s".formatted(until)
              : null;
        });
    when(AlarmKind.CERTIFICATE_UNUSABLE, sipUnusable, "those of SIP over TLS");
  }

  /** The node among others. */
  void node(
      BooleanSupplier nameTaken,
      LongSupplier missingCaptures,
      LongSupplier unreported,
      BooleanSupplier copiesFailing,
      LongSupplier leftovers) {
    when(AlarmKind.NODE_NAME_TAKEN, nameTaken, "another spool goes by this name");
    counted(AlarmKind.CAPTURES_MISSING, missingCaptures, "calls");
    counted(AlarmKind.CALLS_UNREPORTED, unreported, "calls and refusals");
    when(AlarmKind.RESCUE_COPIES_FAILING, copiesFailing, "the last round failed");
    counted(AlarmKind.RESCUE_LEFTOVERS, leftovers, "copies");
  }

  /** What this node reaches over a network; either throws if it doesn't. */
  void reached(Runnable database, Runnable store) {
    watches.watchRemote(AlarmKind.DATABASE_AWAY, () -> unreached(database));
    watches.watchRemote(AlarmKind.OBJECT_STORE_AWAY, () -> unreached(store));
  }

  private static @Nullable String unreached(Runnable reach) {
    try {
      reach.run();
      return null;
    } catch (RuntimeException e) {
      return "it does not answer this node";
    }
  }

  /** What follows the change feed, by its positions. */
  void followers(ChangeFeed feed, LongSupplier index, LongSupplier lake) {
    watches.watchRemote(AlarmKind.INDEX_BEHIND, new Stuck(following(feed, index), MINUTE, clock));
    watches.watchRemote(AlarmKind.LAKE_BEHIND, new Stuck(following(feed, lake), MINUTE, clock));
  }

  private static Stuck.Follower following(ChangeFeed feed, LongSupplier position) {
    return new Stuck.Follower() {
      @Override
      public long position() {
        return position.getAsLong();
      }

      @Override
      public boolean isBehind(long reached) {
        return !feed.read(reached, 1).isEmpty();
      }
    };
  }

  /** The audit trail; of each broken log there is an alarm in its tenant's register too. */
  void audit(Supplier<Set<TenantSlug>> broken, LongSupplier lostOutcomes) {
    watches.also(
        () ->
            broken
                .get()
                .forEach(
                    tenant ->
                        watches.raiseOnce(
                            AlarmKind.AUDIT_LOG_BROKEN,
                            AlarmObject.tenant(tenant),
                            tenant,
                            "nothing more is signed for it")));
    watches.watch(
        AlarmKind.AUDIT_ENTRY_LOST,
        new Recently(lostOutcomes, HOUR, clock, "%d outcomes since the start"));
  }

  /** The node API's entries in the audit trail. */
  void nodeApi(LongSupplier lostEntries) {
    watches.watchPart(
        AlarmKind.AUDIT_ENTRY_LOST,
        "node-api",
        new Recently(lostEntries, HOUR, clock, "%d pauses and resumes since the start"));
  }
}
