package io.earwitness.app;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.PrivateKeys;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.s3.S3Place;
import io.earwitness.call.Direction;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.retention.delivery.DeliveredArchive;
import io.earwitness.retention.delivery.DeliveredArchive.Found;
import io.earwitness.retention.delivery.DeliveredArchive.Party;
import io.earwitness.retention.delivery.DeliveredArchive.Query;
import io.earwitness.retention.delivery.FolderPlace;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Finds and opens delivered recordings, with their key and without the platform. */
@Command(
    name = "find",
    description =
        "Finds delivered recordings in a folder or an S3 bucket by the tenant's private key alone,"
            + " and decrypts them.",
    mixinStandardHelpOptions = true)
final class FindCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--key", required = true, paramLabel = "PEM", description = "The private key.")
  private Path key = Path.of("");

  @Option(
      names = "--ca",
      paramLabel = "PEM",
      description =
          "The platform's CA certificate, from a source of your own. Default: the one that was"
              + " delivered along.")
  private @Nullable Path ca;

  @Option(names = "--tenant", description = "Default: the only one there.")
  private @Nullable TenantSlug tenant;

  @Option(names = "--number", description = "Digits that a party's number contains.")
  private @Nullable String number;

  @Option(names = "--name", description = "Text that a party's name contains.")
  private @Nullable String name;

  @Option(names = "--from", paramLabel = "YYYY-MM-DD", description = "First day, in UTC.")
  private @Nullable LocalDate from;

  @Option(names = "--to", paramLabel = "YYYY-MM-DD", description = "Last day, in UTC.")
  private @Nullable LocalDate to;

  @Option(
      names = "--decrypt",
      paramLabel = "DIR",
      description = "Decrypt the audio of what is found into this folder, as plain files.")
  private @Nullable Path decrypt;

  @Option(
      names = "--disposed",
      description = "List what was disposed of in the recorder, too, as far as it is still here.")
  private boolean disposed;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Parameters(
      paramLabel = "PLACE",
      description =
          "A folder, or https://HOST/BUCKET/PREFIX with credentials in S3_ACCESS_KEY and"
              + " S3_SECRET_KEY and the region in S3_REGION.")
  private String place = "";

  @Override
  public Integer call() throws CommandFailure {
    try (ObjectPlace opened = open(place)) {
      DeliveredArchive archive =
          new DeliveredArchive(opened, tenant(opened), PrivateKeys.read(key, null), ca(ca, opened));
      DeliveredArchive.Result result = archive.find(new Query(number, name, from, to));
      List<String> problems = new ArrayList<>(result.problems());
      List<Row> rows = new ArrayList<>();
      int hidden = 0;
      for (Found found : result.found()) {
        if (found.disposedAt() == null || disposed) {
          rows.add(row(archive, found, problems));
        } else {
          hidden++;
        }
      }
      print(rows, hidden, problems);
      return problems.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitCode.FAILED, e.getMessage() + ": no such file");
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
    }
  }

  /** A folder, or a bucket with credentials of the environment. */
  static ObjectPlace open(String place) throws CommandFailure {
    if (!place.startsWith("https://") && !place.startsWith("http://")) {
      Path folder = Path.of(place);
      if (!Files.isDirectory(folder)) {
        throw new CommandFailure(ExitCode.USAGE, place + " is no folder");
      }
      return new FolderPlace(folder);
    }
    URI uri = URI.create(place);
    String[] path = String.valueOf(uri.getPath()).replaceAll("^/|/$", "").split("/", 2);
    if (path[0].isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, place + " names no bucket");
    }
    return new S3Place(
        URI.create(uri.getScheme() + "://" + uri.getAuthority()),
        System.getenv().getOrDefault("S3_REGION", "us-east-1"),
        path[0],
        path.length > 1 ? path[1] + "/" : "",
        variable("S3_ACCESS_KEY"),
        variable("S3_SECRET_KEY"),
        _ -> {});
  }

  private static String variable(String name) throws CommandFailure {
    String value = System.getenv(name);
    if (value == null || value.isBlank()) {
      throw new CommandFailure(ExitCode.USAGE, "the variable " + name + " is not set");
    }
    return value;
  }

  private TenantSlug tenant(ObjectPlace opened) throws IOException {
    if (tenant != null) {
      return tenant;
    }
    List<String> tenants =
        opened.list("").stream()
            .filter(each -> each.matches("[^/]+/(recordings|index)/.*"))
            .map(each -> each.substring(0, each.indexOf('/')))
            .distinct()
            .toList();
    if (tenants.size() != 1) {
      throw new IllegalArgumentException(
          tenants.isEmpty()
              ? "there are no delivered recordings in " + place
              : "there are several tenants (%s): name one with --tenant"
                  .formatted(String.join(", ", tenants)));
    }
    return new TenantSlug(tenants.getFirst());
  }

  /** The authority that is given, or was delivered along. */
  static X509Certificate ca(@Nullable Path given, ObjectPlace opened) throws IOException {
    if (given != null) {
      return Certificates.read(given);
    }
    try (InputStream in = opened.open(ObjectKeys.CA_CERTIFICATE)) {
      return Certificates.parse(
          new String(in.readAllBytes(), StandardCharsets.US_ASCII), ObjectKeys.CA_CERTIFICATE);
    }
  }

  private record Row(
      RecordingId recording,
      Instant start,
      long durationMs,
      Direction direction,
      List<Party> parties,
      String source,
      boolean onHold,
      @Nullable Instant disposedAt,
      List<String> files,
      List<String> problems) {}

  private Row row(DeliveredArchive archive, Found found, List<String> problems) throws IOException {
    List<String> wrong = new ArrayList<>(found.problems());
    List<String> files = new ArrayList<>();
    if (decrypt != null) {
      Files.createDirectories(decrypt);
      try {
        archive.decrypt(found, decrypt).forEach(file -> files.add(file.toString()));
      } catch (IOException e) {
        wrong.add(String.valueOf(e.getMessage()));
      }
    }
    wrong.forEach(
        problem -> problems.add("Recording %s: %s".formatted(found.recording(), problem)));
    return new Row(
        found.recording(),
        found.start(),
        found.durationMs(),
        found.direction(),
        found.parties(),
        found.source(),
        found.onHold(),
        found.disposedAt(),
        files,
        wrong);
  }

  private void print(List<Row> rows, int hidden, List<String> problems) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.text(Map.of("recordings", rows, "disposedOf", hidden, "problems", problems)));
      return;
    }
    for (Row row : rows) {
      out.println(
          "%s  %s  %4d s  %s%s"
              .formatted(
                  row.recording(),
                  row.start(),
                  row.durationMs() / 1_000,
                  parties(row.parties()),
                  state(row)));
      row.files().forEach(file -> out.println("  " + file));
    }
    out.println(rows.size() + " recordings");
    if (hidden > 0) {
      out.println(hidden + " more were disposed of; --disposed lists them");
    }
    problems.forEach(spec.commandLine().getErr()::println);
  }

  private static String state(Row row) {
    if (row.disposedAt() != null) {
      return "  (disposed of " + row.disposedAt() + ")";
    }
    return row.onHold() ? "  (legal hold)" : "";
  }

  private static String parties(List<Party> parties) {
    return parties.stream()
        .map(
            party ->
                "%s%s"
                    .formatted(
                        party.name() == null ? "" : party.name() + " ",
                        party.number() == null ? "" : "<" + party.number() + ">"))
        .map(String::strip)
        .collect(Collectors.joining(" – "));
  }
}
