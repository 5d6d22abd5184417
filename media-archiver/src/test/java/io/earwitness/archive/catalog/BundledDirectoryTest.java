package io.earwitness.archive.catalog;

import java.time.Clock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on the PostgreSQL that comes with Earwitness. */
class BundledDirectoryTest implements DirectoryContract {
  private static CatalogDatabase database;

  @BeforeAll
  static void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Override
  public CatalogDatabase database() {
    return database;
  }
}
