package io.earwitness.archive.store.directory;

import io.earwitness.archive.store.MovableClock;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStoreContract;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreContractTest implements ObjectStoreContract {
  private final MovableClock clock = new MovableClock(Instant.parse("2026-03-01T10:00:00.250Z"));
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
  public Instant now() {
    return clock.instant();
  }

  @Override
  public void passUntil(Instant instant) {
    clock.set(instant);
  }
}
