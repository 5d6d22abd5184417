package io.earwitness.portal;

import io.earwitness.archive.catalog.RecordingPolicies;
import io.earwitness.call.Persona;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.RecordingRule;
import io.earwitness.call.TenantSlug;
import java.util.List;

/** No policy, and none can be made: what is kept is tested with a database. */
final class FakeRecordingPolicies implements RecordingPolicies {
  @Override
  public List<PolicyVersion> versions(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public RecordingPolicy set(
      TenantSlug tenant,
      int expected,
      List<Persona> personas,
      List<RecordingRule> rules,
      String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Kept keep(TenantSlug tenant, RecordingId id, String actor, String reason) {
    return Kept.NOT_HELD;
  }
}
