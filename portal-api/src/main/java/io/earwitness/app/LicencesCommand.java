package io.earwitness.app;

import io.earwitness.archive.catalog.Licences;
import io.earwitness.archive.catalog.Licences.Extension;
import io.earwitness.archive.catalog.Licences.Status;
import io.earwitness.call.Licence;
import io.earwitness.call.LicenceTerms;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin licences}. */
@Command(
    name = "licences",
    description = "How many extensions tenants may have recorded, until when, and which were.",
    mixinStandardHelpOptions = true)
final class LicencesCommand extends AdminCommand.Base {
  private static final int PAGE = 10_000;

  @Command(description = "Shows how it stands with each class, of all tenants or of one.")
  int show(@Option(names = "--tenant") @Nullable TenantSlug tenant) throws Exception {
    return with(
        (installation, _) -> {
          Licences licences = installation.database().licences();
          return (tenant == null ? licences.all() : licences.of(tenant))
              .stream().map(LicencesCommand::shown).toList();
        });
  }

  private static Map<String, Object> shown(Status status) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("tenant", status.tenant().value());
    shown.put("licence", status.licence().wireName());
    shown.put("state", status.state().wireName());
    shown.put("recorded", status.recorded());
    LicenceTerms terms = status.terms();
    if (terms != null) {
      shown.put("extensions", terms.extensions());
      shown.put("above", status.above());
      shown.put("until", terms.until() == null ? null : terms.until().toString());
      shown.put("graceDays", terms.graceDays());
      shown.put("suspended", terms.suspended());
      shown.put("stopsRecording", terms.stopsRecording());
    }
    return shown;
  }

  @Command(
      description =
          "Sets what a tenant has of a class. With --stops-recording, recording stops once both"
              + " classes were set, are suspended or ended, and say so; the privileged people are"
              + " told.")
  int set(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--licence", required = true, description = "standard or extended.")
          String licence,
      @Option(names = "--extensions", required = true) int extensions,
      @Option(names = "--until", description = "Such as 2027-12-31T23:00:00Z; no end if missing.")
          @Nullable Instant until,
      @Option(names = "--grace-days", defaultValue = "30", description = "0 to 366.") int graceDays,
      @Option(names = "--suspended") boolean suspended,
      @Option(names = "--stops-recording") boolean stopsRecording)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          LicenceTerms terms =
              new LicenceTerms(
                  WireName.parse(Licence.class, licence),
                  extensions,
                  until,
                  graceDays,
                  suspended,
                  stopsRecording);
          boolean changed =
              provisioning.setLicence(installation.database().licences(), tenant, terms);
          if (stopsRecording) {
            toldOf(changed, installation, provisioning, tenant, "licence.set");
          }
          return changed(changed, "licence %s of %s".formatted(licence, tenant));
        });
  }

  @Command(description = "Lists the extensions that were recorded in a month, one row each.")
  int extensions(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--month", required = true, description = "Such as 2026-11.") YearMonth month)
      throws Exception {
    return with(
        (installation, _) -> {
          Licences licences = installation.database().licences();
          List<Map<String, Object>> rows = new ArrayList<>();
          Extension last = null;
          List<Extension> page;
          do {
            page = licences.extensions(tenant, month, last, PAGE);
            page.forEach(each -> rows.add(shown(each)));
            last = page.isEmpty() ? last : page.getLast();
          } while (page.size() == PAGE);
          return rows;
        });
  }

  private static Map<String, Object> shown(Extension extension) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("licence", extension.licence().wireName());
    shown.put("number", extension.number());
    shown.put("firstRecording", extension.first().toString());
    shown.put("firstAt", extension.firstAt().toString());
    return shown;
  }
}
