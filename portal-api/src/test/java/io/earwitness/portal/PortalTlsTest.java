package io.earwitness.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.recorder.tls.TestAuthority;
import io.earwitness.recorder.tls.TlsFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortalTlsTest {
  private volatile Duration later = Duration.ZERO;

  @Test
  void theCertificateOfTheFilesIsShownAndANewOneWithoutARestart(@TempDir Path folder)
      throws Exception {
    TestAuthority authority = TestAuthority.create(folder, "ca");
    TlsFiles.Paths files = authority.issue("portal-1");
    TlsFiles.Paths next = authority.issue("portal-2");
    TlsFiles tls =
        TlsFiles.load(
            new TlsFiles.Paths(files.certificate(), files.key(), null),
            () -> Instant.now().plus(later));
    try (TestPortal parts = new TestPortal();
        PortalServer server =
            PortalServer.start(
                new PortalConfig(
                    "127.0.0.1",
                    0,
                    true,
                    Duration.ofHours(1),
                    Duration.ofHours(12),
                    Set.of(),
                    new Exposure(tls, List.of(), 0, 0),
                    SignInConfig.DEFAULT),
                parts.parts(List.of()))) {
      assertThat(server.url()).startsWith("https://127.0.0.1:");
      assertThat(shown(authority, server.port(), "TLSv1.3")).isEqualTo("CN=portal-1");
      assertThat(shown(authority, server.port(), "TLSv1.2")).isEqualTo("CN=portal-1");
      assertThatThrownBy(() -> shown(authority, server.port(), "TLSv1.1"))
          .isInstanceOf(IOException.class);

      String answer = healthz(authority, server.port());
      assertThat(answer).startsWith("HTTP/1.1 200").contains("Strict-Transport-Security: max-age=");

      Files.move(next.certificate(), files.certificate(), StandardCopyOption.REPLACE_EXISTING);
      Files.move(next.key(), files.key(), StandardCopyOption.REPLACE_EXISTING);
      later = Duration.ofSeconds(11);
      assertThat(shown(authority, server.port(), "TLSv1.3")).isEqualTo("CN=portal-2");
    }
  }

  private static String healthz(TestAuthority authority, int port) throws Exception {
    try (SSLSocket socket = connect(authority, port)) {
      socket
          .getOutputStream()
          .write(
              "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  private static SSLSocket connect(TestAuthority authority, int port) throws Exception {
    TlsFiles.Paths trust = new TlsFiles.Paths(null, null, authority.certificate());
    return (SSLSocket)
        TestAuthority.context(trust).getSocketFactory().createSocket("127.0.0.1", port);
  }

  private static String shown(TestAuthority authority, int port, String protocol) throws Exception {
    try (SSLSocket socket = connect(authority, port)) {
      socket.setEnabledProtocols(new String[] {protocol});
      socket.startHandshake();
      return socket.getSession().getPeerPrincipal().getName();
    }
  }
}
