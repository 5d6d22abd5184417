package io.earwitness.nodeapi;

import io.earwitness.archive.crypto.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates that a node takes from programs no more, in a file of the node's own: a SHA-256
 * fingerprint on each line; what stands behind {@code #} is for people. It is read anew when it has
 * changed, so that it takes effect at the next request, without a database. Thread-safe.
 */
public final class RevokedClients {
  private static final Logger LOG = LoggerFactory.getLogger(RevokedClients.class);
  private static final String FILE = "revoked-node-clients";
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

  private final Path file;

  // Guarded by this
  private @Nullable Version version;
  private Set<String> fingerprints = Set.of();

  /** What of a file changes with its content; null as {@code modified} if there is none. */
  private record Version(@Nullable FileTime modified, long size) {}

  /** The list of the node whose data folder this is; the file need not be there. */
  public RevokedClients(Path data) {
    this.file = data.resolve(FILE);
  }

  /** Where it is. */
  public Path file() {
    return file;
  }

  /**
   * A fingerprint as it stands in the list.
   *
   * @param text 64 hexadecimal digits, also with colons, as OpenSSL prints them
   * @throws IllegalArgumentException if it is something else
   */
  public static String fingerprint(String text) {
    String digits = text.replace(":", "").strip().toLowerCase(Locale.ROOT);
    if (!FINGERPRINT.matcher(digits).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no SHA-256 fingerprint of a certificate; the trail has it where it was issued (node-client.issue), and 'openssl x509 -noout -fingerprint -sha256' prints it"
              .formatted(text.strip()));
    }
    return digits;
  }

  /**
   * Adds a certificate.
   *
   * @return whether it was not in the list
   * @throws IllegalArgumentException if it is no fingerprint
   * @throws IOException if the file can't be read or written
   */
  public synchronized boolean add(String certificate) throws IOException {
    String digits = fingerprint(certificate);
    String before = Files.exists(file) ? Files.readString(file) : "";
    if (parse(before.lines().toList(), new ArrayList<>()).contains(digits)) {
      return false;
    }
    String gap = before.isEmpty() || before.endsWith("\n") ? "" : "\n";
    Files.writeString(
        file, gap + digits + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return true;
  }

  /**
   * Reads it for the first time.
   *
   * @throws IOException if it can't be read, or a line is no fingerprint, saying which
   */
  synchronized void load() throws IOException {
    Version now = version();
    List<Integer> wrong = new ArrayList<>();
    fingerprints = read(now, wrong);
    version = now;
    if (!wrong.isEmpty()) {
      throw new IOException(wrong(wrong));
    }
  }

  /** Whether a certificate is in the list as it is now. */
  synchronized boolean contains(X509Certificate certificate) {
    refresh();
    return fingerprints.contains(Certificates.id(certificate));
  }

  private void refresh() {
    try {
      Version now = version();
      if (now.equals(version)) {
        return;
      }
      List<Integer> wrong = new ArrayList<>();
      fingerprints = read(now, wrong);
      version = now;
      if (wrong.isEmpty()) {
        LOG.info("{} has changed: {} certificates are revoked", file, fingerprints.size());
      } else {
        LOG.error("{}; its other lines count", wrong(wrong));
      }
    } catch (IOException e) {
      // What was revoked stays revoked
      LOG.error("{} can't be read ({}); make it readable", file, e.toString());
    }
  }

  private String wrong(List<Integer> lines) {
    return "%s: line %s has no SHA-256 fingerprint; mend or remove it"
        .formatted(file, lines.toString().replaceAll("[\\[\\]]", ""));
  }

  private Version version() throws IOException {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Version(now.lastModifiedTime(), now.size());
    } catch (NoSuchFileException e) {
      return new Version(null, 0);
    }
  }

  private Set<String> read(Version now, List<Integer> wrong) throws IOException {
    return now.modified() == null ? Set.of() : parse(Files.readAllLines(file), wrong);
  }

  private static Set<String> parse(List<String> lines, List<Integer> wrong) {
    Set<String> found = new HashSet<>();
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1).replaceFirst("#.*", "").strip();
      try {
        if (!line.isEmpty()) {
          found.add(fingerprint(line));
        }
      } catch (IllegalArgumentException e) {
        wrong.add(number);
      }
    }
    return found;
  }
}
