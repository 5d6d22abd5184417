package io.earwitness.recorder.rtp;

import io.earwitness.call.StreamDescription;
import io.earwitness.recorder.dtls.DtlsSession;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a stream's packets are decrypted by, and our reports encrypted: keys that came with the
 * offer, or those of a handshake on the stream's own socket. For the receive thread.
 */
final class StreamKeying implements StreamDtls.Listener {
  /** What of a stream this needs. */
  interface Stream {
    /** Null if it has none now. */
    @Nullable PortPair ports();

    /** Takes a packet that has waited for its key, or for there to be none. */
    void waited(MemorySegment packet, long arrivalNanos);
  }

  private final String name;
  private final StreamDtls.Tools tools;
  private final StreamCipher cipher;
  private final RtcpSession rtcp;
  private final SourceLatch latch;
  private final Stream stream;
  private final Consumer<String> notes;

  private StreamTerms terms = StreamTerms.UNREPORTED;
  private @Nullable StreamDtls handshake;

  /** Where our DTLS records go. */
  private WireAddress peer = new WireAddress(0, 0);

  private int peerPort;

  /**
   * Keying of a stream of which nothing is agreed on yet.
   *
   * @param name for people, such as {@code left stream}
   * @param notes takes lines for people
   */
  StreamKeying(
      String name,
      StreamDtls.Tools tools,
      StreamCipher cipher,
      RtcpSession rtcp,
      SourceLatch latch,
      Stream stream,
      Consumer<String> notes) {
    this.name = name;
    this.tools = tools;
    this.cipher = cipher;
    this.rtcp = rtcp;
    this.latch = latch;
    this.stream = stream;
    this.notes = notes;
  }

  /** Takes what the latest offer and answer say. */
  void describe(StreamDescription description, StreamTerms newTerms) {
    terms = newTerms;
    if (handshake != null && !handshake.serves(terms.dtls())) {
      handshake.close();
      handshake = null;
    }
    if (handshake == null && terms.dtls() != null) {
      InetAddress offered = SourceLatch.literal(description.remoteAddress());
      if (offered != null) {
        peer = WireAddress.of(offered);
        peerPort = description.remotePort();
      }
      handshake = new StreamDtls(terms.dtls(), tools, this);
    }
    agree();
  }

  /** Takes the keys that there are. */
  private void agree() {
    StreamTerms now = handshake == null ? terms : handshake.complete(terms);
    rtcp.agree(now);
    if (handshake == null || now.theirKey() != null) {
      cipher.agree(now.theirKey());
    } else {
      cipher.expect();
    }
  }

  /**
   * Takes a datagram that is no RTP, if it is the handshake's (RFC 7983 §7: the first byte tells).
   */
  boolean takes(
      MemorySegment buffer, long offset, int length, long addressHigh, long addressLow, int port) {
    if (handshake == null
        || length == 0
        || !DtlsSession.isDtls(Byte.toUnsignedInt(buffer.get(ValueLayout.JAVA_BYTE, offset)))
        || !latch.isOffered(addressHigh, addressLow)) {
      return false;
    }
    peer = new WireAddress(addressHigh, addressLow);
    peerPort = port;
    handshake.received(buffer, offset, length);
    return true;
  }

  /** Keeps a packet whose key is still to come; false if there is nothing to wait for. */
  boolean holds(MemorySegment buffer, long offset, int length, long arrivalNanos) {
    return handshake != null
        && !cipher.hasKey()
        && handshake.isPending()
        && handshake.hold(buffer, offset, length, arrivalNanos);
  }

  @Override
  public void sends(byte[] datagram) {
    PortPair now = stream.ports();
    if (now != null) {
      var _ = now.rtp().send(datagram, datagram.length, peer.high(), peer.low(), peerPort);
    }
  }

  @Override
  public void agreed(StreamDtls which, String suite) {
    if (which == handshake) {
      agree();
      notes.accept("%s is SRTP by DTLS, %s".formatted(name, suite));
      which.release().forEach(held -> stream.waited(held.packet(), held.arrivalNanos()));
    }
  }

  @Override
  public void failed(StreamDtls which, String why) {
    if (which == handshake) {
      cipher.failed();
      which.release().forEach(held -> stream.waited(held.packet(), held.arrivalNanos()));
      notes.accept(
          "%s: the DTLS handshake failed, so its packets can't be decrypted: %s"
              .formatted(name, why.replaceAll("\\p{Cntrl}", "?")));
    }
  }

  /** The stream has ended: keys go. */
  void end() {
    if (handshake != null) {
      if (handshake.isPending()) {
        failed(handshake, "it was not over when the stream ended");
      }
      handshake.close();
      handshake = null;
    }
    cipher.forget();
  }
}
