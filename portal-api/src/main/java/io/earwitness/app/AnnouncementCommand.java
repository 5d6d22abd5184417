package io.earwitness.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.earwitness.archive.announcement.Prompts;
import io.earwitness.archive.catalog.Announcements;
import io.earwitness.archive.catalog.Announcements.Prompt;
import io.earwitness.archive.catalog.Announcements.PromptKey;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.media.SoundFile.UnreadableSoundException;
import io.earwitness.archive.media.TextToSpeech.NoSpeechException;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.AnnouncementReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin announcement}. */
@Command(
    name = "announcement",
    description = "A tenant's prompts, and its policy of announcement.",
    mixinStandardHelpOptions = true)
final class AnnouncementCommand extends AdminCommand.Base {
  private static AnnouncementProvisioning of(Installation installation, Provisioning provisioning) {
    Announcements catalog = installation.database().announcements();
    return provisioning.announcements(
        catalog,
        new Prompts(catalog, new SealedPrompts(installation.signInKey()), Clock.systemUTC()));
  }

  @Command(
      name = "add-prompt",
      description = "Adds a prompt, or the next version of one, from a file or a text.")
  int addPrompt(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true, description = "1 to 40 of a-z 0-9 -.") String name,
      @Option(names = "--language", required = true, description = "Such as en, de-CH or pt-BR.")
          String language,
      @Option(names = "--file", description = "WAV or FLAC.") @Nullable Path file,
      @Option(
              names = "--text",
              description = "What it says; without --file it is spoken by espeak-ng.")
          @Nullable String text)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          AnnouncementProvisioning announcements = of(installation, provisioning);
          try {
            if (file != null) {
              return shown(announcements.addFile(tenant, name, language, read(file), text));
            }
            if (text != null) {
              return shown(announcements.addText(tenant, name, language, text));
            }
          } catch (UnreadableSoundException e) {
            throw new CommandFailure(ExitCode.USAGE, "%s: %s".formatted(file, e.getMessage()));
          } catch (NoSpeechException e) {
            throw new CommandFailure(
                e.isProgramMissing() ? ExitCode.PREREQUISITE : ExitCode.USAGE,
                String.valueOf(e.getMessage()));
          } catch (Prompts.LookAlikeException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
          }
          throw new IllegalArgumentException("give --file or --text");
        });
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + " does not exist", e);
    }
  }

  @Command(name = "prompts", description = "Lists all prompts and their versions.")
  int prompts(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) ->
            installation.database().announcements().prompts(tenant).stream()
                .map(AnnouncementCommand::shown)
                .toList());
  }

  @Command(name = "withdraw-prompt", description = "Takes a version of a prompt out of use.")
  int withdrawPrompt(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name,
      @Option(names = "--language", required = true) String language,
      @Option(names = "--version", required = true) int version)
      throws Exception {
    PromptKey key = new PromptKey(name, language, version);
    return with(
        (installation, provisioning) ->
            changed(of(installation, provisioning).withdraw(tenant, key), "prompt " + key));
  }

  @Command(description = "Shows the policy as JSON, in the form that set-policy takes.")
  int policy(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) -> {
          AnnouncementPolicy policy =
              installation.database().announcements().policies(tenant).stream()
                  .findFirst()
                  .map(Announcements.PolicyVersion::policy)
                  .orElseGet(AnnouncementPolicy::none);
          return json ? policy : Json.text(policy);
        });
  }

  @Command(
      name = "set-policy",
      description =
          "Makes the next version of the policy out of a file as 'policy' gives it; its version"
              + " is the one that was changed.")
  int setPolicy(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--file", required = true, description = "JSON.") Path file)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          AnnouncementPolicy given;
          try {
            given = Json.read(read(file), AnnouncementPolicy.class);
          } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("%s: %s".formatted(file, e.getOriginalMessage()), e);
          }
          try {
            AnnouncementPolicy policy = of(installation, provisioning).setPolicy(tenant, given);
            return changed(
                policy.version() != given.version(),
                "policy of announcement of %s, version %d".formatted(tenant, policy.version()));
          } catch (Announcements.ConflictException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
          }
        });
  }

  @Command(
      description =
          "Reports what the calls of a day show of their announcements, and lists those that are"
              + " not as they should be.")
  int report(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--day", description = "In the tenant's zone; yesterday if left out.")
          @Nullable LocalDate day,
      @Option(names = "--csv", description = "Writes the listed calls to this file, too.")
          @Nullable Path csv)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          ZoneId zone =
              installation
                  .directory()
                  .tenant(tenant)
                  .map(Directory.Tenant::zone)
                  .orElseThrow(() -> new IllegalArgumentException("there is no tenant " + tenant));
          AnnouncementReport report =
              of(installation, provisioning)
                  .report(
                      installation.database().announcementPlays(),
                      tenant,
                      zone,
                      day == null ? LocalDate.now(zone).minusDays(1) : day);
          if (csv != null) {
            Files.write(csv, report.csv());
          }
          return json ? report : lines(report);
        });
  }

  private static List<String> lines(AnnouncementReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s (%s): %d calls with a policy; %s; %d not archived yet"
            .formatted(
                report.day(),
                report.zone(),
                report.calls(),
                report.verdicts().entrySet().stream()
                    .map(each -> each.getValue() + " " + each.getKey())
                    .collect(Collectors.joining(", ")),
                report.notArchivedYet()));
    report
        .bad()
        .forEach(
            call ->
                lines.add(
                    "%s %s %s by rule '%s': %s"
                        .formatted(
                            call.start().atZone(report.zone()).toOffsetDateTime(),
                            call.id(),
                            call.verdict().wireName(),
                            call.rule(),
                            call.reason())));
    if (report.more()) {
      lines.add("… and more");
    }
    return lines;
  }

  private static Map<String, Object> shown(Prompt prompt) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", prompt.key().name());
    shown.put("language", prompt.key().language());
    shown.put("version", prompt.key().version());
    shown.put("durationMs", prompt.durationMs());
    shown.put("sha256", prompt.sha256());
    shown.put("addedBy", prompt.addedBy());
    shown.put("inUse", prompt.withdrawnAt() == null);
    shown.put("text", prompt.text());
    return shown;
  }
}
