package io.earwitness.portal;

import io.earwitness.archive.catalog.SecondFactors;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Second factors in memory. */
final class FakeSecondFactors implements SecondFactors {
  final Map<String, Totp> totps = new ConcurrentHashMap<>();
  final Map<String, Set<String>> codes = new ConcurrentHashMap<>();
  private final Clock clock;

  FakeSecondFactors(Clock clock) {
    this.clock = clock;
  }

  private static String key(TenantSlug tenant, String userId) {
    return tenant + "/" + userId;
  }

  @Override
  public Optional<Totp> totp(TenantSlug tenant, String userId) {
    return Optional.ofNullable(totps.get(key(tenant, userId)));
  }

  @Override
  public void begin(TenantSlug tenant, String userId, String sealed) {
    totps.merge(
        key(tenant, userId),
        new Totp(sealed, null, null, 0),
        (old, _) -> new Totp(sealed, old.secret(), old.enrolledAt(), old.lastStep()));
  }

  @Override
  public boolean enrol(
      TenantSlug tenant, String userId, String sealed, long step, Set<String> hashes, String a) {
    totps.put(key(tenant, userId), new Totp(null, sealed, clock.instant(), step));
    codes.put(key(tenant, userId), new HashSet<>(hashes));
    return true;
  }

  @Override
  public synchronized boolean take(TenantSlug tenant, String userId, long step) {
    Totp totp = totps.get(key(tenant, userId));
    if (totp == null || totp.lastStep() >= step) {
      return false;
    }
    totps.put(
        key(tenant, userId), new Totp(totp.pending(), totp.secret(), totp.enrolledAt(), step));
    return true;
  }

  @Override
  public synchronized boolean takeRecoveryCode(TenantSlug tenant, String userId, String hash) {
    return codes.getOrDefault(key(tenant, userId), new HashSet<>()).remove(hash);
  }

  @Override
  public int recoveryCodes(TenantSlug tenant, String userId) {
    return codes.getOrDefault(key(tenant, userId), Set.of()).size();
  }

  @Override
  public boolean replaceRecoveryCodes(
      TenantSlug tenant, String userId, Set<String> hashes, String actor) {
    return codes.replace(key(tenant, userId), new HashSet<>(hashes)) != null;
  }

  @Override
  public boolean remove(TenantSlug tenant, String userId, String actor) {
    codes.remove(key(tenant, userId));
    return totps.remove(key(tenant, userId)) != null;
  }
}
