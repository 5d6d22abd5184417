package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.tls.TlsFiles;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** A program of a tenant's that uses the node API. */
final class NodeProgram implements AutoCloseable {
  /** Longer than the API may take for anything. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http;

  NodeProgram(TlsFiles.Paths paths) throws Exception {
    http =
        HttpClient.newBuilder()
            .sslContext(TlsFiles.load(paths, InstantSource.system()).get())
            .build();
  }

  /** The command line that makes a program's certificate. */
  static String[] command(Path out, TenantSlug tenant, String name, List<String> installation) {
    return Stream.concat(
            Stream.of("admin", "node", "client", "--tenant", tenant.value(), "--name", name),
            Stream.concat(Stream.of("--out", out.toString()), installation.stream()))
        .toArray(String[]::new);
  }

  /**
   * Makes a program's certificate by the command line.
   *
   * @param installation options that say where it is, such as {@code --data}
   */
  static TlsFiles.Paths issue(Path out, TenantSlug tenant, String name, List<String> installation) {
    assertThat(Main.run(command(out, tenant, name, installation))).isEqualTo(ExitCode.DONE);
    return new TlsFiles.Paths(
        out.resolve(name + ".pem"), out.resolve(name + ".key"), out.resolve(name + "-ca.pem"));
  }

  HttpResponse<String> post(int port, String path) throws Exception {
    return send(request(port, path).POST(HttpRequest.BodyPublishers.noBody()));
  }

  HttpResponse<String> post(int port, String path, String body) throws Exception {
    return send(request(port, path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> get(int port, String path) throws Exception {
    return send(request(port, path));
  }

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path)).timeout(PATIENCE);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    http.close();
  }
}
