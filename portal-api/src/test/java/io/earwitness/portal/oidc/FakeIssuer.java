package io.earwitness.portal.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** An issuer whose answers a test makes up. */
public final class FakeIssuer implements AutoCloseable {
  private final HttpServer server;
  final Map<String, Object> metadata = new HashMap<>();
  final List<RSAKey> published = new CopyOnWriteArrayList<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  volatile RSAKey key = key("first");
  volatile String idToken = "";
  volatile int tokenStatus = 200;

  /** What the UserInfo endpoint says; as JSON. */
  volatile Map<String, Object> userInfo = Map.of();

  volatile int userInfoStatus = 200;

  public FakeIssuer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    published.add(key);
    metadata.put("issuer", url());
    metadata.put("authorization_endpoint", url() + "/authorize");
    metadata.put("token_endpoint", url() + "/token");
    metadata.put("jwks_uri", url() + "/keys");
    metadata.put("end_session_endpoint", url() + "/end");
    metadata.put("response_types_supported", List.of("code"));
    metadata.put("subject_types_supported", List.of("public"));
    metadata.put("id_token_signing_alg_values_supported", List.of("RS256", "HS256", "none"));
    server.createContext(
        "/.well-known/openid-configuration", http -> answer(http, 200, Json.text(metadata)));
    server.createContext(
        "/keys", http -> answer(http, 200, new JWKSet(new ArrayList<>(published)).toString()));
    server.createContext("/token", this::token);
    server.createContext("/authorize", this::authorize);
    server.createContext(
        "/userinfo",
        http -> {
          requests.add("userinfo " + http.getRequestHeaders().getFirst("Authorization"));
          answer(http, userInfoStatus, Json.text(userInfo));
        });
    server.start();
  }

  static RSAKey key(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Whoever comes is ana, and goes back at once. */
  private void authorize(HttpExchange http) throws IOException {
    Map<String, String> asked = new HashMap<>();
    for (String each : http.getRequestURI().getRawQuery().split("&")) {
      String[] parts = each.split("=", 2);
      asked.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    idToken = signed(claims(String.valueOf(asked.get("nonce"))).build());
    http.getResponseHeaders()
        .add(
            "Location",
            "%s?code=c&state=%s".formatted(asked.get("redirect_uri"), asked.get("state")));
    http.sendResponseHeaders(302, -1);
    http.close();
  }

  private void token(HttpExchange http) throws IOException {
    requests.add(
        new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
            + " "
            + http.getRequestHeaders().getFirst("Authorization"));
    answer(
        http,
        tokenStatus,
        tokenStatus == 200
            ? Json.text(Map.of("access_token", "a", "token_type", "Bearer", "id_token", idToken))
            : "{\"error\":\"invalid_grant\",\"error_description\":\"Code not valid\"}");
  }

  private static void answer(HttpExchange http, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    http.getResponseHeaders().add("Content-Type", "application/json");
    http.sendResponseHeaders(status, body.length);
    try (var out = http.getResponseBody()) {
      out.write(body);
    }
  }

  /** What a token says that is right. */
  public JWTClaimsSet.Builder claims(String nonce) {
    return new JWTClaimsSet.Builder()
        .issuer(url())
        .subject("s-1")
        .audience("earwitness")
        .issueTime(Date.from(Instant.now()))
        .expirationTime(Date.from(Instant.now().plusSeconds(60)))
        .claim("nonce", nonce)
        .claim("preferred_username", "ana");
  }

  public String signed(JWTClaimsSet claims) {
    return signed(claims, key);
  }

  static String signed(JWTClaimsSet claims, RSAKey by) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(by.getKeyID()).build(), claims);
      token.sign(new RSASSASigner(by));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
