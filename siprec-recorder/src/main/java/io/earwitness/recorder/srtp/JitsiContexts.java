package io.earwitness.recorder.srtp;

import java.util.logging.Level;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpPolicy;
import org.jitsi.srtp.crypto.Aes;
import org.jitsi.utils.logging2.Logger;
import org.jitsi.utils.logging2.LoggerImpl;

/** The library's settings. */
final class JitsiContexts {
  /** RFC 3711 §5.2: the key of HMAC-SHA1 has 160 bits. */
  private static final int AUTHENTICATION_KEY_SIZE = 20;

  /** Silent: what fails is counted here, and hostile packets must not fill a log. */
  private static final Logger SILENT = new LoggerImpl("io.earwitness.srtp", Level.OFF);

  static {
    // The JDK's ciphers; left alone, the library measures all it finds at its first use. HMAC-SHA1
    // it always takes from OpenSSL where its native part can be loaded
    Aes.setFactoryClassName("org.jitsi.srtp.crypto.Aes$SunJCECipherFactory");
  }

  private JitsiContexts() {}

  static SrtpContextFactory factory(boolean sender, SrtpKey key) {
    SrtpSuite suite = key.suite();
    return new SrtpContextFactory(
        sender,
        key.masterKey(),
        key.masterSalt(),
        policy(suite, suite.tagSize()),
        policy(suite, suite.controlTagSize()),
        SILENT);
  }

  private static SrtpPolicy policy(SrtpSuite suite, int tagSize) {
    return suite.isAead()
        ? new SrtpPolicy(
            SrtpPolicy.AESGCM_ENCRYPTION,
            suite.keySize(),
            SrtpPolicy.NULL_AUTHENTICATION,
            0,
            tagSize,
            suite.saltSize())
        : new SrtpPolicy(
            SrtpPolicy.AESCM_ENCRYPTION,
            suite.keySize(),
            SrtpPolicy.HMACSHA1_AUTHENTICATION,
            AUTHENTICATION_KEY_SIZE,
            tagSize,
            suite.saltSize());
  }
}
