package io.earwitness.app;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.portal.imports.AllocationKind;
import io.earwitness.portal.imports.AllocationPlan;
import io.earwitness.portal.imports.BadCell;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code admin allocate}. */
@Command(
    name = "allocate",
    description =
        "Gives out tenants, numbers, matching rules and recording clients by CSV. The same file"
            + " given again changes nothing.",
    mixinStandardHelpOptions = true)
final class AllocateCommand extends AdminCommand.Base {
  private static final int SHOWN = 100;

  @Command(
      description =
          "Columns: tenant, name, zone, domains, retention-years, guaranteed-calls, max-calls,"
              + " number-screening.")
  int tenants(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(names = "--dry-run", description = "Only tell what would change.") boolean dry)
      throws Exception {
    return run(AllocationKind.TENANTS, file, dry);
  }

  @Command(
      description =
          "Columns: number (+4930123, +4930* for all that begin so, or +4930100..+4930199), tenant.")
  int numbers(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(names = "--dry-run", description = "Only tell what would change.") boolean dry)
      throws Exception {
    return run(AllocationKind.NUMBERS, file, dry);
  }

  @Command(
      description =
          "All rules in their order, in place of those that are there. Columns: rule, looks-at"
              + " (tls-identity, source, request-uri, header, metadata-domain, number), header,"
              + " value, tenant.")
  int rules(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(names = "--dry-run", description = "Only tell what would change.") boolean dry)
      throws Exception {
    return run(AllocationKind.RULES, file, dry);
  }

  @Command(description = "Columns: src, networks, tenant, proof, tls-identity, answer, options.")
  int srcs(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(names = "--dry-run", description = "Only tell what would change.") boolean dry)
      throws Exception {
    return run(AllocationKind.SRCS, file, dry);
  }

  @Command(name = "list-rules", description = "Lists the matching rules in their order.")
  int listRules() throws Exception {
    return with((installation, _) -> installation.directory().rules());
  }

  private int run(AllocationKind kind, Path file, boolean dry) throws Exception {
    byte[] csv = ImportCommand.read(file);
    return with(
        (installation, provisioning) -> {
          Directory directory = installation.directory();
          AllocationPlan plan = AllocationPlan.of(csv, kind, directory, Instant.now());
          if (!plan.bad().isEmpty()) {
            throw new CommandFailure(ExitCode.FAILED, told(plan.bad()));
          }
          if (!dry) {
            provisioning.allocated(plan, installation.database());
            if (kind.changesMatching()) {
              plan.changes().stream()
                  .map(AllocationPlan.Change::tenant)
                  .distinct()
                  .forEach(
                      tenant ->
                          toldOf(
                              true,
                              installation,
                              provisioning,
                              tenant,
                              "allocation of " + kind.wireName()));
            }
          }
          Map<String, Object> result = new LinkedHashMap<>();
          result.put("rows", plan.rows());
          result.put("changes", plan.changes().size());
          result.put("applied", !dry);
          result.put(
              "what",
              plan.changes().stream()
                  .limit(SHOWN)
                  .map(
                      change ->
                          change.before().isEmpty()
                              ? "%s: %s".formatted(change.object(), change.after())
                              : "%s: %s, instead of: %s"
                                  .formatted(change.object(), change.after(), change.before()))
                  .toList());
          return result;
        });
  }

  private static String told(List<BadCell> bad) {
    String more = bad.size() > SHOWN ? "%nand %d more".formatted(bad.size() - SHOWN) : "";
    return "nothing was allocated:%n%s%s"
        .formatted(
            bad.stream().limit(SHOWN).map(BadCell::text).collect(Collectors.joining("\n")), more);
  }
}
