package io.earwitness.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.json.Json;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A person at the portal's API, signed in: what the demo checks itself with. */
final class PortalClient implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
  private final String base;
  private final String csrf;

  /**
   * Signs in.
   *
   * @param origin such as {@code http://127.0.0.1:8080}
   * @throws IOException if the portal refuses, with its answer
   */
  PortalClient(String origin, DemoTenants.Login login) throws IOException, InterruptedException {
    this.base = origin + "/api/v1";
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(base + "/session"))
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofByteArray(
                        Json.bytes(
                            Map.of(
                                "tenant", login.tenant(),
                                "user", login.user(),
                                "password", login.password()))))
                .build(),
            BodyHandlers.ofByteArray());
    this.csrf = Json.mapper().readTree(successful(answer)).path("csrf").asText();
  }

  /** A GET whose answer must be 200 or 206. */
  byte[] get(String path) throws IOException, InterruptedException {
    return successful(response(path));
  }

  /** A GET, whatever the answer. */
  HttpResponse<byte[]> response(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).GET();
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  JsonNode json(String path) throws IOException, InterruptedException {
    return Json.mapper().readTree(get(path));
  }

  /** A POST whose answer must be a success. */
  JsonNode post(String path, Object body) throws IOException, InterruptedException {
    return Json.mapper()
        .readTree(
            successful(
                http.send(
                    HttpRequest.newBuilder(URI.create(base + path))
                        .header("Content-Type", "application/json")
                        .header("X-CSRF-Token", csrf)
                        .POST(BodyPublishers.ofByteArray(Json.bytes(body)))
                        .build(),
                    BodyHandlers.ofByteArray())));
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static byte[] successful(HttpResponse<byte[]> answer) throws IOException {
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(
          "%s answered %d: %s"
              .formatted(
                  answer.request().uri().getPath(),
                  answer.statusCode(),
                  new String(answer.body(), StandardCharsets.UTF_8)));
    }
    return answer.body();
  }

  @Override
  public void close() {
    http.close();
  }
}
