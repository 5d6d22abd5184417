package io.earwitness.archive.crypto;

import java.security.Provider;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * The BouncyCastle provider, passed explicitly and never registered: the JDK's own providers stay
 * the default everywhere, above all for bulk AES, where they are far faster.
 */
final class BouncyCastle {
  static final Provider PROVIDER = new BouncyCastleProvider();

  private BouncyCastle() {}
}
