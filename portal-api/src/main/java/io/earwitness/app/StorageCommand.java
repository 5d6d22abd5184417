package io.earwitness.app;

import io.earwitness.archive.catalog.StoredBytes;
import io.earwitness.archive.catalog.StoredBytes.Sum;
import io.earwitness.archive.catalog.StoredBytes.Usage;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin storage}. */
@Command(
    name = "storage",
    description = "How much audio is stored, and when it falls due.",
    mixinStandardHelpOptions = true)
final class StorageCommand extends AdminCommand.Base {
  @Command(
      description =
          "Shows what a tenant has stored by class and month, and what falls due in each of the"
              + " next 24 months; without a tenant how much each has.")
  int show(@Option(names = "--tenant") @Nullable TenantSlug tenant) throws Exception {
    return with(
        (installation, _) -> {
          StoredBytes stored = installation.database().storedBytes();
          if (tenant == null) {
            return stored.all().stream().map(StorageCommand::shown).toList();
          }
          Map<String, Object> shown = shown(stored.of(tenant));
          return json ? shown : Json.text(shown);
        });
  }

  private static Map<String, Object> shown(StoredBytes.OfTenant one) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("tenant", one.tenant().value());
    shown.put("recordings", one.recordings());
    shown.put("bytes", one.bytes());
    return shown;
  }

  private static Map<String, Object> shown(Usage usage) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("total", shown(usage.total()));
    shown.put(
        "stored",
        usage.stored().stream()
            .map(
                each -> {
                  Map<String, Object> row = new LinkedHashMap<>();
                  row.put("keep", each.keep());
                  row.put("month", each.month().toString());
                  row.put("recordings", each.recordings());
                  row.put("bytes", each.bytes());
                  return row;
                })
            .toList());
    List<Map<String, Object>> due =
        usage.due().stream()
            .map(
                each -> {
                  Map<String, Object> row = new LinkedHashMap<>();
                  row.put("month", each.month().toString());
                  row.put("recordings", each.recordings());
                  row.put("bytes", each.bytes());
                  return row;
                })
            .toList();
    shown.put("due", due);
    shown.put("overdue", shown(usage.overdue()));
    shown.put("later", shown(usage.later()));
    shown.put("endless", shown(usage.endless()));
    shown.put("held", shown(usage.held()));
    shown.put("heldPastDue", shown(usage.pastDue()));
    return shown;
  }

  private static Map<String, Object> shown(Sum sum) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("recordings", sum.recordings());
    shown.put("bytes", sum.bytes());
    return shown;
  }
}
