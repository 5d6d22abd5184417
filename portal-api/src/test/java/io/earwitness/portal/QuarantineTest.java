package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.NOW;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.MatchingRule;
import io.earwitness.call.Party;
import io.earwitness.call.RecorderSnapshot.Src;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.TlsIdentity;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Corrected rules are run over what is in quarantine: first dry, then in earnest. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuarantineTest {
  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final TestPortal portal = new TestPortal(database);
  private TestPortal.Client operator = portal.anonymous();

  @BeforeAll
  void connect() {
    operator = portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR);
    database.directory().addSrc(new Src("trunk", "192.0.2.0/24", null), "test");
    database
        .directory()
        .setRules(
            List.of(
                new MatchingRule("by header", MatchingRule.Kind.HEADER, "X-Tenant", "acme*", ACME),
                new MatchingRule(
                    "by certificate",
                    MatchingRule.Kind.TLS_IDENTITY,
                    null,
                    "sbc.acme.example",
                    ACME)),
            "test");
  }

  @AfterAll
  void stop() {
    portal.close();
    database.close();
  }

  private RecordingId held(String source, String header) {
    return held(source, header, null);
  }

  private RecordingId held(String source, String header, @Nullable TlsIdentity identity) {
    Party party = TestCalls.party(null, "Anna", "+4930123");
    CallSummary call =
        TestCalls.summary(
            TenantSlug.PLATFORM,
            CallState.QUARANTINED,
            NOW,
            Duration.ofSeconds(30),
            new Party(null, party.number(), party.name(), party.aor(), null, List.of()));
    CallEntry archived = TestCalls.archived(call, 5, Duration.ofSeconds(30));
    ArchivedCall archive = Objects.requireNonNull(archived.archive());
    CallRecord record = TestCalls.record(archived);
    portal.quarantine.records.put(
        call.id(),
        new CallRecord(
            record.format(),
            call,
            record.audioStart(),
            record.audioSha256(),
            List.of(),
            record.timeline(),
            record.marks(),
            List.of(),
            List.of(),
            List.of(
                new CallRecord.RawMessage(
                    NOW,
                    true,
                    "TCP",
                    source,
                    "INVITE sip:srs@rec.example SIP/2.0\r\nX-Tenant: %s\r\n\r\n".formatted(header),
                    identity)),
            null));
    portal.quarantine.held.add(
        new CallEntry(
            call,
            1,
            new ArchivedCall(
                archive.id(),
                archive.tenant(),
                archive.outcome(),
                archive.generation(),
                archive.attempt(),
                archive.manifestKey(),
                archive.manifestVersionId(),
                archive.archivedAt(),
                archive.keepUntil(),
                archive.audioStart(),
                archive.durationMs(),
                archive.channels(),
                archive.codec(),
                archive.mediaBytes(),
                archive.quality(),
                archive.flags(),
                NOW)));
    return call.id();
  }

  private JsonNode run(String query, Object body) {
    HttpResponse<byte[]> response = operator.post("/api/v1/quarantine/run" + query, body);
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    return json(response).get("items");
  }

  @Test
  void aRuleByTlsIdentityTakesACallOutOfQuarantineWhoseCertificateWasKept() {
    TlsIdentity sbc = new TlsIdentity("CN=sbc", List.of("sbc", "SBC.acme.example"), "0".repeat(64));
    RecordingId proven = held("192.0.2.7:5061", "other", sbc);
    RecordingId unproven = held("192.0.2.7:5061", "other");
    JsonNode dry = run("?dryRun=true", Map.of("recordings", List.of(proven, unproven)));
    assertThat(dry.get(0).get("rule").asText()).isEqualTo("rule by certificate");
    assertThat(dry.get(0).get("tenant").asText()).isEqualTo("acme");
    assertThat(dry.get(1).get("tenant").isNull()).isTrue();
    portal.quarantine.held.clear();
  }

  @Test
  void whatTheRulesGiveToATenantIsReleasedAndTheRestStays() {
    RecordingId theirs = held("192.0.2.7:5060", "acme-7");
    RecordingId nobodys = held("192.0.2.7:5060", "other");
    RecordingId unreadable = held("192.0.2.7:5060", "acme");
    portal.quarantine.records.remove(unreadable);

    assertThat(json(operator.get("/api/v1/quarantine")).get("items").findValuesAsText("id"))
        .containsExactly(theirs.toString(), nobodys.toString(), unreadable.toString());

    JsonNode dry = run("?dryRun=true", Map.of());
    assertThat(dry.get(0).get("tenant").asText()).isEqualTo("acme");
    assertThat(dry.get(0).get("rule").asText()).isEqualTo("rule by header");
    assertThat(dry.get(0).get("released").asBoolean()).isFalse();
    assertThat(dry.get(1).get("tenant").isNull()).isTrue();
    assertThat(dry.get(2).get("problem").asText()).contains("can't be read");
    assertThat(portal.quarantine.released).isEmpty();

    JsonNode done = run("", Map.of("recordings", List.of(theirs, nobodys)));
    assertThat(done).hasSize(2);
    assertThat(done.get(0).get("released").asBoolean()).isTrue();
    assertThat(portal.quarantine.released)
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.id()).isEqualTo(theirs);
              assertThat(call.tenant()).isEqualTo(ACME);
              assertThat(call.matchedRule()).isEqualTo("rule by header");
            });
    assertThat(portal.quarantine.held)
        .extracting(each -> each.summary().id())
        .containsExactly(nobodys, unreadable);
    assertThat(portal.audit.of("quarantine.release"))
        .as("in both logs")
        .extracting(AuditEntry::tenant)
        .contains(TenantSlug.PLATFORM, ACME);
    assertThat(
            operator
                .post("/api/v1/quarantine/run", Map.of("recordings", List.of("x")))
                .statusCode())
        .isEqualTo(400);
    assertThat(portal.signIn(ACME, Role.TENANT_ADMIN).get("/api/v1/quarantine").statusCode())
        .isEqualTo(403);
  }
}
