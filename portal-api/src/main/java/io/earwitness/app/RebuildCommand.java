package io.earwitness.app;

import io.earwitness.archive.JournalReader;
import io.earwitness.archive.JournalReader.BrokenJournalException;
import io.earwitness.archive.StoredRecordings;
import io.earwitness.archive.StoredRecordings.BrokenRecordingException;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.CatalogRebuild;
import io.earwitness.archive.catalog.CatalogRebuild.NotEmptyException;
import io.earwitness.archive.catalog.CatalogRebuild.NotReplayableException;
import io.earwitness.archive.catalog.CatalogRebuild.Rebuilt;
import io.earwitness.archive.crypto.ContentKeySource;
import io.earwitness.archive.crypto.KeyUse;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.archive.crypto.SealedBundle;
import io.earwitness.archive.crypto.SignedDataVerifier;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog.AuditUnavailableException;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes again what was lost. */
@Command(
    name = "rebuild",
    description = "Makes again what was lost, from what lies in the object store.",
    mixinStandardHelpOptions = true,
    subcommands = RebuildCommand.Catalog.class)
final class RebuildCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name what to rebuild: catalog.");
  }

  /** {@code rebuild catalog}. */
  @Command(
      name = "catalog",
      description = {
        "Fills an empty catalog: recordings from their manifests and call records, all else from the"
            + " journals.",
        "Needs the key folder of the installation. Nothing else may run on the catalog meanwhile."
            + " All of it is brought back, or nothing."
      },
      mixinStandardHelpOptions = true)
  static final class Catalog implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ConfigOptions config = new ConfigOptions();

    @Option(
        names = "--as-far-as-possible",
        description =
            "Leave out recordings that can't be used, and of each journal what follows a bundle that"
                + " is missing or can't be used. Without it, they are errors.")
    private boolean lenient;

    @Option(names = "--json", description = "Print what was brought back as JSON.")
    private boolean json;

    private final List<String> problems = new ArrayList<>();

    @Override
    public Integer call() throws CommandFailure {
      Config read = config.read();
      Path keys = read.data().resolve("keys").resolve(PlatformKeys.FILE);
      if (!Files.exists(keys)) {
        throw new CommandFailure(
            ExitCode.PREREQUISITE,
            "there is no %s: put back the installation's key folder first, for without its keys nothing in the store can be read"
                .formatted(keys));
      }
      try (Installation installation = Installation.open(read, Clock.systemUTC());
          ObjectStore store = Stores.open(read)) {
        return print(rebuild(installation, store));
      } catch (NotEmptyException
          | NotReplayableException
          | BrokenJournalException
          | BrokenRecordingException
          | ObjectStore.ObjectStoreException
          | CatalogUnavailableException
          | AuditUnavailableException
          | UncheckedIOException e) {
        throw new CommandFailure(ExitCode.FAILED, e.getMessage() + "; nothing was changed");
      }
    }

    private Rebuilt rebuild(Installation installation, ObjectStore store) {
      CatalogRebuild rebuild = installation.database().rebuild();
      AuditedActs acts =
          new AuditedActs(
              installation.database().audit(),
              Clock.systemUTC(),
              "cli:" + System.getProperty("user.name"));
      return acts.run(
          TenantSlug.PLATFORM,
          "catalog.rebuild",
          null,
          Map.of("asFarAsPossible", Boolean.toString(lenient)),
          () -> {
            PlatformKeys keys = installation.platformKeys();
            KeyUse use = firstUses(installation, acts.actor());
            ContentKeySource source = header -> keys.recover(header, use);
            SignedDataVerifier signatures = new SignedDataVerifier(List.of(keys.authority()));
            @Nullable Consumer<String> left = lenient ? problems::add : null;
            Collection<ObjectStore.Version> objects = store.list(ObjectStore.Bucket.LOCK, "");
            JournalReader journals =
                new JournalReader(
                    store,
                    (key, bundle) -> SealedBundle.open(key, bundle, source, signatures).content(),
                    left);
            return rebuild.run(
                new StoredRecordings(store, installation.manifests(), source, objects, left),
                journals.journals(objects));
          });
    }

    /** One entry for each key: it is used for every object in the store. */
    private static KeyUse firstUses(Installation installation, String actor) {
      Set<String> used = new HashSet<>();
      return (owner, certificate) -> {
        if (used.add(certificate)) {
          installation
              .database()
              .audit()
              .append(
                  new AuditEntry(
                      UUID.randomUUID(),
                      Clock.systemUTC().instant(),
                      owner,
                      actor,
                      "key.use",
                      "key:" + certificate,
                      null,
                      null,
                      Map.of("for", "catalog.rebuild")));
        }
      };
    }

    private int print(Rebuilt rebuilt) {
      var out = spec.commandLine().getOut();
      boolean whole = problems.isEmpty();
      if (json) {
        out.println(
            Json.text(
                Map.of(
                    "whole", whole,
                    "recordings", rebuilt.recordings(),
                    "applied", rebuilt.applied(),
                    "left", rebuilt.left(),
                    "problems", problems)));
      } else {
        problems.forEach(problem -> out.println("error " + problem));
        rebuilt.applied().forEach((kind, count) -> out.printf("%8d  %s%n", count, kind));
        rebuilt
            .left()
            .forEach(
                (kind, count) ->
                    out.printf(
                        "%8d  %s NOT applied: what they concern is not there%n", count, kind));
        out.printf(
            "%s: %d recordings, and %d entries of the journals%n",
            whole ? "brought back" : "brought back as far as possible",
            rebuilt.recordings(),
            rebuilt.applied().values().stream().mapToLong(Long::longValue).sum());
      }
      return whole ? ExitCode.DONE : ExitCode.FAILED;
    }
  }
}
