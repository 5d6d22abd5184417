package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.JournalShipper;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code rebuild catalog}: the database's folder is gone, store and keys are there. */
@WithOwnServer
class RebuildCommandTest {
  private static final TenantSlug ACME = new TenantSlug("acme");

  @TempDir private Path data;

  private record Ended(int code, String out, String err) {}

  private Ended rebuild() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int code = command.execute("rebuild", "catalog", "--json", "--data", data.toString());
    return new Ended(code, out.toString(), err.toString());
  }

  private record People(List<Directory.Tenant> tenants, List<Directory.User> users) {
    static People of(Directory directory) {
      return new People(directory.tenants(), directory.users(ACME));
    }
  }

  @Test
  void a_lost_database_is_filled_from_the_store_once() throws Exception {
    Config config = TestServer.config(data, Map.of());
    People before;
    try (Installation installation = Installation.open(config, Clock.systemUTC());
        ObjectStore store = Stores.open(config)) {
      new DemoTenants(installation, data).create();
      before = People.of(installation.directory());
      Journals journals = new Journals(installation.directory(), installation.platformKeys());
      try (JournalShipper shipper =
          installation
              .database()
              .shipJournal(
                  store,
                  ObjectKeys::journal,
                  journals::bundle,
                  (_, at) ->
                      new ObjectStore.Lock(ObjectStore.LockMode.GOVERNANCE, at.plusSeconds(999)))) {
        shipper.ship();
      }
    }
    assertThat(before.users()).hasSizeGreaterThan(3);
    Files.move(data.resolve("postgres"), data.resolve("lost"));

    Path keys = data.resolve("keys");
    Files.move(keys, data.resolve("kept-apart"));
    Ended keyless = rebuild();
    assertThat(keyless.code()).isEqualTo(ExitCode.PREREQUISITE);
    assertThat(keyless.err()).contains("put back the installation's key folder");
    Files.move(data.resolve("kept-apart"), keys);

    Ended done = rebuild();
    assertThat(done.err()).isEmpty();
    assertThat(done.code()).isEqualTo(ExitCode.DONE);
    JsonNode said = Json.mapper().readTree(done.out());
    assertThat(said.path("whole").asBoolean()).isTrue();
    assertThat(said.path("left")).isEmpty();
    assertThat(said.path("applied").path("user.add").asInt())
        .isGreaterThanOrEqualTo(before.users().size());

    Ended again = rebuild();
    assertThat(again.code()).isEqualTo(ExitCode.FAILED);
    assertThat(again.err()).contains("the catalog is not empty").contains("app_user=");
    try (Installation installation = Installation.open(config, Clock.systemUTC())) {
      assertThat(People.of(installation.directory())).isEqualTo(before);
    }
  }
}
