package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.StoredRecordings;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.s3.S3Config;
import io.earwitness.archive.store.s3.S3TestServer;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./earwitness demo --once}, in a process of its own, as a newcomer runs it. */
@WithOwnServer
class DemoTest {
  @TempDir private Path folder;

  private String demo(Map<String, String> environment, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Xmx512m");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(
        List.of(
            Main.class.getName(),
            "demo",
            "--once",
            "--calls",
            "5",
            "--data",
            folder.resolve("data").toString(),
            "--sip",
            Integer.toString(TestServer.freePort()),
            "--http",
            Integer.toString(TestServer.freePort())));
    command.addAll(List.of(options));
    Path log = folder.resolve("demo.log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(240, TimeUnit.SECONDS);
    process.destroyForcibly();
    String output = Files.readString(log);
    assertThat(ended).as(output).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  @Test
  void fiveCallsAreArchivedFoundPlayedBackAndVerifiedInADirectory() throws Exception {
    String output = demo(Map.of());
    assertThat(output)
        .containsPattern("READY http://127\\.0\\.0\\.1:\\d+ sip:127\\.0\\.0\\.1:\\d+");
    assertThat(output).contains("5 calls archived, found, played back and verified");

    Path logins = folder.resolve("data").resolve(DemoTenants.LOGINS);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(logins)))
        .isEqualTo("rw-------");
    JsonNode table = Json.mapper().readTree(logins.toFile());
    assertThat(table).hasSize(15);
    assertThat(table.findValuesAsText("tenant")).contains("platform", "acme", "globex");
    for (String key : List.of("acme-rsa", "acme-ec", "globex-rsa", "globex-ec")) {
      assertThat(folder.resolve("data/demo-keys").resolve(key + ".pem")).exists();
    }
    assertThat(folder.resolve("data/objects/platform/certificates/ca.pem")).exists();
    theLostCatalogIsRebuilt();
  }

  private void theLostCatalogIsRebuilt() throws Exception {
    Path data = folder.resolve("data");
    Files.move(data.resolve("postgres"), folder.resolve("lost"));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        Main.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute("rebuild", "catalog", "--json", "--data", data.toString());
    assertThat(err.toString()).isEmpty();
    assertThat(exit).isEqualTo(ExitCode.DONE);
    JsonNode rebuilt = Json.mapper().readTree(out.toString());
    assertThat(rebuilt.path("recordings").asInt()).isEqualTo(5);
    assertThat(rebuilt.path("left")).isEmpty();
    Config config = TestServer.config(data, Map.of());
    try (Installation installation = Installation.open(config, Clock.systemUTC());
        ObjectStore store = Stores.open(config)) {
      List<RecordingId> recordings = new ArrayList<>();
      new StoredRecordings(
              store,
              installation.manifests(),
              header -> installation.platformKeys().recover(header, (_, _) -> {}),
              store.list(ObjectStore.Bucket.LOCK, ""),
              null)
          .forEach(recording -> recordings.add(recording.summary().id()));
      for (TenantSlug tenant : List.of(new TenantSlug("acme"), new TenantSlug("globex"))) {
        recordings.removeIf(id -> installation.calls().find(tenant, id).isPresent());
      }
      assertThat(recordings).as("recordings that the catalog lacks").isEmpty();
    }
  }

  @Test
  void theSameOnAnS3StoreWithObjectLock() throws Exception {
    S3Config s3 = S3TestServer.get().freshBuckets();
    String output =
        demo(
            Map.of(
                "S3_ACCESS_KEY", s3.accessKey(),
                "S3_SECRET_KEY", s3.secretKey(),
                "S3_REGION", s3.region()),
            "--s3",
            s3.endpoint() + "/" + s3.bucket());
    assertThat(output).contains("5 calls archived, found, played back and verified");
    assertThat(folder.resolve("data/objects")).doesNotExist();
  }
}
