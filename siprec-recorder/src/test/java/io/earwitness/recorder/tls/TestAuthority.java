package io.earwitness.recorder.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** A certificate authority of a test, kept in a folder and worked by OpenSSL. */
public final class TestAuthority {
  private static final String SECTIONS =
      """
      [req]
      distinguished_name = name
      [name]
      [authority]
      basicConstraints = critical, CA:TRUE
      [leaf]
      basicConstraints = CA:FALSE
      """;

  private final Path folder;
  private final String name;

  private TestAuthority(Path folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  public static TestAuthority create(Path folder, String name) throws Exception {
    Files.writeString(folder.resolve("sections.cnf"), SECTIONS);
    TestAuthority authority = new TestAuthority(folder, name);
    authority.certificate(name, "authority", List.of());
    return authority;
  }

  /** The authority's own certificate. */
  public Path certificate() {
    return folder.resolve(name + ".pem");
  }

  /** A certificate {@code CN=name} with its key; trusts what this authority issued. */
  public TlsFiles.Paths issue(String holder) throws Exception {
    certificate(
        holder,
        "leaf",
        List.of(
            "-CA", certificate().toString(), "-CAkey", folder.resolve(name + ".key").toString()));
    return new TlsFiles.Paths(
        folder.resolve(holder + ".pem"), folder.resolve(holder + ".key"), certificate());
  }

  private void certificate(String holder, String section, List<String> issuer) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"));
    command.addAll(
        List.of("-nodes", "-days", "2", "-subj", "/CN=" + holder, "-extensions", section));
    command.addAll(List.of("-config", folder.resolve("sections.cnf").toString()));
    command.addAll(List.of("-keyout", folder.resolve(holder + ".key").toString()));
    command.addAll(List.of("-out", folder.resolve(holder + ".pem").toString()));
    command.addAll(issuer);
    openssl(command.toArray(String[]::new));
  }

  /** Runs OpenSSL and returns what it prints; fails if that fails. */
  public static String openssl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + output);
    }
    return output;
  }

  /** A context that speaks no later version than the one named. */
  public static SSLContext context(TlsFiles.Paths paths, String protocol) throws Exception {
    return TlsContent.read(paths).context(Instant.now(), protocol);
  }

  public static SSLContext context(TlsFiles.Paths paths) throws Exception {
    return context(paths, "TLS");
  }
}
