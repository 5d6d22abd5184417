package io.earwitness.app;

import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The main job, shown on loopback. */
@Command(
    name = "demo",
    description = {
      "Starts everything on loopback, makes two tenants with one person for each role, places real"
          + " SIPREC calls with real speech, and serves the portal."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int PORT_TRIES = 50;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--calls", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int calls = 4;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where it keeps everything. Default: ${DEFAULT-VALUE}.")
  private Path data = Path.of("DATA");

  @Option(
      names = "--http",
      paramLabel = "PORT",
      description = "The portal's. Default: 8080, or a free one.")
  private @Nullable Integer http;

  @Option(names = "--sip", paramLabel = "PORT", description = "Default: 5060, or a free one.")
  private @Nullable Integer sip;

  @Option(
      names = "--s3",
      paramLabel = "http(s)://HOST:PORT/BUCKET",
      description = {
        "Keep objects in this S3 store; credentials in S3_ACCESS_KEY and S3_SECRET_KEY, region in"
            + " S3_REGION."
      })
  private @Nullable String s3;

  @Option(
      names = "--once",
      description = "End when the calls are archived, found, played back and verified.")
  private boolean once;

  @Override
  public Integer call() throws Exception {
    if (calls < 0 || calls > 10_000) {
      throw new CommandFailure(ExitCode.USAGE, "--calls must be 0 to 10000");
    }
    PrintWriter out = spec.commandLine().getOut();
    Config config = config();
    List<String> obstacles = Preflight.obstacles(config);
    if (!obstacles.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, obstacles);
    }
    say(out, "starting in " + config.data());
    try (Server server = Server.start(config, Clock.systemUTC())) {
      List<DemoTenants.Login> logins =
          new DemoTenants(server.installation(), config.data()).create();
      server.refreshConfiguration();
      say(out, "placing " + calls + " SIPREC calls");
      List<DemoCalls.Placed> placed = place(server);
      int failed = report(out, placed);
      printLogins(out, logins, config.data().resolve(DemoTenants.LOGINS));
      out.println(ServeCommand.ready(server));
      out.flush();
      if (once) {
        check(out, server, logins, placed);
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED;
      }
      ServeCommand.awaitStop(server);
    }
    return ExitCode.DONE;
  }

  private List<DemoCalls.Placed> place(Server server) throws IOException, InterruptedException {
    String uri = "sip:recorder@" + LOOPBACK + ":" + server.sipPort();
    short[] prompt = new DemoAnnouncement(server.installation()).create().orElse(null);
    if (prompt == null) {
      return new DemoCalls(uri, List.of()).place(calls);
    }
    Path folder = Files.createTempDirectory("earwitness-demo-");
    try {
      List<Path> files = DemoAnnouncement.dialogue(folder, prompt);
      try {
        return new DemoCalls(uri, files).place(calls);
      } finally {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    } finally {
      Files.delete(folder);
    }
  }

  private Config config() throws CommandFailure {
    Map<String, String> settings = new HashMap<>();
    settings.put(ConfigReader.variable("data"), data.toString());
    settings.put(ConfigReader.variable("http.port"), port(http, 8080));
    settings.put(ConfigReader.variable("sip.port"), port(sip, 5060));
    settings.put(ConfigReader.variable("nodes.api.port"), port(null, 8443));
    if (s3 != null) {
      int slash = s3.lastIndexOf('/');
      settings.put(ConfigReader.variable("objects.endpoint"), s3.substring(0, Math.max(0, slash)));
      settings.put(ConfigReader.variable("objects.bucket"), s3.substring(slash + 1));
      if (System.getenv("S3_ACCESS_KEY") == null || System.getenv("S3_SECRET_KEY") == null) {
        throw new CommandFailure(
            ExitCode.USAGE, "--s3 needs S3_ACCESS_KEY and S3_SECRET_KEY in the environment");
      }
      environment(settings, "objects.accessKey", "S3_ACCESS_KEY");
      environment(settings, "objects.secretKey", "S3_SECRET_KEY");
      environment(settings, "objects.region", "S3_REGION");
    }
    try {
      return ConfigReader.read(null, settings);
    } catch (ConfigReader.ConfigException e) {
      throw new CommandFailure(ExitCode.USAGE, e.problems());
    }
  }

  private static void environment(Map<String, String> settings, String setting, String variable) {
    String value = System.getenv(variable);
    if (value != null) {
      settings.put(ConfigReader.variable(setting), value);
    }
  }

  /** The wanted port; else the usual one; else, if that is taken, any. */
  private static String port(@Nullable Integer wanted, int usual) {
    if (wanted != null) {
      return wanted.toString();
    }
    if (free(usual) == usual) {
      return Integer.toString(usual);
    }
    for (int attempt = 0; attempt < PORT_TRIES; attempt++) {
      int port = free(0);
      if (port > 0) {
        return Integer.toString(port);
      }
    }
    throw new IllegalStateException("no free port on loopback");
  }

  /** The port if it is free for TCP and UDP (0: any such port), else -1. */
  private static int free(int port) {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
        DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), loopback)) {
      return udp.getLocalPort();
    } catch (IOException e) {
      return -1;
    }
  }

  private static int report(PrintWriter out, List<DemoCalls.Placed> placed) {
    int failed = 0;
    for (DemoCalls.Placed call : placed) {
      if (call.call().error() != null) {
        failed++;
        say(out, "  a call of %s failed: %s".formatted(call.tenant(), call.call().error()));
      }
    }
    say(out, "%d calls placed, %d failed".formatted(placed.size(), failed));
    return failed;
  }

  private void check(
      PrintWriter out, Server server, List<DemoTenants.Login> logins, List<DemoCalls.Placed> placed)
      throws CommandFailure, IOException, InterruptedException {
    DemoCheck check =
        new DemoCheck(server.store(), server.installation().platformKeys().authority());
    for (DemoCalls.Placed call : placed) {
      DemoTenants.Login officer =
          logins.stream()
              .filter(login -> login.tenant().equals(call.tenant().value()))
              .filter(login -> login.roles().contains("compliance-officer"))
              .findFirst()
              .orElseThrow();
      try (PortalClient portal = new PortalClient(server.origin(), officer)) {
        RecordingId id = check.check(portal, call.tenant(), call.call());
        say(out, "  " + id + " found, played back sample for sample, verified");
      }
    }
    say(out, placed.size() + " calls archived, found, played back and verified");
  }

  private static void printLogins(PrintWriter out, List<DemoTenants.Login> logins, Path file) {
    out.printf("%n%-10s %-20s %-18s%n", "tenant", "user", "password");
    for (DemoTenants.Login login : logins) {
      out.printf("%-10s %-20s %-18s%n", login.tenant(), login.user(), login.password());
    }
    out.printf(
        "%nThe same as JSON: %s%nTo search and listen, sign in as a compliance-officer.%n",
        file.toAbsolutePath());
  }

  private static void say(PrintWriter out, String text) {
    out.println("demo: " + text);
    out.flush();
  }
}
