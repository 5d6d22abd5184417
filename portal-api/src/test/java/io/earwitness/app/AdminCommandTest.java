package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.catalog.Nodes;
import io.earwitness.audit.AuditTrail;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The verbs of {@code admin}, each beside an installation that is open, as while a server runs. */
class AdminCommandTest {
  @TempDir private static Path data;

  private static Installation server;

  private record Outcome(int exitCode, String out, String err) {
    JsonNode json() throws Exception {
      return Json.mapper().readTree(out);
    }
  }

  @BeforeAll
  static void open() throws Exception {
    server = Installation.open(TestServer.config(data, Map.of()), Clock.systemUTC());
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static Outcome admin(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] all =
        Stream.of(
                Stream.of("admin"), Stream.of(arguments), Stream.of("--json", "--data", "" + data))
            .flatMap(part -> part)
            .toArray(String[]::new);
    return new Outcome(command.execute(all), out.toString(), err.toString());
  }

  private static boolean added(String... arguments) throws Exception {
    Outcome outcome = admin(arguments);
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(ExitCode.DONE);
    return outcome.json().path("added").asBoolean();
  }

  private static JsonNode list(String... arguments) throws Exception {
    Outcome outcome = admin(arguments);
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(ExitCode.DONE);
    return outcome.json();
  }

  @Test
  void whatIsAddedIsListedOnceAndInTheAuditTrailOfItsTenant() throws Exception {
    String[] tenant = {
      "tenant", "add", "--slug", "north", "--name", "North Bank", "--zone", "Europe/Berlin"
    };
    assertThat(added(tenant)).isTrue();
    assertThat(added(tenant)).isFalse();
    assertThat(list("tenant", "list").findValuesAsText("slug")).containsOnlyOnce("north");
    // A new tenant can record at once: it has a key of each kind
    assertThat(list("key", "list", "--tenant", "north")).hasSize(2);

    String[] user = {
      "user", "add", "--tenant", "north", "--name", "ana", "--role", "compliance-officer,auditor"
    };
    assertThat(added(user)).isTrue();
    assertThat(added(user)).isFalse();
    JsonNode ana = list("user", "list", "--tenant", "north").get(0);
    assertThat(ana.path("name").asText()).isEqualTo("ana");
    assertThat(ana.path("roles").toString()).isEqualTo("[\"auditor\",\"compliance-officer\"]");

    String[] team = {"team", "add", "--tenant", "north", "--name", "desk", "--member", "ana"};
    assertThat(added(team)).isTrue();
    assertThat(added(team)).isFalse();
    assertThat(list("team", "list", "--tenant", "north").findValuesAsText("name"))
        .containsExactly("desk");

    String[] number = {
      "number", "add", "--tenant", "north", "--number", "+49301234*", "--user", "ana"
    };
    assertThat(added(number)).isTrue();
    assertThat(added(number)).isFalse();
    assertThat(list("number", "list", "--tenant", "north")).hasSize(1);

    String[] src = {"src", "add", "--name", "sbc-1", "--network", "192.0.2.0/24"};
    assertThat(added(src)).isTrue();
    assertThat(added(src)).isFalse();
    assertThat(list("src", "list").findValuesAsText("name")).containsOnlyOnce("sbc-1");

    assertThat(
            server
                .database()
                .auditTrail()
                .entries(
                    new AuditTrail.Query(
                        new TenantSlug("north"), null, null, null, null, null, 100, null))
                .entries())
        .extracting(kept -> kept.entry().action())
        .contains("tenant.add", "key.generate", "user.add", "team.add", "number.add");
  }

