package io.earwitness.recorder.srtp;

import java.security.GeneralSecurityException;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;

/** Protects the packets of one synchronisation source. For one thread at a time. */
public final class SrtpSender {
  /** Room that {@link #protect} needs behind a packet. */
  public static final int MAX_TAG = 16;

  /** Room that {@link #protectControl} needs: a tag and the index (RFC 3711 §3.4). */
  public static final int MAX_CONTROL_TRAILER = MAX_TAG + 4;

  private final SrtpCryptoContext context;
  private final SrtcpCryptoContext control;

  /**
   * A sender whose rollover counter begins at 0.
   *
   * @throws IllegalStateException if this Java platform lacks the suite's ciphers
   */
  public SrtpSender(SrtpKey key, int ssrc) {
    try {
      SrtpContextFactory factory = JitsiContexts.factory(true, key);
      context = factory.deriveContext(ssrc, 0);
      control = factory.deriveControlContext(ssrc);
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
      return protectedLength(context.transformPacket(buffer), buffer);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a packet can't be protected", e);
    }
  }

  /**
   * Encrypts an RTCP packet of this source in place and appends index and tag.
   *
   * @param packet with room for {@link #MAX_CONTROL_TRAILER} bytes more
   * @return the new length
   */
  public int protectControl(byte[] packet, int length) {
    PacketBuffer buffer = new PacketBuffer(packet);
    buffer.set(length);
    try {
      return protectedLength(control.transformPacket(buffer), buffer);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an RTCP packet can't be protected", e);
    }
  }

  private static int protectedLength(SrtpErrorStatus status, PacketBuffer buffer) {
    if (status != SrtpErrorStatus.OK) {
      throw new IllegalStateException("a packet can't be protected: " + status);
    }
    return buffer.getLength();
  }
}
