package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallState;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Taking a recorder out while it serves: by the command line, and by the signal to stop. */
@WithOwnServer
class MaintenanceTest {
  @TempDir private Path folder;

  private TestServer server;
  private TcpSip peer;
  private HttpClient http;

  @BeforeEach
  void start() throws Exception {
    server =
        TestServer.start(folder.resolve("data"), Map.of("EARWITNESS_RECORDER_DRAIN_SECONDS", "80"));
    peer = new TcpSip(server.sipAddress());
    http = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    peer.close();
    server.close();
  }

  private TcpSip.Answer invite(String callId) throws IOException {
    peer.send(
        TcpSip.invite(
            callId,
            "Require: siprec\n",
            "application/sdp",
            TcpSip.sdp("m=audio 4000 RTP/AVP 0\na=label:1\n")));
    TcpSip.Answer answer = peer.answer();
    peer.send(TcpSip.request("ACK", callId, 1, answer.to(), "", "", ""));
    return answer;
  }

  private int request(String method, String callId, int cseq, String to) throws IOException {
    peer.send(TcpSip.request(method, callId, cseq, to, "", "", ""));
    return peer.answer().status();
  }

  private JsonNode admin(String... arguments) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] all =
        Stream.concat(Stream.of(arguments), Stream.of("--json", "--data", server.data().toString()))
            .toArray(String[]::new);
    assertThat(command.execute(all)).as("%s%s", out, err).isEqualTo(ExitCode.DONE);
    return Json.mapper().readTree(out.toString());
  }

  private String get(String path) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(server.server().origin() + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private CallEntry refused(String callId) throws Exception {
    CallCatalog calls = server.server().installation().calls();
    CallEntry[] found = new CallEntry[1];
    TestServer.await(
        "the refusal of " + callId,
        () -> {
          for (CallEntry entry : calls.load(calls.inState(CallState.REFUSED))) {
            if (entry.summary().callIds().contains(callId)) {
              found[0] = entry;
            }
          }
          return found[0] != null;
        },
        () -> "none");
    return found[0];
  }

  @Test
  void runningCallsEndInPeaceWhetherAnOperatorDrainsOrTheProcessIsToldToStop() throws Exception {
    TcpSip.Answer running = invite("running");
    assertThat(running.status()).isEqualTo(200);
    assertThat(get("/readyz")).contains("\"up\"");

    JsonNode wanted = admin("admin", "node", "drain");
    assertThat(wanted.path("changed").asBoolean()).isTrue();
    TestServer.await("draining", () -> get("/readyz").contains("draining"), () -> get("/readyz"));
    assertThat(get("/metrics")).contains("earwitness_recorder_draining 1.0");
    assertThat(request("OPTIONS", "ping-1", 1, "<sip:recorder@127.0.0.1>")).isEqualTo(503);
    TcpSip.Answer answer = invite("while-draining");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.text()).contains("\r\nRetry-After: ");
    assertThat(Objects.requireNonNull(refused("while-draining").summary().refusal()).reason())
        .isEqualTo("the recorder is being drained: it takes no new calls");
    assertThat(request("OPTIONS", "running", 2, running.to())).isEqualTo(200);

    CompletableFuture<JsonNode> drained =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return admin("admin", "node", "drain", "--wait", "--timeout", "80");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(request("BYE", "running", 3, running.to())).isEqualTo(200);
    assertThat(drained.get(90, TimeUnit.SECONDS).path("calls").asInt()).isZero();
    JsonNode listed = admin("admin", "node", "drains").get(0);
    assertThat(listed.path("draining").asBoolean()).isTrue();
    assertThat(listed.path("by").asText()).startsWith("cli:");

    assertThat(admin("admin", "node", "undrain").path("changed").asBoolean()).isTrue();
    TestServer.await("calls", () -> !get("/readyz").contains("draining"), () -> get("/readyz"));
    assertThat(request("OPTIONS", "ping-2", 1, "<sip:recorder@127.0.0.1>")).isEqualTo(200);
    TcpSip.Answer next = invite("next");
    assertThat(next.status()).isEqualTo(200);

    CompletableFuture<Void> stopped = CompletableFuture.runAsync(server.server()::stop);
    TestServer.await(
        "the stop to drain", () -> get("/readyz").contains("draining"), () -> get("/readyz"));
    assertThat(invite("too-late").status()).isEqualTo(503);
    assertThat(request("OPTIONS", "next", 2, next.to())).isEqualTo(200);
    assertThat(stopped).isNotDone();
    assertThat(request("BYE", "next", 3, next.to())).isEqualTo(200);
    stopped.get(90, TimeUnit.SECONDS);
  }
}
