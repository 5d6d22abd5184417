package io.earwitness.portal.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.IdentityProviders.Provider;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.OpenIdConnect;
import io.earwitness.portal.OpenIdConnect.Flow;
import io.earwitness.portal.OpenIdConnect.Identity;
import io.earwitness.portal.OpenIdConnect.OpenIdException;
import io.earwitness.portal.OpenIdConnect.OpenIdException.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a provider may say, and what of it is not believed. */
class NimbusOpenIdConnectTest {
  private static final String SECRET = "a client's secret, long enough to be a key of HS256";
  private static final URI CALLBACK = URI.create("https://calls.example/sign-in/oidc/callback");
  private static final Flow FLOW =
      new Flow("s".repeat(43), "n".repeat(43), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  private final FakeIssuer issuer = new FakeIssuer();
  private final OpenIdConnect openId = new NimbusOpenIdConnect();

  @AfterEach
  void stop() {
    issuer.close();
  }

  private Provider provider() {
    return provider(issuer.url(), "", "groups");
  }

  private static Provider provider(String issuer, String userClaim, String groupsClaim) {
    return provider(issuer, userClaim, groupsClaim, Map.of());
  }

  private static Provider provider(
      String issuer, String userClaim, String groupsClaim, Map<String, Set<Role>> roles) {
    return new Provider(
        new TenantSlug("acme"),
        "idp",
        "IdP",
        issuer,
        "earwitness",
        null,
        List.of("profile"),
        userClaim,
        groupsClaim,
        roles,
        Map.of(),
        false,
        true);
  }

  private Identity redeem() throws OpenIdException {
    return openId.redeem(provider(), SECRET, "the-code", FLOW, CALLBACK);
  }

  private JWTClaimsSet.Builder claims() {
    return issuer.claims(FLOW.nonce());
  }

  private void refused(String token, String because) {
    issuer.idToken = token;
    OpenIdException thrown = catchThrowableOfType(OpenIdException.class, this::redeem);
    assertThat(thrown).as(because).isNotNull();
    assertThat(thrown.kind()).as(because).isEqualTo(Kind.REFUSED);
    assertThat(thrown).hasMessageContaining(because);
  }

  @Test
  void theBrowserIsSentWithStateNonceAndAChallenge() throws Exception {
    String sent = openId.authorization(provider(), FLOW, CALLBACK).toString();
    assertThat(sent)
        .startsWith(issuer.url() + "/authorize?")
        .contains("response_type=code")
        .contains("client_id=earwitness")
        .contains("scope=openid+profile")
        .contains("state=" + FLOW.state())
        .contains("nonce=" + FLOW.nonce())
        // RFC 7636 appendix B
        .contains("code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        .contains("code_challenge_method=S256")
        .doesNotContain(FLOW.verifier());
  }

  @Test
  void anIdTokenThatIsRightTellsWhoItIs() throws Exception {
    issuer.idToken =
        issuer.signed(
            claims()
                .claim("name", "Ana Ruiz")
                .claim("groups", List.of("officers", "desk", 7))
                .claim("sid", "session-1")
                .build());
    assertThat(redeem())
        .isEqualTo(
            new Identity(
                issuer.url(),
                "s-1",
                "ana",
                "Ana Ruiz",
                Set.of("officers", "desk"),
                "session-1",
                issuer.idToken));
    assertThat(issuer.requests.getFirst())
        .contains("code=the-code")
        .contains("code_verifier=" + FLOW.verifier())
        .contains("Basic ");
  }

  private Identity redeemWithGroups() throws OpenIdException {
    return openId.redeem(
        provider(issuer.url(), "", "groups", Map.of("officers", Set.of(Role.COMPLIANCE_OFFICER))),
        SECRET,
        "the-code",
        FLOW,
        CALLBACK);
  }

  @Test
  void groupsThatTheIdTokenLacksComeFromTheUserInfoEndpoint() throws Exception {
    issuer.metadata.put("userinfo_endpoint", issuer.url() + "/userinfo");
    issuer.idToken = issuer.signed(claims().build());
    issuer.userInfo =
        Map.of("sub", "s-1", "groups", List.of("officers"), "preferred_username", "somebody-else");
    Identity identity = redeemWithGroups();
    assertThat(identity.groups()).containsExactly("officers");
    assertThat(identity.userName()).as("what the ID token says counts").isEqualTo("ana");
    assertThat(issuer.requests).contains("userinfo Bearer a");

    issuer.requests.clear();
    redeem();
    assertThat(issuer.requests).as("nothing that is mapped is missing").hasSize(1);
    issuer.idToken = issuer.signed(claims().claim("groups", List.of()).build());
    assertThat(redeemWithGroups().groups()).as("in no group").isEmpty();
    assertThat(issuer.requests).doesNotContain("userinfo Bearer a");
  }

  @Test
  void aUserInfoEndpointThatSpeaksOfSomebodyElseOrRefusesSignsNobodyIn() {
    issuer.metadata.put("userinfo_endpoint", issuer.url() + "/userinfo");
    issuer.idToken = issuer.signed(claims().build());
    issuer.userInfo = Map.of("sub", "s-2", "groups", List.of("officers"));
    OpenIdException other = catchThrowableOfType(OpenIdException.class, this::redeemWithGroups);
    assertThat(other.kind()).isEqualTo(Kind.REFUSED);
    assertThat(other).hasMessageContaining("somebody else");
    issuer.userInfoStatus = 403;
    OpenIdException refused = catchThrowableOfType(OpenIdException.class, this::redeemWithGroups);
    assertThat(refused).hasMessageContaining("UserInfo endpoint");
  }

  /** Entra ID, from 200 groups on. */
  @Test
  void groupsThatAreElsewhereBecauseTheyAreTooManyAreToldAsSuch() {
    issuer.idToken =
        issuer.signed(
            claims()
                .claim("_claim_names", Map.of("groups", "src1"))
                .claim(
                    "_claim_sources",
                    Map.of("src1", Map.of("endpoint", "https://graph.example/getMemberObjects")))
                .build());
    OpenIdException thrown = catchThrowableOfType(OpenIdException.class, this::redeemWithGroups);
    assertThat(thrown.kind()).isEqualTo(Kind.TOO_MANY_GROUPS);
    assertThat(thrown).hasMessageContaining("_claim_names");
  }

  @Test
  void aTokenThatIsNotSignedByTheIssuersKeyIsRefused() throws Exception {
    refused(new PlainJWT(claims().build()).serialize(), "ID token can't be trusted");
    SignedJWT byClient =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(), claims().build());
    byClient.sign(new MACSigner(SECRET.getBytes(StandardCharsets.UTF_8)));
    refused(byClient.serialize(), "ID token can't be trusted");
    // The public key as an HMAC key, which anybody has
    SignedJWT byPublic =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(), claims().build());
    byPublic.sign(new MACSigner(issuer.key.toRSAPublicKey().getEncoded()));
    refused(byPublic.serialize(), "ID token can't be trusted");
    refused(
        FakeIssuer.signed(claims().build(), FakeIssuer.key("first")), "ID token can't be trusted");
    String right = issuer.signed(claims().build());
    String[] parts = right.split("\\.");
    String other = issuer.signed(claims().subject("s-2").build()).split("\\.")[1];
    refused(parts[0] + "." + other + "." + parts[2], "ID token can't be trusted");
  }

