package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.NOW;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Interactions;
import io.earwitness.call.Side;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.Part;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordingTest {
  private final TestPortal portal = new TestPortal();
  private final TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);

  @AfterEach
  void stop() {
    portal.close();
  }

  private CallSummary call(CallState state, int minutesAgo, int seconds) {
    return TestCalls.summary(
        ACME,
        state,
        NOW.minus(Duration.ofMinutes(minutesAgo)),
        Duration.ofSeconds(seconds),
        TestCalls.party(Side.LEFT, "Anna", "+4930123", "t-desk"),
        TestCalls.party(Side.RIGHT, "Bob", "+441234567"));
  }

  private CallSummary put(CallSummary call) {
    portal.calls.put(TestCalls.entry(call));
    return call;
  }

  private List<String> ids(String parameters) {
    HttpResponse<byte[]> response = officer.get("/api/v1/recordings?" + parameters);
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    List<String> ids = new ArrayList<>();
    json(response).get("items").forEach(item -> ids.add(item.get("id").asText()));
    return ids;
  }

  @Test
  void aListedCallHasExactlyTheFieldsOfTheContractAndNullForWhatIsNotThere() {
    CallSummary call = put(call(CallState.LIVE, 5, 0));
    JsonNode page = json(officer.get("/api/v1/recordings"));

    assertThat(page.fieldNames()).toIterable().containsExactly("items", "next", "total");
    assertThat(page.get("next").isNull()).isTrue();
    assertThat(page.get("total").toString()).isEqualTo("{\"value\":1,\"exact\":true}");
    assertThat(page.get("items").get(0).toString())
        .isEqualTo(
            """
            {"id":"%s","state":"live","start":"2026-11-21T09:55:00Z",\
            "startLocal":"2026-11-21T10:55:00+01:00","end":null,"durationMs":null,\
            "zone":"Europe/Berlin","direction":"inbound","parties":[\
            {"side":"left","number":"+4930123","name":"Anna","userId":"u-Anna",\
            "teamIds":["t-desk"]},\
            {"side":"right","number":"+441234567","name":"Bob","userId":"u-Bob","teamIds":[]}],\
            "flags":[]}\
            """
                .formatted(call.id()));
  }

  @Test
  void pagesFollowOneAnotherByTheirCursor() {
    for (int i = 0; i < 7; i++) {
      put(call(CallState.CLOSED, i, 10));
    }
    List<String> all = ids("limit=500");
    JsonNode first = json(officer.get("/api/v1/recordings?limit=3"));
    assertThat(first.get("total").get("value").asInt()).isEqualTo(7);
    List<String> walked = new ArrayList<>();
    String cursor = "";
    while (cursor != null) {
      JsonNode page =
          json(
              officer.get(
                  "/api/v1/recordings?limit=3" + (cursor.isEmpty() ? "" : "&cursor=" + cursor)));
      page.get("items").forEach(item -> walked.add(item.get("id").asText()));
      cursor = page.get("next").isNull() ? null : page.get("next").asText();
    }
    assertThat(walked).hasSize(7).isEqualTo(all);
  }

  @Test
  void everyFilterReachesTheSearch() {
    CallSummary early = put(call(CallState.CLOSED, 120, 10));
    CallSummary late =
        put(
            TestCalls.with(
                call(CallState.NO_MEDIA, 1, 300), Direction.OUTBOUND, Set.of(CallFlag.NO_BYE)));
    String e = early.id().toString();
    String l = late.id().toString();
    assertThat(ids("q=anna")).containsExactly(l, e);
    assertThat(ids("q=nobody")).isEmpty();
    assertThat(ids("from=2026-11-21T09:00:00Z")).containsExactly(l);
    assertThat(ids("to=" + encode("2026-11-21T10:00:00+01:00"))).containsExactly(e);
    assertThat(ids("number=" + encode("+4930*"))).containsExactly(l, e);
    assertThat(ids("number=*999")).isEmpty();
    assertThat(ids("direction=outbound")).containsExactly(l);
    assertThat(ids("minDuration=11")).containsExactly(l);
    assertThat(ids("maxDuration=10")).containsExactly(e);
    assertThat(ids("state=closed&state=live")).containsExactly(e);
    assertThat(ids("state=closed,no-media")).containsExactly(l, e);
    assertThat(ids("flag=no-bye")).containsExactly(l);
    assertThat(ids("callId=4e1a2b3c")).containsExactly(l, e);
    assertThat(ids("tag=vip")).as("no call has a tag yet").isEmpty();
    assertThat(ids("q=&number=&state=&sort=newest")).as("empty means any").containsExactly(l, e);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Test
  void aParameterThatIsUnknownOrMalformedIsNamed() {
    Map<String, String> wrong =
        Map.ofEntries(
            Map.entry("fromm=1", "fromm"),
            Map.entry("from=yesterday", "from"),
            Map.entry("from=2026-11-21T09:00:00", "from"),
            Map.entry("from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z", "to"),
            Map.entry("direction=up", "direction"),
            Map.entry("state=archived,gone", "state"),
            Map.entry("flag=odd", "flag"),
            Map.entry("minDuration=-1", "minDuration"),
            Map.entry("minDuration=1.5", "minDuration"),
            Map.entry("minDuration=10&maxDuration=9", "maxDuration"),
            Map.entry("limit=0", "limit"),
            Map.entry("limit=501", "limit"),
            Map.entry("sort=best", "sort"),
            Map.entry("q=a&q=b", "q"),
            Map.entry("q=" + "x".repeat(201), "q"));
    int entries = portal.audit.entries.size();
    wrong.forEach(
        (parameters, name) -> {
          HttpResponse<byte[]> response = officer.get("/api/v1/recordings?" + parameters);
          assertThat(response.statusCode()).as(parameters).isEqualTo(400);
          JsonNode problem = json(response);
          assertThat(problem.get("parameter").asText()).as(parameters).isEqualTo(name);
          assertThat(problem.get("detail").asText()).as(parameters).contains(name);
          assertThat(problem.get("status").asInt()).isEqualTo(400);
        });
    assertThat(portal.audit.entries).as("nothing was done").hasSize(entries);
    assertThat(officer.get("/api/v1/recordings?number=anna").statusCode())
        .as("what only the search can judge")
        .isEqualTo(400);
  }

  @Test
  void aSearchIsEnteredWithWhatWasAskedBeforeItRuns() {
    ids("q=anna&limit=5");
    List<AuditEntry> entries = portal.audit.of("search.execute");
    assertThat(entries).hasSize(2);
    assertThat(entries.getFirst().details()).isEqualTo(Map.of("q", "anna", "limit", "5"));
    portal.audit.broken = true;
    assertThat(officer.get("/api/v1/recordings").statusCode()).isEqualTo(503);
  }

  @Test
  void theDetailShowsWhatTheSealedRecordHolds() {
    CallEntry entry =
        TestCalls.archived(call(CallState.ARCHIVED, 5, 30), 999, Duration.ofSeconds(20));
    portal.calls.put(entry);
    portal.media.put(entry.summary().id(), Part.CALL, Json.bytes(TestCalls.record(entry)));

    HttpResponse<byte[]> response = officer.get("/api/v1/recordings/" + entry.summary().id());
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    JsonNode call = json(response);
    assertThat(call.get("id").asText()).isEqualTo(entry.summary().id().toString());
    assertThat(call.get("archive").get("durationMs").asLong()).isEqualTo(20_000);
    assertThat(call.get("permissions").toString())
        .isEqualTo("[\"search\",\"listen\",\"download\",\"keep\",\"annotate\",\"notes-read\"]");
    assertThat(call.get("quality").get(0).get("side").asText()).isEqualTo("left");
    assertThat(call.get("quality").get(1).get("jitterMillis").isNull()).isTrue();
    JsonNode evidence = call.get("evidence");
    assertThat(evidence.get("audioSha256").asText()).startsWith("9f86d0");
    assertThat(evidence.get("marks").get(1).toString())
        .isEqualTo("{\"side\":\"right\",\"fromMs\":2000,\"toMs\":2400,\"cause\":\"loss\"}");
    List<Long> offsets = new ArrayList<>();
    evidence.get("timeline").forEach(event -> offsets.add(event.get("offsetMs").asLong()));
    assertThat(offsets).as("inside the audio").containsExactly(0L, 3820L, 5820L, 20_000L);
    assertThat(portal.media.keyUses)
        .containsExactly(
            new MediaAccess.Requester(
                "user:compliance-officer@acme", portal.audit.of("recording.view").getFirst().id()));
  }

  @Test
  void aRecordThatCantBeReadDoesNotHideTheCall() {
    CallEntry entry =
        TestCalls.archived(call(CallState.ARCHIVED, 5, 30), 999, Duration.ofSeconds(20));
    portal.calls.put(entry);
    portal.media.put(entry.summary().id(), Part.CALL, Json.bytes(TestCalls.record(entry)));
    portal.media.tamper(entry.summary().id(), Part.CALL, 3);
    JsonNode call = json(officer.get("/api/v1/recordings/" + entry.summary().id()));
    assertThat(call.get("evidence").isNull()).isTrue();
    assertThat(call.get("evidenceProblem").asText())
        .isEqualTo("block 0 of media.cms is not what was signed");
  }

  @Test
  void recordingsOfOneConversationAreShownToWhoMaySeeThem() {
    CallSummary first = call(CallState.CLOSED, 30, 60);
    CallSummary copy = call(CallState.CLOSED, 29, 60);
    CallSummary alone = put(call(CallState.CLOSED, 5, 60));
    portal.calls.put(new CallEntry(first, 1, null, new Interactions.Place(first.id(), null)));
    portal.calls.put(new CallEntry(copy, 1, null, new Interactions.Place(first.id(), first.id())));

    JsonNode shown = json(officer.get("/api/v1/recordings/" + copy.id())).get("interaction");
    assertThat(shown.get("id").asText()).isEqualTo(first.id().toString());
    assertThat(shown.get("duplicateOf").asText()).isEqualTo(first.id().toString());
    assertThat(shown.get("recordings").findValuesAsText("id"))
        .containsExactly(first.id().toString(), copy.id().toString());
    assertThat(
            json(officer.get("/api/v1/recordings/" + first.id()))
                .get("interaction")
                .get("duplicateOf")
                .isNull())
        .isTrue();
    assertThat(json(officer.get("/api/v1/recordings/" + alone.id())).get("interaction").isNull())
        .isTrue();
  }

  @Test
  void aRefusedCallTellsWhatWasRecordedInItsPlaceAndThatOneItsRefusedAttempts() {
    CallSummary refused = put(call(CallState.REFUSED, 5, 0));
    CallSummary copy = put(call(CallState.CLOSED, 5, 30));
    CallSummary otherTeams =
        put(
            TestCalls.summary(
                ACME,
                CallState.CLOSED,
                NOW.minusSeconds(300),
                Duration.ofSeconds(30),
                TestCalls.party(Side.LEFT, "Cleo", "+4930124", "t-other")));
    portal.calls.attempts.put(refused.id(), List.of(copy.id(), otherTeams.id()));
    portal.calls.attempts.put(copy.id(), List.of(refused.id()));

    JsonNode shown = json(officer.get("/api/v1/recordings/" + refused.id()));
    assertThat(shown.get("recordedAs").toString())
        .isEqualTo("[\"%s\",\"%s\"]".formatted(copy.id(), otherTeams.id()));
    assertThat(shown.get("refusedAttempts").toString()).isEqualTo("[]");
    shown = json(officer.get("/api/v1/recordings/" + copy.id()));
    assertThat(shown.get("recordedAs").toString()).isEqualTo("[]");
    assertThat(shown.get("refusedAttempts").toString())
        .isEqualTo("[\"%s\"]".formatted(refused.id()));

    // Whoever may not see the other call doesn't hear of it
    portal.directory.addTeam(
        new io.earwitness.archive.catalog.Directory.Team("t-desk", ACME, "Desk", null), "test");
    portal.directory.addMember(ACME, "t-desk", "supervisor", "test");
    TestPortal.Client supervisor = portal.signIn(ACME, Role.SUPERVISOR);
    shown = json(supervisor.get("/api/v1/recordings/" + refused.id()));
    assertThat(shown.get("recordedAs").toString()).isEqualTo("[\"%s\"]".formatted(copy.id()));
  }

  @Test
  void aRefusedCallTellsStatusReasonItsInviteAndItsRawMetadata() {
    CallSummary call =
        put(
            TestCalls.with(
                call(CallState.REFUSED, 5, 0),
                Direction.UNKNOWN,
                Set.of(CallFlag.METADATA_MALFORMED)));
    JsonNode detail = json(officer.get("/api/v1/recordings/" + call.id()));
    assertThat(detail.get("refusal").toString())
        .isEqualTo(
            "{\"status\":503,\"reason\":\"all 4000 recordings are taken\","
                + "\"message\":\"INVITE sip:srs SIP/2.0\"}");
    assertThat(detail.get("rawMetadata").asText()).isEqualTo("<recording xmlns='urn:ietf");
    assertThat(detail.get("vendorData").toString())
        .isEqualTo(
            "[{\"name\":\"ucid\",\"value\":\"00FA0800A1B2C36AE0D1F2;encoding=hex\"},"
                + "{\"name\":\"Diversion\",\"value\":\"<sip:+4930901819@acme.example>"
                + ";reason=no-answer\"}]");
    assertThat(detail.get("archive").isNull()).isTrue();
  }
}
