package io.earwitness.app;

import io.earwitness.archive.announcement.Prompts;
import io.earwitness.archive.catalog.AnnouncementPlays;
import io.earwitness.archive.catalog.Announcements;
import io.earwitness.archive.catalog.Announcements.Prompt;
import io.earwitness.archive.catalog.Announcements.PromptKey;
import io.earwitness.archive.media.SoundFile.UnreadableSoundException;
import io.earwitness.archive.media.TextToSpeech.NoSpeechException;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.AnnouncementReport;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the command line does about announcements, each act with its audit entry. */
final class AnnouncementProvisioning {
  private final Announcements catalog;
  private final Prompts prompts;
  private final AuditedActs acts;

  AnnouncementProvisioning(Announcements catalog, Prompts prompts, AuditedActs acts) {
    this.catalog = catalog;
    this.prompts = prompts;
    this.acts = acts;
  }

  Prompt addFile(
      TenantSlug tenant, String name, String language, byte[] file, @Nullable String text)
      throws UnreadableSoundException {
    return acts.run(
        tenant,
        "announcement.add-prompt",
        object(name, language),
        Map.of("from", "file"),
        () -> prompts.addFile(tenant, name, language, file, text, acts.actor()));
  }

  Prompt addText(TenantSlug tenant, String name, String language, String text)
      throws NoSpeechException {
    return acts.run(
        tenant,
        "announcement.add-prompt",
        object(name, language),
        Map.of("from", "text"),
        () -> prompts.addText(tenant, name, language, text, acts.actor()));
  }

  /** False if there is none of this name in use. */
  boolean withdraw(TenantSlug tenant, PromptKey key) {
    return acts.run(
        tenant,
        "announcement.withdraw-prompt",
        object(key.name(), key.language()),
        Map.of("version", Integer.toString(key.version())),
        () -> catalog.withdraw(tenant, key, acts.actor()));
  }

  /** As it is kept then. */
  AnnouncementPolicy setPolicy(TenantSlug tenant, AnnouncementPolicy policy) {
    return acts.run(
        tenant,
        "announcement.set-policy",
        "announcement-policy:" + tenant,
        Map.of(
            "version", Integer.toString(policy.version() + 1),
            "rules", Integer.toString(policy.rules().size())),
        () ->
            catalog.setPolicy(
                tenant, policy.version(), policy.jurisdictions(), policy.rules(), acts.actor()));
  }

  /** What a day's calls show. */
  AnnouncementReport report(
      AnnouncementPlays plays, TenantSlug tenant, ZoneId zone, LocalDate day) {
    return acts.run(
        tenant,
        "announcement.report",
        null,
        Map.of("day", day.toString()),
        () -> AnnouncementReport.of(plays, tenant, zone, day));
  }

  private static String object(String name, String language) {
    return "prompt:" + name + "/" + language;
  }
}