  @Test
  void aTokenForAnotherOrOfAnotherOrOfAnotherTimeIsRefused() {
    refused(issuer.signed(claims().issuer("https://evil.example").build()), "issuer");
    refused(issuer.signed(claims().audience("another").build()), "audience");
    refused(
        issuer.signed(claims().audience(List.of("earwitness", "b")).claim("azp", "b").build()),
        "azp");
    refused(issuer.signed(claims().audience(List.of("earwitness", "b")).build()), "azp");
    refused(issuer.signed(claims().claim("azp", "b").build()), "azp");
    refused(issuer.signed(claims().claim("nonce", "x".repeat(43)).build()), "nonce");
    refused(issuer.signed(claims().claim("nonce", null).build()), "nonce");
    Instant now = Instant.now();
    refused(
        issuer.signed(claims().expirationTime(Date.from(now.minusSeconds(120))).build()),
        "Expired");
    refused(issuer.signed(claims().issueTime(Date.from(now.plusSeconds(120))).build()), "ahead");
  }

  @Test
  void aTokenForSeveralOfWhomWeAreTheAuthorisedPartyIsTaken() throws Exception {
    issuer.idToken =
        issuer.signed(
            claims().audience(List.of("earwitness", "b")).claim("azp", "earwitness").build());
    assertThat(redeem().subject()).isEqualTo("s-1");
  }

