package io.earwitness.archive.catalog.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's processes: initialising, launching, adopting, supervising, stopping. */
final class Server {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final Duration START = Duration.ofMinutes(10);
  private static final Duration STOP = Duration.ofMinutes(1);
  private static final long LARGE_LOG = 16L << 20;

  private final Path folder;
  private final Path data;
  private final Path log;
  private final PostgresBinaries binaries;
  private final ServerUser user;
  private final String adminPassword;
  private @Nullable ProcessHandle process;
  private volatile boolean stopping;

  Server(Path folder, PostgresBinaries binaries, ServerUser user, String adminPassword) {
    this.folder = folder;
    this.data = folder.resolve("data");
    this.log = folder.resolve("postgres.log");
    this.binaries = binaries;
    this.user = user;
    this.adminPassword = adminPassword;
  }

  /** Makes the data directory, in full or not at all. */
  void initialise() throws IOException {
    if (Files.isDirectory(data)) {
      checkVersion();
      user.own(data);
      return;
    }
    LOG.info("Initialising PostgreSQL {} in {}", binaries.major(), data);
    Path fresh = folder.resolve("data.new");
    PrivateFiles.delete(fresh);
    PrivateFiles.folder(fresh);
    user.own(fresh);
    Path password = folder.resolve("initial-password");
    PrivateFiles.write(password, adminPassword + "\n");
    user.own(password);
    try {
      List<String> command = new ArrayList<>();
      command.add(program("initdb"));
      command.addAll(List.of("--pgdata", fresh.toString(), "--username", EmbeddedPostgres.ADMIN));
      command.addAll(List.of("--pwfile", password.toString(), "--auth=scram-sha-256"));
      command.addAll(List.of("--encoding=UTF8", "--locale=C", "--data-checksums"));
      Commands.Result result = Commands.run(START, folder, user.command(command));
      if (result.exitCode() != 0) {
        throw new EmbeddedPostgresException(
            "PostgreSQL can't be initialised in %s: %s".formatted(data, result.output().strip()));
      }
      Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(password);
    }
  }

  private void checkVersion() throws IOException {
    String version = Files.readString(data.resolve("PG_VERSION")).strip();
    if (!version.equals(String.valueOf(binaries.major()))) {
      throw new EmbeddedPostgresException(
          "%s was written by PostgreSQL %s, this Earwitness brings %d: move the database with PostgreSQL's pg_upgrade or pg_dump first"
              .formatted(data, version, binaries.major()));
    }
  }

  /**
   * Takes over a server that still runs on the directory; stops it cleanly if it is not as wanted.
   * Returns the port of the adopted one.
   */
  Optional<Integer> adopt(int wantedPort) throws IOException {
    Optional<PostmasterPid> pid = PostmasterPid.read(data);
    Optional<ProcessHandle> running = pid.flatMap(each -> each.process(data));
    if (running.isEmpty()) {
      // Left by a crash; PostgreSQL would refuse to start if another process has its number now
      Files.deleteIfExists(PostmasterPid.file(data));
      return Optional.empty();
    }
    ProcessHandle orphan = running.get();
    int port = pid.orElseThrow().port();
    process = orphan;
    if ((wantedPort == 0 || wantedPort == port) && ServerConfiguration.isWritten(data, port)) {
      try {
        checkVersion();
        awaitReady(port, adminPassword, orphan::isAlive, Duration.ofMinutes(2));
        LOG.info("Adopted PostgreSQL (process {}) on port {}", orphan.pid(), port);
        return Optional.of(port);
      } catch (EmbeddedPostgresException e) {
        LOG.warn("PostgreSQL (process {}) can't be adopted: {}", orphan.pid(), e.getMessage());
      }
    }
    LOG.info("Stopping PostgreSQL (process {}), which an earlier Earwitness left", orphan.pid());
    stopProcess(orphan);
    return Optional.empty();
  }

