package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Restrictions.Restricted;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.Side;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.Part;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Restricted recordings by the API, over a real database: refused, opened for one, lifted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestrictionRoutesTest {
  private static final Instant DAY =
      Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(3));
  private static final List<String> ROADS =
      List.of("/media", "/media?download=true", "/object", "/waveform");

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private TestPortal.Client officer;
  private TestPortal.Client second;

  RestrictionRoutesTest() throws Exception {}

  @BeforeAll
  void signIn() {
    portal.user(ACME, "second", Set.of(Role.COMPLIANCE_OFFICER));
    officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    second = portal.signIn(ACME, "second");
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private RecordingId recorded() {
    return recorded(null);
  }

  private RecordingId recorded(@Nullable Instant firstLock) {
    CallSummary call =
        TestCalls.summary(
            ACME,
            CallState.ARCHIVED,
            DAY,
            Duration.ofSeconds(60),
            new Party(Side.LEFT, "+4930111", "Anna", null, "u-acme-user", List.of()));
    CallEntry entry = TestCalls.archived(call, 5_000, Duration.ofSeconds(60));
    database.calls().report(call.withState(CallState.CLOSED, call.end(), call.flags()));
    database.calls().archived(settling(Objects.requireNonNull(entry.archive()), firstLock));
    portal.media.put(call.id(), Part.MEDIA, new byte[] {1, 2, 3, 4, 5});
    portal.media.put(call.id(), Part.WAVEFORM, new byte[] {1});
    portal.media.put(call.id(), Part.CALL, Json.bytes(TestCalls.record(entry)));
    refresh(call.id());
    return call.id();
  }

  private static ArchivedCall settling(ArchivedCall of, @Nullable Instant firstLock) {
    return new ArchivedCall(
        of.id(),
        of.tenant(),
        of.outcome(),
        0,
        of.attempt(),
        of.manifestKey(),
        of.manifestVersionId(),
        of.archivedAt(),
        DAY.plus(Duration.ofDays(365)),
        of.audioStart(),
        of.durationMs(),
        of.channels(),
        of.codec(),
        of.mediaBytes(),
        of.quality(),
        of.flags(),
        of.verifiedAt(),
        null,
        new RetentionBasis(0, RetentionClass.ONE_YEAR, null, Set.of())
            .lockedFirst(firstLock, false));
  }

  /** The portal's calls are in memory: as the database has it now. */
  private void refresh(RecordingId id) {
    portal.calls.put(database.calls().find(ACME, id).orElseThrow());
  }

  private static String path(RecordingId id, String below) {
    return "/api/v1/recordings/" + id + below;
  }

  private JsonNode ask(String path, Map<String, Object> body) {
    HttpResponse<byte[]> response = officer.post(path, body);
    assertThat(response.statusCode()).as(text(response)).isEqualTo(202);
    return json(response);
  }

  private static HttpResponse<byte[]> approve(TestPortal.Client client, JsonNode approval) {
    return client.post(
        "/api/v1/approvals/" + approval.get("id").asText() + "/approve",
        Map.of("sha256", approval.get("sha256").asText()));
  }

  private void done(JsonNode approval, RecordingId id) {
    HttpResponse<byte[]> approved = approve(second, approval);
    assertThat(approved.statusCode()).as(text(approved)).isEqualTo(200);
    assertThat(json(approved).get("state").asText()).as(text(approved)).isEqualTo("executed");
    refresh(id);
  }

  private JsonNode restriction(List<Map<String, Object>> spans, RecordingId id) {
    return ask(
        path(id, "/restriction"),
        Map.of("legalBasis", "Art. 18 GDPR", "spans", spans, "reason", "Anna contests it"));
  }

  private static void refused(HttpResponse<byte[]> response, int status, String why) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(text(response)).contains(why);
  }

  @Test
  void aRestrictedOriginalIsRefusedOnEveryRoadAndOpenedForOnePersonAndAWhile() {
    RecordingId id = recorded();
    assertThat(officer.post(path(id, "/plays"), Map.of()).statusCode()).isEqualTo(201);
    assertThat(officer.get(path(id, "/media")).statusCode()).isEqualTo(200);
    JsonNode asked = restriction(List.of(), id);
    refused(approve(officer, asked), 403, "separation-of-duties");
    assertThat(officer.get(path(id, "/media")).statusCode()).isEqualTo(200);
    done(asked, id);
    for (String road : ROADS) {
      refused(officer.get(path(id, road)), 403, "recording-restricted");
    }
    refused(officer.post(path(id, "/plays"), Map.of()), 403, "recording-restricted");
    refused(officer.get(path(id, "/media?original=true")), 403, "recording-restricted");
    // All that is known of it is still there
    JsonNode detail = json(officer.get(path(id, "")));
    assertThat(detail.get("flags").toString()).contains("restricted");
    assertThat(detail.get("parties").get(0).get("name").asText()).isEqualTo("Anna");
    JsonNode state = json(officer.get(path(id, "/restriction")));
    assertThat(state.get("derivative").asText()).isEqualTo("none");
    assertThat(state.get("legalBasis").asText()).isEqualTo("Art. 18 GDPR");
    assertThat(state.get("reason").asText()).isEqualTo("Anna contests it");
    assertThat(json(officer.get("/api/v1/restrictions")).get("items").findValuesAsText("recording"))
        .contains(id.toString());

    // For the officer, and nobody else; the one who is to hear it does not decide
    Map<String, Object> opening =
        Map.of(
            "legalBasis",
            "order 7 O 12/26",
            "persons",
            List.of("second"),
            "hours",
            2,
            "reason",
            "the court asks");
    JsonNode own = ask(path(id, "/restriction/opening"), opening);
    refused(approve(second, own), 403, "benefits");
    done(
        ask(
            path(id, "/restriction/opening"),
            Map.of(
                "legalBasis",
                "order 7 O 12/26",
                "persons",
                List.of("compliance-officer"),
                "hours",
                2,
                "reason",
                "the court asks")),
        id);
    refused(officer.get(path(id, "/media")), 403, "recording-restricted");
    HttpResponse<byte[]> heard = officer.get(path(id, "/media?original=true"));
    assertThat(heard.statusCode()).as(text(heard)).isEqualTo(200);
    assertThat(officer.get(path(id, "/waveform?original=true")).statusCode()).isEqualTo(200);
    refused(officer.get(path(id, "/media?original=true&download=true")), 400, "taken away");
    refused(second.get(path(id, "/media?original=true")), 403, "recording-restricted");
    assertThat(portal.audit.of("recording.play").toString()).contains("by approval");
    JsonNode opened = json(officer.get(path(id, "/restriction")));
    assertThat(opened.get("openUntil").isNull()).isFalse();
    assertThat(opened.get("openings").get(0).get("legalBasis").asText())
        .isEqualTo("order 7 O 12/26");

    done(ask(path(id, "/restriction/lift"), Map.of("reason", "it is settled")), id);
    for (String road : ROADS) {
      assertThat(officer.get(path(id, road)).statusCode()).as(road).isEqualTo(200);
    }
    refused(
        officer.post(path(id, "/restriction/lift"), Map.of("reason", "x")), 409, "not-restricted");
  }

  @Test
  void whoeverMayHearTheCallHearsTheMaskedDerivative() {
    RecordingId id = recorded();
    done(
        restriction(List.of(Map.of("fromMs", 1_000, "toMs", 2_500, "sides", List.of("left"))), id),
        id);
    refused(officer.get(path(id, "/media")), 403, "recording-restricted");
    assertThat(json(officer.get(path(id, "/restriction"))).get("derivative").asText())
        .isEqualTo("wanted");
    Restricted restricted = database.restrictions().of(ACME, id).orElseThrow();
    assertThat(restricted.restriction().spans().toString()).contains("0:01.000-0:02.500 left");
    database.calls().archived(masked(id));
    database.restrictions().made(ACME, restricted.id(), 4, 0, "job:masking");
    refresh(id);
    for (String road : ROADS) {
      assertThat(officer.get(path(id, road)).statusCode()).as(road).isEqualTo(200);
    }
    refused(officer.get(path(id, "/media?original=true")), 403, "recording-restricted");
  }

  /** The original with another generation, as if it were masked. */
  private ArchivedCall masked(RecordingId id) {
    ArchivedCall of = database.restrictions().original(ACME, id).orElseThrow();
    return new ArchivedCall(
        id,
        ACME,
        of.outcome(),
        4,
        "4-x",
        of.manifestKey(),
        of.manifestVersionId(),
        of.archivedAt(),
        of.keepUntil(),
        of.audioStart(),
        of.durationMs(),
        of.channels(),
        of.codec(),
        of.mediaBytes(),
        of.quality(),
        of.flags(),
        of.verifiedAt());
  }

  @Test
  void withinItsSettlingTimeARecordingIsRemovedOrReplacedAndAfterItNot() {
    Instant first = DAY.plus(Duration.ofDays(30));
    RecordingId settled = recorded();
    refused(officer.post(path(settled, "/removal"), Map.of("reason", "x")), 409, "restrict it");
    RecordingId gone = recorded(first);
    RecordingId replaced = recorded(first);
    assertThat(json(officer.get(path(gone, "/restriction"))).get("settlingUntil").asText())
        .isEqualTo(first.minus(Duration.ofDays(2)).toString());
    JsonNode removal = ask(path(gone, "/removal"), Map.of("reason", "a private call"));
    refused(approve(officer, removal), 403, "separation-of-duties");
    done(removal, gone);
    refused(officer.get(path(gone, "/media")), 403, "recording-restricted");
    refused(officer.post(path(gone, "/restriction/lift"), Map.of("reason", "x")), 409, "for good");
    refused(officer.post(path(gone, "/removal"), Map.of("reason", "x")), 409, "for good");
    JsonNode state = json(officer.get(path(gone, "/restriction")));
    assertThat(state.at("/correction/what").asText()).isEqualTo("remove");
    assertThat(state.at("/correction/settlesAt").asText()).isEqualTo(first.toString());
    assertThat(state.at("/correction/askedBy").asText()).contains("compliance-officer");
    JsonNode kept = json(officer.get(path(gone, "/retention")));
    assertThat(kept.at("/reasons/0/cause").asText()).isEqualTo("correction");
    assertThat(kept.get("until").asText()).isEqualTo(first.toString());

    List<Map<String, Object>> spans = List.of(Map.of("fromMs", 0, "toMs", 500));
    refused(
        officer.post(path(replaced, "/replacement"), Map.of("spans", List.of(), "reason", "x")),
        400,
        "have the recording removed");
    done(
        ask(path(replaced, "/replacement"), Map.of("spans", spans, "reason", "private")), replaced);
    Restricted wanted = database.restrictions().of(ACME, replaced).orElseThrow();
    assertThat(wanted.generation()).isEqualTo(4);
    assertThat(wanted.approval()).isNotNull();
    // Nothing can take its place: its lock is renewed after all
    database.restrictions().notMade(ACME, wanted.id(), "the tenant keeps the key", null);
    assertThat(database.retentionLocks().state(ACME, replaced).orElseThrow().due())
        .isBeforeOrEqualTo(Instant.now());
    assertThat(portal.audit.of("recording.remove")).isNotEmpty();
    assertThat(portal.audit.of("recording.replace")).isNotEmpty();
  }

  @Test
  void whatIsWrongIsSaid() {
    RecordingId id = recorded();
    refused(
        officer.post(path(id, "/restriction"), Map.of("legalBasis", "Art. 18", "reason", "x")),
        400,
        "spans");
    refused(
        officer.post(
            path(id, "/restriction"),
            Map.of(
                "legalBasis",
                "Art. 18",
                "reason",
                "x",
                "spans",
                List.of(Map.of("fromMs", 5, "toMs", 5)))),
        400,
        "ends after it begins");
    refused(
        officer.post(
            path(id, "/restriction/opening"),
            Map.of("legalBasis", "x", "reason", "x", "persons", List.of("user"), "hours", 73)),
        400,
        "from 1 to 72");
    refused(
        officer.post(
            path(id, "/restriction/opening"),
            Map.of("legalBasis", "x", "reason", "x", "persons", List.of("user"), "hours", 7)),
        409,
        "not-restricted");
    assertThat(portal.signIn(ACME, Role.SUPERVISOR).get(path(id, "/restriction")).statusCode())
        .isEqualTo(404);
  }
}