  @Test
  void clocksMayDifferByAMinute() throws Exception {
    Instant now = Instant.now();
    for (JWTClaimsSet early :
        List.of(
            claims().expirationTime(Date.from(now.minusSeconds(45))).build(),
            claims().issueTime(Date.from(now.plusSeconds(45))).build())) {
      issuer.idToken = issuer.signed(early);
      assertThat(redeem().subject()).isEqualTo("s-1");
    }
  }

  @Test
  void aKeyThatIsNewIsFetchedAndOneThatNobodyPublishedIsNotAskedForAgainAndAgain()
      throws Exception {
    issuer.idToken = issuer.signed(claims().build());
    redeem();
    RSAKey second = FakeIssuer.key("second");
    issuer.published.add(second);
    issuer.idToken = FakeIssuer.signed(claims().build(), second);
    assertThat(redeem().subject()).isEqualTo("s-1");

    issuer.idToken = FakeIssuer.signed(claims().build(), FakeIssuer.key("third"));
    OpenIdException thrown = catchThrowableOfType(OpenIdException.class, this::redeem);
    assertThat(thrown).isNotNull();
    // What is known goes on
    issuer.idToken = FakeIssuer.signed(claims().build(), second);
    assertThat(redeem().subject()).isEqualTo("s-1");
  }

