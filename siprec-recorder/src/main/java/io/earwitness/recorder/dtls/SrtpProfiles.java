package io.earwitness.recorder.dtls;

import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSuite;
import io.earwitness.recorder.srtp.SrtpSupport;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.SRTPProtectionProfile;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/** The profiles of {@code use_srtp} (RFC 5764 §4.1.2, RFC 7714 §14.2), the best liked first. */
final class SrtpProfiles {
  private static final int[] ALL = {
    SRTPProtectionProfile.SRTP_AEAD_AES_256_GCM,
    SRTPProtectionProfile.SRTP_AEAD_AES_128_GCM,
    SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80,
    SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_32
  };

  private SrtpProfiles() {}

  /** Those that work on this machine. */
  static int[] usable() {
    return Arrays.stream(ALL)
        .filter(
            profile -> {
              SrtpSuite suite = suite(profile);
              return suite != null && SrtpSupport.isUsable(suite);
            })
        .toArray();
  }

  /** The best liked of those offered. */
  static int choose(int[] offered) throws IOException {
    return Arrays.stream(usable())
        .filter(profile -> IntStream.of(offered).anyMatch(one -> one == profile))
        .findFirst()
        .orElseThrow(
            () ->
                new TlsFatalAlert(
                    AlertDescription.insufficient_security,
                    "no common SRTP profile; offered were " + Arrays.toString(offered)));
  }

  private static @Nullable SrtpSuite suite(int profile) {
    return switch (profile) {
      case SRTPProtectionProfile.SRTP_AEAD_AES_256_GCM -> SrtpSuite.AEAD_AES_256_GCM;
      case SRTPProtectionProfile.SRTP_AEAD_AES_128_GCM -> SrtpSuite.AEAD_AES_128_GCM;
      case SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80 -> SrtpSuite.AES_CM_128_HMAC_SHA1_80;
      case SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_32 -> SrtpSuite.AES_CM_128_HMAC_SHA1_32;
      default -> null;
    };
  }

  /** The keys of both ends. */
  record Keys(SrtpKey client, SrtpKey server) {}

  /** RFC 5764 §4.2: client's key, server's key, client's salt, server's salt. */
  static Keys export(TlsContext context, int profile) {
    SrtpSuite suite = suite(profile);
    if (suite == null) {
      throw new IllegalStateException("SRTP profile " + profile + " was agreed on");
    }
    int key = suite.keySize();
    int salt = suite.saltSize();
    byte[] material = context.exportKeyingMaterial(ExporterLabel.dtls_srtp, null, 2 * (key + salt));
    Keys keys =
        new Keys(
            key(suite, material, 0, key, 2 * key, salt),
            key(suite, material, key, key, 2 * key + salt, salt));
    Arrays.fill(material, (byte) 0);
    return keys;
  }

  private static SrtpKey key(
      SrtpSuite suite, byte[] material, int keyAt, int key, int saltAt, int salt) {
    byte[] both = new byte[key + salt];
    System.arraycopy(material, keyAt, both, 0, key);
    System.arraycopy(material, saltAt, both, key, salt);
    return new SrtpKey(suite, both, new byte[0]);
  }
}
