package io.earwitness.archive.catalog.embedded;

import java.nio.file.Path;

/**
 * An Earwitness of its own, as far as its database goes: starts it, says so, waits to be killed.
 */
final class EmbeddedPostgresProcess {
  private EmbeddedPostgresProcess() {}

  public static void main(String[] args) throws Exception {
    PostgresBinaries binaries = PostgresBinaries.bundled(Path.of(args[1]));
    EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(args[0]), binaries, 0);
    System.out.println("READY " + postgres.port());
    if (System.in.read() >= 0) { // a byte asks for a clean end
      postgres.close();
    }
  }
}
