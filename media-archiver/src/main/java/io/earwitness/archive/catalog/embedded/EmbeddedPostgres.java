package io.earwitness.archive.catalog.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own on a directory of our own.
 *
 * <p><b>Guarantees.</b> One Earwitness for each directory: a second is refused and leaves the first
 * one's server alone. Every login needs a password (SCRAM); the server listens on 127.0.0.1 only.
 * Commits are durable; the server's own settings are asked at each start. A server that outlived an
 * Earwitness which was killed is adopted. One that dies is started again.
 *
 * <p><b>Restrictions.</b> Linux on amd64 with glibc. A major version of PostgreSQL opens only its
 * own data. Root of this host can read everything.
 *
 * <p><b>Use.</b>
 *
 * {@snippet :
 * try (EmbeddedPostgres postgres =
 *     EmbeddedPostgres.start(directory, PostgresBinaries.bundled(cache), 0)) {
 *   DriverManager.getConnection(
 *       postgres.jdbcUrl("postgres"), postgres.adminUser(), postgres.adminPassword());
 * }
 * }
 *
 * <p>Below the directory: {@code data} (PostgreSQL's own), {@code postgres.log}, {@code
 * admin-password}, {@code lock}. Thread-safe.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  static final String ADMIN = "earwitness_admin";
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private final @Nullable DirectoryLock lock;
  private final @Nullable Server server;
  private final int port;
  private final String adminPassword;
  private boolean closed;

  private EmbeddedPostgres(
      @Nullable DirectoryLock lock, @Nullable Server server, int port, String adminPassword) {
    this.lock = lock;
    this.server = server;
    this.port = port;
    this.adminPassword = adminPassword;
  }

  /**
   * Starts the server of a directory, or adopts it if it still runs; initialises the directory if
   * it is new. Returns when the server answers.
   *
   * @param directory made if it is missing; only its owner may enter it afterwards
   * @param port on 127.0.0.1; 0 takes a free one (or that of an adopted server)
   * @throws EmbeddedPostgresException if another Earwitness has the directory, or the server
   *     doesn't start; the message says why and what to do
   */
  public static EmbeddedPostgres start(Path directory, PostgresBinaries binaries, int port) {
    DirectoryLock lock = null;
    try {
      Path folder = prepare(directory);
      lock = DirectoryLock.take(folder);
      EmbeddedPostgres started = start(folder, binaries, port, lock);
      lock = null;
      return started;
    } catch (DirectoryLock.HeldException e) {
      throw new EmbeddedPostgresException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new EmbeddedPostgresException(
          "can't start PostgreSQL on %s: %s".formatted(directory, e), e);
    } finally {
      if (lock != null) {
        lock.close();
      }
    }
  }

  /**
   * Connects to the server that another Earwitness runs on a directory, for a command beside it;
   * closing this leaves the server running. Empty if none runs.
   */
  public static Optional<EmbeddedPostgres> attach(Path directory) {
    try {
      if (!Files.exists(directory.resolve("admin-password"))) {
        return Optional.empty();
      }
      Path data = directory.toRealPath().resolve("data");
      String password = PrivateFiles.secret(directory.resolve("admin-password"));
      Optional<PostmasterPid> running = PostmasterPid.read(data);
      if (running.flatMap(pid -> pid.process(data)).isEmpty()) {
        return Optional.empty();
      }
      int port = running.get().port();
      Server.awaitReady(
          port, password, running.get().process(data)::isPresent, Duration.ofMinutes(2));
      return Optional.of(new EmbeddedPostgres(null, null, port, password));
    } catch (IOException e) {
      throw new EmbeddedPostgresException(
          "can't read the embedded PostgreSQL's folder %s: %s".formatted(directory, e), e);
    }
  }

  private static Path prepare(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path folder = directory.toRealPath();
    // The folder itself may be entered where PostgreSQL runs as another account, never listed
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    return folder;
  }

  private static EmbeddedPostgres start(
      Path folder, PostgresBinaries binaries, int wantedPort, DirectoryLock lock)
      throws IOException {
    ServerUser user = ServerUser.detect();
    if (!(user instanceof ServerUser.Account)) {
      PrivateFiles.folder(folder);
    }
    user.checkReach(folder);
    String password = PrivateFiles.secret(folder.resolve("admin-password"));
    Server server = new Server(folder, binaries, user, password);
    Optional<Integer> adopted = server.adopt(wantedPort);
    int port = adopted.isPresent() ? adopted.get() : launch(server, wantedPort);
    try (Connection connection = Server.connect(port, password)) {
      ServerConfiguration.check(connection);
    } catch (SQLException e) {
      server.stop();
      throw new EmbeddedPostgresException("PostgreSQL's settings can't be checked: " + e, e);
    } catch (EmbeddedPostgresException e) {
      server.stop();
      throw e;
    }
    server.supervise(port);
    return new EmbeddedPostgres(lock, server, port, password);
  }

  private static int launch(Server server, int wantedPort) throws IOException {
    server.initialise();
    for (int attempt = 1; ; attempt++) {
      int port = usablePort(wantedPort);
      try {
        server.launch(port);
        return port;
      } catch (EmbeddedPostgresException e) {
        // Somebody may have taken the free port in between
        if (wantedPort != 0 || attempt == 3 || !String.valueOf(e.getMessage()).contains("bind")) {
          throw e;
        }
        LOG.info("Port {} was taken, trying another", port);
      }
    }
  }

  private static int usablePort(int wantedPort) throws IOException {
    try (ServerSocket socket = new ServerSocket(wantedPort, 1, LOOPBACK)) {
      return socket.getLocalPort();
    } catch (BindException e) {
      throw new EmbeddedPostgresException(
          "port %d on 127.0.0.1, where PostgreSQL should listen, is in use: choose another, or 0 for any free one"
              .formatted(wantedPort),
          e);
    }
  }

  /** The JDBC URL of one of the server's databases. */
  public String jdbcUrl(String database) {
    return Server.jdbcUrl(port, database);
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The server's superuser. */
  public String adminUser() {
    return ADMIN;
  }

  /** The superuser's password. */
  public String adminPassword() {
    return adminPassword;
  }

  /** Stops the server (fast: running transactions are rolled back) and frees the directory. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (server != null) {
        server.stop();
      }
    } finally {
      if (lock != null) {
        lock.close();
      }
    }
  }
}
