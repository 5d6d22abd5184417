package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Pauses;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Side;
import io.earwitness.json.Json;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PausesTest {
  private final TestPortal portal = new TestPortal();
  private final TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);

  @AfterEach
  void stop() {
    portal.close();
  }

  private String address(CallSummary call, String what) {
    return "/api/v1/recordings/" + call.id() + "/" + what;
  }

  private CallSummary running() {
    CallSummary call =
        TestCalls.summary(
            ACME,
            CallState.LIVE,
            Instant.parse("2026-11-21T09:55:00Z"),
            Duration.ZERO,
            TestCalls.party(Side.LEFT, "Anna", "+4930123"));
    portal.calls.put(TestCalls.entry(call));
    return call;
  }

  @Test
  void anOfficerPausesARunningCallForAReason() {
    CallSummary call = running();
    assertThat(officer.post(address(call, "pause"), Map.of()).statusCode()).isEqualTo(400);
    HttpResponse<byte[]> paused = officer.post(address(call, "pause"), Map.of("reason", " card "));
    assertThat(paused.statusCode()).as(text(paused)).isEqualTo(200);
    assertThat(json(paused).get("paused").asBoolean()).isTrue();
    assertThat(portal.pauses.asked)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.pause()).isTrue();
              assertThat(one.recording()).isEqualTo(call.id());
              assertThat(one.reason()).isEqualTo("card");
              assertThat(one.by()).endsWith(" through the portal");
            });
    assertThat(officer.post(address(call, "resume"), Map.of()).statusCode()).isEqualTo(200);
    assertThat(portal.pauses.asked.getLast().pause()).isFalse();
    assertThat(portal.audit.of("recording.pause").getFirst().object())
        .isEqualTo("recording:" + call.id());
    assertThat(portal.audit.of("recording.pause").toString()).contains("card");
  }

  @Test
  void whatTheRecorderSaysIsTold() {
    CallSummary call = running();
    portal.pauses.answer = Pauses.Outcome.NOT_RUNNING;
    assertThat(officer.post(address(call, "pause"), Map.of("reason", "x")).statusCode())
        .isEqualTo(409);
    portal.pauses.answer = Pauses.Outcome.EXPIRED;
    HttpResponse<byte[]> silent = officer.post(address(call, "pause"), Map.of("reason", "x"));
    assertThat(silent.statusCode()).isEqualTo(503);
    assertThat(json(silent).get("detail").asText()).contains(call.node());
  }

  private static HttpResponse<byte[]> put(TestPortal.Client client, Map<String, ?> settings) {
    return client.send(
        "PUT", "/api/v1/policies/pause", Json.bytes(settings), "Content-Type", "application/json");
  }

  @Test
  void wrongSettingsAreRefusedByWhatIsWrong() {
    TestPortal.Client admin = portal.signIn(ACME, Role.RECORDING_ADMIN);
    HttpResponse<byte[]> wrong = put(admin, Map.of("keepDigits", true, "pauseCode", "*71"));
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(text(wrong)).contains("own digits must not be kept");
    HttpResponse<byte[]> set = put(admin, Map.of("limitSeconds", 60, "pauseCode", "*71"));
    assertThat(set.statusCode()).as(text(set)).isEqualTo(200);
    assertThat(json(admin.get("/api/v1/policies/pause")).toString())
        .isEqualTo(
            "{\"limitSeconds\":60,\"keepDigits\":false,\"pauseCode\":\"*71\",\"resumeCode\":null,"
                + "\"codeSide\":\"own\"}");
    assertThat(portal.audit.of("pause-settings.set").toString()).doesNotContain("*71");
  }
}
