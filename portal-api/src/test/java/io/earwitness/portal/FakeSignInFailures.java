package io.earwitness.portal;

import io.earwitness.archive.catalog.SignInFailures;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Failed sign-ins in memory. */
final class FakeSignInFailures implements SignInFailures {
  private record Key(TenantSlug tenant, String userId, String device) {}

  private record Failures(int count, Instant last) {}

  private final Map<Key, Failures> failures = new ConcurrentHashMap<>();
  private final Clock clock;

  FakeSignInFailures(Clock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized Attempt attempt(
      TenantSlug tenant, String userId, String device, Policy policy) {
    Instant now = clock.instant();
    Key key = new Key(tenant, userId, device);
    Failures present = failures.getOrDefault(key, new Failures(0, now));
    int before = policy.counted(present.count(), present.last(), now);
    Instant wait = policy.waitUntil(before, present.last());
    if (wait.isAfter(now)) {
      return new Attempt(before, wait);
    }
    failures.put(key, new Failures(before + 1, now));
    return new Attempt(before + 1, null);
  }

  @Override
  public void succeeded(TenantSlug tenant, String userId, String device) {
    failures.remove(new Key(tenant, userId, device));
  }

  @Override
  public Optional<Instant> lockedUntil(TenantSlug tenant, String userId, Policy policy) {
    return Optional.ofNullable(failures.get(new Key(tenant, userId, STRANGER)))
        .filter(present -> present.count() >= policy.locking())
        .map(present -> policy.waitUntil(present.count(), present.last()))
        .filter(clock.instant()::isBefore);
  }

  @Override
  public boolean unlock(TenantSlug tenant, String userId) {
    return failures
        .keySet()
        .removeIf(key -> key.tenant().equals(tenant) && key.userId().equals(userId));
  }
}
