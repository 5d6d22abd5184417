package io.earwitness.archive.catalog.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
  private static final Path CACHE = PostgresBinaries.userCache();
  private static final PostgresBinaries BINARIES = PostgresBinaries.bundled(CACHE);

  /** One directory for all tests, each of which leaves it stopped and whole. */
  @TempDir private static Path temporary;

  private static Path directory() {
    return temporary.resolve("private/postgres");
  }

  private static EmbeddedPostgres start() {
    return EmbeddedPostgres.start(directory(), BINARIES, 0);
  }

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(
        postgres.jdbcUrl("postgres"), postgres.adminUser(), postgres.adminPassword());
  }

  private static String query(EmbeddedPostgres postgres, String query) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection = connect(postgres);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static ProcessHandle postmaster() throws IOException {
    PostmasterPid pid = PostmasterPid.read(directory().resolve("data")).orElseThrow();
    return pid.process(directory().resolve("data")).orElseThrow();
  }

  /** Whether it works on the data; one that ended may stay listed until its new parent looks. */
  private static boolean works(ProcessHandle server) {
    return new PostmasterPid(server.pid(), 0).process(directory().resolve("data")).isPresent();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void commits_are_durable_nobody_is_trusted_and_files_are_private() throws Exception {
    try (EmbeddedPostgres postgres = start()) {
      assertThat(query(postgres, "show fsync")).isEqualTo("on");
      assertThat(query(postgres, "show synchronous_commit")).isEqualTo("on");
      assertThat(query(postgres, "show full_page_writes")).isEqualTo("on");
      assertThat(query(postgres, "show data_checksums")).isEqualTo("on");
      assertThat(query(postgres, "show listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(query(postgres, "show server_encoding")).isEqualTo("UTF8");
      assertThat(
              query(
                  postgres, "select string_agg(distinct auth_method, ',') from pg_hba_file_rules"))
          .isEqualTo("scram-sha-256");
      for (String password : List.of("", "postgres", "wrong")) {
        assertThatThrownBy(
                () ->
                    DriverManager.getConnection(
                            postgres.jdbcUrl("postgres"), postgres.adminUser(), password)
                        .close())
            .isInstanceOf(SQLException.class);
      }
      assertThat(mode(directory().resolve("admin-password"))).isEqualTo("rw-------");
      assertThat(mode(directory().resolve("postgres.log"))).isEqualTo("rw-------");
      assertThat(mode(directory().resolve("data"))).isEqualTo("rwx------");
      assertThat(postmaster().info().arguments().orElse(new String[0])).doesNotContain("-F");
    }
    try (Stream<Path> files = Files.walk(directory())) {
      assertThat(files.filter(Files::isRegularFile).map(Path::getFileName).map(Path::toString))
          .doesNotContain("initial-password", "postmaster.pid");
    }
  }

  @Test
  void it_runs_below_a_folder_that_only_its_owner_can_enter() throws Exception {
    Path locked = Files.createDirectories(temporary.resolve("private"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwx------"));
    try (EmbeddedPostgres postgres = start()) {
      assertThat(query(postgres, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void rows_outlive_a_clean_stop_and_closing_twice_does_no_harm() throws Exception {
    EmbeddedPostgres first = start();
    execute(first, "drop table if exists kept; create table kept as select 42 as answer");
    ProcessHandle process = postmaster();
    first.close();
    first.close();
    assertThat(works(process)).isFalse();
    try (EmbeddedPostgres second = start()) {
      assertThat(query(second, "select answer from kept")).isEqualTo("42");
      assertThat(second.adminPassword()).isEqualTo(first.adminPassword());
    }
  }

  @Test
  void a_second_one_in_this_process_is_refused_and_the_first_is_unharmed() throws Exception {
    try (EmbeddedPostgres first = start()) {
      assertThatThrownBy(EmbeddedPostgresTest::start)
          .isInstanceOf(EmbeddedPostgresException.class)
          .hasMessageContaining("in use by another Earwitness")
          .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
      assertThat(query(first, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void a_second_one_in_another_process_is_refused_and_the_first_is_unharmed() throws Exception {
    try (EmbeddedPostgres first = start()) {
      Other other = Other.start(directory());
      assertThat(other.process.waitFor()).isNotZero();
      assertThat(other.errors())
          .contains("in use by another Earwitness (process " + ProcessHandle.current().pid());
      assertThat(query(first, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void an_orphan_of_a_killed_earwitness_is_adopted_with_all_its_rows() throws Exception {
    Other killed = Other.start(directory());
    int port = killed.awaitReady();
    ProcessHandle orphan = postmaster();
    killed.process.destroyForcibly().waitFor();
    assertThat(works(orphan)).isTrue();
    try (EmbeddedPostgres adopted = start()) {
      assertThat(adopted.port()).isEqualTo(port);
      assertThat(postmaster().pid()).isEqualTo(orphan.pid());
      execute(adopted, "drop table if exists kept; create table kept as select 42 as answer");
    }
    assertThat(works(orphan)).isFalse();
    try (EmbeddedPostgres again = start()) {
      assertThat(query(again, "select answer from kept")).isEqualTo("42");
    }
  }

  @Test
  void an_orphan_on_another_port_than_wanted_is_stopped_and_started_anew() throws Exception {
    Other killed = Other.start(directory());
    killed.awaitReady();
    ProcessHandle orphan = postmaster();
    killed.process.destroyForcibly().waitFor();
    int wanted;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      wanted = free.getLocalPort();
    }
    try (EmbeddedPostgres started = EmbeddedPostgres.start(directory(), BINARIES, wanted)) {
      assertThat(started.port()).isEqualTo(wanted);
      assertThat(works(orphan)).isFalse();
      assertThat(query(started, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void a_stale_process_id_of_another_program_does_no_harm() throws Exception {
    start().close();
    Path pidFile = PostmasterPid.file(directory().resolve("data"));
    Files.writeString(
        pidFile, ProcessHandle.current().pid() + "\n/x\n1\n5432\n\n127.0.0.1\n1 1\nready\n");
    try (EmbeddedPostgres postgres = start()) {
      assertThat(query(postgres, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void a_server_that_dies_is_started_again_on_the_same_port() throws Exception {
    try (EmbeddedPostgres postgres = start()) {
      execute(postgres, "drop table if exists kept; create table kept as select 42 as answer");
      ProcessHandle dead = postmaster();
      dead.destroyForcibly();
      dead.onExit().join();
      String answer = null;
      for (int i = 0; i < 600 && answer == null; i++) {
        try {
          answer = query(postgres, "select answer from kept");
        } catch (SQLException e) {
          Thread.sleep(100);
        }
      }
      assertThat(answer).isEqualTo("42");
    }
  }

  @Test
  void a_command_attaches_to_the_running_one_and_leaves_it_running() throws Exception {
    assertThat(EmbeddedPostgres.attach(temporary.resolve("none"))).isEmpty();
    try (EmbeddedPostgres running = start()) {
      try (EmbeddedPostgres attached = EmbeddedPostgres.attach(directory()).orElseThrow()) {
        assertThat(attached.port()).isEqualTo(running.port());
        assertThat(query(attached, "select 1")).isEqualTo("1");
      }
      assertThat(query(running, "select 1")).isEqualTo("1");
    }
    assertThat(EmbeddedPostgres.attach(directory())).isEmpty();
  }

  @Test
  void a_setting_that_loses_commits_is_refused() throws Exception {
    try (EmbeddedPostgres postgres = start()) {
      execute(postgres, "alter system set synchronous_commit = off");
    }
    assertThatThrownBy(EmbeddedPostgresTest::start)
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("synchronous_commit = 'off' instead of 'on'");
    Files.writeString(directory().resolve("data/postgresql.auto.conf"), "");
    start().close();
  }

  @Test
  void a_port_in_use_is_a_clear_error() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(directory(), BINARIES, taken.getLocalPort()))
          .isInstanceOf(EmbeddedPostgresException.class)
          .hasMessageContaining("port " + taken.getLocalPort())
          .hasMessageContaining("is in use");
    }
    start().close();
  }

  @Test
  void data_of_another_major_version_is_a_clear_error() throws Exception {
    start().close();
    Path version = directory().resolve("data/PG_VERSION");
    Files.writeString(version, "17\n");
    assertThatThrownBy(EmbeddedPostgresTest::start)
        .isInstanceOf(EmbeddedPostgresException.class)
        .hasMessageContaining("was written by PostgreSQL 17, this Earwitness brings 18");
    Files.writeString(version, "18\n");
  }

  @Test
  void binaries_are_unpacked_whole_by_any_number_at_once() throws Exception {
    Path cache = temporary.resolve("cache");
    List<Thread> threads =
        Stream.generate(() -> Thread.ofPlatform().start(() -> PostgresBinaries.bundled(cache)))
            .limit(2)
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(PostgresBinaries.bundled(cache).major()).isEqualTo(18);
    try (Stream<Path> left = Files.list(cache)) {
      assertThat(left).hasSize(1);
    }
  }

  /** Another JVM with an embedded PostgreSQL. */
  private record Other(Process process, Path errorFile) {
    static Other start(Path directory) throws IOException {
      Path errors = Files.createTempFile("earwitness-other", ".err");
      errors.toFile().deleteOnExit();
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  EmbeddedPostgresProcess.class.getName(),
                  directory.toString(),
                  CACHE.toString())
              .redirectError(errors.toFile())
              .start();
      return new Other(process, errors);
    }

    int awaitReady() throws IOException {
      // Not closed: that would end the other one
      BufferedReader output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("READY ")) {
          return Integer.parseInt(line.substring("READY ".length()));
        }
      }
      throw new AssertionError("the other one did not start: " + errors());
    }

    String errors() throws IOException {
      return Files.readString(errorFile);
    }
  }
}
