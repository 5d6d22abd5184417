package io.earwitness.archive.store.s3;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStoreContract;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class S3StoreContractTest implements ObjectStoreContract {
  private ObjectStore store;

  @BeforeAll
  void connect() {
    store = S3Store.connect(S3TestServer.get().freshBuckets());
  }

  @AfterAll
  void close() {
    store.close();
  }

  @Override
  public ObjectStore store() {
    return store;
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public void passUntil(Instant instant) throws InterruptedException {
    while (!Instant.now().isAfter(instant)) {
      Thread.sleep(50);
    }
  }
}
