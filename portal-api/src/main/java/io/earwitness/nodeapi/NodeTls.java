package io.earwitness.nodeapi;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import io.earwitness.archive.crypto.PlatformKeys;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** TLS 1.3 and 1.2 with forward secrecy; clients must show a certificate by one authority. */
final class NodeTls extends HttpsConfigurator {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /**
   * @param own what is shown to clients
   * @param authority who issues the clients' certificates
   */
  NodeTls(PlatformKeys.TlsKey own, X509Certificate authority) {
    super(context(own, authority));
  }

  private static SSLContext context(PlatformKeys.TlsKey own, X509Certificate authority) {
    try {
      // It lives in memory only: the password guards nothing
      char[] password = new char[0];
      KeyStore ownStore = empty();
      X509Certificate[] chain = {own.certificate(), authority};
      ownStore.setKeyEntry("own", own.privateKey(), password, chain);
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(ownStore, password);
      KeyStore trusted = empty();
      trusted.setCertificateEntry("authority", authority);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java runtime makes no TLS context", e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  @Override
  public void configure(HttpsParameters connection) {
    SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
    parameters.setNeedClientAuth(true);
    parameters.setProtocols(PROTOCOLS);
    parameters.setCipherSuites(
        Arrays.stream(parameters.getCipherSuites())
            .filter(suite -> suite.matches("TLS_(AES|CHACHA20|ECDHE)_.*"))
            .toArray(String[]::new));
    connection.setSSLParameters(parameters);
  }
}
