package io.earwitness.recorder;

import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One end of a DTLS handshake by {@code openssl s_client} or {@code s_server}, which then says what
 * keys both ends have (RFC 5764 §4.2). It holds its port until it is closed.
 */
final class OpenSslDtls implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(40);
  private static final Pattern KEYS = Pattern.compile("Keying material: ([0-9A-F]+)");
  private static final Pattern PROFILE =
      Pattern.compile("SRTP Extension negotiated, profile=(\\w+)");
  private static final Pattern FINGERPRINT = Pattern.compile("=([0-9A-F:]+)");

  /** Twice key and salt of the largest suite; that of others is its beginning. */
  private static final int MATERIAL = 2 * (32 + 14);

  /**
   * A key and a certificate that only itself has signed.
   *
   * @param fingerprint as in SDP
   */
  record Identity(Path certificate, Path key, String fingerprint) {
    /**
     * Makes one.
     *
     * @param algorithm as {@code openssl req -newkey} wants it
     */
    static Identity create(Path folder, String name, String... algorithm)
        throws IOException, InterruptedException {
      Path certificate = folder.resolve(name + ".pem");
      Path key = folder.resolve(name + ".key");
      List<String> command = new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", "2"));
      command.addAll(List.of("-subj", "/CN=" + name, "-newkey"));
      command.addAll(List.of(algorithm));
      command.addAll(List.of("-keyout", key.toString(), "-out", certificate.toString()));
      run(folder, command);
      String said =
          run(
              folder,
              List.of("x509", "-in", certificate.toString(), "-noout", "-fingerprint", "-sha256"));
      Matcher found = FINGERPRINT.matcher(said);
      if (!found.find()) {
        throw new AssertionError(said);
      }
      return new Identity(certificate, key, "sha-256 " + found.group(1));
    }

    private static String run(Path folder, List<String> arguments)
        throws IOException, InterruptedException {
      Path log = Files.createTempFile(folder, "openssl", ".log");
      Process process = start(log, arguments);
      process.getOutputStream().close();
      if (process.waitFor() != 0) {
        throw new AssertionError(arguments + ": " + Files.readString(log));
      }
      return Files.readString(log);
    }
  }

  private final boolean active;
  private final Path log;
  private final Process process;

  private OpenSslDtls(boolean active, Path log, Process process) {
    this.active = active;
    this.log = log;
    this.process = process;
  }

  /**
   * Begins a handshake from a port of this machine with one of the recorder's.
   *
   * @param options more of {@code s_client}'s, such as {@code -dtls1_2}
   */
  static OpenSslDtls active(Identity identity, int from, int to, String... options)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("s_client"));
    command.addAll(List.of("-bind", "127.0.0.1:" + from, "-connect", "127.0.0.1:" + to));
    return start(true, identity, command, options);
  }

  /** Waits for a handshake; from when this returns, its port is taken. */
  static OpenSslDtls passive(Identity identity, int port, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("s_server", "-Verify", "1"));
    command.addAll(List.of("-accept", "127.0.0.1:" + port));
    OpenSslDtls server = start(false, identity, command, options);
    server.await("ACCEPT");
    return server;
  }

  private static OpenSslDtls start(
      boolean active, Identity identity, List<String> command, String... options)
      throws IOException {
    command.addAll(List.of("-cert", identity.certificate().toString()));
    command.addAll(List.of("-key", identity.key().toString()));
    command.addAll(List.of("-keymatexport", "EXTRACTOR-dtls_srtp"));
    command.addAll(List.of("-keymatexportlen", Integer.toString(MATERIAL)));
    command.addAll(List.of(options));
    Path log = Files.createTempFile(identity.key().getParent(), "dtls", ".log");
    return new OpenSslDtls(active, log, start(log, command));
  }

  private static Process start(Path log, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(arguments);
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
    } catch (IOException e) {
      throw new IllegalStateException("openssl is missing; ./earwitness test installs it", e);
    }
  }

  String said() throws IOException {
    return Files.readString(log, StandardCharsets.ISO_8859_1);
  }

  private String await(String text) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!said().contains(text)) {
      if (!process.isAlive() && !said().contains(text) || System.nanoTime() > end) {
        throw new AssertionError("no '" + text + "' from openssl: " + said());
      }
      Thread.sleep(20);
    }
    return said();
  }

  /** Its profile, by openssl's name; waits for the end of the handshake. */
  String profile() throws IOException, InterruptedException {
    Matcher profile = PROFILE.matcher(await("Keying material: "));
    return profile.find() ? profile.group(1) : "none";
  }

  /** The key that this end sends under; waits for the end of the handshake. */
  SrtpKey key(SrtpSuite suite) throws IOException, InterruptedException {
    await("Keying material: ");
    Matcher found = KEYS.matcher(said());
    while (!found.find() || found.group(1).length() < 2 * MATERIAL) {
      Thread.sleep(20);
      found = KEYS.matcher(said());
    }
    byte[] material = HexFormat.of().parseHex(found.group(1));
    int side = active ? 0 : 1;
    int saltAt = 2 * suite.keySize() + side * suite.saltSize();
    byte[] both =
        Arrays.copyOfRange(material, side * suite.keySize(), (side + 1) * suite.keySize());
    both = Arrays.copyOf(both, suite.keyAndSaltSize());
    System.arraycopy(material, saltAt, both, suite.keySize(), suite.saltSize());
    return new SrtpKey(suite, both, new byte[0]);
  }

  /** Waits until it has given up; returns what it said. */
  String failure() throws InterruptedException, IOException {
    if (!process.waitFor(40, TimeUnit.SECONDS)) {
      throw new AssertionError("openssl goes on: " + said());
    }
    return said();
  }

  /** Ends it as a person would, by the end of its input: it says so to the other end. */
  void end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
