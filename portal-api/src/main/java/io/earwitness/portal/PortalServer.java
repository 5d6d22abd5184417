package io.earwitness.portal;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The portal's HTTP server, on virtual threads: one for each request, blocking as it likes. Closing
 * it ends what it serves; its parts are closed by whoever made them.
 */
public final class PortalServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PortalServer.class);

  /** Requests carry names and reasons, no files. */
  private static final long MAX_BODY = 64L << 10;

  private final Javalin javalin;
  private final String address;

  private PortalServer(Javalin javalin, String address) {
    this.javalin = javalin;
    this.address = address;
  }

  /**
   * Starts serving.
   *
   * @throws io.javalin.util.JavalinBindException if the port can't be had
   */
  public static PortalServer start(PortalConfig config, PortalParts parts) {
    Acts acts = new Acts(parts.audit(), parts.clock(), parts.metrics());
    Authentication authentication = new Authentication(parts, config.sessionIdle());
    Gate gate = new Gate(authentication, acts, parts.metrics());
    List<Route> routes = routes(config, parts, authentication, acts);
    Site site = new Site();
    Javalin javalin =
        Javalin.create(
            javalinConfig -> {
              javalinConfig.startup.showJavalinBanner = false;
              javalinConfig.startup.showOldJavalinVersionWarning = false;
              javalinConfig.concurrency.useVirtualThreads = true;
              javalinConfig.http.prefer405over404 = true;
              javalinConfig.http.maxRequestSize = MAX_BODY;
              javalinConfig.http.compressionStrategy = CompressionStrategy.NONE;
              javalinConfig.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
              javalinConfig.routes.before(http -> secure(http, config));
              // Javalin answers its own exceptions itself unless told otherwise by their very type.
              javalinConfig.routes.exception(
                  HttpResponseException.class, (e, http) -> Problems.write(http, Problems.of(e)));
              javalinConfig.routes.exception(
                  Exception.class, (e, http) -> Problems.write(http, Problems.of(e)));
              for (Route route : routes) {
                javalinConfig.routes.addHttpHandler(
                    route.method(), route.path(), http -> gate.handle(route, http));
              }
              javalinConfig.routes.get("/", site::handle);
              javalinConfig.routes.get("/<path>", site::handle);
            });
    javalin.start(config.address(), config.port());
    PortalServer server = new PortalServer(javalin, config.address());
    LOG.info("portal serves {}", server.url());
    return server;
  }

  static List<Route> routes(
      PortalConfig config, PortalParts parts, Authentication authentication, Acts acts) {
    RecordingRoutes recordings = new RecordingRoutes(config, parts);
    List<Route> routes = new ArrayList<>(AccessRoutes.all(parts));
    routes.addAll(
        Routes.all(
            new SessionRoutes(config, parts, authentication, acts),
            recordings,
            new MediaRoutes(config, parts, recordings, acts),
            new AuditRoutes(parts.trail()),
            new AuditProofRoutes(parts.proofs()),
            new AuditExportRoute(parts.proofs()),
            new SrcRoutes(parts.srcs()),
            new DrainRoutes(parts.drains()),
            new NodeRoutes(parts.nodes()),
            new ServiceRoutes(parts)));
    return List.copyOf(routes);
  }

  /** The port that it listens on. */
  public int port() {
    return javalin.port();
  }

  /** The address for a browser on this machine. */
  public String url() {
    String host = address.contains(":") ? "[" + address + "]" : address;
    return "http://%s:%d".formatted(host, port());
  }

  private static void secure(Context http, PortalConfig config) {
    http.header("X-Content-Type-Options", "nosniff");
    http.header("X-Frame-Options", "DENY");
    http.header("Referrer-Policy", "no-referrer");
    http.header("Cross-Origin-Opener-Policy", "same-origin");
    http.header("Cross-Origin-Resource-Policy", "same-origin");
    http.header("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    http.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    // Nothing of a call, least of all its audio, may be written to a disk by a browser (law 1).
    http.header("Cache-Control", "no-store");
    if (config.secure()) {
      http.header("Strict-Transport-Security", "max-age=31536000");
    }
  }

  @Override
  public void close() {
    javalin.stop();
  }
}
