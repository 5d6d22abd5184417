package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.alarm.Alarms;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Disposals.Basis;
import io.earwitness.archive.catalog.Disposals.Item;
import io.earwitness.archive.catalog.Disposals.ItemState;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.cdr.Tokens;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.json.Json;
import io.earwitness.retention.DisposalRunner;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disposal by the API, over a real database. */
class DisposalRoutesTest {
  private static final String PATH = "/api/v1/disposal";
  private static final String NUMBER = "+4930123";

  @TempDir Path folder;

  private static CallEntry recorded(TestPortal portal, CatalogDatabase database, Instant start) {
    CallSummary call =
        TestCalls.summary(
            ACME,
            CallState.ARCHIVED,
            start,
            Duration.ofSeconds(60),
            TestCalls.party(Side.LEFT, "Anna Berg", NUMBER));
    CallEntry entry = TestCalls.archived(call, 5_000, Duration.ofSeconds(60));
    database.calls().report(call.withState(CallState.CLOSED, call.end(), call.flags()));
    database.calls().archived(Objects.requireNonNull(entry.archive()));
    database.calls().verified(ACME, call.id(), 0, start.plusSeconds(90));
    portal.calls.put(entry);
    return entry;
  }

  private static void refused(HttpResponse<byte[]> response, int status, String why) {
    assertThat(response.statusCode()).as(text(response)).isEqualTo(status);
    assertThat(json(response).path("detail").asText()).contains(why);
  }

  private static void approved(HttpResponse<byte[]> asked, TestPortal.Client by) {
    assertThat(asked.statusCode()).as(text(asked)).isEqualTo(202);
    HttpResponse<byte[]> approved =
        by.post(
            "/api/v1/approvals/%s/approve".formatted(json(asked).path("id").asText()),
            Map.of("sha256", json(asked).path("sha256").asText()));
    assertThat(json(approved).path("state").asText()).as(text(approved)).isEqualTo("executed");
  }

  private static Item due(CallEntry entry) {
    CallSummary call = entry.summary();
    Instant until = Objects.requireNonNull(entry.archive()).keepUntil();
    return new Item(
        new UUID(0, 0),
        call.id(),
        ItemState.DUE,
        call.start(),
        Objects.requireNonNull(call.end()),
        until,
        new Basis("1-year", null, 0),
        5_000,
        null,
        null,
        null);
  }

  private static void round(CatalogDatabase database, ObjectStore store) {
    new DisposalRunner(
            new DisposalRunner.Parts(
                database.disposals(),
                database.tombstones(),
                database.misplaced(),
                database.retention(),
                database.holds(),
                store,
                tenant -> Tokens.of(new byte[Tokens.SECRET_BYTES], tenant),
                (content, _) -> content,
                (_, written) -> new Lock(LockMode.GOVERNANCE, written.plus(Duration.ofDays(9))),
                database.audit(),
                Alarms.NONE,
                Clock.systemUTC()))
        .round(List.of(ACME));
  }

