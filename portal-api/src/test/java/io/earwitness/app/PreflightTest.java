package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
  @Test
  void aTlsPortInUseAndFilesThatAreMissingAreNamedAtOnce(@TempDir Path folder) throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Path missing = folder.resolve("missing.pem");
      List<String> obstacles =
          Preflight.obstacles(
              TestServer.config(
                  folder,
                  Map.of(
                      "EARWITNESS_SIP_TLS_PORT", Integer.toString(other.getLocalPort()),
                      "EARWITNESS_SIP_TLS_CERTIFICATE", missing.toString(),
                      "EARWITNESS_SIP_TLS_KEY", missing.toString(),
                      "EARWITNESS_SIP_TLS_TRUST", missing.toString())));
      assertThat(obstacles)
          .hasSize(4)
          .anySatisfy(o -> assertThat(o).contains("sip.tls.port: TCP port " + other.getLocalPort()))
          .anySatisfy(o -> assertThat(o).contains("sip.tls.certificate: ", "does not exist"))
          .anySatisfy(o -> assertThat(o).contains("sip.tls.key: ", "does not exist"))
          .anySatisfy(o -> assertThat(o).contains("sip.tls.trust: ", "does not exist"));
    }
  }
}
