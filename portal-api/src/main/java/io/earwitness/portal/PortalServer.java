package io.earwitness.portal;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The portal's HTTP server, on virtual threads: one for each request, blocking as it likes. Closing
 * it ends what it serves; its parts are closed by whoever made them.
 */
public final class PortalServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PortalServer.class);

  private static final Duration UPKEEP = Duration.ofMinutes(1);

  /** Requests carry names and reasons, no files. */
  private static final long MAX_BODY = 64L << 10;

  private final Javalin javalin;
  private final PortalConfig config;
  private final PlayEnds ends;
  private final ScheduledExecutorService upkeep;

  private PortalServer(Javalin javalin, PortalConfig config, PlayEnds ends, GuestEnds guests) {
    this.javalin = javalin;
    this.config = config;
    this.ends = ends;
    this.upkeep = upkeep(ends, guests);
  }

  /**
   * Starts serving.
   *
   * @throws io.javalin.util.JavalinBindException if the port can't be had
   */
  public static PortalServer start(PortalConfig config, PortalParts parts) {
    Acts acts = new Acts(parts.audit(), parts.clock(), parts.metrics());
    Authentication authentication =
        new Authentication(parts, config.sessionIdle(), config.signIn().teams() != null);
    Exposure exposure = config.exposure();
    Supplier<SSLContext> tls = exposure.tls();
    ClientAddress addresses = new ClientAddress(exposure.trustedProxies());
    RequestLimiter limiter = new RequestLimiter(exposure.requestsPerAddress(), parts.clock());
    Gate gate =
        new Gate(
            authentication,
            new RequestLimiter(exposure.requestsPerAccount(), parts.clock()),
            new ReadOnlyTenants(parts.closing().closings()),
            acts,
            parts.metrics());
    PlayEnds ends = new PlayEnds(parts, acts);
    List<Route> routes = routes(config, parts, authentication, acts, ends);
    Site site = new Site(config.signIn().teams());
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
              if (tls != null) {
                javalinConfig.jetty.addConnector(
                    (jetty, http) -> connector(jetty, http, config, tls));
              }
              javalinConfig.routes.before(
                  http -> {
                    secure(http, config);
                    limiter.count(addresses.of(http));
                  });
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
    if (tls == null) {
      javalin.start(config.address(), config.port());
    } else {
      javalin.start();
    }
    PortalServer server = new PortalServer(javalin, config, ends, new GuestEnds(parts, acts));
    LOG.info("portal serves {}", server.url());
    return server;
  }

  static List<Route> routes(
      PortalConfig config,
      PortalParts parts,
      Authentication authentication,
      Acts acts,
      PlayEnds ends) {
    RecordingRoutes recordings = new RecordingRoutes(config, parts);
    List<Route> routes = new ArrayList<>(AccessRoutes.all(parts));
    routes.addAll(AlarmRoutes.all(parts));
    InvitationRoutes invitations = new InvitationRoutes(config, parts, authentication, acts);
    routes.addAll(SignInRoutes.all(config, parts, acts, invitations));
    routes.addAll(TeamsRoutes.all(config, parts, authentication, acts));
    routes.addAll(GuestRouteTable.all(config, parts, authentication, acts, invitations));
    routes.addAll(ProvisioningRoutes.all(parts, acts));
    routes.addAll(ScimRoutes.all(config, parts));
    routes.addAll(ApprovalRoutes.all(config, parts, acts));
    routes.addAll(AnnouncementRoutes.all(parts));
    routes.addAll(RecordingPolicyRoutes.all(parts));
    routes.addAll(PauseRoutes.all(parts));
    routes.addAll(RetentionRoutes.all(parts));
    routes.addAll(DeliveryRoutes.all(parts));
    routes.addAll(LegalHoldRoutes.all(parts));
    routes.addAll(RestrictionRoutes.all(parts));
    routes.addAll(DisposalRoutes.all(parts));
    routes.addAll(SubjectRequestRoutes.all(parts));
    routes.addAll(SubjectCopyRoutes.all(config, parts, acts));
    routes.addAll(RetentionLockRoutes.all(parts));
    routes.addAll(AllocationRoutes.all(parts, acts));
    routes.addAll(HolderRoutes.all(parts));
    routes.addAll(QuarantineRoutes.all(parts, acts));
    routes.addAll(CorrectionRoutes.all(parts));
    routes.addAll(AnnotationRoutes.all(parts));
    routes.addAll(LicenceRoutes.all(parts));
    routes.addAll(StorageRoutes.all(parts));
    routes.addAll(ClosingRoutes.all(parts));
    routes.addAll(BlockRoutes.all(parts, acts));
    routes.addAll(AuditDestinationRoutes.all(parts));
    routes.addAll(IdentityProviderRoutes.all(config, parts));
    routes.addAll(KeyRoutes.all(parts));
    routes.addAll(DocumentRoutes.all());
    routes.addAll(
        Routes.all(
            new SessionRoutes(config, parts, authentication, acts),
            recordings,
            new MediaRoutes(config, parts, recordings, acts, ends),
            new AuditRoutes(parts.trail()),
            new AuditProofRoutes(parts.proofs()),
            new AuditExportRoute(parts.proofs()),
            new CustodyRoutes(parts),
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
    String address = config.address();
    String host = address.contains(":") ? "[" + address + "]" : address;
    return "%s://%s:%d".formatted(config.exposure().tls() == null ? "http" : "https", host, port());
  }

  private static ScheduledExecutorService upkeep(PlayEnds ends, GuestEnds guests) {
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("portal-upkeep").factory());
    thread.scheduleWithFixedDelay(
        () -> {
          try {
            ends.closeOverdue();
          } catch (RuntimeException e) {
            LOG.warn("plays that are over could not be ended yet", e);
          }
        },
        UPKEEP.toSeconds(),
        UPKEEP.toSeconds(),
        TimeUnit.SECONDS);
    thread.scheduleWithFixedDelay(
        () -> {
          try {
            guests.endOverdue();
          } catch (RuntimeException e) {
            LOG.warn("guests whose time is over could not be ended yet", e);
          }
        },
        UPKEEP.toSeconds(),
        UPKEEP.toSeconds(),
        TimeUnit.SECONDS);
    return thread;
  }

  private static ServerConnector connector(
      Server jetty, HttpConfiguration http, PortalConfig config, Supplier<SSLContext> tls) {
    http.addCustomizer(new SecureRequestCustomizer(false));
    ServerConnector connector =
        new ServerConnector(jetty, new PortalTls(tls), new HttpConnectionFactory(http));
    connector.setHost(config.address());
    connector.setPort(config.port());
    return connector;
  }

  PlayEnds ends() {
    return ends;
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
    upkeep.close();
    javalin.stop();
  }
}
