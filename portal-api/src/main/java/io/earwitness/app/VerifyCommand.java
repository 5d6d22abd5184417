package io.earwitness.app;

import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.RecordingVerifier;
import io.earwitness.archive.VerificationReport;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks that what is kept is what was signed. */
@Command(
    name = "verify",
    description = "Checks that what is kept is what was signed.",
    mixinStandardHelpOptions = true,
    subcommands = {VerifyCommand.Recording.class, VerifyAuditCommand.class})
final class VerifyCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name what to verify: recording or audit.");
  }

  /** {@code verify recording}. */
  @Command(
      name = "recording",
      description = {
        "Verifies a recording: signature, chain, every block's hash, versions and locks. Needs no"
            + " private key.",
        "A recording's id is looked up in the object store of the configuration; a folder must hold"
            + " its files."
      },
      mixinStandardHelpOptions = true)
  static final class Recording implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ConfigOptions config = new ConfigOptions();

    @Parameters(paramLabel = "ID|FOLDER", description = "The recording.")
    private String subject = "";

    @Option(
        names = "--tenant",
        paramLabel = "SLUG",
        description = "Whose it is; without it, every tenant with such a recording is looked at.")
    private @Nullable TenantSlug tenant;

    @Option(
        names = "--ca",
        paramLabel = "PEM",
        description = "The CA certificate to trust. Default: the one in the store.")
    private @Nullable Path ca;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Override
    public Integer call() throws CommandFailure {
      try {
        return print(Files.isDirectory(Path.of(subject)) ? folder() : stored());
      } catch (IOException | ObjectStore.ObjectStoreException e) {
        throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
      } catch (IllegalArgumentException e) {
        throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
      }
    }

    private VerificationReport folder() throws IOException, CommandFailure {
      if (ca == null) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "a folder needs --ca, the platform's certificate (objects/"
                + ObjectKeys.CA_CERTIFICATE
                + " in a directory store)");
      }
      return verifier(Certificates.read(ca)).verify(Path.of(subject));
    }

    private VerificationReport stored() throws IOException, CommandFailure {
      RecordingId id;
      try {
        id = RecordingId.parse(subject);
      } catch (IllegalArgumentException e) {
        throw new CommandFailure(
            ExitCode.USAGE, "'%s' is neither a folder nor a recording id".formatted(subject));
      }
      try (ObjectStore store = Stores.open(config.read())) {
        TenantSlug owner = tenant == null ? owner(store, id) : tenant;
        return verifier(authority(store)).verify(store, owner, id);
      }
    }

    private static RecordingVerifier verifier(X509Certificate authority) {
      return new RecordingVerifier(new ManifestVerifier(authority));
    }

    private X509Certificate authority(ObjectStore store) throws IOException, CommandFailure {
      if (ca != null) {
        return Certificates.read(ca);
      }
      try (InputStream in =
          store
              .open(ObjectStore.Bucket.LOCK, ObjectKeys.CA_CERTIFICATE, null)
              .orElseThrow(
                  () ->
                      new CommandFailure(
                          ExitCode.FAILED,
                          "the store has no %s; give --ca".formatted(ObjectKeys.CA_CERTIFICATE)))) {
        return Certificates.parse(
            new String(in.readAllBytes(), StandardCharsets.US_ASCII), ObjectKeys.CA_CERTIFICATE);
      }
    }

    /** Finds whose recording it is by the store alone: the keys of all manifests say so. */
    private static TenantSlug owner(ObjectStore store, RecordingId id) throws CommandFailure {
      List<TenantSlug> owners =
          store.list(ObjectStore.Bucket.LOCK, "").stream()
              .map(ObjectStore.Version::key)
              .filter(key -> key.contains("/" + id + "/"))
              .map(key -> new TenantSlug(key.substring(0, key.indexOf('/'))))
              .distinct()
              .toList();
      return switch (owners.size()) {
        case 0 -> throw new CommandFailure(ExitCode.FAILED, "no recording " + id + " in the store");
        case 1 -> owners.getFirst();
        default ->
            throw new CommandFailure(
                ExitCode.USAGE, "several tenants have recording %s; give --tenant".formatted(id));
      };
    }

    private int print(VerificationReport report) {
      var out = spec.commandLine().getOut();
      if (json) {
        out.println(Json.text(report));
      } else {
        report.findings().forEach(f -> out.println(f.severity() + " " + f));
        out.printf(
            "%s: %s; %d manifests, %d objects, %d blocks, %d bytes read%n",
            report.ok() ? "verified" : "NOT as signed",
            report.subject(),
            report.manifests(),
            report.objects(),
            report.blocks(),
            report.bytes());
      }
      return report.ok() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }
}
