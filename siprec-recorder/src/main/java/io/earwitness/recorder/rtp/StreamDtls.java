package io.earwitness.recorder.rtp;

import io.earwitness.recorder.dtls.DtlsIdentity;
import io.earwitness.recorder.dtls.DtlsSession;
import io.earwitness.recorder.dtls.DtlsTerms;
import io.earwitness.recorder.srtp.SrtpKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream's handshake, and the packets that wait for its end. All but the handshake itself
 * happens on the receive thread.
 */
final class StreamDtls {
  /** Five seconds of packets. */
  private static final int MAX_HELD = 256;

  /** What streams share. */
  record Tools(DtlsIdentity identity, Consumer<Runnable> receiveThread) {}

  /** Hears of the end, on the receive thread. */
  interface Listener {
    void sends(byte[] datagram);

    void agreed(StreamDtls handshake, String suite);

    void failed(StreamDtls handshake, String why);
  }

  /** An RTP packet that came before its key. */
  record Held(MemorySegment packet, long arrivalNanos) {}

  private final DtlsTerms terms;
  private final DtlsSession session;
  private final List<Held> held = new ArrayList<>();
  private @Nullable SrtpKey theirs;
  private @Nullable SrtpKey ours;
  private boolean failed;

  StreamDtls(DtlsTerms terms, Tools tools, Listener listener) {
    this.terms = terms;
    this.session =
        DtlsSession.start(
            tools.identity,
            terms,
            datagram -> tools.receiveThread.accept(() -> listener.sends(datagram)),
            new DtlsSession.Outcome() {
              @Override
              public void agreed(SrtpKey newTheirs, SrtpKey newOurs) {
                tools.receiveThread.accept(
                    () -> {
                      theirs = newTheirs;
                      ours = newOurs;
                      listener.agreed(StreamDtls.this, newTheirs.suite().name());
                    });
              }

              @Override
              public void failed(String why) {
                tools.receiveThread.accept(
                    () -> {
                      failed = true;
                      listener.failed(StreamDtls.this, why);
                    });
              }
            });
  }

  /** Whether it is a handshake by these terms that may still serve. */
  boolean serves(@Nullable DtlsTerms wanted) {
    return terms.equals(wanted) && !failed;
  }

  boolean isPending() {
    return theirs == null && !failed;
  }

  /** A record of the other end. */
  void received(MemorySegment buffer, long offset, int length) {
    session.received(buffer.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
  }

  /** Keeps a packet until there is a key; false if there are too many. */
  boolean hold(MemorySegment buffer, long offset, int length, long arrivalNanos) {
    if (held.size() == MAX_HELD) {
      return false;
    }
    byte[] bytes = buffer.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    held.add(new Held(MemorySegment.ofArray(bytes), arrivalNanos));
    return true;
  }

  /** The packets that wait, which wait no longer. */
  List<Held> release() {
    List<Held> released = List.copyOf(held);
    held.clear();
    return released;
  }

  /** What offer and answer agreed on, with the keys that came of it. */
  StreamTerms complete(StreamTerms agreed) {
    // Without a shared port RTCP would need a handshake of its own (RFC 5764 §4.1)
    boolean reports = theirs != null && agreed.rtcpMux();
    return new StreamTerms(
        theirs,
        ours,
        reports ? agreed.reportsTo() : null,
        agreed.rtcpMux(),
        agreed.dtls(),
        agreed.fullIntraRequest(),
        agreed.pictureLoss());
  }

  void close() {
    session.close();
  }
}
