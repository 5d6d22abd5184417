package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.credentials;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.audit.AuditEntry;
import io.earwitness.json.Json;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Second factors and locked accounts over HTTP. */
class SecondFactorTest {
  private static final Map<String, String> PASSWORD = Map.of("password", TestPortal.PASSWORD);
  private final TestPortal portal = new TestPortal();
  private final TestPortal strict =
      new TestPortal(new SignInConfig(SignInConfig.TotpPolicy.REQUIRED_FOR_PRIVILEGED, null));

  @AfterEach
  void stop() {
    portal.close();
    strict.close();
  }

  private static HttpResponse<byte[]> put(TestPortal.Client client, Object body) {
    return client.send("PUT", "/api/v1/totp", Json.bytes(body), "Content-Type", "application/json");
  }

  /** The secret of an account, as its app has it. */
  private byte[] secret(TestPortal at, Directory.User user) {
    var totp = Objects.requireNonNull(at.factors.totps.get(ACME + "/" + user.id()));
    String sealed = totp.pending() == null ? totp.secret() : totp.pending();
    return at.key.open("totp|%s|%s".formatted(ACME, user.id()), Objects.requireNonNull(sealed));
  }

  private String code(TestPortal at, Directory.User user, int steps) {
    return Totp.code(secret(at, user), Totp.step(at.clock.now) + steps);
  }

  private List<String> enrol(TestPortal at, TestPortal.Client client, Directory.User user) {
    HttpResponse<byte[]> begun = client.post("/api/v1/totp", PASSWORD);
    assertThat(begun.statusCode()).as(text(begun)).isEqualTo(201);
    assertThat(json(begun).get("secret").asText()).isEqualTo(Totp.base32(secret(at, user)));
    assertThat(json(begun).get("uri").asText()).startsWith("otpauth://totp/Earwitness%20acme:");
    HttpResponse<byte[]> done = put(client, Map.of("code", code(at, user, 0)));
    assertThat(done.statusCode()).as(text(done)).isEqualTo(200);
    List<String> codes =
        json(done).get("recoveryCodes").valueStream().map(JsonNode::asText).toList();
    assertThat(codes)
        .hasSize(10)
        .doesNotHaveDuplicates()
        .allMatch(code -> code.matches("[A-Z2-9]{4}(-[A-Z2-9]{4}){3}"));
    return codes;
  }

  private HttpResponse<byte[]> signIn(String user, @Nullable String code) {
    Map<String, String> body = new HashMap<>(credentials(ACME, user));
    if (code != null) {
      body.put("code", code);
    }
    return portal.anonymous().post("/api/v1/session", body);
  }

  private static String problem(HttpResponse<byte[]> response) {
    return response.statusCode()
        + " "
        + json(response).get("type").asText().replace("urn:earwitness:problem:", "");
  }

  @Test
  void whoHasASecondFactorSignsInWithACodeAndEachCodeOnce() {
    Directory.User ana = portal.user(ACME, "ana", Set.of(Role.AUDITOR));
    List<String> recovery = enrol(portal, portal.signIn(ACME, "ana"), ana);

    assertThat(problem(signIn("ana", null))).isEqualTo("401 code-needed");
    assertThat(problem(signIn("ana", code(portal, ana, 0))))
        .as("the code that enrolled")
        .isEqualTo("401 wrong-code");
    String next = code(portal, ana, 1);
    HttpResponse<byte[]> done = signIn("ana", next.substring(0, 3) + " " + next.substring(3));
    assertThat(done.statusCode()).as(text(done)).isEqualTo(201);
    assertThat(json(done).get("method").asText()).isEqualTo("password+totp");
    assertThat(problem(signIn("ana", next))).as("again").isEqualTo("401 wrong-code");
    portal.clock.advance(Duration.ofSeconds(90));
    assertThat(problem(signIn("ana", code(portal, ana, -2)))).isEqualTo("401 wrong-code");

    HttpResponse<byte[]> recovered = signIn("ana", recovery.get(3).toLowerCase(Locale.ROOT));
    assertThat(recovered.statusCode()).as(text(recovered)).isEqualTo(201);
    assertThat(json(recovered).get("method").asText()).isEqualTo("password+recovery-code");
    assertThat(problem(signIn("ana", recovery.get(3)))).isEqualTo("401 wrong-code");
    assertThat(portal.audit.of("session.create").stream().map(AuditEntry::details))
        .contains(
            Map.of("method", "password+recovery-code"),
            Map.of("method", "password+totp"),
            Map.of("method", "password"));
  }

  @Test
  void nothingOfASecretOrACodeIsInTheTrailOrKeptAsItIs() {
    Directory.User ana = portal.user(ACME, "ana", Set.of(Role.AUDITOR));
    List<String> recovery = enrol(portal, portal.signIn(ACME, "ana"), ana);
    String base32 = Totp.base32(secret(portal, ana));
    String kept = portal.audit.entries + " " + portal.factors.totps + " " + portal.factors.codes;
    assertThat(kept).contains("totp.enrol").doesNotContain(base32);
    recovery.forEach(
        code -> assertThat(kept).doesNotContain(code).doesNotContain(code.replace("-", "")));
  }

