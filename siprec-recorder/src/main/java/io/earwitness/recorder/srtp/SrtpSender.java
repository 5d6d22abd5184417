package io.earwitness.recorder.srtp;

import java.security.GeneralSecurityException;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;

/** Protects the packets of one synchronisation source. For one thread at a time. */
public final class SrtpSender {
  /** Room that {@link #protect} needs behind a packet. */
  public static final int MAX_TAG = 16;

  private final SrtpCryptoContext context;

  /**
   * A sender whose rollover counter begins at 0.
   *
   * @throws IllegalStateException if this Java platform lacks the suite's ciphers
   */
  public SrtpSender(SrtpKey key, int ssrc) {
    try {
      context = JitsiContexts.factory(true, key).deriveContext(ssrc, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(key.suite() + " can't be used", e);
    }
  }

  /**
   * Encrypts a packet in place and appends its tag.
   *
   * @param packet with room for {@link #MAX_TAG} bytes more
   * @return the new length
   */
  public int protect(byte[] packet, int length) {
    PacketBuffer buffer = new PacketBuffer(packet);
    buffer.set(length);
    try {
      SrtpErrorStatus status = context.transformPacket(buffer);
      if (status != SrtpErrorStatus.OK) {
        throw new IllegalStateException("a packet can't be protected: " + status);
      }
      return buffer.getLength();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a packet can't be protected", e);
    }
  }
}
