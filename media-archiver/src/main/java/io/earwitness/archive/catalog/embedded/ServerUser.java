package io.earwitness.archive.catalog.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * As whom PostgreSQL runs. It refuses to run as root; so where Earwitness is root, either in a user
 * namespace of its own (where it has no capabilities, sees itself as nobody, and yet owns root's
 * files, so that a data directory below a 0700 folder works), or, where namespaces are forbidden as
 * in most containers, as an unprivileged account that owns the data directory.
 */
sealed interface ServerUser {
  /** As ourselves, who are not root. */
  record Same(int uid) implements ServerUser {}

  /** Root's files, without root's powers, in a user namespace. */
  record Namespace() implements ServerUser {}

  /** Another account, to which the data directory belongs. */
  record Account(String name, int uid, int gid) implements ServerUser {}

  Duration PROBE = Duration.ofSeconds(20);

  /**
   * Finds out.
   *
   * @throws EmbeddedPostgresException if we are root and neither way is open
   */
  static ServerUser detect() {
    int uid = ownerOf(Path.of("/proc/self"));
    if (uid != 0) {
      return new Same(uid);
    }
    if (works(List.of("unshare", "--user", "--", "true"))) {
      return new Namespace();
    }
    for (String name : List.of("postgres", "nobody")) {
      if (account(name) instanceof Account account && works(prefixed(account, List.of("true")))) {
        return account;
      }
    }
    throw new EmbeddedPostgresException(
        "PostgreSQL does not run as root, and neither 'unshare --user' nor 'setpriv --reuid' (both of"
            + " util-linux) works here: start Earwitness as another user, or configure an external"
            + " PostgreSQL");
  }

  /** The command line that runs {@code command} as this user, in the same process. */
  default List<String> command(List<String> command) {
    return prefixed(this, command);
  }

  /** Makes a file or folder, with all below it, belong to this user, as far as it doesn't yet. */
  default void own(Path path) throws IOException {
    int uid;
    int gid;
    switch (this) {
      case Same same -> {
        if (ownerOf(path) != same.uid()) {
          throw new EmbeddedPostgresException(
              "%s belongs to the user with id %d, Earwitness runs as %d: start it as that user, or change the owner of the folder"
                  .formatted(path, ownerOf(path), same.uid()));
        }
        return;
      }
      case Namespace namespace -> {
        uid = 0;
        gid = 0;
      }
      case Account account -> {
        uid = account.uid();
        gid = account.gid();
      }
    }
    if (ownerOf(path) == uid) {
      return;
    }
    try (Stream<Path> below = Files.walk(path)) {
      for (Path each : below.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.setAttribute(each, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(each, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  /**
   * Makes sure that this user can enter a folder.
   *
   * @throws EmbeddedPostgresException naming the folder on the way that is closed
   */
  default void checkReach(Path folder) throws IOException {
    if (!(this instanceof Account account)) {
      return;
    }
    List<Path> way = new ArrayList<>();
    for (Path each = folder.toRealPath(); each != null; each = each.getParent()) {
      way.addFirst(each);
    }
    for (Path each : way) {
      if (!works(prefixed(account, List.of("test", "-x", each.toString())))) {
        throw new EmbeddedPostgresException(
            "PostgreSQL runs as '%s' here (we are root, and user namespaces are forbidden), which can't enter %s: 'chmod o+x %s', or choose another data directory, or start Earwitness as another user than root"
                .formatted(account.name(), each, each));
      }
    }
  }

  private static List<String> prefixed(ServerUser user, List<String> command) {
    List<String> line = new ArrayList<>();
    switch (user) {
      case Same same -> {}
      case Namespace namespace -> line.addAll(List.of("unshare", "--user", "--"));
      case Account account ->
          line.addAll(
              List.of(
                  "setpriv",
                  "--reuid=" + account.uid(),
                  "--regid=" + account.gid(),
                  "--clear-groups",
                  "--"));
    }
    line.addAll(command);
    return line;
  }

  private static boolean works(List<String> command) {
    try {
      return Commands.run(PROBE, null, command).exitCode() == 0;
    } catch (EmbeddedPostgresException e) {
      return false;
    }
  }

  private static ServerUser account(String name) {
    try {
      for (String line : Files.readAllLines(Path.of("/etc/passwd"))) {
        String[] field = line.split(":", -1);
        if (field.length >= 4 && field[0].equals(name)) {
          return new Account(name, Integer.parseInt(field[2]), Integer.parseInt(field[3]));
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Without a readable list of accounts there is none that we could use
      return new Namespace();
    }
    return new Namespace();
  }

  private static int ownerOf(Path path) {
    try {
      return (int) Files.getAttribute(path, "unix:uid");
    } catch (IOException e) {
      throw new EmbeddedPostgresException("can't tell the owner of " + path, e);
    }
  }
}
