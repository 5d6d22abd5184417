package io.earwitness.archive;

import io.earwitness.archive.store.MovableClock;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.directory.DirectoryStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class DirectoryCommitProtocolTest implements CommitProtocolContract {
  private final MovableClock clock = new MovableClock(Instant.now());
  private ObjectStore store;

  @BeforeEach
  void open(@TempDir Path data) {
    store = DirectoryStore.open(data, clock);
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
    return true;
  }

  /** Every call, reading ones too. */
  @Override
  public Predicate<String> crashPoints() {
    return call -> true;
  }
}
