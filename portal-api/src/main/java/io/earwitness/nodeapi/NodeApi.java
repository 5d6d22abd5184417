package io.earwitness.nodeapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.audit.AuditLog;
import io.earwitness.audit.AuditLog.AuditUnavailableException;
import io.earwitness.json.Json;
import io.earwitness.recorder.srs.RecordingServer;
import io.earwitness.recorder.srs.RunningRecording;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code GET /live}, {@code POST /live/{id}/pause}, {@code POST /live/{id}/resume} and
 * {@code POST /live/{id}/announcement-ended} by HTTPS to programs that prove who they are by a
 * certificate of the platform's authority. The tenant in the certificate decides which recordings
 * they may touch; others answer as missing ones. Of bodies only a reason is read. Thread-safe.
 */
public final class NodeApi implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeApi.class);

  static {
    // Limits of the JDK's server, which it reads once, when it is first used
    limit("sun.net.httpserver.maxReqTime", 10); // seconds, handshake and body included
    limit("sun.net.httpserver.maxRspTime", 10);
    limit("sun.net.httpserver.maxReqHeaders", 50);
    limit("sun.net.httpserver.maxReqHeaderSize", 16_384);
    limit("jdk.httpserver.maxConnections", 500);
  }

  private static final int MOST_BODY = 8_192;
  private static final int MOST_REASON = 500;

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final LateEntries late;
  private final LiveActs acts;
  private final RevokedClients revoked;

  private record Answer(int status, Object body, Map<String, String> headers) {
    static Answer ok(Object body) {
      return new Answer(200, body, Map.of());
    }
  }

  private static void limit(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }

  private NodeApi(HttpsServer server, LateEntries late, LiveActs acts, RevokedClients revoked) {
    this.server = server;
    this.late = late;
    this.acts = acts;
    this.revoked = revoked;
  }

  /**
   * Begins to serve.
   *
   * @param address with port 0 for any that is free
   * @param keys make the server's certificate; their authority is the one that clients must prove
   * @param revoked certificates of that authority that are taken no more
   * @param recorder used, not closed
   * @throws IOException if the address can't be had, or the list of those certificates can't be
   *     read
   */
  public static NodeApi start(
      InetSocketAddress address,
      PlatformKeys keys,
      RevokedClients revoked,
      RecordingServer recorder,
      AuditLog log,
      InstantSource clock)
      throws IOException {
    revoked.load();
    HttpsServer server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(
        new NodeTls(keys.nodeServer(address.getAddress()), keys.authority()));
    LateEntries late = new LateEntries(log);
    NodeApi api = new NodeApi(server, late, new LiveActs(recorder, log, late, clock), revoked);
    server.setExecutor(api.threads);
    server.createContext("/", api::handle);
    server.start();
    return api;
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Audit entries of pauses and resumes that could not be written, since the start. */
  public long lostEntries() {
    return late.lost();
  }

  private void handle(HttpExchange http) {
    try (http) {
      Answer answer = answered((HttpsExchange) http);
      byte[] body = Json.bytes(answer.body());
      boolean ok = answer.status() == 200;
      http.getResponseHeaders()
          .set("Content-Type", ok ? "application/json" : "application/problem+json");
      http.getResponseHeaders().set("Cache-Control", "no-store");
      answer.headers().forEach(http.getResponseHeaders()::set);
      if (http.getRequestMethod().equals("HEAD")) {
        http.sendResponseHeaders(answer.status(), -1);
      } else {
        http.sendResponseHeaders(answer.status(), body.length);
        http.getResponseBody().write(body);
      }
    } catch (IOException e) {
      LOG.debug("a client of the node API is gone before it had its answer", e);
    }
  }

  private Answer answered(HttpsExchange http) throws IOException {
    try {
      X509Certificate certificate = (X509Certificate) http.getSSLSession().getPeerCertificates()[0];
      NodeClient client = NodeClient.of(certificate);
      if (revoked.contains(certificate)) {
        throw new IllegalArgumentException("it was revoked");
      }
      return answer(http, client);
    } catch (SSLPeerUnverifiedException | IllegalArgumentException e) {
      LOG.warn("node API: {} has no certificate for it: {}", http.getRemoteAddress(), e + "");
      return problem(
          403,
          "certificate",
          "Not allowed",
          "Your certificate is not one of the node API (%s). Ask the operator for one: earwitness admin node client."
              .formatted(e.getMessage()));
    } catch (AuditUnavailableException e) {
      LOG.warn("node API: a request is refused with 503: {}", e.getMessage(), e);
      return problem(
          503,
          "unavailable",
          "Not available at present",
          "The audit trail can't be written, so nothing was changed. Try again in a moment.",
          Map.of("Retry-After", "5"));
    } catch (RuntimeException e) {
      LOG.error("node API: a request failed", e);
      return problem(
          500, "internal", "Internal error", "Something went wrong here; the log tells what.");
    }
  }

  private Answer answer(HttpExchange http, NodeClient client) throws IOException {
    String path = Objects.requireNonNullElse(http.getRequestURI().getRawPath(), "");
    List<String> steps = List.of(path.split("/", -1));
    String method = http.getRequestMethod();
    if (steps.equals(List.of("", "live"))) {
      return method.equals("GET") ? list(client) : notAllowed("GET");
    }
    if (steps.size() != 4 || !steps.get(1).equals("live")) {
      return notFound("There is nothing at this address.");
    }
    return switch (steps.get(3)) {
      case "pause" ->
          method.equals("POST")
              ? changed(acts.pause(client, decoded(steps.get(2)), reason(http)))
              : notAllowed("POST");
      case "resume" ->
          method.equals("POST")
              ? changed(acts.resume(client, decoded(steps.get(2)), reason(http)))
              : notAllowed("POST");
      case "announcement-ended" ->
          method.equals("POST")
              ? changed(acts.announcementEnded(client, decoded(steps.get(2))))
              : notAllowed("POST");
      default -> notFound("There is nothing at this address.");
    };
  }

  /**
   * The member {@code reason} of a JSON body. A body that is anything else never keeps a pause from
   * being made: it counts as none.
   */
  private static @Nullable String reason(HttpExchange http) throws IOException {
    byte[] body = http.getRequestBody().readNBytes(MOST_BODY);
    if (body.length == 0 || body.length == MOST_BODY) {
      return null;
    }
    try {
      String reason = Json.mapper().readTree(body).path("reason").asText("").strip();
      return reason.isEmpty() ? null : reason.substring(0, Math.min(MOST_REASON, reason.length()));
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** A step of a path, in which {@code +} stands for itself. */
  private static String decoded(String step) {
    return URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private Answer list(NodeClient client) {
    return Answer.ok(Map.of("items", acts.list(client).stream().map(NodeApi::shown).toList()));
  }

  private static Map<String, Object> shown(RunningRecording running) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", running.id());
    shown.put("start", running.start().toString());
    shown.put("callIds", running.callIds());
    shown.put("paused", running.paused());
    RunningRecording.Pause pause = running.pause();
    if (pause != null) {
      shown.put("pausedBy", pause.by());
      shown.put("pauseReason", pause.reason());
      shown.put("pausedSince", pause.since().toString());
    }
    shown.put("withheld", running.withheld());
    if (running.notKept() != null) {
      shown.put("notKept", running.notKept());
    }
    shown.put("mediaHealth", running.health());
    return shown;
  }

  private static Answer changed(List<?> changes) {
    return changes.isEmpty()
        ? notFound("No recording with this id runs on this node.")
        : Answer.ok(Map.of("recordings", changes));
  }

  private static Answer notFound(String detail) {
    return problem(404, "not-found", "Not found", detail);
  }

  private static Answer notAllowed(String method) {
    return problem(
        405,
        "method-not-allowed",
        "Method not allowed",
        "This address knows " + method + " only.",
        Map.of("Allow", method));
  }

  private static Answer problem(int status, String type, String title, String detail) {
    return problem(status, type, title, detail, Map.of());
  }

  private static Answer problem(
      int status, String type, String title, String detail, Map<String, String> headers) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", "urn:earwitness:problem:" + type);
    document.put("title", title);
    document.put("status", status);
    document.put("detail", detail);
    return new Answer(status, document, headers);
  }

  /** Stops; what was done is entered in the audit trail, if that is there within some seconds. */
  @Override
  public void close() {
    server.stop(1);
    threads.shutdownNow();
    late.close();
  }
}
