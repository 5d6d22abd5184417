package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.archive.media.FlacEncoder;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.Part;
import io.earwitness.retention.ErasurePlans.Fate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Subjects' requests by the API, over a real database and real audio. */
class SubjectRequestsTest {
  private static final String PATH = "/api/v1/subject-requests";
  private static final String ANNA = "+4930123";
  private static final String BOB = "+442079460000";
  private static final int SECONDS = 4;

  /** A clock that goes when it is told to. */
  private static final class Time extends Clock {
    private volatile Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  private final Time clock = new Time();
  private CatalogDatabase database;
  private TestPortal portal;
  private TestPortal.Client olga;
  private TestPortal.Client otto;
  private short[][] spoken = new short[0][0];

  @BeforeEach
  void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), clock);
    portal = new TestPortal(database, SignInConfig.DEFAULT, clock);
    portal.user(ACME, "otto", Set.of(Role.COMPLIANCE_OFFICER));
    portal.user(ACME, "nils", Set.of(Role.COMPLIANCE_OFFICER));
    signIn();
  }

  private void signIn() {
    olga = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    otto = portal.signIn(ACME, "otto");
  }

  @AfterEach
  void close() {
    portal.close();
    database.close();
  }

  private RecordingId recorded(Instant start) {
    CallSummary call =
        TestCalls.summary(
            ACME,
            CallState.ARCHIVED,
            start,
            Duration.ofSeconds(SECONDS),
            TestCalls.party(Side.LEFT, "Anna Berg", ANNA),
            TestCalls.party(Side.RIGHT, "Bob Stone", BOB));
    CallEntry entry = TestCalls.archived(call, 5_000, Duration.ofSeconds(SECONDS));
    database.calls().report(call.withState(CallState.CLOSED, call.end(), call.flags()));
    database.calls().archived(Objects.requireNonNull(entry.archive()));
    portal.calls.put(entry);
    spoken = new short[2][SECONDS * 8_000];
    for (int i = 0; i < spoken[0].length; i++) {
      spoken[0][i] = (short) (1 + i % 9_973);
      spoken[1][i] = (short) (-1 - i % 9_949);
    }
    portal.media.put(call.id(), Part.MEDIA, flac(spoken));
    return call.id();
  }

  private static byte[] flac(short[][] samples) {
    try (FlacEncoder encoder = new FlacEncoder(samples.length)) {
      encoder.accept(samples, 0, samples[0].length);
      return encoder.finish().content().toByteArray();
    }
  }

  private static JsonNode ok(HttpResponse<byte[]> response, int status) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    return json(response);
  }

  private static void refused(HttpResponse<byte[]> response, int status, String why) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(json(response).path("detail").asText()).contains(why);
  }

  private static HttpResponse<byte[]> approve(JsonNode asked, TestPortal.Client by) {
    return by.post(
        "/api/v1/approvals/%s/approve".formatted(asked.path("id").asText()),
        Map.of("sha256", asked.path("sha256").asText()));
  }

  private String found(String kind) {
    JsonNode opened =
        ok(
            olga.post(
                PATH, Map.of("kind", kind, "name", "Anna Berg", "numbers", List.of("+49 30 123"))),
            201);
    String one = PATH + "/" + opened.path("id").asText();
    refused(olga.post(one + "/find", Map.of()), 409, "made sure who asks");
    ok(olga.post(one + "/identity", Map.of("method", "passport, in person")), 200);
    assertThat(ok(olga.post(one + "/find", Map.of()), 200).at("/found/recordings").asInt())
        .isEqualTo(1);
    return one;
  }

  private static Map<String, byte[]> unzipped(byte[] zip) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        files.put(entry.getName(), in.readAllBytes());
      }
    }
    return files;
  }

  /** One way through all of it, as each step needs the one before. */
  @Test
  void theCopyHasTheSubjectAloneIsReviewedByAnotherAndExpires() throws Exception {
    RecordingId id = recorded(clock.now.minusSeconds(600));
    String one = found("access");
    String item = one + "/items/" + id;
    ok(olga.post(one + "/decisions", Map.of("decision", "release")), 200);
    HttpResponse<byte[]> plan =
        olga.send(
            "PUT",
            item + "/plan",
            Json.bytes(
                Map.of(
                    "masked",
                    List.of(Map.of("fromMs", 1_000, "toMs", 2_000, "reason", "card number")),
                    "opened",
                    List.of(
                        Map.of(
                            "channel", 1, "fromMs", 1_900, "toMs", 3_000, "reason", "her words")))),
            "Content-Type",
            "application/json");
    assertThat(ok(plan, 200).at("/plan/masked/0/reason").asText()).isEqualTo("card number");

    HttpResponse<byte[]> audio = otto.get(item + "/audio");
    assertThat(audio.statusCode()).as(text(audio)).isEqualTo(200);
    assertHeard(FlacDecoder.decode(audio.body()));
    refused(olga.get(one + "/copy"), 409, "needs a second person");
    JsonNode asked =
        ok(
            olga.post(
                one + "/copy/release", Map.of("reason", "article 15", "days", 10, "downloads", 1)),
            202);
    assertThat(approve(asked, olga).statusCode()).as("by whoever asked").isEqualTo(403);
    TestPortal.Client deaf = portal.signIn(ACME, "nils");
    JsonNode unheard = ok(approve(asked, deaf), 200);
    assertThat(unheard.path("state").asText()).as(unheard.toString()).isEqualTo("failed");
    assertThat(unheard.at("/steps").toString()).contains("listens to all of it first");
    asked =
        ok(
            olga.post(
                one + "/copy/release", Map.of("reason", "article 15", "days", 10, "downloads", 1)),
            202);
    assertThat(ok(approve(asked, otto), 200).path("state").asText()).isEqualTo("executed");

    JsonNode shown = json(olga.get(one));
    assertThat(shown.at("/release/by/askedBy").asText()).contains("compliance-officer");
    assertThat(shown.at("/release/by/approvedBy").asText()).contains("otto");
    HttpResponse<byte[]> zip = olga.get(one + "/copy");
    Map<String, byte[]> files = unzipped(zip.body());
    assertThat(files).containsOnlyKeys("README.txt", "calls.json", "audio/" + id + ".flac");
    assertThat(files.get("audio/" + id + ".flac")).isEqualTo(audio.body());
    String told = new String(files.getOrDefault("calls.json", zip.body()), StandardCharsets.UTF_8);
    assertThat(told).contains(ANNA, "card number").doesNotContain(BOB, "Bob");

    JsonNode code = ok(olga.post(one + "/copy/code", Map.of()), 201);
    assertThat(code.path("link").asText()).contains("/subject-copy#tenant=acme&code=");
    Map<String, String> body = Map.of("tenant", "acme", "code", code.path("code").asText());
    TestPortal.Client anybody = portal.anonymous();
    refused(
        anybody.post("/api/v1/subject-copies", Map.of("tenant", "acme", "code", "x")),
        403,
        "leads to no copy");
    refused(
        anybody.post(
            "/api/v1/subject-copies",
            Map.of("tenant", "globex", "code", code.path("code").asText())),
        403,
        "leads to no copy");
    assertThat(anybody.post("/api/v1/subject-copies", body).body()).isEqualTo(zip.body());
    refused(anybody.post("/api/v1/subject-copies", body), 410, "as often as it may be");

    portal.media.put(id, Part.MEDIA, flac(new short[2][SECONDS * 8_000]));
    byte[] broken = olga.get(one + "/copy").body();
    assertThat(unzippedNames(broken)).as("not what was reviewed").doesNotContain("calls.json");
    clock.now = clock.now.plus(Duration.ofDays(10));
    signIn();
    refused(olga.get(one + "/copy"), 410, "was to be had until");
    refused(anybody.post("/api/v1/subject-copies", body), 410, "was to be had until");
    assertThat(ok(olga.post(one + "/close", Map.of("state", "done", "note", "sent")), 200))
        .isNotNull();
    assertThat(text(olga.get(one + "/answer"))).contains("In the copy (1)", "sent", "article 15");
  }

  private static Set<String> unzippedNames(byte[] zip) {
    try {
      return unzipped(zip).keySet();
    } catch (IOException e) {
      return Set.of();
    }
  }

  private void assertHeard(short[][] heard) {
    for (int i = 0; i < spoken[0].length; i++) {
      boolean masked = i >= 8_000 && i < 16_000;
      boolean opened = i >= 16_000 && i < 24_000;
      assertThat(heard[0][i]).as("hers at %d", i).isEqualTo(masked ? 0 : spoken[0][i]);
      assertThat(heard[1][i]).as("his at %d", i).isEqualTo(opened ? spoken[1][i] : 0);
    }
  }

  @Test
  void whatTheTenantsKeyOpensIsCopiedWithThat() {
    RecordingId id = recorded(clock.now.minusSeconds(600));
    portal.media.keysElsewhere.add(id);
    String one = found("access");
    ok(olga.post(one + "/decisions", Map.of("decision", "release")), 200);
    refused(olga.get(one + "/items/" + id + "/audio"), 409, "keeps the key");
    refused(olga.post(one + "/copy/release", Map.of("reason", "x")), 409, "keeps the key");
  }

  @Test
  void erasureShowsWhatIsKeptAndNeedsAnother() {
    RecordingId id = recorded(clock.now.minusSeconds(600));
    portal.fates =
        (_, _) -> new Fate.Kept(clock.now.plusSeconds(9), "a COMPLIANCE lock is on it", true);
    String one = found("erasure");
    JsonNode keeps = json(olga.get(one + "/items")).at("/items/0/keeps");
    assertThat(keeps.path("immutable").asBoolean()).isTrue();
    assertThat(keeps.path("because").asText()).contains("COMPLIANCE");
    refused(
        olga.post(one + "/decisions", Map.of("decision", "release")),
        409,
        "not decided by 'release'");
    refused(olga.post(one + "/decisions", Map.of("decision", "decline")), 409, "needs a reason");
    ok(
        olga.post(
            one + "/decisions", Map.of("decision", "erase", "recordings", List.of(id.toString()))),
        200);
    refused(olga.post(one + "/execute", Map.of()), 409, "second person");
    JsonNode asked = ok(olga.post(one + "/erasure", Map.of("reason", "article 17")), 202);
    assertThat(approve(asked, olga).statusCode()).isEqualTo(403);
    assertThat(
            ok(approve(asked, portal.signIn(ACME, Role.TENANT_ADMIN)), 200).path("state").asText())
        .isEqualTo("executed");
    JsonNode shown = json(olga.get(one));
    assertThat(shown.path("state").asText()).isEqualTo("executing");
    assertThat(shown.at("/approved/askedBy").asText()).contains("compliance-officer");
    refused(
        olga.post(one + "/close", Map.of("state", "done", "note", "x")),
        409,
        "not decided, or not done");
  }

  @Test
  void restrictionNeedsNobodyElseAndObjectionsAreOverriddenWithGrounds() {
    recorded(clock.now.minusSeconds(600));
    String one = found("restriction");
    ok(olga.post(one + "/decisions", Map.of("decision", "restrict")), 200);
    assertThat(ok(olga.post(one + "/execute", Map.of()), 200).path("state").asText())
        .isEqualTo("executing");
    String other = found("objection");
    ok(
        olga.post(
            other + "/decisions", Map.of("decision", "decline", "reason", "a claim is pending")),
        200);
    ok(olga.post(other + "/close", Map.of("state", "done", "note", "we keep it")), 200);
    assertThat(text(olga.get(other + "/answer")))
        .contains("Kept on compelling grounds (1)", "a claim is pending", "policy of recording");
  }

  @Test
  void nobodyElseSeesThem() {
    recorded(clock.now.minusSeconds(600));
    String one = found("access");
    TestPortal.Client other = portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER);
    for (String below : List.of("", "/items", "/answer", "/copy")) {
      assertThat(other.get(one + below).statusCode()).as(below).isEqualTo(404);
    }
    assertThat(other.post(one + "/find", Map.of()).statusCode()).isEqualTo(404);
    assertThat(json(other.get(PATH)).path("items")).isEmpty();
    assertThat(json(olga.get(PATH)).path("items")).hasSize(1);
    for (Role role : List.of(Role.OPERATOR, Role.TENANT_ADMIN, Role.AUDITOR, Role.SUPERVISOR)) {
      assertThat(portal.signIn(ACME, role).get(one).statusCode())
          .as(role.wireName())
          .isEqualTo(403);
    }
    portal.user(ACME, "nora", Set.of(Role.COMPLIANCE_OFFICER));
    ok(
        portal
            .signIn(ACME, Role.TENANT_ADMIN)
            .post(
                "/api/v1/grants",
                Map.of(
                    "holder", Map.of("type", "user", "id", "u-acme-nora"),
                    "rights", List.of("search", "produce"),
                    "on", Map.of("type", "user", "id", "u-acme-otto"))),
        201);
    refused(portal.signIn(ACME, "nora").get(one), 403, "on the whole tenant");
  }
}
