package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.tls.TestAuthority;
import io.earwitness.recorder.tls.TlsFiles;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole product with SIP over TLS as its settings say, and the client's command against it. */
@WithOwnServer
class TlsServeTest {
  @Test
  void aCallOverTlsIsTakenOnThePortAndWithTheFilesThatAreConfigured(
      @TempDir Path folder, @TempDir Path data) throws Exception {
    TestAuthority authority = TestAuthority.create(folder, "ca");
    TlsFiles.Paths recorder = authority.issue("recorder");
    TlsFiles.Paths sbc = authority.issue("sbc-1");
    String port = Integer.toString(TestServer.freePort());
    Map<String, String> settings =
        Map.of(
            "EARWITNESS_SIP_TLS_PORT", port,
            "EARWITNESS_SIP_TLS_CERTIFICATE", String.valueOf(recorder.certificate()),
            "EARWITNESS_SIP_TLS_KEY", String.valueOf(recorder.key()),
            "EARWITNESS_SIP_TLS_TRUST", String.valueOf(recorder.trust()));
    try (TestServer server = TestServer.start(data, settings)) {
      assertThat(server.config().sip().tls()).isNotNull();
      String uri = "sips:recorder@127.0.0.1:" + port;
      String trust = String.valueOf(authority.certificate());
      String certificate = String.valueOf(sbc.certificate());
      String key = String.valueOf(sbc.key());
      assertThat(
              Main.run(
                  "call",
                  "--to",
                  uri,
                  "--seconds",
                  "0.5",
                  "--tls-trust",
                  trust,
                  "--tls-certificate",
                  certificate,
                  "--tls-key",
                  key))
          .isEqualTo(ExitCode.DONE);
      assertThat(Main.run("call", "--to", uri, "--seconds", "0.5", "--tls-trust", trust))
          .as("without a certificate")
          .isEqualTo(ExitCode.FAILED);
    }
  }
}