  @Test
  void aPasswordIsReadFromStandardInputAndNeverListed() throws Exception {
    added("tenant", "add", "--slug", "south", "--name", "South Bank");
    InputStream before = System.in;
    String[] user = {
      "user", "add", "--tenant", "south", "--name", "bo", "--password-stdin",
    };
    try {
      System.setIn(new ByteArrayInputStream("short\n".getBytes(StandardCharsets.UTF_8)));
      Outcome tooShort = admin(user);
      assertThat(tooShort.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(tooShort.err()).contains("at least 12 characters");
      System.setIn(
          new ByteArrayInputStream("correct horse battery\n".getBytes(StandardCharsets.UTF_8)));
      assertThat(added(user)).isTrue();
    } finally {
      System.setIn(before);
    }
    String listed = list("user", "list", "--tenant", "south").toString();
    assertThat(listed).contains("bo").doesNotContain("horse").doesNotContain("argon2");
  }

  @Test
  void callsOfNobodyAreListedForTheOperatorAndTheListIsEntered() throws Exception {
    Instant start = Instant.now().minusSeconds(60);
    RecordingId id = RecordingId.draw(start);
    server
        .calls()
        .report(
            new CallSummary(
                id,
                TenantSlug.PLATFORM,
                CallState.REFUSED,
                start,
                start,
                ZoneOffset.UTC,
                Direction.UNKNOWN,
                List.of(new Party(Side.LEFT, "+15550100", null, null, null, List.of())),
                Set.of(CallFlag.TENANT_UNKNOWN),
                List.of("call@sbc"),
                "node-1",
                "no rule matched",
                "v1",
                new Refusal(403, "unknown source"),
                null));

    JsonNode listed = list("quarantine", "list", "--days", "1");

    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).path("id").asText()).isEqualTo(id.toString());
    assertThat(listed.get(0).path("numbers").get(0).asText()).isEqualTo("+15550100");
    assertThat(listed.get(0).path("refusal").asText()).isEqualTo("403 unknown source");
    assertThat(
            server
                .database()
                .auditTrail()
                .entries(
                    new AuditTrail.Query(
                        TenantSlug.PLATFORM, null, null, null, "quarantine.list", null, 9, null))
                .entries())
        .extracting(kept -> kept.entry().outcome())
        .containsExactlyInAnyOrder(null, "done");
  }

  @Test
  void wrongInputIsNamedAndEndsWithTwo() throws Exception {
    added("tenant", "add", "--slug", "west", "--name", "West Bank");
    added("number", "add", "--tenant", "west", "--number", "+3312*");
    added("tenant", "add", "--slug", "east", "--name", "East Bank");
    assertRefused("overlap", "number", "add", "--tenant", "east", "--number", "+331245");
    assertRefused("Nowhere", "tenant", "add", "--slug", "x", "--name", "X", "--zone", "Nowhere/At");
    assertRefused("BAD SLUG", "tenant", "add", "--slug", "BAD SLUG", "--name", "X");
    assertRefused(
        "conductor", "user", "add", "--tenant", "east", "--name", "u", "--role", "conductor");
    assertRefused("not-a-network", "src", "add", "--name", "s", "--network", "not-a-network");
    assertRefused("--certificate or --generate", "key", "add", "--tenant", "east");
    assertRefused("nobody", "team", "add", "--tenant", "east", "--name", "t", "--member", "nobody");
    assertRefused("--days is 1 to 3660", "quarantine", "list", "--days", "0");
    assertRefused("no-such-tenant", "user", "add", "--tenant", "no-such-tenant", "--name", "u");
  }

  private static void assertRefused(String named, String... arguments) {
    Outcome outcome = admin(arguments);
    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).contains(named).doesNotContain("\tat ");
  }

  @Test
  void nodesAreListedAsTheyLastSaidOfThemselves() throws Exception {
    server
        .database()
        .nodes()
        .heartbeat(
            new Nodes.Heartbeat(
                "rec-7",
                "eu-1",
                UUID.randomUUID(),
                "0.1",
                Instant.parse("2026-11-26T10:00:00Z"),
                3,
                5_000_000_000L,
                null,
                Duration.ofMinutes(30),
                null),
            Duration.ofMinutes(10));
    JsonNode nodes = list("node", "list");
    assertThat(nodes).hasSize(1);
    assertThat(nodes.get(0).path("name").asText()).isEqualTo("rec-7");
    assertThat(nodes.get(0).path("state").asText()).isEqualTo("present");
    assertThat(nodes.get(0).path("runningCalls").asInt()).isEqualTo(3);
    assertThat(nodes.get(0).path("spoolFullInHours").asDouble()).isEqualTo(0.5);
  }
}
