package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.call.AnswerMode;
import io.earwitness.call.Direction;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.RecordingRule;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.SrcProof;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.SiprecClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies of recording in the whole product: what the simulator says, real calls by SIP do. */
@WithOwnServer
class PoliciesInCallsTest {
  /** In Acme's range; nobody holds it, and nobody has a licence. */
  private static final String NOBODYS = "+442079460155";

  private static final List<String> OTHERS =
      List.of("112", "+4930100200", "+33140000000", "+41441234567", "+13035550100");

  /** Numbers of a call, and how it was placed. */
  private record Placed(String from, String to, ClientResult.Call call) {
    String callId() {
      return String.valueOf(call.callId());
    }
  }

  private static RecordingRule rule(
      String name,
      RecordingAction action,
      Set<String> persons,
      List<String> own,
      List<String> other,
      Set<Direction> directions,
      Set<String> countries,
      @Nullable Integer minutes,
      @Nullable Integer percent) {
    return new RecordingRule(
        name,
        Set.of(),
        persons,
        null,
        own,
        other,
        directions,
        countries,
        Set.of(),
        null,
        null,
        action,
        minutes,
        percent);
  }

  private static RecordingPolicy policy(String emma) {
    Set<Direction> any = Set.of();
    return new RecordingPolicy(
        0,
        List.of(),
        List.of(
            rule(
                "emergency",
                RecordingAction.NEVER,
                Set.of(),
                List.of(),
                List.of("112"),
                any,
                Set.of(),
                null,
                null),
            rule(
                "globex",
                RecordingAction.NEVER,
                Set.of(),
                List.of(),
                List.of("+12025550*"),
                any,
                Set.of(),
                null,
                null),
            rule(
                "hotline",
                RecordingAction.NEVER,
                Set.of(),
                List.of(NOBODYS),
                List.of(),
                Set.of(Direction.INBOUND),
                Set.of("CH", "US"),
                null,
                null),
            rule(
                "private",
                RecordingAction.ON_DEMAND,
                Set.of(),
                List.of(DemoTenants.ACME_NUMBER),
                List.of(),
                any,
                Set.of("DE"),
                60,
                null),
            rule(
                "fleeting",
                RecordingAction.ON_DEMAND,
                Set.of(),
                List.of(),
                List.of(),
                any,
                Set.of("DE"),
                1,
                null),
            rule(
                "sample",
                RecordingAction.SELECTIVE,
                Set.of(),
                List.of(),
                List.of("+33*"),
                any,
                Set.of(),
                null,
                50),
            rule(
                "Emma abroad",
                RecordingAction.NEVER,
                Set.of(emma),
                List.of(),
                List.of(),
                Set.of(Direction.OUTBOUND),
                Set.of("US"),
                null,
                null)));
  }

  private static Placed place(TestServer server, String from, String to) throws Exception {
    ClientResult result =
        new SiprecClient(InstantSource.system())
            .run(
                ClientOptions.to(server.sipUri())
                    .withLength(Duration.ofMillis(100))
                    .withParties(CallParty.parse(from), CallParty.parse(to)));
    return new Placed(from, to, result.results().getFirst());
  }

