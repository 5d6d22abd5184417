package io.earwitness.app;

import io.earwitness.access.Matter;
import io.earwitness.access.MatterKind;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin matter}. */
@Command(
    name = "matter",
    description = "Named lists of recordings, on which rights can be granted.",
    mixinStandardHelpOptions = true)
final class MatterCommand extends AdminCommand.Base {
  @Command(description = "Makes an empty matter.")
  int add(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name,
      @Option(names = "--kind", required = true, paramLabel = "hold|production|sample")
          MatterKind kind)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          AccessDirectory.Opened opened =
              provisioning.access(installation.database().access()).matter(tenant, name, kind);
          Map<String, Object> result = added(opened.isNew(), "matter " + name);
          result.put("id", opened.id().toString());
          return result;
        });
  }

  @Command(description = "Lists matters.")
  int list(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) -> {
          var directory = installation.database().access().snapshot(tenant);
          Instant now = directory.present(Instant.now());
          return directory.matters().values().stream()
              .sorted(Comparator.comparing(Matter::name))
              .map(matter -> shown(matter, now))
              .toList();
        });
  }

  private static Map<String, Object> shown(Matter matter, Instant now) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", matter.id().toString());
    shown.put("name", matter.name());
    shown.put("kind", matter.kind().wireName());
    shown.put("createdAt", matter.open().from().toString());
    Instant closed = matter.open().until();
    shown.put("closedAt", closed == null ? null : closed.toString());
    shown.put("recordings", matter.recordings(now).size());
    return shown;
  }

  @Command(name = "add-recordings", description = "Puts recordings on a matter's list.")
  int addRecordings(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name,
      @Option(names = "--recording", required = true, split = ",") List<String> recordings)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          List<RecordingId> ids = recordings.stream().map(RecordingId::parse).toList();
          Set<RecordingId> there =
              installation.calls().find(tenant, ids).stream()
                  .map(CallEntry::summary)
                  .map(call -> call.id())
                  .collect(Collectors.toSet());
          ids.stream()
              .filter(id -> !there.contains(id))
              .findFirst()
              .ifPresent(
                  id -> {
                    throw new IllegalArgumentException(
                        "tenant %s has no recording %s".formatted(tenant, id));
                  });
          Matter matter = Names.matter(installation, tenant, name);
          int added =
              provisioning
                  .access(installation.database().access())
                  .addRecordings(tenant, matter, ids);
          Map<String, Object> result = changed(added > 0, "matter " + name);
          result.put("added", added);
          return result;
        });
  }

  @Command(name = "remove-recording", description = "Takes a recording off a matter's list.")
  int removeRecording(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name,
      @Option(names = "--recording", required = true) String recording)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                provisioning
                    .access(installation.database().access())
                    .removeRecording(
                        tenant,
                        Names.matter(installation, tenant, name),
                        RecordingId.parse(recording)),
                "matter " + name));
  }

  @Command(description = "Closes a matter for ever; grants on it end with that.")
  int close(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                provisioning
                    .access(installation.database().access())
                    .close(tenant, Names.matter(installation, tenant, name)),
                "matter " + name));
  }
}
