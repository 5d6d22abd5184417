package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.NOW;
import static io.earwitness.portal.TestPortal.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.TenantSlug;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlarmsTest {
  private static final String ALARMS = "/api/v1/alarms";
  private final TestPortal portal = new TestPortal();

  @AfterEach
  void stop() {
    portal.close();
  }

  private Alarm alarm(TenantSlug tenant, AlarmKind kind, AlarmObject object, boolean over) {
    Alarm alarm =
        new Alarm(
            UUID.randomUUID(),
            new AlarmKey(tenant, kind, object),
            "2 recordings",
            NOW.minusSeconds(60),
            NOW,
            3,
            "rec-1",
            null,
            over ? NOW : null);
    portal.alarms.alarms.add(alarm);
    return alarm;
  }

  private List<String> kinds(TestPortal.Client client, String query) {
    return json(client.get(ALARMS + query)).get("items").findValuesAsText("kind");
  }

  @Test
  void aTenantSeesItsOwnAlarmsAndOperatorsThoseOfThePlatform() {
    alarm(ACME, AlarmKind.CALLS_LOST, AlarmObject.tenant(ACME), false);
    alarm(ACME, AlarmKind.MEDIA_ONE_WAY, AlarmObject.tenant(ACME), true);
    alarm(GLOBEX, AlarmKind.CAPTURES_DAMAGED, AlarmObject.tenant(GLOBEX), false);
    alarm(TenantSlug.PLATFORM, AlarmKind.NODE_ABSENT, AlarmObject.node("rec-1"), false);
    TestPortal.Client auditor = portal.signIn(ACME, Role.AUDITOR);
    assertThat(kinds(auditor, "")).containsExactly("calls-lost");
    assertThat(kinds(auditor, "?state=all")).containsExactly("calls-lost", "media-one-way");
    assertThat(kinds(auditor, "?state=all&severity=minor,major")).containsExactly("media-one-way");
    assertThat(kinds(auditor, "?kind=node-absent")).isEmpty();
    TestPortal.Client operator = portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR);
    assertThat(kinds(operator, "")).containsExactly("node-absent");

    JsonNode shown = json(auditor.get(ALARMS)).get("items").get(0);
    assertThat(shown.get("severity").asText()).isEqualTo("critical");
    assertThat(shown.get("object").asText()).isEqualTo("tenant:acme");
    assertThat(shown.get("meaning").asText()).isEqualTo(AlarmKind.CALLS_LOST.meaning());
    assertThat(shown.get("page").asText()).endsWith("alarms.md#calls-lost");
    assertThat(shown.get("times").asInt()).isEqualTo(3);
    assertThat(shown.get("acknowledged").isNull()).isTrue();
    assertThat(portal.audit.of("alarm.list")).isNotEmpty();
  }

  @Test
  void theSummaryCountsAndIsNoAct() {
    alarm(ACME, AlarmKind.CALLS_LOST, AlarmObject.tenant(ACME), false);
    TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    int entries = portal.audit.entries.size();
    JsonNode summary = json(admin.get(ALARMS + "/summary"));
    assertThat(summary.get("critical").get("unacknowledged").asInt()).isEqualTo(1);
    assertThat(summary.get("warning").get("open").asInt()).isZero();
    assertThat(portal.audit.entries).hasSize(entries);
  }

  @Test
  void anAlarmIsAcknowledgedWithANoteAndAnotherTenantsAnswersAsAMissingOne() {
    Alarm own = alarm(ACME, AlarmKind.CALLS_LOST, AlarmObject.tenant(ACME), false);
    Alarm other = alarm(GLOBEX, AlarmKind.CALLS_LOST, AlarmObject.tenant(GLOBEX), false);
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    JsonNode seen =
        json(officer.post(ALARMS + "/" + own.id() + "/acknowledge", Map.of("note", "looked into")));
    assertThat(seen.get("acknowledged").get("by").asText())
        .isEqualTo("user:compliance-officer@acme");
    assertThat(seen.get("acknowledged").get("note").asText()).isEqualTo("looked into");
    assertThat(portal.audit.of("alarm.acknowledge"))
        .first()
        .satisfies(
            entry -> {
              assertThat(entry.object()).isEqualTo("alarm:" + own.id());
              assertThat(entry.details()).containsEntry("note", "looked into");
            });
    HttpResponse<byte[]> foreign =
        officer.post(ALARMS + "/" + other.id() + "/acknowledge", Map.of());
    HttpResponse<byte[]> missing =
        officer.post(ALARMS + "/" + UUID.randomUUID() + "/acknowledge", Map.of());
    assertThat(foreign.statusCode()).isEqualTo(404);
    assertThat(foreign.body()).isEqualTo(missing.body());
    assertThat(
            officer
                .post(ALARMS + "/" + own.id() + "/acknowledge", Map.of("note", "x".repeat(501)))
                .statusCode())
        .isEqualTo(400);
    assertThat(
            portal
                .signIn(ACME, Role.AUDITOR)
                .post(ALARMS + "/" + own.id() + "/acknowledge", Map.of())
                .statusCode())
        .isEqualTo(403);
  }

  @Test
  void silencesNeedAReasonAndAnEndAndAreTheTenantsOwn() {
    alarm(ACME, AlarmKind.CALLS_LOST, AlarmObject.tenant(ACME), false);
    TestPortal.Client admin = portal.signIn(ACME, Role.RECORDING_ADMIN);
    String until = NOW.plus(Duration.ofDays(30)).toString();
    HttpResponse<byte[]> made =
        admin.post(
            ALARMS + "/silences", Map.of("kind", "calls-lost", "until", until, "reason", "known"));
    assertThat(made.statusCode()).isEqualTo(201);
    String id = json(made).get("id").asText();
    assertThat(json(admin.get(ALARMS)).get("items").get(0).get("silenced").asBoolean()).isTrue();
    assertThat(json(admin.get(ALARMS + "/silences")).get("items").findValuesAsText("reason"))
        .containsExactly("known");
    assertThat(portal.audit.of("alarm.silence"))
        .extracting(AuditEntry::details)
        .first()
        .isEqualTo(Map.of("kind", "calls-lost", "until", until, "reason", "known"));
    for (Map<String, String> wrong :
        List.of(
            Map.of("until", until, "reason", "x"),
            Map.of("kind", "calls-lost", "until", until),
            Map.of("kind", "calls-lost", "reason", "x"),
            Map.of("kind", "nonsense", "until", until, "reason", "x"),
            Map.of("object", "nonsense", "until", until, "reason", "x"),
            Map.of(
                "kind",
                "calls-lost",
                "until",
                NOW.plus(Duration.ofDays(31)).toString(),
                "reason",
                "x"))) {
      assertThat(admin.post(ALARMS + "/silences", wrong).statusCode())
          .as("" + wrong)
          .isEqualTo(400);
    }
    TestPortal.Client other = portal.signIn(GLOBEX, Role.TENANT_ADMIN);
    assertThat(other.delete(ALARMS + "/silences/" + id).statusCode()).isEqualTo(404);
    assertThat(admin.delete(ALARMS + "/silences/" + id).statusCode()).isEqualTo(204);
    assertThat(admin.delete(ALARMS + "/silences/" + id).statusCode()).isEqualTo(404);
  }

  @Test
  void whatIsUnknownIsRefusedByItsName() {
    TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    for (String query :
        List.of("?x=1", "?state=old", "?severity=bad", "?kind=bad", "?cursor=bad", "?limit=0")) {
      assertThat(admin.get(ALARMS + query).statusCode()).as(query).isEqualTo(400);
    }
  }
}
