package io.earwitness.app;

import io.earwitness.alarm.Alarms;
import io.earwitness.archive.announcement.AnnouncementBook;
import io.earwitness.archive.announcement.PromptSeal;
import io.earwitness.archive.announcement.Prompts;
import io.earwitness.archive.catalog.Announcements;
import io.earwitness.archive.catalog.Announcements.PromptKey;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.AnnouncementParts;
import io.earwitness.portal.SignInKey;
import java.time.Clock;

/** Prompts sealed with the installation's key, which all its nodes have. */
record SealedPrompts(SignInKey key) implements PromptSeal {
  @Override
  public String seal(TenantSlug tenant, PromptKey prompt, byte[] wav) {
    return key.seal(purpose(tenant, prompt), wav);
  }

  @Override
  public byte[] open(TenantSlug tenant, PromptKey prompt, String text) {
    return key.open(purpose(tenant, prompt), text);
  }

  private static String purpose(TenantSlug tenant, PromptKey prompt) {
    return "announcement-prompt|%s|%s".formatted(tenant, prompt);
  }

  /** All that announcements need, over one memory of prompts. */
  static AnnouncementParts announcements(
      CatalogDatabase database, SignInKey key, Alarms alarms, Clock clock) {
    Announcements catalog = database.announcements();
    Prompts prompts = new Prompts(catalog, new SealedPrompts(key), clock);
    return new AnnouncementParts(
        catalog,
        prompts,
        new AnnouncementBook(
            catalog, database.announcementPlays(), database.directory(), prompts, alarms, clock),
        database.announcementPlays());
  }
}
