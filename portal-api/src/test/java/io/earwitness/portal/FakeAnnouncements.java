package io.earwitness.portal;

import io.earwitness.archive.catalog.Announcements;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.Jurisdiction;
import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.Optional;

/** No prompts, no policy, and none can be made: what is kept is tested with a database. */
final class FakeAnnouncements implements Announcements {
  @Override
  public List<Prompt> prompts(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public Optional<String> sound(TenantSlug tenant, PromptKey key) {
    return Optional.empty();
  }

  @Override
  public Prompt add(TenantSlug tenant, Prompt prompt, Sealer sealer, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean withdraw(TenantSlug tenant, PromptKey key, String actor) {
    return false;
  }

  @Override
  public List<PolicyVersion> policies(TenantSlug tenant) {
    return List.of();
  }

  @Override
  public AnnouncementPolicy setPolicy(
      TenantSlug tenant,
      int expected,
      List<Jurisdiction> jurisdictions,
      List<AnnouncementRule> rules,
      String actor) {
    throw new UnsupportedOperationException();
  }
}
