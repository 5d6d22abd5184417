package io.earwitness.archive.catalog;

import java.nio.file.Path;

/** Where the catalog's PostgreSQL is. */
public sealed interface DatabaseConfig {
  /**
   * Our own server.
   *
   * @param directory of the server, such as {@code DATA/postgres}; made if missing
   * @param binaries where the server's programs are unpacked, such as {@code
   *     PostgresBinaries.userCache()}
   * @param port on 127.0.0.1; 0 takes a free one
   * @param attach whether to use the server that another Earwitness runs on the directory, if one
   *     does: for commands beside it
   */
  record Embedded(Path directory, Path binaries, int port, boolean attach)
      implements DatabaseConfig {}

  /**
   * A server that somebody else runs, PostgreSQL 15 or newer.
   *
   * @param url {@code jdbc:postgresql://…/database}
   * @param user the migrator: owns the database, has CREATEROLE, is no superuser; the three roles
   *     that Earwitness works with are named after it
   * @param password its password; those of the three roles are derived from it, so that every node
   *     knows them
   */
  record External(String url, String user, String password) implements DatabaseConfig {
    @Override
    public String toString() {
      return "External[url=%s, user=%s]".formatted(url, user);
    }
  }
}
