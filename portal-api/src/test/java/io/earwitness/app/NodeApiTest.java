package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.audit.AuditTrail;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.nodeapi.NodeApi;
import io.earwitness.nodeapi.RevokedClients;
import io.earwitness.recorder.srs.RunningRecording;
import io.earwitness.recorder.tls.TestAuthority;
import io.earwitness.recorder.tls.TlsFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs pause and resume calls of their tenant by the node API, with real calls and real TLS.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@WithOwnServer
class NodeApiTest {
  private static final TenantSlug GLOBEX = DemoTenants.GLOBEX;

  private Path folder = Path.of("");
  private Config config;
  private Wiring wiring;
  private TcpSip peer;
  private NodeProgram desktop;
  private NodeProgram acme;

  /** An audit trail that can be away, or never answer. */
  private static final class UnsteadyLog implements AuditLog {
    private final List<AuditEntry> entries = new CopyOnWriteArrayList<>();
    private volatile boolean away;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public void append(AuditEntry entry) {
      if (away) {
        throw new AuditUnavailableException("no database", new IllegalStateException());
      }
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new AuditUnavailableException("interrupted", e);
      }
      entries.add(entry);
    }

    private List<String> of(String action) {
      return entries.stream()
          .filter(entry -> entry.action().equals(action))
          .map(entry -> String.valueOf(entry.outcome()))
          .toList();
    }
  }

  /** A call that runs. */
  private record Call(RtpCall call, RecordingId id) {}

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    config = TestServer.config(folder.resolve("data"), Map.of());
    Files.createDirectories(config.data());
    wiring = Wiring.start(config, Clock.systemUTC());
    new DemoTenants(wiring.installation(), config.data()).create();
    wiring.snapshots().refresh();
    peer = new TcpSip(new InetSocketAddress("127.0.0.1", config.sip().port()));
    desktop = new NodeProgram(issued(GLOBEX, "desktop"));
    acme = new NodeProgram(issued(DemoTenants.ACME, "desktop"));
  }

  @AfterAll
  void stop() throws Exception {
    desktop.close();
    acme.close();
    peer.close();
    wiring.close();
  }

  /** What the command line makes. */
  private TlsFiles.Paths issued(TenantSlug tenant, String name) throws Exception {
    Path out = folder.resolve("client-" + tenant);
    List<String> installation = List.of("--data", config.data().toString());
    TlsFiles.Paths paths = NodeProgram.issue(out, tenant, name, installation);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(paths.key())))
        .isEqualTo("rw-------");
    assertThat(Main.run(NodeProgram.command(out, tenant, name, installation)))
        .as("files that are there")
        .isEqualTo(ExitCode.USAGE);
    return paths;
  }

  private int port() {
    return Objects.requireNonNull(config.nodes().api()).port();
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return Json.mapper().readTree(answer.body());
  }

  /** A call of Globex. */
  private Call begin(String callId, String headers) throws Exception {
    RtpCall call = RtpCall.begin(peer, callId, headers);
    TestServer.await(callId + " to run", () -> !running(callId).isEmpty(), () -> "");
    return new Call(call, running(callId).getFirst().id());
  }

  private List<RunningRecording> running(String id) {
    return wiring.recorder().running(GLOBEX).stream().filter(one -> one.isKnownAs(id)).toList();
  }

  private static void end(Call call) throws Exception {
    call.call().end();
    call.call().close();
  }

  private List<AuditEntry> trail(RecordingId id) {
    return trail("node-client:desktop@globex", "recording:" + id);
  }

  private List<AuditEntry> trail(@Nullable String actor, String object) {
    return wiring
        .installation()
        .database()
        .auditTrail()
        .entries(new AuditTrail.Query(GLOBEX, null, null, actor, null, object, 100, null))
        .entries()
        .stream()
        .map(AuditTrail.Kept::entry)
        .toList()
        .reversed();
  }

  @Test
  void nothingIsWrittenBetweenPauseAndResumeAndBothAreInTheTrail() throws Exception {
    Call call = begin("pause me/now@sbc", "");
    call.call().send(0, 5);
    HttpResponse<String> paused = desktop.post(port(), "/live/pause%20me%2Fnow@sbc/pause");
    assertThat(paused.statusCode()).as(paused.body()).isEqualTo(200);
    assertThat(json(paused).path("recordings").toString())
        .isEqualTo("[{\"id\":\"%s\",\"paused\":true,\"changed\":true}]".formatted(call.id()));
    call.call().send(5, 5);
    assertThat(json(desktop.post(port(), "/live/" + call.id() + "/pause")).toString())
        .contains("\"changed\":false");

    JsonNode listed = listed(call.id());
    assertThat(listed.path("paused").asBoolean()).isTrue();
    assertThat(listed.path("mediaHealth").asText()).isNotEmpty();
    assertThat(listed.path("callIds").toString()).contains(call.call().callId());
    assertThat(json(acme.get(port(), "/live")).path("items")).isEmpty();

    HttpResponse<String> resumed = desktop.post(port(), "/live/" + call.id() + "/resume");
    assertThat(json(resumed).path("recordings").get(0).path("paused").asBoolean(true)).isFalse();
    call.call().send(10, 5);
    end(call);

    CaptureNumbers capture =
        CaptureNumbers.closed(config.data(), wiring.installation().platformKeys(), call.id());
    assertThat(capture.numbers).containsExactly(0, 1, 2, 3, 4, 10, 11, 12, 13, 14);
    assertThat(capture.lines)
        .containsOnlyOnce(
            "recording paused by the program desktop through the node API",
            "recording resumed by the program desktop through the node API");

    TestServer.await(
        "six entries", () -> trail(call.id()).size() == 6, () -> trail(call.id()) + "");
    assertThat(trail(call.id()))
        .extracting(entry -> entry.action() + " " + entry.outcome())
        .containsExactlyInAnyOrder(
            "live.pause null",
            "live.pause done",
            "live.pause null",
            "live.pause done",
            "live.resume null",
            "live.resume done");
    // Over: as if it had never been
    assertThat(desktop.post(port(), "/live/" + call.id() + "/pause").statusCode()).isEqualTo(404);
  }

  private JsonNode listed(RecordingId id) throws Exception {
    for (JsonNode item : json(desktop.get(port(), "/live")).path("items")) {
      if (item.path("id").asText().equals(id.toString())) {
        return item;
      }
    }
    throw new AssertionError(id + " is not listed");
  }

  @Test
  void anotherTenantsCallAnswersAsAMissingOne() throws Exception {
    Call call = begin("not-yours", "");
    HttpResponse<String> foreign = acme.post(port(), "/live/" + call.id() + "/pause");
    HttpResponse<String> missing =
        acme.post(port(), "/live/" + RecordingId.draw(Instant.now()) + "/pause");
    assertThat(foreign.statusCode()).isEqualTo(404);
    assertThat(foreign.body()).isEqualTo(missing.body());
    assertThat(foreign.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(acme.post(port(), "/live/not-yours/resume").body()).isEqualTo(missing.body());
    assertThat(running("not-yours")).extracting(RunningRecording::paused).containsExactly(false);
    assertThat(desktop.get(port(), "/live/not-yours/pause").statusCode()).isEqualTo(405);
    assertThat(desktop.post(port(), "/lives").statusCode()).isEqualTo(404);
    end(call);
  }

  @Test
  void allRunningRecordingsWithAnIdArePaused() throws Exception {
    String ucid = "User-to-User: 00FA0800A1B2C36AE0D1F2;encoding=hex\n";
    Call first = begin("leg-1", ucid);
    Call second = begin("leg-2", ucid);
    HttpResponse<String> paused = desktop.post(port(), "/live/00FA0800A1B2C36AE0D1F2/pause");
    assertThat(json(paused).path("recordings").findValuesAsText("id"))
        .containsExactlyInAnyOrder(first.id().toString(), second.id().toString());
    assertThat(running("leg-1")).extracting(RunningRecording::paused).containsExactly(true);
    assertThat(running("leg-2")).extracting(RunningRecording::paused).containsExactly(true);
    end(first);
    end(second);
  }

  @Test
  void whoHasNoCertificateOfThePlatformGetsNoConnection(@TempDir Path elsewhere) throws Exception {
    Path ca = folder.resolve("client-globex").resolve("desktop-ca.pem");
    TlsFiles.Paths foreign = TestAuthority.create(elsewhere, "other").issue("desktop");
    TlsFiles.Paths stranger = new TlsFiles.Paths(foreign.certificate(), foreign.key(), ca);
    try (NodeProgram none = new NodeProgram(new TlsFiles.Paths(null, null, ca));
        NodeProgram other = new NodeProgram(stranger)) {
      assertThatThrownBy(() -> none.get(port(), "/live")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> other.get(port(), "/live")).isInstanceOf(IOException.class);
    }
    // Connections that say nothing keep nobody waiting
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        silent.add(new Socket("127.0.0.1", port()));
        silent.getLast().getOutputStream().write(22);
      }
      assertThat(desktop.get(port(), "/live").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void aRevokedCertificateIsTakenNoMoreFromTheNextRequestOn() throws Exception {
    List<String> installation = List.of("--data", config.data().toString());
    TlsFiles.Paths paths = NodeProgram.issue(folder.resolve("lost"), GLOBEX, "lost", installation);
    String id = Certificates.id(Certificates.read(Objects.requireNonNull(paths.certificate())));
    try (NodeProgram lost = new NodeProgram(paths)) {
      assertThat(lost.get(port(), "/live").statusCode()).isEqualTo(200);
      assertThat(revoke("globex", "12:34")).isEqualTo(ExitCode.USAGE);
      assertThat(revoke("globex", id.replaceAll("..(?!$)", "$0:").toUpperCase(Locale.ROOT)))
          .as("as OpenSSL writes it")
          .isEqualTo(ExitCode.DONE);
      HttpResponse<String> refused = lost.get(port(), "/live");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("it was revoked");
      assertThat(desktop.get(port(), "/live").statusCode()).as("another's").isEqualTo(200);
    }
    Path list = new RevokedClients(config.data()).file();
    assertThat(list).hasContent(id);
    assertThat(revoke("globex", id)).isEqualTo(ExitCode.DONE);
    assertThat(list).as("once").hasContent(id);
    assertThat(trail(null, "certificate:" + id))
        .extracting(AuditEntry::action)
        .contains("node-client.revoke");

    Files.writeString(list, id + " # the lost one\nnonsense\n");
    try (NodeProgram lost = new NodeProgram(paths)) {
      assertThat(lost.get(port(), "/live").statusCode()).as("other lines").isEqualTo(403);
    }
    Files.delete(list);
    try (NodeProgram lost = new NodeProgram(paths)) {
      assertThat(lost.get(port(), "/live").statusCode()).isEqualTo(200);
    }
  }

  private int revoke(String tenant, String certificate) {
    return Main.run(
        "admin",
        "node",
        "revoke",
        "--tenant",
        tenant,
        "--certificate",
        certificate,
        "--data",
        config.data().toString());
  }

  @Test
  void aListOfRevokedCertificatesThatCanNotBeReadKeepsTheNodeApiFromStarting() throws Exception {
    Path list = new RevokedClients(Files.createDirectory(folder.resolve("wrong"))).file();
    Files.writeString(list, "# none\n\nnonsense\n");
    assertThatThrownBy(
            () ->
                NodeApi.start(
                    new InetSocketAddress("127.0.0.1", 0),
                    wiring.installation().platformKeys(),
                    new RevokedClients(folder.resolve("wrong")),
                    wiring.recorder(),
                    new UnsteadyLog(),
                    Clock.systemUTC()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 3 has no SHA-256 fingerprint");
  }

  @Test
  void theEndOfAnAnnouncementIsNotedOnceAndOnlyForTheTenantsOwnRecordings() throws Exception {
    Call call = begin("announced@sbc", "");
    call.call().send(0, 5);
    String path = "/live/" + call.id() + "/announcement-ended";
    assertThat(acme.post(port(), path).statusCode()).as("another tenant").isEqualTo(404);
    assertThat(json(desktop.post(port(), path)).path("recordings").toString())
        .isEqualTo("[{\"id\":\"%s\",\"changed\":true}]".formatted(call.id()));
    assertThat(json(desktop.post(port(), path)).toString()).contains("\"changed\":false");
    end(call);
    CaptureNumbers capture =
        CaptureNumbers.closed(config.data(), wiring.installation().platformKeys(), call.id());
    assertThat(capture.lines)
        .containsOnlyOnce(
            "the announcement has ended, as told by the program desktop through the node API");
    TestServer.await(
        "four entries", () -> trail(call.id()).size() == 4, () -> trail(call.id()) + "");
    assertThat(trail(call.id()))
        .extracting(entry -> entry.action() + " " + entry.outcome())
        .contains("live.announcement-ended null", "live.announcement-ended done");
  }

  @Test
  void aReasonIsShownAndWhatIsNoReasonKeepsNoPauseFromBeingMade() throws Exception {
    Call call = begin("reason@sbc", "");
    String path = "/live/" + call.id() + "/";
    String reason = "{\"reason\":\"card number\"}";
    assertThat(desktop.post(port(), path + "pause", reason).statusCode()).isEqualTo(200);
    JsonNode listed = listed(call.id());
    assertThat(listed.path("pauseReason").asText()).isEqualTo("card number");
    assertThat(listed.path("pausedBy").asText())
        .isEqualTo("the program desktop through the node API");
    assertThat(listed.path("withheld").asBoolean(true)).isFalse();
    assertThat(desktop.post(port(), path + "resume").statusCode()).isEqualTo(200);
    assertThat(desktop.post(port(), path + "pause", "{nonsense").statusCode()).isEqualTo(200);
    assertThat(listed(call.id()).path("paused").asBoolean()).isTrue();
    end(call);
    CaptureNumbers capture =
        CaptureNumbers.closed(config.data(), wiring.installation().platformKeys(), call.id());
    assertThat(capture.lines)
        .contains("recording paused by the program desktop through the node API: card number");
    TestServer.await(
        "six entries", () -> trail(call.id()).size() == 6, () -> trail(call.id()) + "");
    assertThat(trail(call.id()).toString()).contains("card number");
  }

  @Test
  void withoutTheTrailAPauseHappensAndIsEnteredLaterAndAResumeDoesNot() throws Exception {
    UnsteadyLog log = new UnsteadyLog();
    Call call = begin("no-database", "");
    String path = "/live/no-database/";
    try (NodeApi api =
        NodeApi.start(
            new InetSocketAddress("127.0.0.1", 0),
            wiring.installation().platformKeys(),
            new RevokedClients(folder),
            wiring.recorder(),
            log,
            Clock.systemUTC())) {
      log.away = true;
      assertThat(desktop.post(api.port(), path + "pause").statusCode()).isEqualTo(200);
      assertThat(running("no-database")).extracting(RunningRecording::paused).containsExactly(true);
      HttpResponse<String> refused = desktop.post(api.port(), path + "resume");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(log.entries).isEmpty();
      log.away = false;
      TestServer.await(
          "the late entries", () -> log.of("live.pause").size() == 2, () -> log.entries + "");
      assertThat(log.of("live.pause")).containsExactly("null", "done");

      // A trail that never answers: the client is not kept waiting for ever
      log.gate = new CountDownLatch(1);
      assertThat(desktop.post(api.port(), path + "resume").statusCode()).isEqualTo(503);
      assertThat(running("no-database")).extracting(RunningRecording::paused).containsExactly(true);
      log.gate.countDown();
      TestServer.await(
          "the outcome of what was entered too late",
          () -> log.of("live.resume").size() == 2,
          () -> log.entries + "");
      assertThat(log.of("live.resume"))
          .containsExactly("null", "failed: the audit trail could not be written in time");

      assertThat(desktop.post(api.port(), path + "resume").statusCode()).isEqualTo(200);
      assertThat(running("no-database"))
          .extracting(RunningRecording::paused)
          .containsExactly(false);
    }
    end(call);
  }

  @Test
  void theCommandRefusesUnknownTenantsAndNamesThatAreNone() {
    for (String[] one : new String[][] {{"nobody", "desktop"}, {"globex", "../desktop"}}) {
      assertThat(
              Main.run(
                  "admin",
                  "node",
                  "client",
                  "--tenant",
                  one[0],
                  "--name",
                  one[1],
                  "--out",
                  folder.resolve("refused") + "",
                  "--data",
                  config.data() + ""))
          .isEqualTo(ExitCode.USAGE);
    }
    assertThat(folder.resolve("refused")).doesNotExist();
  }
}
