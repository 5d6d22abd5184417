package io.earwitness.recorder.srtp;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jitsi.srtp.SrtcpCryptoContext;
import org.jitsi.srtp.SrtpContextFactory;
import org.jitsi.srtp.SrtpCryptoContext;
import org.jitsi.srtp.SrtpErrorStatus;

/**
 * Unprotects the packets of one stream. For one thread at a time.
 *
 * <h2>Guarantees</h2>
 *
 * A packet is handed out only if its tag is right under the stream's key, and only once. Each
 * synchronisation source has a context of its own: rollover counter and replay list (RFC 3711
 * §3.2.3). A source's context is kept from its first authentic packet on, so that nobody without
 * the key can disturb it.
 *
 * <h2>Restrictions</h2>
 *
 * SDES doesn't tell the rollover counter, which begins at 0 with the key (RFC 4568 §6.4). A source
 * may have passed its first wrap before its first packet is seen here; the second would be found
 * never. The replay list has 64 packets.
 *
 * <h2>Use</h2>
 *
 * <pre>{@code
 * if (receiver.unprotect(datagram, offset, length) == Outcome.PLAIN) {
 *   use(receiver.packet(), receiver.length());
 * }
 * }</pre>
 */
public final class SrtpReceiver implements AutoCloseable {
  /** What became of a packet. */
  public enum Outcome {
    /** It is authentic and decrypted. */
    PLAIN,
    /** Its tag, or its key identifier, is not of this stream's key. */
    UNAUTHENTIC,
    /** It came before, or is older than the replay list. */
    REPLAYED
  }

  /** More sources than one stream has; the eldest is forgotten. */
  private static final int MAX_SOURCES = 4;

  private static final int FIXED_HEADER_SIZE = 12;
  private static final int SSRC_AT = 8;
  private static final int CONTROL_HEADER_SIZE = 8;
  private static final int CONTROL_SSRC_AT = 4;
  private static final int FIRST_ROLLOVERS = 2;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final SrtpKey key;
  private final SrtpContextFactory factory;
  private final List<SrtpCryptoContext> sources = new ArrayList<>();
  private final List<ControlSource> controlSources = new ArrayList<>();

  private record ControlSource(int ssrc, SrtcpCryptoContext context) {}

  // As long as the longest packet so far: thousands of streams have one each
  private byte[] bytes = {};
  private MemorySegment packet = MemorySegment.ofArray(bytes);
  private PacketBuffer buffer = new PacketBuffer(bytes);

  /** A receiver that has heard of no source yet. */
  public SrtpReceiver(SrtpKey key) {
    this.key = key;
    this.factory = JitsiContexts.factory(false, key);
  }

  public SrtpKey key() {
    return key;
  }

  /** Takes a packet, which stays as it is. */
  public Outcome unprotect(MemorySegment datagram, long offset, int length) {
    if (length < FIXED_HEADER_SIZE) {
      return Outcome.UNAUTHENTIC;
    }
    makeRoom(length);
    int ssrc = datagram.get(INT, offset + SSRC_AT);
    for (int i = 0; i < sources.size(); i++) {
      if (sources.get(i).getSsrc() == ssrc) {
        return attempt(sources.get(i), datagram, offset, length);
      }
    }
    return first(ssrc, datagram, offset, length);
  }

