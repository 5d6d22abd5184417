package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditTrail;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a running call, and from the command line, to a receiver outside. */
@WithOwnServer
class AlarmServeTest {
  private static final TenantSlug GLOBEX = DemoTenants.GLOBEX;

  @TempDir private Path folder;
  private final List<JsonNode> told = new CopyOnWriteArrayList<>();
  private final List<String> paths = new CopyOnWriteArrayList<>();
  private HttpServer receiver;
  private String receiverUrl;
  private TestServer server;
  private Path file;

  @BeforeEach
  void start() throws Exception {
    receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          paths.add(exchange.getRequestURI().getPath());
          if (body.length > 0) {
            told.add(Json.mapper().readTree(body));
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    receiver.start();
    receiverUrl = "http://127.0.0.1:" + receiver.getAddress().getPort();
    file =
        Files.writeString(
            folder.resolve("earwitness.yaml"),
            """
            alarms:
              localAddresses: true
              webhook:
                url: %s/platform
            """
                .formatted(receiverUrl));
    server =
        TestServer.start(
            Files.createDirectory(folder.resolve("data")),
            Map.of(
                "EARWITNESS_ALARMS_LOCAL_ADDRESSES", "true",
                "EARWITNESS_ALARMS_WEBHOOK_URL", receiverUrl + "/platform",
                "EARWITNESS_ALARMS_HEARTBEAT_URL", receiverUrl + "/beat",
                "EARWITNESS_ALARMS_HEARTBEAT_SECONDS", "10",
                "EARWITNESS_RECORDER_HEALTH_NO_RTP_SECONDS", "1"));
  }

  @AfterEach
  void stop() {
    server.close();
    receiver.stop(0);
  }

  private JsonNode admin(String... arguments) throws IOException {
    StringWriter out = new StringWriter();
    List<String> all = new java.util.ArrayList<>(List.of("admin"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--json", "--config", file.toString(), "--data", server.data().toString()));
    int code =
        Main.commandLine().setOut(new PrintWriter(out, true)).execute(all.toArray(String[]::new));
    assertThat(code).as(out.toString()).isEqualTo(ExitCode.DONE);
    return Json.mapper().readTree(out.toString());
  }

  private CatalogDatabase database() {
    return server.server().installation().database();
  }

  private List<Alarm> alarms(TenantSlug tenant, AlarmKind kind, boolean openOnly) {
    return database()
        .alarms()
        .list(new AlarmRegister.Query(tenant, openOnly, Set.of(), kind, null, 10))
        .entries()
        .stream()
        .map(AlarmRegister.Entry::alarm)
        .toList();
  }

  private boolean wasTold(String tenant, String event, String kind) {
    return told.stream()
        .filter(message -> message.get("tenant").asText().equals(tenant))
        .flatMap(message -> message.get("alarms").valueStream())
        .anyMatch(
            alarm ->
                alarm.get("event").asText().equals(event)
                    && alarm.get("kind").asText().equals(kind));
  }

  @Test
  void aTestArrivesACallWithoutMediaIsToldAndItsEndAndTheOuterWatchHearsThatAllIsWell()
      throws Exception {
    JsonNode test = admin("alarms", "test");
    assertThat(test.get("channels").get(0).asText()).isEqualTo("webhook");
    assertThat(test.get("attempts").get(0).get("outcome").asText()).isEqualTo("delivered");
    assertThat(wasTold("platform", "raised", "alarm-test")).isTrue();

    JsonNode added =
        admin(
            "alarm-channel",
            "add",
            "--tenant",
            GLOBEX.value(),
            "--name",
            "desk",
            "--type",
            "webhook",
            "--to",
            receiverUrl + "/desk",
            "--minimum-severity",
            "minor");
    assertThat(added.get("signingKey").asText()).matches("[0-9a-f]{64}");
    assertThat(admin("alarm-channel", "list", "--tenant", GLOBEX.value()).toString())
        .contains("127.0.0.1")
        .doesNotContain("/desk\"");

    try (TcpSip peer = new TcpSip(server.sipAddress());
        RtpCall call = RtpCall.begin(peer, "silent", "")) {
      TestServer.await(
          "the alarm of a call without media",
          () -> !alarms(GLOBEX, AlarmKind.MEDIA_MISSING, true).isEmpty(),
          () -> database().alarms().open().toString());
      TestServer.await(
          "the receiver to hear of it",
          () -> wasTold("globex", "raised", "media-missing"),
          () -> told.toString());
      call.end();
    }
    TestServer.await(
        "its end", () -> wasTold("globex", "cleared", "media-missing"), () -> told.toString());
    assertThat(alarms(GLOBEX, AlarmKind.MEDIA_MISSING, true)).isEmpty();
    assertThat(alarms(TenantSlug.PLATFORM, AlarmKind.MEDIA_MISSING, false)).isEmpty();

    TestServer.await("a heartbeat", () -> paths.contains("/beat"), () -> paths.toString());
    assertThat(metrics())
        .contains("earwitness_alarms_open{kind=\"alarm-test\",severity=\"warning\"} 1.0")
        .contains("earwitness_alarms_open{kind=\"media-missing\",severity=\"major\"} 0.0");

    String id = admin("alarms", "list").get(0).get("id").asText();
    assertThat(admin("alarms", "acknowledge", "--id", id, "--note", "seen").toString())
        .contains("cli:");
    assertThat(trail("alarm.test")).isNotEmpty();
    assertThat(trail("alarm.acknowledge")).isNotEmpty();
    // Nothing is wrong with a server that runs; that a channel was added here is to be known
    assertThat(alarms(TenantSlug.PLATFORM, AlarmKind.ALARM_TEST, true)).hasSize(1);
    assertThat(database().alarms().open())
        .extracting(alarm -> alarm.key().kind())
        .containsOnly(AlarmKind.ALARM_TEST, AlarmKind.SECOND_PERSON_BYPASSED);
  }

  private List<AuditEntry> trail(String action) {
    return database()
        .auditTrail()
        .entries(
            new AuditTrail.Query(TenantSlug.PLATFORM, null, null, null, action, null, 10, null))
        .entries()
        .stream()
        .map(AuditTrail.Kept::entry)
        .toList();
  }

  private String metrics() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(server.server().origin() + "/metrics")).build(),
              BodyHandlers.ofString())
          .body();
    }
  }
}
