package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.Nodes;
import io.earwitness.archive.catalog.SignInFailures;
import io.earwitness.audit.AuditTrail;
import io.earwitness.call.AnswerMode;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.Side;
import io.earwitness.call.SrcFindings;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.SrcProof;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
import org.jspecify.annotations.Nullable;
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
    return command(
        Stream.of(
                Stream.of("admin"), Stream.of(arguments), Stream.of("--json", "--data", "" + data))
            .flatMap(part -> part)
            .toArray(String[]::new));
  }

  private static Outcome command(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return new Outcome(command.execute(arguments), out.toString(), err.toString());
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
  void filesAreImportedWholeOrNotAtAllAndALeaverHasASuccessor() throws Exception {
    added("tenant", "add", "--slug", "imports", "--name", "Imports");
    Path people = data.resolve("people.csv");
    Files.writeString(people, "user;roles\nlea;compliance-officer\nsam;king\n");
    String[] run = {"import", "people", people.toString(), "--tenant", "imports"};
    Outcome bad = admin(run);
    assertThat(bad.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(bad.err()).contains("line 3, column roles: 'king'; expected: of operator,");
    assertThat(list("user", "list", "--tenant", "imports")).isEmpty();

    Files.writeString(people, "user;roles\nlea;compliance-officer\nsam;user\n");
    Outcome dry = admin("import", "people", "" + people, "--tenant", "imports", "--dry-run");
    assertThat(dry.json().path("changes").asInt()).isEqualTo(2);
    assertThat(list("user", "list", "--tenant", "imports")).isEmpty();
    assertThat(admin(run).json().path("applied").asBoolean()).isTrue();
    assertThat(list("user", "list", "--tenant", "imports").findValuesAsText("name"))
        .containsExactly("lea", "sam");
    Path numbers = data.resolve("numbers.csv");
    Files.writeString(numbers, "number,user\n+4955*,\n+49551,lea\n");
    assertThat(
            admin("import", "numbers", numbers.toString(), "--tenant", "imports")
                .json()
                .path("changes")
                .asInt())
        .isEqualTo(2);
    assertThat(
            changed(
                "user", "deactivate", "--tenant", "imports", "--name", "lea", "--successor", "sam"))
        .isTrue();
    assertThat(
            server
                .database()
                .auditTrail()
                .entries(
                    new AuditTrail.Query(
                        new TenantSlug("imports"), null, null, null, null, null, 100, null))
                .entries())
        .extracting(kept -> kept.entry().action() + " " + kept.entry().object())
        .contains("user.import user:lea", "user.import user:sam", "number.import number:+49551")
        .contains("user.set-active user:lea");
  }

  private static boolean changed(String... arguments) throws Exception {
    Outcome outcome = admin(arguments);
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(ExitCode.DONE);
    return outcome.json().path("changed").asBoolean();
  }

  @Test
  void accessIsChangedByVerbsThatSayWhetherAnythingIsNew() throws Exception {
    assertThat(added("tenant", "add", "--slug", "harbour", "--name", "Harbour Bank")).isTrue();
    String[] on = {"--tenant", "harbour"};
    for (String name : List.of("ana", "bo")) {
      assertThat(added(with(on, "user", "add", "--name", name))).isTrue();
    }
    for (String name : List.of("all", "desk")) {
      assertThat(added(with(on, "team", "add", "--name", name))).isTrue();
    }
    assertThat(added(with(on, "team", "add", "--name", "desk", "--member", "bo"))).isTrue();
    String[] roles = {"user", "roles", "--name", "ana", "--role", "auditor,user"};
    assertThat(changed(with(on, roles))).isTrue();
    assertThat(changed(with(on, roles))).isFalse();
    String[] move = {"team", "move", "--name", "desk", "--parent", "all"};
    assertThat(changed(with(on, move))).isTrue();
    assertThat(changed(with(on, move))).isFalse();

    String[] matter = {"matter", "add", "--name", "Case 7", "--kind", "sample"};
    assertThat(added(with(on, matter))).isTrue();
    assertThat(added(with(on, matter))).isFalse();
    CallSummary call = call(new TenantSlug("harbour"), CallState.LIVE, null);
    server.calls().report(call);
    String[] list = {
      "matter", "add-recordings", "--name", "Case 7", "--recording", call.id().toString()
    };
    assertThat(changed(with(on, list))).isTrue();
    assertThat(changed(with(on, list))).isFalse();
    assertThat(list(with(on, "matter", "list")).get(0).path("recordings").asInt()).isEqualTo(1);

    String[] grant = {
      "grant", "add", "--user", "ana", "--right", "search,listen", "--on-matter", "Case 7"
    };
    assertThat(added(with(on, grant))).isTrue();
    assertThat(added(with(on, grant))).isFalse();
    assertThat(
            added(
                with(
                    on,
                    "grant",
                    "add",
                    "--team",
                    "all",
                    "--right",
                    "search",
                    "--on-tenant",
                    "--until",
                    Instant.now().plusSeconds(3600).toString())))
        .isTrue();
    JsonNode grants = list(with(on, "grant", "list"));
    assertThat(grants).hasSize(2);
    assertThat(grants.get(0).path("holder").asText()).isEqualTo("ana");
    assertThat(grants.get(0).path("rights").toString()).isEqualTo("[\"search\",\"listen\"]");
    assertThat(grants.get(0).path("on").asText()).isEqualTo("matter Case 7");
    assertThat(grants.get(0).hasNonNull("until")).isFalse();
    String[] revoke = {"grant", "revoke", "--id", grants.get(0).path("id").asText()};
    assertThat(changed(with(on, revoke))).isTrue();
    assertThat(changed(with(on, revoke))).isFalse();
    assertThat(list(with(on, "grant", "list"))).hasSize(1);

    assertThat(
            changed(
                with(
                    on,
                    "matter",
                    "remove-recording",
                    "--name",
                    "Case 7",
                    "--recording",
                    call.id().toString())))
        .isTrue();
    assertThat(changed(with(on, "matter", "close", "--name", "Case 7"))).isTrue();
    String[] removal = {"team", "remove-member", "--name", "desk", "--member", "bo"};
    assertThat(changed(with(on, removal))).isTrue();
    assertThat(changed(with(on, removal))).isFalse();
    String[] leave = {"user", "deactivate", "--name", "ana"};
    assertThat(changed(with(on, leave))).isTrue();
    assertThat(changed(with(on, leave))).isFalse();
    assertThat(changed(with(on, "user", "activate", "--name", "ana"))).isTrue();
    String[] own = {"tenant", "own-calls", "--slug", "harbour", "--allowed", "true"};
    assertThat(changed(own)).isTrue();
    assertThat(changed(own)).isFalse();

    for (List<String> wrong :
        List.of(
            List.of("user", "roles", "--name", "nobody"),
            List.of("team", "move", "--name", "all", "--parent", "desk"),
            List.of("grant", "add", "--user", "bo", "--right", "sing", "--on-tenant"),
            List.of("grant", "add", "--user", "bo", "--right", "listen"),
            List.of("grant", "add", "--user", "bo", "--right", "listen", "--on-matter", "Case 7"),
            List.of("matter", "add-recordings", "--name", "Case 7", "--recording", "x"))) {
      Outcome outcome = admin(with(on, wrong.toArray(String[]::new)));
      assertThat(outcome.exitCode()).as(wrong.toString()).isEqualTo(ExitCode.USAGE);
      assertThat(outcome.err()).as(wrong.toString()).isNotBlank();
    }
    assertThat(
            server
                .database()
                .auditTrail()
                .entries(
                    new AuditTrail.Query(
                        new TenantSlug("harbour"), null, null, null, null, null, 200, null))
                .entries())
        .extracting(kept -> kept.entry().action())
        .contains(
            "user.set-roles",
            "team.move",
            "matter.add",
            "matter.add-recordings",
            "grant.add",
            "grant.revoke",
            "matter.remove-recording",
            "matter.close",
            "team.remove-member",
            "user.set-active",
            "tenant.set-own-calls");
  }

  @Test
  void aGuestIsInvitedExtendedAndEndedAndInTheTrail() throws Exception {
    added("tenant", "add", "--slug", "quay", "--name", "Quay Bank");
    String[] on = {"--tenant", "quay"};
    added(with(on, "matter", "add", "--name", "Case 9", "--kind", "sample"));
    String[] invite = {
      "guest", "invite", "--name", "gil", "--matter", "Case 9", "--reason", "audit", "--plays", "5"
    };
    String until = Instant.now().plus(Duration.ofDays(9)).toString();
    JsonNode invited = list(with(on, with(new String[] {"--until", until}, invite)));
    assertThat(invited.path("link").asText()).matches("/invitation#tenant=quay&code=[\\w-]{43}");
    JsonNode renewed = list(with(on, "guest", "renew", "--name", "gil"));
    assertThat(renewed.path("link")).isNotEqualTo(invited.path("link"));
    String[] extend = {"guest", "extend", "--name", "gil", "--plays", "6", "--until", until};
    assertThat(list(with(on, extend)).path("plays").asInt()).isEqualTo(6);
    JsonNode guest = list(with(on, "guest", "list")).get(0);
    assertThat(guest.path("state").asText()).isEqualTo("invited");
    assertThat(guest.path("on").asText()).isEqualTo("matter Case 9");
    assertThat(changed(with(on, "guest", "end", "--name", "gil"))).isTrue();
    assertThat(changed(with(on, "guest", "end", "--name", "gil"))).isFalse();
    for (String[] wrong :
        List.of(
            with(new String[] {"--until", "2020-01-01T00:00:00Z"}, invite),
            with(new String[] {"--until", until, "--provider", "none"}, invite),
            new String[] {"guest", "renew", "--name", "gil"},
            new String[] {"guest", "end", "--name", "nobody"})) {
      Outcome outcome = admin(with(on, wrong));
      assertThat(outcome.exitCode()).as(String.join(" ", wrong)).isEqualTo(ExitCode.USAGE);
      assertThat(outcome.err()).isNotBlank();
    }
    assertThat(
            server
                .database()
                .auditTrail()
                .entries(
                    new AuditTrail.Query(
                        new TenantSlug("quay"), null, null, null, null, null, 200, null))
                .entries())
        .extracting(kept -> kept.entry().action())
        .contains("guest.invite", "guest.renew-invitation", "guest.extend", "guest.end");
  }

  private static String[] with(String[] more, String... verb) {
    return Stream.concat(Stream.of(verb), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void anSrcIsTreatedAsItsProfileSaysAndReported() throws Exception {
    String[] src = {
      "src", "add", "--name", "sbc-p", "--network", "192.0.2.0/28,2001:db8::7", "--proof", "any"
    };
    assertThat(added(src)).isTrue();
    assertThat(src("sbc-p").toString())
        .contains(
            "\"networks\":[\"192.0.2.0/28\",\"2001:db8::7\"]",
            "\"proof\":\"any\"",
            "\"answer\":\"all-codecs\"",
            "\"options\":true");
    String[] set = {
      "src", "set", "--name", "sbc-p", "--tls-identity", "SBC.example", "--options", "false"
    };
    assertThat(list(set).path("changed").asBoolean()).isTrue();
    assertThat(list(set).path("changed").asBoolean()).isFalse();
    assertThat(added(src)).as("what is there stays").isFalse();
    RecorderSnapshot.Src now =
        server.directory().snapshot().srcs().stream()
            .filter(one -> one.name().equals("sbc-p"))
            .findFirst()
            .orElseThrow();
    assertThat(now.networks()).containsExactly("192.0.2.0/28", "2001:db8::7");
    assertThat(now.profile())
        .isEqualTo(new SrcProfile(SrcProof.ANY, "sbc.example", AnswerMode.ALL_CODECS, false));
    list("src", "set", "--name", "sbc-p", "--tls-identity", "none", "--answer", "one-codec");
    assertThat(src("sbc-p").path("tlsIdentity").isNull()).isTrue();
    assertThat(src("sbc-p").path("answer").asText()).isEqualTo("one-codec");

    CallSummary call = call(new TenantSlug("north"), CallState.LIVE, null);
    server.calls().report(call);
    server
        .database()
        .srcReports()
        .found(
            call,
            new SrcFindings(
                "sbc-p", List.of(new DeviationFound(Deviation.LABEL_MISSING, "m-line 2"))));
    JsonNode report = list("src", "report", "sbc-p");
    assertThat(report.path("src").path("calls").asInt()).isEqualTo(1);
    JsonNode line = report.path("deviations").get(0);
    assertThat(line.path("deviation").asText()).isEqualTo("label-missing");
    assertThat(line.path("lastCall").asText()).isEqualTo(call.id().toString());
    Outcome text = command("admin", "src", "report", "sbc-p", "--data", "" + data);
    assertThat(text.out())
        .contains(
            "SRC sbc-p: calls recorded 1, refused 0, the last one at ",
            "label-missing (RFC 7866 §7.1.1)",
            Deviation.LABEL_MISSING.remedy(),
            " is " + call.id() + ": m-line 2");

    assertRefused("'lax' is no SrcProof", "src", "set", "--name", "sbc-p", "--proof", "lax");
    assertRefused(
        "is no fingerprint", "src", "set", "--name", "sbc-p", "--tls-identity", "sha256:1");
    assertRefused("no SRC 'nobody'", "src", "set", "--name", "nobody");
    assertRefused("no SRC 'nobody'", "src", "report", "nobody");
  }

  private static JsonNode src(String name) throws Exception {
    for (JsonNode one : list("src", "list")) {
      if (one.path("name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError("no SRC " + name);
  }

  private static CallSummary call(TenantSlug tenant, CallState state, @Nullable Refusal refusal) {
    Instant start = Instant.now().minusSeconds(60);
    return new CallSummary(
        RecordingId.draw(start),
        tenant,
        state,
        start,
        state == CallState.LIVE ? null : start,
        ZoneOffset.UTC,
        Direction.UNKNOWN,
        List.of(new Party(Side.LEFT, "+15550100", null, null, null, List.of())),
        Set.of(CallFlag.TENANT_UNKNOWN),
        List.of("call@sbc"),
        "node-1",
        "no rule matched",
        "v1",
        refusal,
        null);
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
    CallSummary refused =
        call(
            TenantSlug.PLATFORM,
            CallState.REFUSED,
            new Refusal(403, "unknown source", "INVITE sip:srs@recorder SIP/2.0\r\n"));
    RecordingId id = refused.id();
    server.calls().report(refused);

    JsonNode listed = list("quarantine", "list", "--days", "1");

    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).path("id").asText()).isEqualTo(id.toString());
    assertThat(listed.get(0).path("numbers").get(0).asText()).isEqualTo("+15550100");
    assertThat(listed.get(0).path("refusal").asText()).isEqualTo("403 unknown source");
    assertThat(listed.get(0).has("invite")).isFalse();
    assertThat(list("quarantine", "list", "--messages").get(0).path("invite").asText())
        .startsWith("INVITE sip:srs@recorder");
    assertThat(
            server
                .database()
                .auditTrail()
                .entries(
                    new AuditTrail.Query(
                        TenantSlug.PLATFORM, null, null, null, "quarantine.list", null, 9, null))
                .entries())
        .extracting(kept -> kept.entry().outcome())
        .containsExactlyInAnyOrder(null, "done", null, "done");
  }

  @Test
  void callLimitsOfATenantAreSetAndReachTheSnapshot() throws Exception {
    added("tenant", "add", "--slug", "fair", "--name", "Fair Bank");
    JsonNode set =
        list("tenant", "set", "--slug", "fair", "--guaranteed-calls", "20", "--max-calls", "50");
    assertThat(set.toString())
        .isEqualTo(
            "{\"changed\":true,\"tenant\":\"fair\",\"guaranteedCalls\":20,\"maxCalls\":50,\"numberScreening\":true}");
    // What is not named stays
    set = list("tenant", "set", "--slug", "fair", "--guaranteed-calls", "10");
    assertThat(set.path("maxCalls").asInt()).isEqualTo(50);
    assertThat(
            list("tenant", "set", "--slug", "fair", "--max-calls", "50")
                .path("changed")
                .asBoolean())
        .isFalse();
    assertThat(server.directory().snapshot().tenants())
        .filteredOn(tenant -> tenant.slug().value().equals("fair"))
        .extracting(io.earwitness.call.RecorderSnapshot.Tenant::limits)
        .containsExactly(new io.earwitness.call.CallLimits(10, 50));
    set = list("tenant", "set", "--slug", "fair", "--max-calls", "none");
    assertThat(set.path("maxCalls").isNumber()).as(set.toString()).isFalse();
    assertRefused(
        "are fewer than the 10 guaranteed", "tenant", "set", "--slug", "fair", "--max-calls", "9");
    assertRefused(
        "neither a number nor none", "tenant", "set", "--slug", "fair", "--max-calls", "x");
    assertRefused(
        "there is no tenant 'gone'", "tenant", "set", "--slug", "gone", "--max-calls", "9");
    assertRefused(
        "--guaranteed-calls, --max-calls or --number-screening", "tenant", "set", "--slug", "fair");
    set = list("tenant", "set", "--slug", "fair", "--number-screening", "false");
    assertThat(set.path("changed").asBoolean()).isTrue();
    assertThat(set.path("numberScreening").asBoolean()).isFalse();
    assertThat(set.path("guaranteedCalls").asInt()).isEqualTo(10);
    assertThat(
            server
                .database()
                .auditTrail()
                .entries(
                    new AuditTrail.Query(
                        new TenantSlug("fair"),
                        null,
                        null,
                        null,
                        "tenant.set-call-limits",
                        null,
                        9,
                        null))
                .entries())
        .extracting(kept -> kept.entry().details().get("max"))
        .contains("50", "none");
  }

  @Test
  void aRecorderIsDrainedByNameAndTheActIsEntered() throws Exception {
    server.database().drains().report("rec-7", false, 3);
    assertRefused("no recorder 'rec-8' ever reported itself", "node", "drain", "--node", "rec-8");
    JsonNode drain = list("node", "drain", "--node", "rec-7");
    assertThat(drain.path("changed").asBoolean()).isTrue();
    assertThat(drain.path("drainWanted").asBoolean()).isTrue();
    assertThat(drain.path("draining").asBoolean()).as("it has not heard of it").isFalse();
    assertThat(list("node", "drain", "--node", "rec-7").path("changed").asBoolean()).isFalse();
    Outcome waited = admin("node", "drain", "--node", "rec-7", "--wait", "--timeout", "0");
    assertThat(waited.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(waited.err()).contains("node rec-7 still records 3 calls after 0 s");
    server.database().drains().report("rec-7", true, 0);
    assertThat(list("node", "drain", "--node", "rec-7", "--wait").path("calls").asInt()).isZero();
    assertThat(list("node", "undrain", "--node", "rec-7").path("drainWanted").asBoolean())
        .isFalse();
    assertThat(list("node", "drains").findValuesAsText("node")).contains("rec-7");
    for (String action : List.of("node.drain", "node.undrain")) {
      assertThat(
              server
                  .database()
                  .auditTrail()
                  .entries(
                      new AuditTrail.Query(
                          TenantSlug.PLATFORM, null, null, null, action, null, 99, null))
                  .entries())
          .as(action)
          .extracting(kept -> kept.entry().object())
          .contains("node:rec-7");
    }
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
  void aFileIsAllocatedOnceAndANumberGetsItsHolder() throws Exception {
    added("tenant", "add", "--slug", "given", "--name", "Given Bank");
    Path numbers = data.resolve("numbers.csv");
    Files.writeString(numbers, "number,tenant\n+43190100..+43190119,given\n");
    JsonNode dry = list("allocate", "numbers", numbers.toString(), "--dry-run");
    assertThat(dry.path("changes").asInt()).isEqualTo(2);
    assertThat(dry.path("applied").asBoolean()).isFalse();
    assertThat(list("number", "list", "--tenant", "given")).isEmpty();
    list("allocate", "numbers", numbers.toString());
    assertThat(list("number", "list", "--tenant", "given")).hasSize(2);
    assertThat(list("allocate", "numbers", numbers.toString()).path("changes").asInt()).isZero();

    Files.writeString(numbers, "number,tenant\n+494x,given\n+49405,gone\n");
    Outcome refused = admin("allocate", "numbers", numbers.toString());
    assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("line 2, column number").contains("line 3, column tenant");

    String[] queue = {
      "number",
      "hold",
      "--tenant",
      "given",
      "--number",
      "+431901001",
      "--kind",
      "queue",
      "--name",
      "Sales",
      "--licence",
      "extended",
      "--from",
      "2026-05-01T00:00:00Z"
    };
    assertThat(list(queue).path("changed").asBoolean()).isTrue();
    assertThat(list(queue).path("changed").asBoolean()).isFalse();
    assertThat(list("number", "holders", "--tenant", "given").toString()).contains("Sales");
    assertRefused(
        "one holder at a moment",
        "number",
        "hold",
        "--tenant",
        "given",
        "--number",
        "+431901001",
        "--kind",
        "place",
        "--name",
        "Lobby");
  }

  private static CallSummary recorded(TenantSlug tenant) {
    Instant now = Instant.now();
    CallSummary call =
        new CallSummary(
            RecordingId.draw(now),
            tenant,
            CallState.CLOSED,
            now.minusSeconds(60),
            now,
            ZoneOffset.UTC,
            Direction.INBOUND,
            List.of(
                new Party(Side.LEFT, "+15550100", "Carol", null, null, List.of()),
                new Party(Side.RIGHT, "+43199100", "Sales", null, null, List.of())),
            Set.of(),
            List.of("call@sbc"),
            "rec-1",
            "number +43199…",
            "1",
            null,
            null);
    server.calls().report(call);
    return call;
  }

  private void archive(TenantSlug tenant, RecordingId id) {
    Instant now = Instant.now();
    server
        .calls()
        .archived(
            new CallCatalog.ArchivedCall(
                id,
                tenant,
                CallState.ARCHIVED,
                0,
                "g0-x",
                "manifest-0.p7",
                "v1",
                now,
                now.plusSeconds(86_400),
                now,
                60_000,
                2,
                "flac",
                1,
                List.of(),
                Set.of(),
                now));
  }

  @Test
  void aRecordingIsCorrectedBlockedAndLiftedAndItIsToldOf() throws Exception {
    added("tenant", "add", "--slug", "wrong", "--name", "Wrong Bank");
    TenantSlug tenant = new TenantSlug("wrong");
    added("user", "add", "--tenant", "wrong", "--name", "ina", "--role", "user");
    String id = recorded(tenant).id().toString();
    String[] of = {"recording", "correct", "--tenant", "wrong", "--recording", id};
    String[] parties = {
      "--party", "+15550100|Carol|", "--party", "+43199100||ina", "--reason", "ina took it"
    };
    list(Stream.of(of, parties).flatMap(Stream::of).toArray(String[]::new));
    assertThat(server.calls().find(tenant, RecordingId.parse(id)).orElseThrow().summary().parties())
        .extracting(Party::name)
        .containsExactly("Carol", "ina");
    assertRefused(
        "with | between them",
        Stream.of(of, new String[] {"--party", "ina", "--reason", "x"})
            .flatMap(Stream::of)
            .toArray(String[]::new));

    list("recording", "block", "--recording", id, "--reason", "another's number");
    assertThat(list("recording", "blocked").findValuesAsText("id")).contains(id);
    assertRefused("is blocked", Stream.of(of, parties).flatMap(Stream::of).toArray(String[]::new));
    assertRefused("blocked already", "recording", "block", "--recording", id, "--reason", "again");
    assertThat(
            admin(
                    "recording",
                    "hand-over",
                    "--recording",
                    id,
                    "--tenant",
                    "nobody",
                    "--operator",
                    "nobody",
                    "--reason",
                    "x")
                .exitCode())
        .isNotEqualTo(ExitCode.DONE);
    list("recording", "unblock", "--recording", id);
    assertThat(list("recording", "blocked").findValuesAsText("id")).doesNotContain(id);
    String[] restrict = {
      "recording",
      "restrict",
      "--tenant",
      "wrong",
      "--recording",
      id,
      "--legal-basis",
      "Art. 18",
      "--mask",
      "0:01-0:02 left",
      "--reason",
      "a complaint"
    };
    assertRefused("nothing of the call is archived", restrict);
    archive(tenant, RecordingId.parse(id));
    list(restrict);
    JsonNode restricted = list("recording", "restricted", "--tenant", "wrong");
    assertThat(restricted.findValuesAsText("id")).containsExactly(id);
    assertThat(restricted.findValuesAsText("masked")).containsExactly("0:01.000-0:02.000 left");
    assertThat(
            server
                .database()
                .auditTrail()
                .entries(
                    new AuditTrail.Query(
                        tenant, null, null, null, null, "recording:" + id, 50, null))
                .entries())
        .extracting(kept -> kept.entry().action())
        .contains(
            "recording.correct", "recording.block", "recording.unblock", "recording.restrict");
    assertThat(list("quarantine", "run", "--dry-run").findValuesAsText("released"))
        .doesNotContain("true");
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

  @Test
  void anIdentityProviderIsSetShownWithoutItsSecretAndRemoved() throws Exception {
    added("tenant", "add", "--slug", "umbra", "--name", "Umbra");
    added("team", "add", "--tenant", "umbra", "--name", "desk");
    String[] all = {
      "identity-provider",
      "set",
      "--tenant",
      "umbra",
      "--id",
      "corp",
      "--issuer",
      "https://idp.example/realms/umbra",
      "--client-id",
      "earwitness"
    };
    Outcome unset = admin(all);
    assertThat(unset.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unset.err()).contains("portal.publicUrl is not set");
    Path file =
        Files.writeString(
            data.resolve("public.yaml"),
            "data: %s\nportal:\n  publicUrl: http://127.0.0.1:8080\n".formatted(data));
    String[] configured = {"--config", file.toString()};
    InputStream before = System.in;
    try {
      for (boolean changes : new boolean[] {true, false}) {
        System.setIn(new ByteArrayInputStream("s3cret\n".getBytes(StandardCharsets.UTF_8)));
        Outcome set =
            configured(
                configured,
                all,
                "--client-secret-stdin",
                "--role",
                "officers=compliance-officer",
                "--role",
                "officers=auditor",
                "--team",
                "cn=desk,ou=x=desk",
                "--provision");
        assertThat(set.exitCode()).as(set.err()).isZero();
        assertThat(set.json().get("changed").asBoolean()).isEqualTo(changes);
      }
    } finally {
      System.setIn(before);
    }
    Outcome listed = admin("identity-provider", "list", "--tenant", "umbra");
    JsonNode shown = listed.json().get(0);
    assertThat(shown.get("clientSecret").asText()).isEqualTo("set");
    assertThat(shown.get("roles").get("officers")).hasSize(2);
    assertThat(shown.get("teams").get("cn=desk,ou=x").get(0).asText()).isEqualTo("desk");
    assertThat(listed.out()).doesNotContain("s3cret");

    Outcome wrong = configured(configured, all, "--role", "x=king");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("'king'");
    assertThat(configured(configured, all, "--role", "root=operator").err())
        .contains("a tenant has no operators");
    assertThat(configured(configured, all, "--team", "x").err()).contains("form GROUP=");
    all[7] = "http://idp.example";
    assertThat(configured(configured, all).err()).contains("begins with https://");

    added("user", "add", "--tenant", "umbra", "--name", "ana");
    String[] mark = {
      "user", "sign-in-by", "--tenant", "umbra", "--name", "ana", "--provider", "corp"
    };
    assertThat(admin(mark).json().get("changed").asBoolean()).isTrue();
    assertThat(admin(mark).json().get("changed").asBoolean()).isFalse();
    mark[7] = "none";
    assertThat(admin(mark).err()).contains("has no identity provider 'none'");
    String[] remove = {"identity-provider", "remove", "--tenant", "umbra", "--id", "corp"};
    assertThat(admin(remove).json().get("changed").asBoolean()).isTrue();
    assertThat(admin(remove).exitCode()).isEqualTo(ExitCode.USAGE);
  }

  private static Outcome configured(String[] config, String[] arguments, String... more) {
    return command(
        Stream.of(
                Stream.of("admin"),
                Stream.of(arguments),
                Stream.of(more),
                Stream.of("--json"),
                Stream.of(config))
            .flatMap(part -> part)
            .toArray(String[]::new));
  }

  @Test
  void aLockedAccountIsUnlockedAndASecondFactorTakenAway() throws Exception {
    TenantSlug penta = new TenantSlug("penta");
    added("tenant", "add", "--slug", "penta", "--name", "Penta");
    added("user", "add", "--tenant", "penta", "--name", "ana");
    String id = server.directory().user(penta, "ana").orElseThrow().id();
    var failures = server.database().signInFailures();
    var policy = new SignInFailures.Policy(1, 1, Duration.ofMinutes(15), Duration.ofHours(1));
    failures.attempt(penta, id, "", policy);
    assertThat(failures.lockedUntil(penta, id, policy)).isPresent();
    String[] unlock = {"user", "unlock", "--tenant", "penta", "--name", "ana"};
    assertThat(admin(unlock).json().get("changed").asBoolean()).isTrue();
    assertThat(failures.lockedUntil(penta, id, policy)).isEmpty();
    assertThat(admin(unlock).json().get("changed").asBoolean()).isFalse();

    server.database().secondFactors().begin(penta, id, "sealed");
    String[] reset = {"user", "reset-totp", "--tenant", "penta", "--name", "ana"};
    assertThat(admin(reset).json().get("changed").asBoolean()).isTrue();
    assertThat(server.database().secondFactors().totp(penta, id)).isEmpty();
    var trail =
        server
            .database()
            .auditTrail()
            .entries(new AuditTrail.Query(penta, null, null, null, null, null, 50, null));
    assertThat(trail.entries().toString()).contains("user.unlock", "user.reset-totp", "cli:");
  }

  @Test
  void aPolicyOfRetentionIsTriedOutAndMadeUnlessItMayShorten() throws Exception {
    admin("tenant", "add", "--slug", "keeper", "--name", "Keeper", "--zone", "Europe/Berlin");
    Path file = data.resolve("retention.json");
    JsonNode present = admin("retention", "policy", "--tenant", "keeper").json();
    assertThat(present.path("version").asInt()).isZero();
    assertThat(present.path("standard").asText()).isEqualTo("1-year");
    Files.writeString(
        file,
        """
        {"version":0,"standard":"1-year","rules":[{"name":"Paid","licences":["extended"],"keep":"7-years"}]}
        """);
    Outcome tried = admin("retention", "simulate", "--tenant", "keeper", "--file", file.toString());
    assertThat(tried.exitCode()).as(tried.err()).isZero();
    assertThat(tried.json().at("/longer/recordings").asInt(-1)).isZero();

    Outcome made =
        admin("retention", "set-policy", "--tenant", "keeper", "--file", file.toString());
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(admin("retention", "policy", "--tenant", "keeper").json().path("version").asInt())
        .isEqualTo(1);

    Files.writeString(file, "{\"version\":1,\"standard\":\"7-years\",\"rules\":[]}");
    Outcome refused =
        admin("retention", "set-policy", "--tenant", "keeper", "--file", file.toString());
    assertThat(refused.exitCode()).as("a rule less").isEqualTo(1);
    Files.writeString(
        file,
        """
        {"version":1,"standard":"7-years","rules":[{"name":"Paid","licences":["extended"],"keep":"7-years"}]}
        """);
    Outcome counted =
        admin("retention", "simulate", "--tenant", "keeper", "--file", file.toString());
    assertThat(counted.json().at("/lengthened/recordings").asInt(-1)).isZero();
    Outcome extended =
        admin(
            "retention",
            "set-policy",
            "--tenant",
            "keeper",
            "--file",
            file.toString(),
            "--extend-existing");
    assertThat(extended.exitCode()).as(extended.err()).isZero();
    JsonNode locks = admin("retention", "locks", "--tenant", "keeper").json();
    assertThat(locks.at("/lengthening/policyVersion").asInt()).isEqualTo(2);
    assertThat(locks.path("waiting").asInt(-1)).isZero();

    Files.writeString(file, "{\"version\":2,\"standard\":\"1-year\",\"rules\":[]}");
    Outcome shorter =
        admin("retention", "set-policy", "--tenant", "keeper", "--file", file.toString());
    assertThat(shorter.exitCode()).isEqualTo(1);
    assertThat(shorter.err()).contains("needs a second person");
    Files.writeString(file, "{\"version\":1,\"standard\":\"7\",\"rules\":[]}");
    Outcome wrong =
        admin("retention", "set-policy", "--tenant", "keeper", "--file", file.toString());
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("'7' is no class of retention");
  }

  @Test
  void aHoldIsPlacedAndShownAndReleasedOnlyInThePortal() throws Exception {
    admin("tenant", "add", "--slug", "holder", "--name", "Holder", "--zone", "Europe/Berlin");
    admin("team", "add", "--tenant", "holder", "--name", "Desk");
    String[] place = {
      "hold",
      "place",
      "--tenant",
      "holder",
      "--name",
      "Quill v. Holder",
      "--reason",
      "Letter",
      "--team",
      "desk",
      "--number",
      "+4930*",
      "--from",
      "2026-05-01T00:00:00Z"
    };
    Outcome placed = admin(place);
    assertThat(placed.exitCode()).as(placed.err()).isZero();
    assertThat(placed.json().path("recordings").asInt(-1)).isZero();
    String id = placed.json().path("id").asText();

    JsonNode shown = admin("hold", "show", "--tenant", "holder", "--id", id).json();
    assertThat(shown.path("reason").asText()).isEqualTo("Letter");
    assertThat(shown.at("/scope/teams")).hasSize(1);
    assertThat(shown.path("placedBy").asText()).startsWith("cli:");
    assertThat(admin("hold", "list", "--tenant", "holder").json()).hasSize(1);
    assertThat(admin("hold", "list", "--tenant", "holder", "--released").json()).isEmpty();

    Outcome release = admin("hold", "release", "--tenant", "holder", "--id", id);
    assertThat(release.exitCode()).isEqualTo(1);
    assertThat(release.err()).contains("needs two persons");
    place[9] = "nobody";
    Outcome wrong = admin(place);
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("there is no team 'nobody'");
    var trail =
        server
            .database()
            .auditTrail()
            .entries(
                new AuditTrail.Query(
                    new TenantSlug("holder"), null, null, null, null, null, 50, null));
    assertThat(trail.entries().toString()).contains("hold.place", "cli:");
  }

  @Test
  void disposalIsShownAndObjectedToButNotTurnedOnHere() throws Exception {
    admin("tenant", "add", "--slug", "shredder", "--name", "Shredder", "--zone", "Europe/Berlin");
    String[] shown = {"disposal", "settings", "--tenant", "shredder"};
    assertThat(admin(shown).json().path("mode").asText()).isEqualTo("off");
    Outcome on =
        admin(
            "disposal",
            "settings",
            "--tenant",
            "shredder",
            "--mode",
            "automatic",
            "--officer",
            "u");
    assertThat(on.exitCode()).isEqualTo(1);
    assertThat(on.err()).contains("needs a second person");
    Outcome rarer = admin("disposal", "settings", "--tenant", "shredder", "--every-days", "14");
    assertThat(rarer.exitCode()).as(rarer.err()).isZero();
    assertThat(admin(shown).json().path("everyDays").asInt()).isEqualTo(14);
    assertThat(admin("disposal", "preview", "--tenant", "shredder").json().isEmpty()).isTrue();
    assertThat(admin("disposal", "runs", "--tenant", "shredder").json().isEmpty()).isTrue();
    String id = "01930d3a-7c00-7a5b-8c1d-2e3f4a5b6c7d";
    Outcome none = admin("disposal", "veto", "--tenant", "shredder", "--reason", "x", id);
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("there is no such recording");
    TenantSlug tenant = new TenantSlug("shredder");
    RecordingId recording = recorded(tenant).id();
    String[] veto = {
      "disposal", "veto", "--tenant", "shredder", "--reason", "a claim", recording.toString()
    };
    Outcome objected = admin(veto);
    assertThat(objected.exitCode()).as(objected.err()).isZero();
    JsonNode hold =
        admin("hold", "show", "--tenant", "shredder", "--id", objected.json().path("hold").asText())
            .json();
    assertThat(hold.path("reason").asText()).isEqualTo("a claim");
    assertThat(hold.at("/scope/recordings/0").asText()).isEqualTo(recording.toString());
    assertThat(admin(veto).err()).contains("in force already");
    assertThat(admin("disposal", "show", "--tenant", "shredder", id).err())
        .contains("has no run of disposal");
  }

  @Test
  void aTenantIsAddedOnTrialAndGoesLiveOnce() throws Exception {
    Outcome added = admin("tenant", "add", "--slug", "tryout", "--name", "Tryout", "--trial");
    assertThat(added.exitCode()).as(added.err()).isZero();
    JsonNode locks = admin("retention", "locks", "--tenant", "tryout").json();
    assertThat(locks.at("/trial/since").asText()).isNotEmpty();
    assertThat(locks.at("/trial/endedAt").asText()).isEmpty();
    String[] live = {
      "retention", "go-live", "--tenant", "tryout", "--signed-by", "Rita Roth", "--reason", "signed"
    };
    assertThat(admin(live).exitCode()).isZero();
    assertThat(
            admin("retention", "locks", "--tenant", "tryout").json().at("/trial/signedBy").asText())
        .isEqualTo("Rita Roth");
    assertThat(admin(live).json().path("changed").asBoolean(true)).isFalse();
    added("tenant", "add", "--slug", "ordinary", "--name", "Ordinary");
    Outcome never =
        admin("retention", "go-live", "--tenant", "ordinary", "--signed-by", "R", "--reason", "x");
    assertThat(never.exitCode()).isEqualTo(2);
    assertThat(never.err()).contains("not on trial");
  }

  @Test
  void locksAreComplianceOnesFromTheBeginningOrLaterAndNeverOnTrial() throws Exception {
    added("tenant", "add", "--slug", "strict", "--name", "Strict", "--lock-mode", "compliance");
    JsonNode locks = admin("retention", "locks", "--tenant", "strict").json();
    assertThat(locks.at("/mode/mode").asText()).isEqualTo("COMPLIANCE");
    Outcome both =
        admin(
            "tenant", "add", "--slug", "x", "--name", "X", "--trial", "--lock-mode", "compliance");
    assertThat(both.exitCode()).isEqualTo(2);
    assertThat(both.err()).contains("don't go together");
    String[] existing = {"retention", "comply", "--tenant", "strict", "--existing"};
    assertThat(admin(existing).json().path("changed").asBoolean()).isTrue();
    assertThat(admin(existing).json().path("changed").asBoolean(true)).isFalse();
    added("tenant", "add", "--slug", "trying", "--name", "Trying", "--trial");
    Outcome trial = admin("retention", "comply", "--tenant", "trying");
    assertThat(trial.exitCode()).isEqualTo(2);
    assertThat(trial.err()).contains("on trial");
  }

  @Test
  void aTenantIsClosedFromADayOnAndThatIsTakenBack() throws Exception {
    added("tenant", "add", "--slug", "leaving", "--name", "Leaving");
    String stop = Instant.now().plus(Duration.ofDays(3)).toString();
    String[] close = {"tenant", "close", "--slug", "leaving", "--stop-at", stop, "--keys", "keep"};
    Outcome nowhere = admin(close);
    assertThat(nowhere.exitCode()).isEqualTo(2);
    assertThat(nowhere.err()).contains("no delivery target");
    server
        .database()
        .deliveries()
        .set(
            new DeliveryTarget(
                new TenantSlug("leaving"),
                "vault",
                DeliveryTarget.Kind.FOLDER,
                "copies",
                "",
                null,
                "",
                "",
                null,
                false,
                DeliveryTarget.Terms.USUAL),
            "test");
    Outcome closed = admin(close);
    assertThat(closed.exitCode()).as(closed.err()).isZero();
    JsonNode status = admin("tenant", "closing-status", "--slug", "leaving").json();
    assertThat(status.path("state").asText()).isEqualTo("announced");
    assertThat(status.at("/progress/remaining").asInt()).isZero();
    String[] withdraw = {"tenant", "withdraw-closing", "--slug", "leaving"};
    assertThat(admin(withdraw).json().path("changed").asBoolean()).isTrue();
    assertThat(admin(withdraw).json().path("changed").asBoolean(true)).isFalse();
    assertThat(admin("tenant", "closing-status", "--slug", "leaving").err())
        .contains("not being closed");
  }

  @Test
  void aRecordingGetsTagsAndNotesOnceItIsNotBlocked() throws Exception {
    added("tenant", "add", "--slug", "noted", "--name", "Noted Bank");
    TenantSlug tenant = new TenantSlug("noted");
    RecordingId id = recorded(tenant).id();
    String[] tag = {
      "recording", "tag", "--tenant", "noted", "--recording", id.toString(), "--tag", "Complaint"
    };
    assertThat(admin(tag).json().path("changed").asBoolean()).isTrue();
    assertThat(admin(tag).json().path("changed").asBoolean()).isFalse();
    String[] note = {
      "recording", "note", "--tenant", "noted", "--recording", id.toString(), "--text", "He is loud"
    };
    assertThat(admin(note).json().path("note").asText()).isNotEmpty();
    assertThat(server.calls().find(tenant, id).orElseThrow().tags()).containsExactly("complaint");
    assertThat(server.database().annotations().notes(tenant, id))
        .singleElement()
        .satisfies(each -> assertThat(each.newest().text()).isEqualTo("He is loud"));
    assertRefused(
        "is no tag",
        "recording",
        "untag",
        "--tenant",
        "noted",
        "--recording",
        id.toString(),
        "--tag",
        "a,b");
    tag[1] = "untag";
    assertThat(admin(tag).json().path("changed").asBoolean()).isTrue();
    list("recording", "block", "--recording", id.toString(), "--reason", "another's number");
    assertRefused("is blocked", note);
  }

  @Test
  void licencesAreSetAndShownAndWhatRecordsLessIsRefused() throws Exception {
    added("tenant", "add", "--slug", "payer", "--name", "Payer Bank");
    TenantSlug tenant = new TenantSlug("payer");
    String[] set = {
      "licences", "set", "--tenant", "payer", "--licence", "extended", "--extensions", "10"
    };
    assertThat(admin(set).json().path("changed").asBoolean()).isTrue();
    assertThat(admin(set).json().path("changed").asBoolean()).isFalse();
    assertThat(bypassed(tenant)).isEmpty();
    assertThat(list("licences", "show", "--tenant", "payer").findValuesAsText("state"))
        .containsExactly("active", "active");
    String[] stopping =
        Stream.of(set, new String[] {"--suspended", "--stops-recording"})
            .flatMap(Stream::of)
            .toArray(String[]::new);
    assertThat(admin(stopping).json().path("changed").asBoolean()).isTrue();
    assertThat(bypassed(tenant)).containsExactly(1L);
    assertThat(list("licences", "extensions", "--tenant", "payer", "--month", "2026-11").isEmpty())
        .isTrue();
    assertRefused(
        "0 to 10,000,000 extensions",
        "licences",
        "set",
        "--tenant",
        "payer",
        "--licence",
        "standard",
        "--extensions",
        "-1");
    assertThat(admin("storage", "show", "--tenant", "payer").json().at("/total/bytes").asInt(-1))
        .isZero();
    list("storage", "show");

    Path file = data.resolve("recording-policy.json");
    Files.writeString(
        file, "{\"version\":0,\"rules\":[{\"name\":\"council\",\"action\":\"never\"}]}");
    Outcome less = admin("recording-policy", "set", "--tenant", "payer", "--file", file.toString());
    assertThat(less.exitCode()).isEqualTo(1);
    assertThat(less.err()).contains("needs a second person");
    Files.writeString(file, "{\"version\":0,\"rules\":[{\"name\":\"all\",\"action\":\"always\"}]}");
    Outcome more = admin("recording-policy", "set", "--tenant", "payer", "--file", file.toString());
    assertThat(more.exitCode()).as(more.err()).isZero();
  }

  @Test
  void whatNeedsASecondPersonIsToldOfAndSealedCodesArePrintedOnce() throws Exception {
    TenantSlug tenant = new TenantSlug("vault");
    added("tenant", "add", "--slug", "vault", "--name", "Vault Bank");
    assertThat(bypassed(tenant)).isEmpty();
    assertThat(added("number", "add", "--tenant", "vault", "--number", "+4940*")).isTrue();
    assertThat(added("number", "add", "--tenant", "vault", "--number", "+4940*")).isFalse();
    assertThat(bypassed(tenant)).containsExactly(1L);
    assertThat(bypassed(TenantSlug.PLATFORM)).contains(1L);

    JsonNode codes = list("break-glass", "create", "--tenant", "vault", "--count", "2");
    assertThat(codes.findValuesAsText("code"))
        .hasSize(2)
        .doesNotHaveDuplicates()
        .allMatch(code -> code.matches("([A-Z2-7]{4}-){7}[A-Z2-7]{4}"));
    assertThat(bypassed(tenant)).as("the same alarm").containsExactly(2L);
    JsonNode listed = list("break-glass", "list", "--tenant", "vault");
    assertThat(listed.findValuesAsText("code"))
        .hasSize(2)
        .allMatch(code -> code.matches("[A-Z2-7]{8}"));
    assertThat(server.database().breakGlass().codes(tenant))
        .allMatch(code -> code.hash().startsWith("$argon2id$"));
    assertThat(admin("break-glass", "create", "--tenant", "vault", "--count", "21").exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThat(admin("break-glass", "create", "--tenant", "nowhere").exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  private static List<Long> bypassed(TenantSlug tenant) {
    return server
        .database()
        .alarms()
        .list(
            new AlarmRegister.Query(
                tenant, true, Set.of(), AlarmKind.SECOND_PERSON_BYPASSED, null, 10))
        .entries()
        .stream()
        .filter(
            entry ->
                Set.of("tenant:vault", "tenant:payer")
                    .contains(entry.alarm().key().object().text()))
        .map(entry -> entry.alarm().times())
        .toList();
  }
}
