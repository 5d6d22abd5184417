package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangeFeedTest {
  private DatabaseConfig.External config;
  private CatalogDatabase database;
  private ChangeFeed feed;

  @BeforeEach
  void open() {
    config = TestServer.bundled().newDatabase();
    database = CatalogDatabase.open(config, Clock.systemUTC());
    feed = database.changes();
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** Changes a call in a transaction that stays open, as a slow writer would. */
  private static Connection slowWriter(DatabaseConfig.External config, RecordingId call)
      throws SQLException {
    Connection connection = TestServer.connect(config, "earwitness_worker");
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into earwitness.outbox (tenant, call) values ('acme', ?)")) {
      insert.setObject(1, call.value());
      insert.executeUpdate();
    }
    return connection;
  }

  @Test
  void a_change_that_commits_after_a_later_one_was_read_is_still_found() throws Exception {
    RecordingId a = RecordingId.draw(TestCalls.START);
    RecordingId b = RecordingId.draw(TestCalls.START);
    try (Connection first = slowWriter(config, a);
        Connection second = slowWriter(config, b)) {
      second.commit();
      feed.await(0, Duration.ofSeconds(30));
      assertThat(feed.read(0, 10)).containsExactly(new ChangeFeed.Change(1, ACME, b));
      first.commit();
      feed.await(1, Duration.ofSeconds(30));
      assertThat(feed.read(1, 10)).containsExactly(new ChangeFeed.Change(2, ACME, a));
    }
  }

  @Test
  void a_change_that_is_rolled_back_leaves_no_gap() throws Exception {
    RecordingId a = RecordingId.draw(TestCalls.START);
    RecordingId b = RecordingId.draw(TestCalls.START);
    try (Connection first = slowWriter(config, a);
        Connection second = slowWriter(config, b)) {
      first.rollback();
      second.commit();
      feed.await(0, Duration.ofSeconds(30));
      assertThat(feed.read(0, 10)).containsExactly(new ChangeFeed.Change(1, ACME, b));
    }
  }

  @Test
  void concurrent_writers_and_two_sequencers_give_dense_positions_and_lose_nothing()
      throws Exception {
    Set<RecordingId> written = ConcurrentHashMap.newKeySet();
    try (CatalogDatabase other = CatalogDatabase.open(config, Clock.systemUTC());
        ExecutorService writers = Executors.newFixedThreadPool(8)) {
      List<Future<?>> done = new ArrayList<>();
      for (int w = 0; w < 8; w++) {
        CallCatalog calls = w % 2 == 0 ? database.calls() : other.calls();
        done.add(
            writers.submit(
                () -> {
                  for (int i = 0; i < 40; i++) {
                    CallSummary call = TestCalls.live(ACME);
                    calls.report(call);
                    written.add(call.id());
                  }
                }));
      }
      List<RecordingId> read = new ArrayList<>();
      long position = 0;
      while (read.size() < 320) {
        feed.await(position, Duration.ofSeconds(30));
        List<ChangeFeed.Change> changes = feed.read(position, 7);
        assertThat(changes).as("after %d of 320", read.size()).isNotEmpty();
        for (ChangeFeed.Change change : changes) {
          assertThat(change.position()).isEqualTo(++position);
          read.add(change.id());
        }
      }
      for (Future<?> each : done) {
        each.get();
      }
      assertThat(read).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(written);
    }
  }

  @Test
  void waiting_ends_without_a_change_when_the_time_is_over() throws Exception {
    feed.await(0, Duration.ofMillis(1));
    assertThat(feed.read(0, 10)).isEmpty();
  }

  @Test
  void the_epoch_stays_over_a_reopening_and_changes_when_renewed() {
    String epoch = feed.epoch();
    database.close();
    database = CatalogDatabase.open(config, Clock.systemUTC());
    assertThat(database.changes().epoch()).isEqualTo(epoch);
    database.renewEpoch();
    assertThat(database.changes().epoch()).isNotEqualTo(epoch);
  }
}