  @Test
  void anIssuerThatCallsItselfOtherwiseOrRefusesOrIsAwayIsTold() {
    issuer.tokenStatus = 400;
    OpenIdException thrown = catchThrowableOfType(OpenIdException.class, this::redeem);
    assertThat(thrown.kind()).isEqualTo(Kind.REFUSED);
    assertThat(thrown).hasMessageContaining("invalid_grant (Code not valid)");

    issuer.metadata.put("issuer", "https://evil.example");
    OpenIdException other =
        catchThrowableOfType(
            OpenIdException.class,
            () -> new NimbusOpenIdConnect().authorization(provider(), FLOW, CALLBACK));
    assertThat(other.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(other).hasMessageContaining("issuer");

    issuer.close();
    OpenIdException away =
        catchThrowableOfType(
            OpenIdException.class,
            () -> new NimbusOpenIdConnect().authorization(provider(), FLOW, CALLBACK));
    assertThat(away.kind()).isEqualTo(Kind.UNREACHABLE);
  }

  private @Nullable String userName(String userClaim, JWTClaimsSet.Builder claims)
      throws OpenIdException {
    issuer.idToken = issuer.signed(claims.build());
    return openId
        .redeem(provider(issuer.url(), userClaim, "groups"), SECRET, "c", FLOW, CALLBACK)
        .userName();
  }

  @Test
  void theNameIsTheClaimThatIsConfiguredOrThePreferredOneOrAVerifiedAddress() throws Exception {
    assertThat(userName("upn", claims().claim("upn", "ana@corp"))).isEqualTo("ana@corp");
    assertThat(userName("upn", claims())).as("no other instead").isNull();
    JWTClaimsSet.Builder mail =
        claims().claim("preferred_username", null).claim("email", "ana@corp");
    assertThat(userName("", mail)).as("anybody's address").isNull();
    assertThat(userName("", mail.claim("email_verified", true))).isEqualTo("ana@corp");
    assertThat(userName("", mail.claim("email_verified", "true"))).isNull();
  }

  @Test
  void groupsAreFoundAlongDots() throws Exception {
    issuer.idToken =
        issuer.signed(
            claims()
                .claim("realm_access", Map.of("roles", List.of("officers")))
                .claim("a.b", "one")
                .build());
    for (var expected : Map.of("realm_access.roles", "officers", "a.b", "one").entrySet()) {
      assertThat(
              openId
                  .redeem(provider(issuer.url(), "", expected.getKey()), null, "c", FLOW, CALLBACK)
                  .groups())
          .containsExactly(expected.getValue());
    }
    assertThat(issuer.requests.getLast()).contains("client_id=earwitness").endsWith(" null");
    assertThat(openId.redeem(provider(issuer.url(), "", "x.y"), null, "c", FLOW, CALLBACK).groups())
        .isEmpty();
  }

  @Test
  void signingOutLeadsToTheProviderIfItKnowsSuchAThing() throws Exception {
    String token = issuer.signed(claims().build());
    assertThat(openId.endSession(provider(), token, URI.create("https://calls.example/")))
        .hasValueSatisfying(
            uri ->
                assertThat(uri.toString())
                    .startsWith(issuer.url() + "/end?")
                    .contains("id_token_hint=" + token)
                    .contains("post_logout_redirect_uri=https%3A%2F%2Fcalls.example%2F"));
    issuer.metadata.remove("end_session_endpoint");
    assertThat(new NimbusOpenIdConnect().endSession(provider(), token, CALLBACK)).isEmpty();
  }

  private JWTClaimsSet.Builder logout() {
    return new JWTClaimsSet.Builder()
        .issuer(issuer.url())
        .audience("earwitness")
        .issueTime(Date.from(Instant.now()))
        .expirationTime(Date.from(Instant.now().plusSeconds(60)))
        .jwtID(UUID.randomUUID().toString())
        .claim("sid", "session-1")
        .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
  }

  @Test
  void aLogoutTokenNamesASessionAndAnythingElseIsNone() throws Exception {
    assertThat(openId.loggedOut(provider(), issuer.signed(logout().build())))
        .isEqualTo(new OpenIdConnect.LoggedOut(issuer.url(), null, "session-1"));
    assertThat(
            openId.loggedOut(
                provider(), issuer.signed(logout().subject("s-1").claim("sid", null).build())))
        .isEqualTo(new OpenIdConnect.LoggedOut(issuer.url(), "s-1", null));
    for (String bad :
        List.of(
            "no token",
            issuer.signed(claims().build()),
            issuer.signed(logout().claim("nonce", "n").build()),
            issuer.signed(logout().audience("another").build()),
            new PlainJWT(logout().build()).serialize(),
            FakeIssuer.signed(logout().build(), FakeIssuer.key("first")))) {
      OpenIdException thrown =
          catchThrowableOfType(OpenIdException.class, () -> openId.loggedOut(provider(), bad));
      assertThat(thrown).as(bad).isNotNull();
      assertThat(thrown.kind()).as(bad).isEqualTo(Kind.REFUSED);
    }
  }

  private JWTClaimsSet.Builder accessClaims() {
    return new JWTClaimsSet.Builder()
        .issuer(issuer.url())
        .subject("s-1")
        .audience("earwitness")
        .issueTime(Date.from(Instant.now()))
        .expirationTime(Date.from(Instant.now().plusSeconds(60)))
        // The application in whose frame the page is
        .claim("azp", "5e3ce6c0-2b1f-4285-8d4b-75ee78787346")
        .claim("scp", "access_as_user")
        .claim("preferred_username", "ana");
  }

  private Identity access(String token) throws OpenIdException {
    return openId.accessToken(provider(), token, Set.of("earwitness", "api://x/earwitness"));
  }

  private void accessRefused(String token, String because) {
    OpenIdException thrown = catchThrowableOfType(OpenIdException.class, () -> access(token));
    assertThat(thrown).as(because).isNotNull();
    assertThat(thrown.kind()).as(because).isEqualTo(Kind.REFUSED);
    assertThat(thrown).hasMessageContaining(because);
  }

  @Test
  void anAccessTokenForThePortalsPageTellsWhoItIs() throws Exception {
    assertThat(access(issuer.signed(accessClaims().build())).userName()).isEqualTo("ana");
    String named = issuer.signed(accessClaims().audience("api://x/earwitness").build());
    assertThat(access(named).subject()).isEqualTo("s-1");
  }

  @Test
  void anAccessTokenOfAnotherAudienceScopeIssuerTimeOrKeyIsRefused() {
    accessRefused(issuer.signed(accessClaims().audience("other").build()), "for another client");
    accessRefused(
        issuer.signed(accessClaims().audience(List.of("earwitness", "other")).build()),
        "for another client");
    accessRefused(issuer.signed(accessClaims().claim("scp", "User.Read").build()), "scopes lack");
    accessRefused(issuer.signed(accessClaims().claim("scp", null).build()), "scopes lack");
    accessRefused(
        issuer.signed(accessClaims().issuer("https://other.example").build()), "can't be trusted");
    accessRefused(
        issuer.signed(
            accessClaims().expirationTime(Date.from(Instant.now().minusSeconds(61))).build()),
        "can't be trusted");
    accessRefused(
        FakeIssuer.signed(accessClaims().build(), FakeIssuer.key("first")), "can't be trusted");
    accessRefused(new PlainJWT(accessClaims().build()).serialize(), "can't be trusted");
    accessRefused("no token", "can't be trusted");
  }
}