  @Test
  void whoFindsABrowserSignedInCanNeitherSetUpNorReplaceNorRemoveASecondFactor() {
    Directory.User ana = portal.user(ACME, "ana", Set.of(Role.ANALYST));
    TestPortal.Client client = portal.signIn(ACME, "ana");
    assertThat(problem(client.post("/api/v1/totp", Map.of("password", "guessed"))))
        .isEqualTo("403 wrong-proof");
    assertThat(problem(put(client, Map.of("code", "123456")))).isEqualTo("400 malformed");
    enrol(portal, client, ana);
    for (String path : List.of("", "/removal", "/recovery-codes")) {
      String url = "/api/v1/totp" + path;
      assertThat(problem(client.post(url, PASSWORD))).as(path).isEqualTo("400 malformed");
      portal.clock.advance(Duration.ofSeconds(60));
      assertThat(
              problem(client.post(url, Map.of("password", TestPortal.PASSWORD, "code", "000000"))))
          .as(path)
          .isEqualTo("403 wrong-proof");
      portal.clock.advance(Duration.ofSeconds(60));
      assertThat(problem(client.post(url, Map.of("password", "x", "code", code(portal, ana, 0)))))
          .as(path)
          .isEqualTo("403 wrong-proof");
    }
    portal.clock.advance(Duration.ofSeconds(60));
    Map<String, String> proof = new HashMap<>(PASSWORD);
    proof.put("code", code(portal, ana, 0));
    HttpResponse<byte[]> renewed = client.post("/api/v1/totp/recovery-codes", proof);
    assertThat(json(renewed).get("recoveryCodes")).hasSize(10);
    portal.clock.advance(Duration.ofSeconds(30));
    proof.put("code", code(portal, ana, 0));
    assertThat(client.post("/api/v1/totp/removal", proof).statusCode()).isEqualTo(204);
    assertThat(signIn("ana", null).statusCode()).isEqualTo(201);
  }

  @Test
  void privilegedRolesMustEnrolAtTheirNextSignInAndCanDoNothingElseBefore() {
    Directory.User auditor = strict.directory.user(ACME, "auditor").orElseThrow();
    TestPortal.Client client = strict.signIn(ACME, Role.AUDITOR);
    JsonNode session = json(client.get("/api/v1/session"));
    assertThat(session.get("enrolmentDue").asBoolean()).isTrue();
    assertThat(session.get("permissions")).isEmpty();
    for (String path : List.of("/api/v1/audit", "/api/v1/sessions", "/api/v1/srcs")) {
      assertThat(problem(client.get(path))).as(path).isEqualTo("403 enrolment-needed");
    }
    assertThat(problem(client.post("/api/v1/tokens", Map.of("name", "x"))))
        .isEqualTo("403 enrolment-needed");
    assertThat(strict.audit.of("token.create").getLast().outcome())
        .startsWith("refused: Your roles need a second factor.");
    assertThat(json(client.get("/api/v1/totp")).get("required").asBoolean()).isTrue();

    enrol(strict, client, auditor);
    assertThat(client.get("/api/v1/audit").statusCode()).isEqualTo(200);
    strict.clock.advance(Duration.ofSeconds(60));
    Map<String, String> proof = new HashMap<>(PASSWORD);
    proof.put("code", code(strict, auditor, 0));
    assertThat(problem(client.post("/api/v1/totp/removal", proof))).isEqualTo("403 totp-required");

    TestPortal.Client analyst = strict.signIn(ACME, Role.ANALYST);
    assertThat(json(analyst.get("/api/v1/session")).get("enrolmentDue").asBoolean()).isFalse();
  }

  @Test
  void anAdministratorResetsAnothersSecondFactorAndNotTheOwn() {
    Directory.User ana = portal.user(ACME, "ana", Set.of(Role.AUDITOR));
    enrol(portal, portal.signIn(ACME, "ana"), ana);
    TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    String path = "/api/v1/users/%s/".formatted(ana.id());
    JsonNode shown = json(admin.get(path + "sign-in"));
    assertThat(shown.get("password").asBoolean()).isTrue();
    assertThat(shown.get("recoveryCodes").asInt()).isEqualTo(10);
    assertThat(shown.get("totpEnrolledAt").asText()).isEqualTo("2026-11-21T10:00:00Z");
    assertThat(admin.delete(path + "totp").statusCode()).isEqualTo(204);
    assertThat(problem(admin.delete(path + "totp"))).isEqualTo("409 not-enrolled");
    assertThat(signIn("ana", null).statusCode()).isEqualTo(201);
    assertThat(portal.audit.of("user.reset-totp").getFirst().object()).isEqualTo("user:ana");

    Directory.User self = portal.directory.user(ACME, "tenant-admin").orElseThrow();
    enrol(portal, admin, self);
    assertThat(problem(admin.delete("/api/v1/users/%s/totp".formatted(self.id()))))
        .isEqualTo("403 separation-of-duties");
  }

