package io.earwitness.archive;

import io.earwitness.archive.store.MovableClock;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.s3.S3Store;
import io.earwitness.archive.store.s3.S3TestServer;
import java.time.Instant;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class S3CommitProtocolTest implements CommitProtocolContract {
  private final MovableClock clock = new MovableClock(Instant.now());
  private ObjectStore store;

  @BeforeEach
  void connect() {
    store = S3Store.connect(S3TestServer.get().freshBuckets());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  public ObjectStore store() {
    return store;
  }

  @Override
  public MovableClock clock() {
    return clock;
  }

  @Override
  public boolean storeGoesByOurClock() {
    return false;
  }

  /** Only what changes something: a server's answers take their time. */
  @Override
  public Predicate<String> crashPoints() {
    return call -> call.matches("(put|create|lock|delete) .*|catalog|verified");
  }

  @Override
  @Test
  @Tag("full")
  public void aChainOfDyingArchiversEndsInTheSameState() throws Exception {
    CommitProtocolContract.super.aChainOfDyingArchiversEndsInTheSameState();
  }

  @Override
  @Test
  @Tag("full")
  public void theSameAttemptMayBeCommittedAgainAfterEveryFailure() throws Exception {
    CommitProtocolContract.super.theSameAttemptMayBeCommittedAgainAfterEveryFailure();
  }
}