  /** Starts the server; returns when it answers. */
  synchronized void launch(int port) throws IOException {
    ServerConfiguration.write(data, port, user);
    PrivateFiles.file(log);
    if (Files.size(log) > LARGE_LOG) {
      Path older = folder.resolve("postgres.log.1");
      Files.move(log, older, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      PrivateFiles.file(log);
    }
    long logged = Files.size(log);
    // A session of its own: Ctrl-C on our terminal is for us, we stop the server when we are done
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(user.command(List.of(program("postgres"), "-D", data.toString())));
    LOG.info("Starting PostgreSQL {} on port {}", binaries.major(), port);
    Process started = Commands.start(command, folder, log);
    process = started.toHandle();
    try {
      awaitReady(port, adminPassword, () -> started.isAlive() && !stopping, START);
    } catch (EmbeddedPostgresException e) {
      started.destroyForcibly();
      throw new EmbeddedPostgresException(
          "PostgreSQL on %s did not start: %s; its log (%s): %s"
              .formatted(data, e.getMessage(), log, tail(logged)),
          e);
    }
  }

  /** From now on a server that ends by itself is started again, on the same port. */
  synchronized void supervise(int port) {
    ProcessHandle watched = process;
    if (watched == null) {
      throw new IllegalStateException("not started");
    }
    Thread.ofVirtual().name("postgres-supervisor").start(() -> superviseLoop(watched, port));
  }

  private void superviseLoop(ProcessHandle first, int port) {
    ProcessHandle watched = first;
    while (true) {
      watched.onExit().join();
      synchronized (this) {
        if (stopping) {
          return;
        }
        LOG.error("PostgreSQL (process {}) ended by itself; starting it again", watched.pid());
        try {
          // Its children end with it, but not at once, and the memory that they share goes last
          Thread.sleep(Duration.ofSeconds(1));
          launch(port);
        } catch (InterruptedException e) {
          return;
        } catch (IOException | EmbeddedPostgresException e) {
          LOG.error("PostgreSQL can't be started again, trying on", e);
        }
        watched = java.util.Objects.requireNonNull(process);
      }
    }
  }

  void stop() {
    stopping = true; // ends a start that is under way, which holds the lock
    ProcessHandle running;
    synchronized (this) {
      running = process;
    }
    if (running != null && running.isAlive()) {
      LOG.info("Stopping PostgreSQL");
      stopProcess(running);
    }
  }

  private void stopProcess(ProcessHandle running) {
    for (String mode : List.of("fast", "immediate")) {
      List<String> command =
          List.of(
              program("pg_ctl"),
              "stop",
              "--pgdata=" + data,
              "--mode=" + mode,
              "--wait",
              "--timeout=" + STOP.toSeconds());
      Commands.Result result = Commands.run(STOP.plusSeconds(10), folder, user.command(command));
      if (result.exitCode() == 0 || !running.isAlive()) {
        return;
      }
      LOG.warn("PostgreSQL did not stop ({}): {}", mode, result.output().strip());
    }
    throw new EmbeddedPostgresException(
        "PostgreSQL (process %d) does not stop; see %s".formatted(running.pid(), log));
  }

  /** Waits until the server lets the superuser in. */
  static void awaitReady(int port, String password, BooleanSupplier alive, Duration atMost) {
    long begin = System.nanoTime();
    long told = begin;
    while (true) {
      String problem;
      try {
        connect(port, password).close();
        return;
      } catch (SQLException e) {
        problem = String.valueOf(e.getMessage());
        if ("28P01".equals(e.getSQLState())) {
          throw new EmbeddedPostgresException(
              "the server on port %d does not know our password".formatted(port), e);
        }
      }
      if (!alive.getAsBoolean()) {
        throw new EmbeddedPostgresException("its process ended");
      }
      long now = System.nanoTime();
      if (now - begin > atMost.toNanos()) {
        throw new EmbeddedPostgresException(
            "no answer for %d s (%s)".formatted(atMost.toSeconds(), problem));
      }
      if (now - told > Duration.ofSeconds(5).toNanos()) {
        LOG.info("Waiting for PostgreSQL: {}", problem);
        told = now;
      }
      try {
        Thread.sleep(Duration.ofMillis(50));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EmbeddedPostgresException("interrupted while PostgreSQL started", e);
      }
    }
  }

  static Connection connect(int port, String password) throws SQLException {
    return DriverManager.getConnection(
        jdbcUrl(port, "postgres") + "&connectTimeout=5&socketTimeout=30",
        EmbeddedPostgres.ADMIN,
        password);
  }

  /** Without TLS: the server listens on loopback only. */
  static String jdbcUrl(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable".formatted(port, database);
  }

  private String program(String name) {
    return binaries.bin().resolve(name).toString();
  }

  private String tail(long from) {
    try {
      String text = Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1);
      String fresh = text.substring((int) Math.min(from, text.length())).strip();
      return fresh.substring(Math.max(0, fresh.length() - 2000));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
