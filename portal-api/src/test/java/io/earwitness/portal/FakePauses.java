package io.earwitness.portal;

import io.earwitness.archive.catalog.Pauses;
import io.earwitness.call.PauseSettings;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Pauses in memory, with a recorder that does at once what it is asked for, as it is told to. */
final class FakePauses implements Pauses {
  final List<Request> asked = new CopyOnWriteArrayList<>();
  final Map<RecordingId, Paused> paused = new ConcurrentHashMap<>();

  /** How the recorder answers. */
  volatile Outcome answer = Outcome.DONE;

  private final Map<TenantSlug, PauseSettings> settings = new ConcurrentHashMap<>();

  @Override
  public PauseSettings settings(TenantSlug tenant) {
    return settings.getOrDefault(tenant, PauseSettings.DEFAULT);
  }

  @Override
  public void setSettings(TenantSlug tenant, PauseSettings now, String actor) {
    settings.put(tenant, now);
  }

  @Override
  public void ask(Request request, String node) {
    asked.add(request);
  }

  @Override
  public Optional<Outcome> outcome(TenantSlug tenant, UUID request) {
    return Optional.of(answer);
  }

  @Override
  public List<Request> open(String node) {
    return List.of();
  }

  @Override
  public void done(UUID request, Outcome outcome) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void report(String node, List<Paused> now) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Paused> paused(TenantSlug tenant, RecordingId recording) {
    return Optional.ofNullable(paused.get(recording));
  }
}
