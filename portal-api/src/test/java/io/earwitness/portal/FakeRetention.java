package io.earwitness.portal;

import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.call.Licence;
import io.earwitness.call.RetentionHistory;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** No policy, and none can be made: what is kept is tested with a database. */
final class FakeRetention implements RetentionPolicies {
  @Override
  public RetentionHistory history(TenantSlug tenant) {
    return new RetentionHistory(1, ZoneOffset.UTC, List.of());
  }

  @Override
  public RetentionPolicy set(TenantSlug tenant, int expected, RetentionPolicy next, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Instant latest(TenantSlug tenant, Instant now) {
    return now;
  }

  @Override
  public Set<Licence> licences(TenantSlug tenant, Set<String> numbers, Instant at) {
    return Set.of();
  }

  @Override
  public void forEach(TenantSlug tenant, Consumer<Archived> consumer) {}
}
