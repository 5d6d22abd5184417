package io.earwitness.archive;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Completes commits whose archiver died after the claim, and removes attempts that lost. Never
 * removes what any claim or manifest names, nor an attempt whose generation has no claim: only once
 * there is one can its archiver, however slow, no longer commit it. Thread-safe.
 */
public final class Sweeper {
  /** How long after its last object a lost attempt stays by default. */
  public static final Duration GRACE = Duration.ofHours(24);

  private final ObjectStore store;
  private final Claims claims;
  private final InstantSource clock;
  private final Duration grace;

  public Sweeper(ObjectStore store, CommitProtocol protocol, InstantSource clock, Duration grace) {
    this.store = store;
    this.claims = protocol.claims();
    this.clock = clock;
    this.grace = grace;
  }

  /** Sweeps a tenant's recordings that are filed under the days from the first to the last. */
  public SweepReport sweep(TenantSlug tenant, LocalDate first, LocalDate last) {
    Findings findings = new Findings();
    first.datesUntil(last.plusDays(1)).forEach(day -> sweep(tenant, day, findings));
    return findings.report();
  }

  private void sweep(TenantSlug tenant, LocalDate day, Findings findings) {
    String prefix = ObjectKeys.recordings(tenant, day);
    Map<String, List<Version>> locked = byRecording(prefix, store.list(Bucket.LOCK, prefix));
    Map<String, List<Version>> claimed = byRecording(prefix, store.list(Bucket.WORK, prefix));
    claimed.keySet().forEach(name -> locked.computeIfAbsent(name, unused -> List.of()));
    Instant before = clock.instant().minus(grace);
    locked.forEach(
        (name, versions) -> {
          findings.recordings++;
          try {
            new RecordingSweep(store, claims, tenant, RecordingId.parse(name), before, findings)
                .sweep(versions, claimed.getOrDefault(name, List.of()));
          } catch (RuntimeException e) {
            // one recording's trouble must not keep the others from being looked after
            findings.problems.add("%s%s: %s".formatted(prefix, name, e.getMessage()));
          }
        });
  }

  private static Map<String, List<Version>> byRecording(String prefix, List<Version> versions) {
    Map<String, List<Version>> groups = new TreeMap<>();
    for (Version version : versions) {
      String rest = version.key().substring(prefix.length());
      int slash = rest.indexOf('/');
      if (slash > 0) {
        groups.computeIfAbsent(rest.substring(0, slash), unused -> new ArrayList<>()).add(version);
      }
    }
    return groups;
  }

  /** What one sweep collects. */
  static final class Findings {
    int recordings;
    final List<String> completed = new ArrayList<>();
    final List<String> removed = new ArrayList<>();
    final List<String> unclaimed = new ArrayList<>();
    final List<String> problems = new ArrayList<>();

    SweepReport report() {
      return new SweepReport(recordings, completed, removed, unclaimed, problems);
    }
  }
}