  /** One way through all of it, as each step needs the one before. */
  @Test
  void disposalIsChosenByTwoAnnouncedObjectedToApprovedAndCertified() throws Exception {
    try (CatalogDatabase database =
            CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
        TestPortal portal = new TestPortal(database);
        ObjectStore store = DirectoryStore.open(folder, Clock.systemUTC())) {
      TestPortal.Client admin = portal.signIn(ACME, Role.RECORDING_ADMIN);
      TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
      Instant day = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(410));
      CallEntry old = recorded(portal, database, day);
      CallEntry claimed = recorded(portal, database, day.plusSeconds(600));
      recorded(portal, database, Instant.now().minusSeconds(600));
      assertThat(json(officer.get(PATH + "/settings")).path("mode").asText()).isEqualTo("off");
      JsonNode preview = json(officer.get(PATH + "/preview"));
      assertThat(preview.path("recordings").asInt()).as(preview.toString()).isEqualTo(2);
      assertThat(preview.at("/classes/0/keep").asText()).isEqualTo("1-year");
      assertThat(preview.at("/items/0/recording").asText())
          .isEqualTo(old.summary().id().toString());

      chosen(admin, officer);
      // Announced 31 days ago, as nobody can wait for that here
      UUID run =
          database
              .disposals()
              .announce(
                  ACME,
                  Mode.BY_APPROVAL,
                  Instant.now().minus(Duration.ofDays(31)),
                  List.of(due(old), due(claimed)))
              .orElseThrow()
              .id();
      String hold = objected(admin, officer, claimed.summary().id());
      shownAsHeld(admin, officer, run, hold);
      assertThat(json(officer.get(PATH + "/preview")).path("recordings").asInt())
          .as("what is held does not fall due")
          .isZero();
      round(database, store);
      JsonNode shown = json(officer.get(PATH + "/runs")).at("/items/0");
      assertThat(shown.path("id").asText()).isEqualTo(run.toString());
      assertThat(shown.path("state").asText()).as("not approved").isEqualTo("announced");
      assertThat(shown.at("/counts/0/state").asText()).isEqualTo("due");
      approved(
          admin.post(PATH + "/runs/" + run + "/approval", Map.of("reason", "they are due")),
          officer);
      refused(
          admin.post(PATH + "/runs/" + run + "/approval", Map.of("reason", "again")),
          409,
          "needs no approval");
      assertThat(officer.get(PATH + "/runs/" + run + "/certificate").statusCode()).isEqualTo(404);

      round(database, store);
      settled(portal, database, officer, old.summary().id(), run);
      assertThat(database.calls().find(ACME, claimed.summary().id()).orElseThrow().archive())
          .isNotNull();
      HttpResponse<byte[]> off = put(admin, Map.of("version", 1, "mode", "off", "cdr", "kept"));
      assertThat(json(off).path("mode").asText()).as(text(off)).isEqualTo("off");
    }
  }

  private static HttpResponse<byte[]> put(TestPortal.Client client, Object settings) {
    return client.send(
        "PUT", PATH + "/settings", Json.bytes(settings), "Content-Type", "application/json");
  }

  private static void chosen(TestPortal.Client admin, TestPortal.Client officer) {
    Map<String, Object> wanted =
        Map.of(
            "version",
            0,
            "mode",
            "by-approval",
            "cdr",
            "kept",
            "officers",
            List.of("compliance-officer"),
            "reason",
            "minimisation");
    refused(put(admin, wanted), 409, "needs a second person");
    refused(
        admin.post(
            PATH + "/settings/ask", Map.of("version", 0, "mode", "automatic", "cdr", "kept")),
        400,
        "at least one officer");
    approved(admin.post(PATH + "/settings/ask", wanted), officer);
    JsonNode settings = json(officer.get(PATH + "/settings"));
    assertThat(settings.path("mode").asText()).isEqualTo("by-approval");
    assertThat(settings.at("/officers/0/name").asText()).isEqualTo("compliance-officer");
    assertThat(settings.path("version").asInt()).isEqualTo(1);
  }

  private static String objected(
      TestPortal.Client admin, TestPortal.Client officer, RecordingId id) {
    String veto = PATH + "/items/%s/veto".formatted(id);
    assertThat(admin.post(veto, Map.of("reason", "x")).statusCode()).isEqualTo(403);
    HttpResponse<byte[]> placed = officer.post(veto, Map.of("reason", "a claim"));
    assertThat(placed.statusCode()).as(text(placed)).isEqualTo(201);
    JsonNode hold = json(placed);
    assertThat(hold.path("name").asText()).isEqualTo("Objection to the disposal of " + id);
    assertThat(hold.path("graceDays").asInt()).isEqualTo(7);
    assertThat(hold.path("recordings").asInt()).isEqualTo(1);
    refused(officer.post(veto, Map.of("reason", "again")), 409, "in force already");
    String path = "/api/v1/holds/" + hold.path("id").asText();
    assertThat(json(officer.get(path)).path("reason").asText()).isEqualTo("a claim");
    return hold.path("name").asText();
  }

  /** Whom the name of a hold could warn is told only that there is one. */
  private static void shownAsHeld(
      TestPortal.Client admin, TestPortal.Client officer, UUID run, String name) {
    String vetoed = PATH + "/runs/" + run + "/items?state=vetoed";
    JsonNode item = json(officer.get(vetoed)).at("/items/0");
    assertThat(item.at("/heldBy/0/name").asText()).as(item.toString()).isEqualTo(name);
    item = json(admin.get(vetoed)).at("/items/0");
    assertThat(item.path("heldBy")).isEmpty();
    assertThat(item.path("problem").asText()).contains("a legal hold is on it");
  }

  private static void settled(
      TestPortal portal,
      CatalogDatabase database,
      TestPortal.Client officer,
      RecordingId id,
      UUID run) {
    CallEntry gone = database.calls().find(ACME, id).orElseThrow();
    assertThat(gone.summary().state()).isEqualTo(CallState.DISPOSED);
    portal.calls.put(gone);
    JsonNode items = json(officer.get(PATH + "/runs/" + run + "/items?state=gone&limit=1"));
    assertThat(items.at("/items/0/recording").asText()).isEqualTo(id.toString());
    assertThat(items.path("next").asText()).isEqualTo(id.toString());
    HttpResponse<byte[]> certificate = officer.get(PATH + "/runs/" + run + "/certificate");
    assertThat(certificate.headers().firstValue("Content-Type")).contains("application/pkcs7-mime");
    assertThat(json(certificate).path("count").asInt()).isEqualTo(1);
    String tombstone = "/api/v1/recordings/%s/tombstone".formatted(id);
    JsonNode stone = json(officer.get(tombstone));
    assertThat(stone.path("approvedBy").asText()).contains("compliance-officer");
    assertThat(stone.path("keep").asText()).isEqualTo("1-year");
    JsonNode found = json(officer.get(PATH + "/tombstones?number=030123"));
    assertThat(found.path("items")).as("another way of writing").isEmpty();
    found = json(officer.get(PATH + "/tombstones?number=%2B49%2030%20123"));
    assertThat(found.at("/items/0/recording").asText()).isEqualTo(id.toString());
    refused(officer.get("/api/v1/recordings/%s/media".formatted(id)), 409, "disposed");
    TestPortal.Client other = portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER);
    assertThat(other.get(tombstone).statusCode()).isEqualTo(404);
    assertThat(other.get(PATH + "/runs/" + run).statusCode()).isEqualTo(404);
    assertThat(json(other.get(PATH + "/tombstones?number=%2B4930123")).path("items")).isEmpty();
  }
}
