package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditTrail;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.recorder.srs.RunningRecording;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL goes away while calls run (law 7: nothing of a live call waits for it). */
@WithOwnServer
class DatabaseAwayTest {
  private static final TenantSlug GLOBEX = DemoTenants.GLOBEX;

  @TempDir private Path folder;
  private PostgresServer postgres;
  private Config config;
  private Wiring wiring;
  private TcpSip peer;
  private NodeProgram desktop;

  @BeforeEach
  void start() throws Exception {
    postgres = new PostgresServer(folder.resolve("postgres"));
    Path data = Files.createDirectory(folder.resolve("data"));
    config = TestServer.config(data, postgres.settings());
    wiring = Wiring.start(config, Clock.systemUTC());
    new DemoTenants(wiring.installation(), data).create();
    wiring.snapshots().refresh();
    peer = new TcpSip(new InetSocketAddress("127.0.0.1", config.sip().port()));
    Path file = postgres.configuration(folder.resolve("earwitness.yaml"));
    desktop =
        new NodeProgram(
            NodeProgram.issue(
                folder.resolve("client"),
                GLOBEX,
                "desktop",
                List.of("--config", file.toString(), "--data", data.toString())));
  }

  @AfterEach
  void stop() throws Exception {
    desktop.close();
    peer.close();
    wiring.close();
    postgres.close();
  }

  @Test
  void whileItNeverAnswersCallsGoOnAndArePausedAtOnce() throws Exception {
    liveThrough(() -> postgres.freeze(), () -> postgres.thaw());
  }

  @Test
  void whileItIsGoneCallsGoOnAndArePausedAtOnce() throws Exception {
    liveThrough(() -> postgres.crash(), () -> postgres.restart());
  }

  /** Something that is done to the database. */
  @FunctionalInterface
  private interface Act {
    void run() throws Exception;
  }

  private void liveThrough(Act away, Act back) throws Exception {
    RecordingId id;
    RecordingId newId;
    RecordingId runningId;
    try (RtpCall call = RtpCall.begin(peer, "running", "");
        RtpCall ordinary = RtpCall.begin(peer, "never-paused", "")) {
      id = running(call).id();
      runningId = running(ordinary).id();
      call.send(0, 5);
      away.run();

      assertThat(act("pause").statusCode()).isEqualTo(200);
      call.send(5, 5);
      assertThat(running(call).paused()).isTrue();
      // A resume by the API is not done before it is in the trail (law 3): it stays paused …
      HttpResponse<String> refused = act("resume");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      call.send(10, 5);
      // … but the SBC's own word counts at once, each time
      call.request("INFO", "X-AC-Action: resume-siprec\n");
      call.send(15, 5);
      call.request("INFO", "X-AC-Action: pause-siprec\n");
      call.send(20, 5);
      assertThat(changed(act("pause"))).isFalse();
      call.request("INFO", "X-AC-Action: resume-siprec\n");
      call.send(25, 5);
      assertThat(changed(act("pause"))).isTrue();
      call.send(30, 5);

      // Calls begin and end meanwhile
      try (RtpCall late = RtpCall.begin(peer, "began-meanwhile", "")) {
        newId = running(late).id();
        late.send(0, 10);
        late.end();
      }
      ordinary.send(0, 60);
      ordinary.end();

      back.run();
      TestServer.await(
          "a resume", () -> act("resume").statusCode() == 200, () -> act("resume").body());
      assertThat(running(call).paused()).isFalse();
      call.send(35, 5);
      call.end();
    }

    assertThat(capture(id).numbers)
        .containsExactlyElementsOf(
            Stream.of(0, 15, 25, 35)
                .flatMap(first -> IntStream.range(first, first + 5).boxed())
                .toList());
    assertThat(capture(newId).numbers).hasSize(10);
    assertThat(capture(runningId).numbers).hasSize(60);
    for (RecordingId each : List.of(id, newId, runningId)) {
      archived(each);
    }
    // Each pause is entered after all, in its order, with what came of it
    TestServer.await(
        "the entries of three pauses and of what came of them",
        () -> trail(id, "live.pause").size() == 6,
        () -> trail(id, "live.pause").toString());
    assertThat(trail(id, "live.pause"))
        .filteredOn(entry -> entry.outcome() == null)
        .hasSize(3)
        .isSortedAccordingTo(java.util.Comparator.comparing(AuditEntry::at));
    assertThat(trail(id, "live.pause"))
        .filteredOn(entry -> entry.outcome() != null)
        .allMatch(entry -> "done".equals(entry.outcome()));
    // Of the resumes, the last one only was done
    assertThat(trail(id, "live.resume"))
        .filteredOn(entry -> "done".equals(entry.outcome()))
        .hasSize(1);
  }

  private HttpResponse<String> act(String what) throws Exception {
    return desktop.post(
        Objects.requireNonNull(config.nodes().api()).port(), "/live/running/" + what);
  }

  private static boolean changed(HttpResponse<String> answer) throws Exception {
    JsonNode recordings = Json.mapper().readTree(answer.body()).path("recordings");
    assertThat(recordings).as(answer.body()).hasSize(1);
    return recordings.get(0).path("changed").asBoolean();
  }

  private RunningRecording running(RtpCall call) throws Exception {
    TestServer.await(
        call.callId() + " to run",
        () -> wiring.recorder().running(GLOBEX).stream().anyMatch(is(call)),
        () -> wiring.recorder().running(GLOBEX).toString());
    return wiring.recorder().running(GLOBEX).stream().filter(is(call)).findFirst().orElseThrow();
  }

  private static java.util.function.Predicate<RunningRecording> is(RtpCall call) {
    return one -> one.isKnownAs(call.callId());
  }

  private CaptureNumbers capture(RecordingId id) throws Exception {
    return CaptureNumbers.closed(config.data(), wiring.installation().platformKeys(), id);
  }

  private void archived(RecordingId id) throws Exception {
    TestServer.await(
        id + " to be archived",
        () -> entries(id).stream().anyMatch(entry -> entry.summary().state() == CallState.ARCHIVED),
        () -> entries(id).toString());
  }

  private List<CallEntry> entries(RecordingId id) {
    return wiring.installation().calls().load(List.of(id));
  }

  private List<AuditEntry> trail(RecordingId id, String action) {
    return wiring
        .installation()
        .database()
        .auditTrail()
        .entries(
            new AuditTrail.Query(GLOBEX, null, null, null, action, "recording:" + id, 100, null))
        .entries()
        .stream()
        .map(AuditTrail.Kept::entry)
        .toList()
        .reversed();
  }
}