  private HttpResponse<byte[]> attempt(String user, String password, @Nullable String cookies) {
    Map<String, String> body = new HashMap<>(credentials(ACME, user));
    body.put("password", password);
    byte[] json = Json.bytes(body);
    return cookies == null
        ? portal
            .anonymous()
            .send("POST", "/api/v1/session", json, "Content-Type", "application/json")
        : portal
            .anonymous()
            .send(
                "POST",
                "/api/v1/session",
                json,
                "Content-Type",
                "application/json",
                "Cookie",
                cookies);
  }

  /** Ten failures with the waits that they ask for. */
  private void lock(String user, @Nullable String cookies) {
    for (int i = 0; i < 10; i++) {
      HttpResponse<byte[]> failed = attempt(user, "wrong", cookies);
      assertThat(failed.statusCode()).as("failure %d", i + 1).isEqualTo(401);
      portal.clock.advance(Duration.ofSeconds(i < 4 || i == 9 ? 0 : 1L << (i - 4)));
    }
  }

  @Test
  void tenFailuresLockAnAccountForStrangersAndNotForItsOwnBrowserUntilAnAdministratorUnlocks() {
    Directory.User ana = portal.user(ACME, "ana", Set.of(Role.AUDITOR));
    HttpResponse<byte[]> first = attempt("ana", TestPortal.PASSWORD, null);
    List<String> set = first.headers().allValues("Set-Cookie");
    assertThat(set).hasSize(2);
    assertThat(set.get(1))
        .matches(
            "earwitness-device-[0-9a-f]{16}=[\\w.-]+; Path=/api/v1; HttpOnly; SameSite=Strict;"
                + " Max-Age=31536000");
    String device = set.get(1).split(";", 2)[0];

    lock("ana", null);
    HttpResponse<byte[]> locked = attempt("ana", TestPortal.PASSWORD, null);
    assertThat(problem(locked)).isEqualTo("429 too-many-attempts");
    assertThat(locked.headers().firstValue("Retry-After")).contains("900");
    assertThat(attempt("ana", TestPortal.PASSWORD, device).statusCode())
        .as("the own browser")
        .isEqualTo(201);
    assertThat(
            attempt("ana", TestPortal.PASSWORD, device.substring(0, device.length() - 1) + "x")
                .statusCode())
        .as("a forged one")
        .isEqualTo(429);
    AuditEntry entered = portal.audit.of("user.lock").getFirst();
    assertThat(entered.actor()).isEqualTo("job:sign-in");
    assertThat(entered.object()).isEqualTo("user:ana");
    assertThat(entered.details())
        .containsEntry("for", "browsers that did not sign in before")
        .containsEntry("until", portal.clock.now.plus(Duration.ofMinutes(15)).toString());

    TestPortal.Client admin = portal.signIn(ACME, Role.TENANT_ADMIN);
    String path = "/api/v1/users/%s/".formatted(ana.id());
    assertThat(json(admin.get(path + "sign-in")).get("lockedUntil").asText())
        .isEqualTo(portal.clock.now.plus(Duration.ofMinutes(15)).toString());
    assertThat(admin.delete(path + "lock").statusCode()).isEqualTo(204);
    assertThat(json(admin.get(path + "sign-in")).get("lockedUntil").isNull()).isTrue();
    assertThat(attempt("ana", TestPortal.PASSWORD, null).statusCode()).isEqualTo(201);
  }

  @Test
  void anAccountThatDoesNotExistIsAnsweredLikeOneThatIsLockedAndALockEndsByItself() {
    portal.user(ACME, "ana", Set.of(Role.AUDITOR));
    lock("ana", null);
    lock("nobody", null);
    for (String user : List.of("ana", "nobody")) {
      // The clock went on while the other was being locked
      assertThat(problem(attempt(user, TestPortal.PASSWORD, null)))
          .as(user)
          .isEqualTo("429 too-many-attempts");
    }
    portal.clock.advance(Duration.ofMinutes(15));
    assertThat(attempt("ana", TestPortal.PASSWORD, null).statusCode()).isEqualTo(201);
    assertThat(attempt("nobody", TestPortal.PASSWORD, null).statusCode()).isEqualTo(401);
  }

  @Test
  void wrongCodesLockAnAccountAsWrongPasswordsDo() {
    Directory.User ana = portal.user(ACME, "ana", Set.of(Role.AUDITOR));
    enrol(portal, portal.signIn(ACME, "ana"), ana);
    for (int i = 0; i < 10; i++) {
      assertThat(problem(signIn("ana", "AAAA-AAAA-AAAA-AAAA"))).isEqualTo("401 wrong-code");
      portal.clock.advance(Duration.ofSeconds(i < 4 ? 0 : 1L << (i - 4)));
    }
    assertThat(problem(signIn("ana", code(portal, ana, 0)))).isEqualTo("429 too-many-attempts");
    assertThat(portal.audit.of("user.lock")).hasSize(2);
  }
}
