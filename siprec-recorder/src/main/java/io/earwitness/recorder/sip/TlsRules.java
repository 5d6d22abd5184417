package io.earwitness.recorder.sip;

import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Which TLS is spoken: 1.3 and 1.2, as far as the context speaks them, with forward secrecy and
 * authenticated encryption only.
 */
final class TlsRules {
  static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  static final List<String> CIPHER_SUITES =
      List.of(
          "TLS_AES_256_GCM_SHA384",
          "TLS_AES_128_GCM_SHA256",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private TlsRules() {}

  static void apply(SSLSocket socket) {
    SSLParameters parameters = socket.getSSLParameters();
    List<String> spoken = List.of(parameters.getProtocols());
    parameters.setProtocols(PROTOCOLS.stream().filter(spoken::contains).toArray(String[]::new));
    parameters.setCipherSuites(CIPHER_SUITES.toArray(String[]::new));
    parameters.setUseCipherSuitesOrder(true);
    socket.setSSLParameters(parameters);
  }
}
