package io.earwitness.app;

import io.earwitness.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A real Keycloak in a process of its own, with a realm in memory. It answers at {@code localhost},
 * which to a browser is another site than 127.0.0.1.
 */
final class Keycloak implements AutoCloseable {
  /** Where {@code ./earwitness test} puts its archive; its version is in the parent's pom. */
  private static final Path FOLDER = Path.of("target", "programs").toAbsolutePath();

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String ADMIN = "admin";
  private static final String PASSWORD = "admin's own password";

  private final Process process;
  private final int port;
  private final Path log;
  private final HttpClient http = HttpClient.newHttpClient();

  private Keycloak(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /** The archive; empty if it was not fetched. */
  static Optional<Path> archive() throws IOException {
    if (!Files.isDirectory(FOLDER)) {
      return Optional.empty();
    }
    try (var files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.getFileName().toString().matches("keycloak-quarkus-dist-.*\\.zip"))
          .findFirst();
    }
  }

  /**
   * Starts it.
   *
   * @param folder for what it writes
   * @param portal the origin of the portal that its realm knows
   */
  static Keycloak start(Path archive, Path folder, String portal) throws Exception {
    unzip(archive, folder);
    Path home;
    try (var files = Files.list(folder)) {
      home = files.filter(Files::isDirectory).findFirst().orElseThrow();
    }
    Path realms = Files.createDirectories(home.resolve("data/import"));
    try (InputStream in = Keycloak.class.getResourceAsStream("keycloak-realm.json")) {
      String realm = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(realms.resolve("acme-realm.json"), realm.replace("PORTAL", portal));
    }
    int port = TestServer.freePort();
    Path log = folder.resolve("keycloak.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh",
                home.resolve("bin/kc.sh").toString(),
                "start-dev",
                "--db=dev-mem",
                "--cache=local",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--hostname=http://localhost:" + port,
                "--import-realm")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
    builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", PASSWORD);
    Keycloak keycloak = new Keycloak(builder.start(), port, log);
    try {
      keycloak.awaitReady();
      return keycloak;
    } catch (Exception e) {
      keycloak.close();
      throw e;
    }
  }

  private static void unzip(Path archive, Path folder) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = folder.resolve(entry.getName()).normalize();
        if (!file.startsWith(folder)) {
          throw new IOException(entry.getName() + " leads out of the archive");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(zip, file);
        }
      }
    }
  }

  /** It puts itself together first, which takes long on a busy machine. */
  private void awaitReady() throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("Keycloak is not ready: " + Files.readString(log));
      }
      Thread.sleep(200);
    }
  }

  private boolean isReady() throws Exception {
    if (!process.isAlive()) {
      throw new IllegalStateException("Keycloak ended: " + Files.readString(log));
    }
    try {
      return get(issuer() + "/.well-known/openid-configuration").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  String issuer() {
    return "http://localhost:" + port + "/realms/acme";
  }

  /** Has tokens signed with a key of its own from now on that nobody has seen before. */
  void rotateKeys() throws Exception {
    String realm = "http://localhost:" + port + "/admin/realms/acme";
    String token = adminToken();
    String id = Json.mapper().readTree(send("GET", realm, token, "")).get("id").asText();
    Map<String, Object> key =
        Map.of(
            "name", "rotated",
            "providerId", "rsa-generated",
            "providerType", "org.keycloak.keys.KeyProvider",
            "parentId", id,
            "config",
                Map.of(
                    "priority", new String[] {"1000"},
                    "enabled", new String[] {"true"},
                    "active", new String[] {"true"},
                    "algorithm", new String[] {"RS256"}));
    send("POST", realm + "/components", token, Json.text(key));
  }

  private String adminToken() throws Exception {
    String form =
        "grant_type=password&client_id=admin-cli&username=%s&password=%s"
            .formatted(ADMIN, URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8));
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://localhost:"
                            + port
                            + "/realms/master/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build(),
            BodyHandlers.ofString());
    return Json.mapper().readTree(response.body()).get("access_token").asText();
  }

  private String send(String method, String address, String token, String body) throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(address))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IllegalStateException(
          "%s %s: %d %s".formatted(method, address, response.statusCode(), response.body()));
    }
    return response.body();
  }

  private HttpResponse<String> get(String address) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
  }

  @Override
  public void close() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.waitFor(30, TimeUnit.SECONDS);
    http.close();
  }
}