  /** Takes an SRTCP packet (RFC 3711 §3.4), which stays as it is. */
  public Outcome unprotectControl(MemorySegment datagram, long offset, int length) {
    if (length < CONTROL_HEADER_SIZE) {
      return Outcome.UNAUTHENTIC;
    }
    makeRoom(length);
    MemorySegment.copy(datagram, offset, packet, 0, length);
    int protectedLength =
        withoutKeyIdentifier(length, key.suite().isAead() ? 0 : key.suite().controlTagSize());
    if (protectedLength < 0) {
      return Outcome.UNAUTHENTIC;
    }
    buffer.set(protectedLength);
    int ssrc = datagram.get(INT, offset + CONTROL_SSRC_AT);
    try {
      for (ControlSource source : controlSources) {
        if (source.ssrc == ssrc) {
          return outcome(source.context.reverseTransformPacket(buffer));
        }
      }
      ControlSource source = new ControlSource(ssrc, factory.deriveControlContext(ssrc));
      Outcome outcome = outcome(source.context.reverseTransformPacket(buffer));
      if (outcome == Outcome.PLAIN) {
        if (controlSources.size() == MAX_SOURCES) {
          controlSources.removeLast();
        }
        controlSources.addFirst(source);
      }
      return outcome;
    } catch (GeneralSecurityException | RuntimeException e) {
      // As with RTP: whatever the library stumbled over
      return Outcome.UNAUTHENTIC;
    }
  }

  private void makeRoom(int length) {
    if (length > bytes.length) {
      bytes = new byte[length];
      packet = MemorySegment.ofArray(bytes);
      buffer = new PacketBuffer(bytes);
    }
  }

  private Outcome first(int ssrc, MemorySegment datagram, long offset, int length) {
    for (int rollovers = 0; rollovers < FIRST_ROLLOVERS; rollovers++) {
      SrtpCryptoContext context;
      try {
        context = factory.deriveContext(ssrc, rollovers);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(key.suite() + " can't be used", e);
      }
      if (attempt(context, datagram, offset, length) == Outcome.PLAIN) {
        if (sources.size() == MAX_SOURCES) {
          sources.removeLast();
        }
        sources.addFirst(context);
        return Outcome.PLAIN;
      }
    }
    return Outcome.UNAUTHENTIC;
  }

  private Outcome attempt(
      SrtpCryptoContext context, MemorySegment datagram, long offset, int length) {
    // Anew for each attempt: a failed one may leave anything in the array
    MemorySegment.copy(datagram, offset, packet, 0, length);
    int protectedLength =
        withoutKeyIdentifier(length, key.suite().isAead() ? 0 : key.suite().tagSize());
    if (protectedLength < 0) {
      return Outcome.UNAUTHENTIC;
    }
    buffer.set(protectedLength);
    try {
      return outcome(context.reverseTransformPacket(buffer, false));
    } catch (GeneralSecurityException | RuntimeException e) {
      // The packet is hostile or damaged, whatever the library stumbled over in it
      return Outcome.UNAUTHENTIC;
    }
  }

  private static Outcome outcome(SrtpErrorStatus status) {
    return switch (status) {
      case OK -> Outcome.PLAIN;
      case REPLAY_FAIL, REPLAY_OLD -> Outcome.REPLAYED;
      case FAIL, AUTH_FAIL, INVALID_PACKET -> Outcome.UNAUTHENTIC;
    };
  }

  /**
   * Takes the key identifier out: it stands before the tag (RFC 3711 §3.1), with AEAD, whose tag
   * belongs to the ciphertext, at the end (RFC 7714 §8.2).
   *
   * @param behind bytes that stand behind it
   * @return the length without it; negative if it is not this key's
   */
  private int withoutKeyIdentifier(int length, int behind) {
    byte[] mki = key.mki();
    if (mki.length == 0) {
      return length;
    }
    int at = length - behind - mki.length;
    if (at < CONTROL_HEADER_SIZE
        || !Arrays.equals(bytes, at, at + mki.length, mki, 0, mki.length)) {
      return -1;
    }
    System.arraycopy(bytes, at + mki.length, bytes, at, behind);
    return length - mki.length;
  }

  /** The plain packet, from 0; as long as no other is taken. */
  public MemorySegment packet() {
    return packet;
  }

  /** Its length. */
  public int length() {
    return buffer.getLength();
  }

  /** Forgets the key. */
  @Override
  public void close() {
    sources.clear();
    controlSources.clear();
    factory.close();
    Arrays.fill(bytes, (byte) 0);
  }
}
