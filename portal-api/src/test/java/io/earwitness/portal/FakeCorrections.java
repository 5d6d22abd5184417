package io.earwitness.portal;

import io.earwitness.archive.catalog.Corrections;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Corrections in memory; the calls stay as they are. */
final class FakeCorrections implements Corrections {
  private final Clock clock;
  private final Map<RecordingId, Correction> made = new ConcurrentHashMap<>();

  FakeCorrections(Clock clock) {
    this.clock = clock;
  }

  @Override
  public List<Correction> of(TenantSlug tenant, RecordingId call) {
    Correction correction = made.get(call);
    return correction == null ? List.of() : List.of(correction);
  }

  @Override
  public Correction correct(TenantSlug tenant, RecordingId call, Correcting wanted, String actor) {
    Correction correction =
        new Correction(1, clock.instant(), actor, wanted.reason(), List.of(), List.of());
    made.put(call, correction);
    return correction;
  }
}
