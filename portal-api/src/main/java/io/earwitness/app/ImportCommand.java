package io.earwitness.app;

import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.imports.BadCell;
import io.earwitness.portal.imports.ImportKind;
import io.earwitness.portal.imports.ImportPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code admin import}. */
@Command(
    name = "import",
    description = "People, teams or numbers of a tenant from CSV: all of a file, or nothing.",
    mixinStandardHelpOptions = true)
final class ImportCommand extends AdminCommand.Base {
  private static final long MAX_FILE = 50L << 20;
  private static final int SHOWN = 100;

  @Command(description = "Columns: user, name, roles, teams, active; several are parted by |.")
  int people(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--dry-run", description = "Only tell what would change.") boolean dry)
      throws Exception {
    return run(ImportKind.PEOPLE, file, tenant, dry);
  }

  @Command(description = "Columns: team, parent.")
  int teams(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--dry-run", description = "Only tell what would change.") boolean dry)
      throws Exception {
    return run(ImportKind.TEAMS, file, tenant, dry);
  }

  @Command(description = "Columns: number (with * at its end for a range), user, who holds it.")
  int numbers(
      @Parameters(paramLabel = "FILE") Path file,
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--dry-run", description = "Only tell what would change.") boolean dry)
      throws Exception {
    return run(ImportKind.NUMBERS, file, tenant, dry);
  }

  private int run(ImportKind kind, Path file, TenantSlug tenant, boolean dry) throws Exception {
    byte[] csv = read(file);
    return with(
        (installation, provisioning) -> {
          Directory directory = installation.directory();
          if (directory.tenant(tenant).isEmpty()) {
            throw new IllegalArgumentException("there is no tenant '" + tenant + "'");
          }
          ImportPlan plan =
              ImportPlan.of(
                  csv,
                  kind,
                  installation.database().access().snapshot(tenant),
                  directory.numbers(tenant),
                  Instant.now(),
                  ImportPlan.Limits.HOST);
          if (!plan.bad().isEmpty()) {
            throw new CommandFailure(ExitCode.FAILED, told(plan.bad()));
          }
          if (!dry) {
            provisioning.imported(installation.database().imports(), tenant, plan);
          }
          Map<String, Object> result = new LinkedHashMap<>();
          result.put("rows", plan.rows());
          result.put("changes", plan.changes().size());
          result.put("applied", !dry);
          result.put(
              "what",
              plan.changes().stream()
                  .limit(SHOWN)
                  .map(change -> change.object() + " " + change.details())
                  .toList());
          return result;
        });
  }

  static byte[] read(Path file) throws CommandFailure {
    try {
      if (Files.size(file) > MAX_FILE) {
        throw new CommandFailure(
            ExitCode.USAGE, "%s is larger than %d MiB".formatted(file, MAX_FILE >> 20));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.USAGE, "%s can't be read: %s".formatted(file, e));
    }
  }

  private static String told(List<BadCell> bad) {
    String more = bad.size() > SHOWN ? "%nand %d more".formatted(bad.size() - SHOWN) : "";
    return "nothing was imported:%n%s%s"
        .formatted(
            bad.stream().limit(SHOWN).map(BadCell::text).collect(Collectors.joining("\n")), more);
  }
}
