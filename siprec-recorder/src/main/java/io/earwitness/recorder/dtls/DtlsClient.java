package io.earwitness.recorder.dtls;

import java.io.IOException;
import java.util.Arrays;
import java.util.Hashtable;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;

/** The active end of a handshake. */
final class DtlsClient extends DefaultTlsClient {
  private final DtlsPeer peer;

  DtlsClient(DtlsPeer peer) {
    super(peer.crypto());
    this.peer = peer;
  }

  @Override
  protected ProtocolVersion[] getSupportedVersions() {
    return DtlsPeer.versions();
  }

  @Override
  protected int[] getSupportedCipherSuites() {
    return TlsUtils.getSupportedCipherSuites(getCrypto(), DtlsPeer.SUITES);
  }

  @Override
  public int getHandshakeTimeoutMillis() {
    return DtlsPeer.HANDSHAKE_MILLIS;
  }

  @Override
  @SuppressWarnings({"JdkObsolete", "unchecked", "rawtypes"}) // the library's
  public Hashtable getClientExtensions() throws IOException {
    Hashtable extensions = super.getClientExtensions();
    if (extensions == null) {
      extensions = new Hashtable();
    }
    TlsSRTPUtils.addUseSRTPExtension(
        extensions, new UseSRTPData(SrtpProfiles.usable(), TlsUtils.EMPTY_BYTES));
    return extensions;
  }

  @Override
  @SuppressWarnings({"JdkObsolete", "rawtypes"}) // the library's
  public void processServerExtensions(Hashtable extensions) throws IOException {
    super.processServerExtensions(extensions);
    UseSRTPData chosen = TlsSRTPUtils.getUseSRTPExtension(extensions);
    int[] profiles = chosen == null ? new int[0] : chosen.getProtectionProfiles();
    if (profiles.length != 1
        || Arrays.stream(SrtpProfiles.usable()).noneMatch(one -> one == profiles[0])) {
      throw new TlsFatalAlert(
          AlertDescription.handshake_failure, "it chose no SRTP profile of ours");
    }
    peer.agreed(profiles[0]);
  }

  @Override
  public TlsAuthentication getAuthentication() {
    return new TlsAuthentication() {
      @Override
      public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
        peer.check(certificate.getCertificate());
      }

      @Override
      public TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
        return peer.credentials(context);
      }
    };
  }

  @Override
  public void notifyHandshakeComplete() throws IOException {
    super.notifyHandshakeComplete();
    peer.completed(context);
  }
}
