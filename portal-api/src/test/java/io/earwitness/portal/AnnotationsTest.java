package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.NOW;
import static io.earwitness.portal.TestPortal.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.access.Target;
import io.earwitness.access.Validity;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.Part;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnnotationsTest {
  private final TestPortal portal = new TestPortal();

  @AfterAll
  void stop() {
    portal.close();
  }

  private RecordingId call() {
    CallEntry entry =
        TestCalls.archived(
            TestCalls.summary(
                ACME,
                CallState.ARCHIVED,
                NOW.minusSeconds(60),
                Duration.ofSeconds(30),
                TestCalls.party(Side.LEFT, "Anna", "+4930123", "t-desk")),
            5,
            Duration.ofSeconds(30));
    portal.calls.put(entry);
    RecordingId id = entry.summary().id();
    portal.media.put(id, Part.MEDIA, new byte[] {1});
    portal.media.put(id, Part.CALL, Json.bytes(TestCalls.record(entry)));
    return id;
  }

  private static HttpResponse<byte[]> send(
      TestPortal.Client client, String method, String path, Object body) {
    return client.send(method, path, Json.bytes(body), "Content-Type", "application/json");
  }

  private static HttpResponse<byte[]> tag(TestPortal.Client client, RecordingId id, String tag) {
    return send(client, "POST", "/api/v1/recordings/" + id + "/tags", Map.of("tag", tag));
  }

  private static List<String> found(TestPortal.Client client, String tags) {
    return json(client.get("/api/v1/recordings?tag=" + tags)).get("items").findValuesAsText("id");
  }

  @Test
  void callsAreFoundByTheirTags() {
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    RecordingId id = call();
    RecordingId other = call();

    assertThat(tag(officer, id, "  Sales  Pitch ").statusCode()).isEqualTo(201);
    assertThat(tag(officer, id, "sales pitch").statusCode()).isEqualTo(200);
    assertThat(tag(officer, id, "odd").statusCode()).isEqualTo(201);
    assertThat(tag(officer, other, "odd").statusCode()).isEqualTo(201);
    assertThat(tag(officer, id, "no,comma").statusCode()).isEqualTo(400);
    assertThat(found(officer, "odd")).containsExactlyInAnyOrder(id.toString(), other.toString());
    assertThat(found(officer, "ODD,sales%20pitch")).containsExactly(id.toString());
    assertThat(found(officer, "odder")).isEmpty();

    HttpResponse<byte[]> removed =
        officer.send("DELETE", "/api/v1/recordings/" + id + "/tags/odd", null);
    assertThat(removed.statusCode()).isEqualTo(200);
    assertThat(found(officer, "odd")).containsExactly(other.toString());
    JsonNode was = json(removed).get("items").get(1);
    assertThat(was.get("tag").asText()).isEqualTo("odd");
    assertThat(was.get("removedBy").asText()).isEqualTo("user:compliance-officer@acme");
    assertThat(portal.audit.of("recording.tag").getFirst().details())
        .containsEntry("tag", "sales pitch");
  }

  /** That a call is looked into must not be told to the one who made it. */
  @Test
  void whoMayNotAnnotateSeesNeitherTagsNorNotesAndFindsNothingByThem() {
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    RecordingId id = call();
    tag(officer, id, "probe");
    send(officer, "POST", "/api/v1/recordings/" + id + "/notes", Map.of("text", "Ask him."));
    portal.user(ACME, "listener", Set.of());
    portal.access.grants.add(
        new Grant(
            UUID.randomUUID(),
            new Holder.OfUser("u-acme-listener"),
            Set.of(Right.SEARCH, Right.LISTEN),
            new Target.WholeTenant(),
            Validity.since(NOW.minusSeconds(3_600))));

    TestPortal.Client listener = portal.signIn(ACME, "listener");
    assertThat(listener.get("/api/v1/recordings/" + id).statusCode()).isEqualTo(200);
    for (String part : Set.of("/tags", "/notes")) {
      assertThat(listener.get("/api/v1/recordings/" + id + part).statusCode()).isEqualTo(403);
    }
    portal.calls.indexLeaks = true;
    try {
      assertThat(found(listener, "probe")).isEmpty();
    } finally {
      portal.calls.indexLeaks = false;
    }
    assertThat(found(listener, "probe")).isEmpty();
    assertThat(tag(listener, id, "mine").statusCode()).isEqualTo(403);
    assertThat(json(officer.get("/api/v1/recordings/" + id)).get("permissions").toString())
        .contains("annotate", "notes-read");
  }

  @Test
  void aNoteIsChangedAndWithdrawnByItsAuthorAlone() {
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    portal.user(ACME, "second", Set.of(Role.COMPLIANCE_OFFICER));
    TestPortal.Client second = portal.signIn(ACME, "second");
    String notes = "/api/v1/recordings/" + call() + "/notes";

    HttpResponse<byte[]> made =
        send(officer, "POST", notes, Map.of("text", "Names a price.", "offsetMs", 12_000));
    assertThat(made.statusCode()).isEqualTo(201);
    String note = notes + "/" + json(made).get("id").asText();
    Map<String, Object> change = Map.of("version", 1, "text", "Names two prices.");
    assertThat(send(second, "PUT", note, change).statusCode()).isEqualTo(403);
    assertThat(send(officer, "PUT", note, change).statusCode()).isEqualTo(200);
    assertThat(send(officer, "PUT", note, change).statusCode()).isEqualTo(409);
    assertThat(officer.send("DELETE", note + "?version=2", null).statusCode()).isEqualTo(200);

    JsonNode seen = json(second.get(notes)).get("items").get(0);
    assertThat(seen.get("withdrawn").asBoolean()).isTrue();
    assertThat(seen.get("own").asBoolean()).isFalse();
    assertThat(seen.get("offsetMs").asLong()).isEqualTo(12_000);
    assertThat(seen.get("versions").findValuesAsText("text"))
        .containsExactly("Names a price.", "Names two prices.", "null");
    assertThat(send(officer, "POST", notes, Map.of("text", "x".repeat(4_001))).statusCode())
        .isEqualTo(400);
    // What is written stays out of the trail, which others read
    assertThat(portal.audit.entries.toString()).doesNotContain("price");
  }
}