  private static List<Placed> placeHundred(TestServer server) throws Exception {
    Random random = new Random(5);
    List<Future<Placed>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 100; i++) {
        String own = random.nextBoolean() ? DemoTenants.ACME_NUMBER : NOBODYS;
        String other = OTHERS.get(random.nextInt(OTHERS.size()));
        boolean outbound = random.nextBoolean();
        futures.add(
            threads.submit(() -> place(server, outbound ? own : other, outbound ? other : own)));
      }
    }
    List<Placed> placed = new ArrayList<>();
    for (Future<Placed> future : futures) {
      placed.add(future.get());
    }
    return placed;
  }

  /** What the simulator says, and what became of the call, in the same words. */
  private static String simulated(PortalClient officer, Placed call, JsonNode detail)
      throws Exception {
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("from", call.from());
    question.put("to", call.to());
    question.put("at", detail.path("start").asText());
    question.put("callId", call.callId());
    return words(officer.post("/policies/recording/simulate", question));
  }

  private static String words(JsonNode decision) {
    return "%s %s %s: %s"
        .formatted(
            decision.path("action").asText(),
            decision.path("recorded").asBoolean(),
            decision.path("rule").asText(),
            decision.path("reason").asText());
  }

  private static JsonNode detail(PortalClient officer, String callId, String... states)
      throws Exception {
    return officer.json("/recordings/" + TestServer.id(TestServer.await(officer, callId, states)));
  }

  @Test
  void theSimulatorSaysWhatTheRecorderDoes(@TempDir Path folder) throws Exception {
    try (TestServer server = TestServer.start(folder.resolve("data"), Map.of())) {
      CatalogDatabase database = server.server().installation().database();
      Provisioning provisioning = server.server().installation().provisioning("cli:test");
      String emma = database.directory().user(DemoTenants.ACME, "user").orElseThrow().id();
      provisioning.setRecordingPolicy(database.recordingPolicies(), DemoTenants.ACME, policy(emma));
      server.server().refreshConfiguration();

      List<Placed> placed = placeHundred(server);
      assertThat(placed).allSatisfy(each -> assertThat(each.call().error()).isNull());
      assertThat(placed).allSatisfy(each -> assertThat(each.call().status()).isEqualTo(200));

      try (PortalClient officer = server.officer(DemoTenants.ACME);
          PortalClient others = server.officer(DemoTenants.GLOBEX)) {
        Set<String> outcomes = new TreeSet<>();
        Map<String, String> held = new HashMap<>();
        Set<String> differing = new HashSet<>();
        for (Placed each : placed) {
          JsonNode call =
              detail(officer, each.callId(), "closed", "archived", "not-recorded-by-policy");
          String said = simulated(officer, each, call);
          if (!said.equals(words(call.path("policy")))) {
            differing.add(said + " / " + call.path("policy"));
          }
          boolean recorded = call.path("policy").path("recorded").asBoolean();
          boolean onDemand = call.path("policy").path("action").asText().equals("on-demand");
          // Whoever sent media was asked for it, and the other way round
          assertThat(each.call().streams().isEmpty()).as(said).isEqualTo(!recorded);
          if (onDemand) {
            held.put(call.path("policy").path("rule").asText(), each.callId());
          } else {
            TestServer.await(
                officer, each.callId(), recorded ? "archived" : "not-recorded-by-policy");
          }
          outcomes.add(call.path("policy").path("rule").asText() + " " + recorded);
        }
        assertThat(differing).isEmpty();
        assertThat(outcomes)
            .contains(
                "emergency false",
                "hotline false",
                "private true",
                "fleeting true",
                "sample true",
                "sample false",
                "Emma abroad false",
                "null true");
        assertThat(officer.json("/recordings?state=not-recorded-by-policy").path("items"))
            .isNotEmpty();

        keep(officer, String.valueOf(held.get("private")));
        ofTwoTenantsEachDecides(server, officer, others);
        anSrcMayBeRefused(server, provisioning, officer);
        JsonNode run = dryRun(officer);
        assertThat(run.path("calls").asInt()).isGreaterThanOrEqualTo(100);
        assertThat(run.path("changes").findValuesAsText("after")).containsOnly("recorded");
        assertThat(run.path("changes").findValuesAsText("before"))
            .contains("recorded", "held", "not-recorded");
        theOtherIsGone(officer, String.valueOf(held.get("fleeting")));
      }
    }
  }

  private static JsonNode dryRun(PortalClient officer) throws Exception {
    return officer.post("/policies/recording/dry-run", Map.of("rules", List.of()));
  }

  private static void keep(PortalClient officer, String callId) throws Exception {
    JsonNode call = detail(officer, callId, "closed");
    assertThat(call.path("permissions").toString()).contains("keep");
    officer.post(
        "/recordings/" + call.path("id").asText() + "/keep", Map.of("reason", "a complaint"));
    JsonNode kept = detail(officer, callId, "archived").path("policy");
    assertThat(kept.path("keptReason").asText()).isEqualTo("a complaint");
    assertThat(kept.path("keptBy").asText()).contains("compliance-officer");
  }

  private static void theOtherIsGone(PortalClient officer, String callId) throws Exception {
    JsonNode call = detail(officer, callId, "not-recorded-by-policy");
    assertThat(call.path("policy").path("notRecorded").asText()).isEqualTo("not-kept");
    assertThat(call.path("archive").isNull()).isTrue();
    TestServer.await(
        "the flag to be found",
        () -> !officer.json("/recordings?flag=not-kept").path("items").isEmpty(),
        () -> "none");
  }

  private static void ofTwoTenantsEachDecides(
      TestServer server, PortalClient officer, PortalClient others) throws Exception {
    Placed both = place(server, DemoTenants.ACME_NUMBER, DemoTenants.GLOBEX_NUMBER);
    JsonNode ours = detail(officer, both.callId(), "not-recorded-by-policy");
    assertThat(ours.path("policy").path("rule").asText()).isEqualTo("globex");
    JsonNode theirs = detail(others, both.callId(), "archived");
    assertThat(theirs.path("policy").path("version").asInt()).isZero();
    assertThat(theirs.path("id")).isNotEqualTo(ours.path("id"));
  }

  private static void anSrcMayBeRefused(
      TestServer server, Provisioning provisioning, PortalClient officer) throws Exception {
    provisioning.setSrc(
        new RecorderSnapshot.Src(
            "loopback",
            List.of("127.0.0.0/8"),
            null,
            new SrcProfile(SrcProof.TOLERANT, null, AnswerMode.ALL_CODECS, true, 603)));
    server.server().refreshConfiguration();
    Placed refused = place(server, DemoTenants.ACME_NUMBER, "112");
    assertThat(refused.call().status()).isEqualTo(603);
    JsonNode call = detail(officer, refused.callId(), "refused");
    assertThat(Objects.requireNonNull(call.path("refusal")).path("reason").asText())
        .startsWith("not recorded by policy: rule 1, 'emergency', applies");
    assertThat(call.path("policy").path("rule").asText()).isEqualTo("emergency");
  }
}
