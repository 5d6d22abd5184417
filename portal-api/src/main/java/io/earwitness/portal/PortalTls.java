package io.earwitness.portal;

import java.net.InetSocketAddress;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS 1.3 and 1.2 with forward secrecy, by a context that is asked for at each new connection, so
 * that a replaced certificate counts without a restart.
 */
final class PortalTls extends SslContextFactory.Server {
  private final Supplier<SSLContext> contexts;

  PortalTls(Supplier<SSLContext> contexts) {
    this.contexts = contexts;
    setSslContext(contexts.get());
    setIncludeProtocols("TLSv1.3", "TLSv1.2");
    setIncludeCipherSuites("TLS_(AES|CHACHA20|ECDHE)_.*");
    setRenegotiationAllowed(false);
  }

  @Override
  public SSLEngine newSSLEngine() {
    SSLEngine engine = contexts.get().createSSLEngine();
    customize(engine);
    return engine;
  }

  @Override
  public SSLEngine newSSLEngine(InetSocketAddress peer) {
    return newSSLEngine();
  }
}
