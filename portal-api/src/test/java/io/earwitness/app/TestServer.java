package io.earwitness.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** The whole product in this JVM, on free ports, with the demo's tenants. */
final class TestServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final JsonNode NOTHING = Json.mapper().createObjectNode();

  private final Server server;
  private final Config config;
  private final List<DemoTenants.Login> logins;

  private TestServer(Server server, Config config, List<DemoTenants.Login> logins) {
    this.server = server;
    this.config = config;
    this.logins = logins;
  }

  static TestServer start(Path data, Map<String, String> settings) throws Exception {
    Config config = config(data, settings);
    assertNoObstacles(config);
    Server server = Server.start(config, Clock.systemUTC());
    List<DemoTenants.Login> logins = new DemoTenants(server.installation(), data).create();
    server.refreshConfiguration();
    return new TestServer(server, config, logins);
  }

  private static void assertNoObstacles(Config config) {
    List<String> obstacles = Preflight.obstacles(config);
    if (!obstacles.isEmpty()) {
      throw new IllegalStateException(String.join("; ", obstacles));
    }
  }

  static Config config(Path data, Map<String, String> settings) throws Exception {
    Map<String, String> all = new HashMap<>(settings);
    all.put("EARWITNESS_DATA", data.toString());
    all.putIfAbsent("EARWITNESS_SIP_PORT", Integer.toString(freePort()));
    all.putIfAbsent("EARWITNESS_HTTP_PORT", Integer.toString(freePort()));
    all.putIfAbsent("EARWITNESS_NODES_API_PORT", Integer.toString(freePort()));
    return ConfigReader.read(null, all);
  }

  /** A port of 127.0.0.1 that is free for TCP and UDP. */
  static int freePort() throws IOException {
    while (true) {
      try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
          DatagramSocket udp = new DatagramSocket(null)) {
        udp.bind(new InetSocketAddress("127.0.0.1", tcp.getLocalPort()));
        return tcp.getLocalPort();
      } catch (java.net.BindException e) {
        // taken for UDP: the next one
      }
    }
  }

  Server server() {
    return server;
  }

  Config config() {
    return config;
  }

  Path data() {
    return config.data();
  }

  String sipUri() {
    return "sip:recorder@127.0.0.1:" + server.sipPort();
  }

  InetSocketAddress sipAddress() {
    return new InetSocketAddress("127.0.0.1", server.sipPort());
  }

  List<DemoTenants.Login> logins() {
    return logins;
  }

  DemoTenants.Login login(TenantSlug tenant, String role) {
    return logins.stream()
        .filter(l -> l.tenant().equals(tenant.value()) && l.roles().contains(role))
        .findFirst()
        .orElseThrow();
  }

  PortalClient officer(TenantSlug tenant) throws IOException, InterruptedException {
    return new PortalClient(server.origin(), login(tenant, "compliance-officer"));
  }

  /** The call with this id as search gives it, once it is in one of these states. */
  static JsonNode await(PortalClient portal, String callId, String... states) throws Exception {
    JsonNode[] last = {NOTHING};
    await(
        "call " + callId + " in state " + String.join(" or ", states),
        () -> {
          JsonNode items =
              portal.json("/recordings?callId=" + PortalClient.encode(callId)).path("items");
          last[0] = items.isEmpty() ? NOTHING : items.get(0);
          return List.of(states).contains(last[0].path("state").asText());
        },
        () -> last[0].toString());
    return last[0];
  }

  static RecordingId id(JsonNode item) {
    return RecordingId.parse(item.path("id").asText());
  }

  static void await(String what, Callable<Boolean> condition, Callable<String> last)
      throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for " + what + "; last seen: " + last.call());
      }
      Thread.sleep(100);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
