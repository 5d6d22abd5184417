package io.earwitness.archive.catalog.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * An installation of PostgreSQL's programs.
 *
 * @param bin the folder with {@code postgres}, {@code initdb} and {@code pg_ctl}
 * @param major the major version
 */
public record PostgresBinaries(Path bin, int major) {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresBinaries.class);
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ([0-9]+)");

  /**
   * PostgreSQL as an installed package brought it.
   *
   * @throws EmbeddedPostgresException if there is none, or it doesn't run here
   */
  public static PostgresBinaries installed(Path bin) {
    for (String program : List.of("postgres", "initdb", "pg_ctl")) {
      if (!Files.isExecutable(bin.resolve(program))) {
        throw new EmbeddedPostgresException("no program '%s' in %s".formatted(program, bin));
      }
    }
    Commands.Result version =
        Commands.run(
            Duration.ofSeconds(30), null, List.of(bin.resolve("postgres").toString(), "--version"));
    Matcher matcher = VERSION.matcher(version.output());
    if (version.exitCode() != 0 || !matcher.find()) {
      throw new EmbeddedPostgresException(
          "PostgreSQL in %s does not run here: %s".formatted(bin, version.output().strip()));
    }
    return new PostgresBinaries(bin, Integer.parseInt(matcher.group(1)));
  }

  /**
   * PostgreSQL as it comes with Earwitness, unpacked below {@code cache} the first time. Any number
   * of processes may do so at once.
   *
   * @throws EmbeddedPostgresException if there is none for this machine, or it can't be unpacked
   */
  public static PostgresBinaries bundled(Path cache) {
    String machine = System.getProperty("os.arch", "");
    if (!System.getProperty("os.name", "").equals("Linux") || !machine.equals("amd64")) {
      throw new EmbeddedPostgresException(
          "no embedded PostgreSQL for %s on %s, only for Linux on amd64: configure an external one"
              .formatted(System.getProperty("os.name"), machine));
    }
    try {
      Path home = cache.resolve("postgres-" + hash().substring(0, 16));
      if (!Files.isDirectory(home)) {
        Files.createDirectories(cache);
        unpack(home);
      }
      return installed(home.resolve("bin"));
    } catch (IOException e) {
      throw new EmbeddedPostgresException(
          "can't unpack PostgreSQL into %s: %s".formatted(cache, e), e);
    }
  }

  /**
   * Where one user's unpacked binaries are kept: {@code ${XDG_CACHE_HOME:-~/.cache}/earwitness}.
   */
  public static Path userCache() {
    if (ServerUser.detect() instanceof ServerUser.Account) {
      return Path.of("/var/cache/earwitness"); // root's home can't be entered by other accounts
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    return cache == null || !cache.startsWith("/")
        ? Path.of(System.getProperty("user.home"), ".cache", "earwitness")
        : Path.of(cache, "earwitness");
  }

  private static void unpack(Path home) throws IOException {
    LOG.info("Unpacking PostgreSQL into {} (once)", home);
    Path fresh = Files.createTempDirectory(home.toAbsolutePath().getParent(), "unpacking");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (InputStream packed = archive();
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        extract(tar, entry, fresh);
      }
      Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Another process was faster: then its result does
      if (!Files.isDirectory(home.resolve("bin"))) {
        throw e;
      }
    } finally {
      PrivateFiles.delete(fresh);
    }
  }

  private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path root)
      throws IOException {
    Path path = root.resolve(entry.getName()).normalize();
    if (!path.startsWith(root)) {
      throw new IOException("entry '%s' leads out of the archive".formatted(entry.getName()));
    }
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (entry.isSymbolicLink()) {
      Path target = Path.of(entry.getLinkName());
      if (target.isAbsolute() || !path.resolveSibling(target).normalize().startsWith(root)) {
        throw new IOException("link '%s' leads out of the archive".formatted(entry.getName()));
      }
      Files.createSymbolicLink(path, target);
    } else if (entry.isFile()) {
      Files.copy(tar, path);
      boolean executable = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    } else {
      throw new IOException(
          String.format(Locale.ROOT, "entry '%s' is neither file nor link", entry.getName()));
    }
  }

  private static String hash() throws IOException {
    try (InputStream packed = archive()) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n = packed.read(buffer); n >= 0; n = packed.read(buffer)) {
        sha256.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static InputStream archive() throws IOException {
    InputStream packed = PostgresBinaries.class.getResourceAsStream(ARCHIVE);
    if (packed == null) {
      throw new IOException("the class path lacks PostgreSQL's binaries (" + ARCHIVE + ")");
    }
    return packed;
  }
}
