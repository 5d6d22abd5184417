package io.earwitness.app;

import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.audit.AuditLog.AuditUnavailableException;
import io.earwitness.audit.verify.ExportVerifier;
import io.earwitness.audit.verify.LiveVerifier;
import io.earwitness.audit.verify.LogSource;
import io.earwitness.audit.verify.Report;
import io.earwitness.audit.verify.VerifierKey;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verify audit}. */
@Command(
    name = "audit",
    description = {
      "Verifies the audit trail: entries, tree, checkpoints, and the copies under lock.",
      "Without a file the live logs are verified; with files, exports as JSON Lines, also against"
          + " each other."
    },
    mixinStandardHelpOptions = true)
final class VerifyAuditCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigOptions config = new ConfigOptions();

  @Parameters(arity = "0..*", paramLabel = "FILE", description = "Exports to verify.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--tenant",
      paramLabel = "SLUG",
      description = "Verify the live log of this tenant only. Default: every log.")
  private @Nullable TenantSlug tenant;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "The verifier keys to trust, one a line. Default: those in the store.")
  private @Nullable Path keyFile;

  @Option(
      names = "--witness",
      paramLabel = "KEY",
      description =
          "The key of a witness (NAME+ID+KEY), whose cosignatures the copied checkpoints must have.")
  private @Nullable String witness;

  @Option(
      names = "--complete",
      description = "A file must hold every entry of its log, whatever it says of itself.")
  private boolean complete;

  @Option(
      names = "--no-copies",
      description = "Do not compare the live logs with the copies in the object store.")
  private boolean noCopies;

  @Option(names = "--json", description = "Print the reports as JSON.")
  private boolean json;

  @Override
  public Integer call() throws CommandFailure {
    if (witness != null && (noCopies || !files.isEmpty())) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--witness is about the checkpoints under lock: neither with files nor with --no-copies");
    }
    try {
      return print(files.isEmpty() ? live() : exported());
    } catch (IOException
        | ObjectStore.ObjectStoreException
        | CatalogUnavailableException
        | AuditUnavailableException e) {
      throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
    } catch (ExportVerifier.NotAnExportException | IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private List<Report> exported()
      throws IOException, ExportVerifier.NotAnExportException, CommandFailure {
    if (keyFile != null) {
      return new ExportVerifier(AuditKeys.in(keyFile)::of).verify(files, complete);
    }
    try (ObjectStore store = Stores.open(config.read())) {
      return new ExportVerifier(AuditKeys.in(store)::of).verify(files, complete);
    }
  }

  private List<Report> live() throws IOException, CommandFailure {
    Config read = config.read();
    try (Installation installation = Installation.join(read);
        ObjectStore store = Stores.open(read)) {
      AuditKeys keys = keyFile == null ? AuditKeys.in(store) : AuditKeys.in(keyFile);
      LogSource logs = installation.database().auditLogs();
      AuditedActs acts =
          new AuditedActs(
              installation.database().audit(),
              Clock.systemUTC(),
              "cli:" + System.getProperty("user.name"));
      LiveVerifier verifier =
          new LiveVerifier(
              logs,
              noCopies ? null : new StoredAuditCopies(store, Clock.systemUTC()),
              keys::of,
              Clock.systemUTC());
      if (witness != null) {
        verifier.witnessedBy(VerifierKey.ofWitness(witness));
      }
      return acts.run(
          tenant == null ? TenantSlug.PLATFORM : tenant,
          "audit.verify",
          null,
          Map.of(),
          () -> tenant == null ? verifier.verifyAll() : verifier.verify(List.of(tenant)));
    }
  }

  private int print(List<Report> reports) {
    boolean ok = reports.stream().allMatch(Report::ok);
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.text(
              Map.of("ok", ok, "logs", reports.stream().map(VerifyAuditCommand::view).toList())));
      return ok ? ExitCode.DONE : ExitCode.FAILED;
    }
    for (Report report : reports) {
      report.findings().forEach(finding -> out.println("error " + finding));
      if (report.untold() > 0) {
        out.printf("error %s: and %d findings more%n", report.log(), report.untold());
      }
      out.printf(
          "%s: %s; %d entries, %d in the greatest signed tree, %d checkpoints, %d copies under lock%s%s%n",
          report.ok() ? "verified" : "NOT as signed",
          report.log(),
          report.entries(),
          report.treeSize(),
          report.checkpoints(),
          report.copies(),
          report.cosigned() == 0 ? "" : ", cosigned up to %d".formatted(report.cosigned()),
          report.waiting() == 0 ? "" : ", %d waiting".formatted(report.waiting()));
    }
    return ok ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static Map<String, Object> view(Report report) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("log", report.log());
    view.put("ok", report.ok());
    view.put("entries", report.entries());
    view.put("treeSize", report.treeSize());
    view.put("checkpoints", report.checkpoints());
    view.put("copies", report.copies());
    view.put("cosigned", report.cosigned());
    view.put("waiting", report.waiting());
    view.put("findings", report.findings());
    view.put("furtherFindings", report.untold());
    return view;
  }
}
