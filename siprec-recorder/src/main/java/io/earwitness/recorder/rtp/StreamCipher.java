package io.earwitness.recorder.rtp;

import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpReceiver;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A stream's SRTP, if it is SRTP: its key as last agreed, and counts. For the receive thread. */
final class StreamCipher {
  private @Nullable SrtpReceiver receiver;

  /** Of the key before, until the first packet of the new one. */
  private @Nullable SrtpReceiver former;

  private boolean secure;

  /** A handshake is to bring the key. */
  private boolean expected;

  private boolean noKey;
  private long authentic;
  private long unauthentic;
  private long replayed;
  private MemorySegment packet = MemorySegment.NULL;
  private int length;

  /** A key is to come by a handshake: until then nothing is taken. */
  void expect() {
    expected = true;
    secure = true;
  }

  /** The handshake has failed. */
  void failed() {
    noKey = true;
  }

  /** Takes what was agreed on; null if the stream is plain. */
  void agree(@Nullable SrtpKey key) {
    expected = false;
    if (receiver != null && Objects.equals(receiver.key(), key)) {
      return;
    }
    if (former != null) {
      former.close();
      former = null;
    }
    if (key == null) {
      forget();
      return;
    }
    secure = true;
    noKey = false;
    former = receiver;
    receiver = new SrtpReceiver(key);
  }

  /** The stream has ended, or is plain from now on: its keys go. */
  void forget() {
    expected = false;
    if (receiver != null) {
      receiver.close();
      receiver = null;
    }
    if (former != null) {
      former.close();
      former = null;
    }
  }

  boolean isActive() {
    return receiver != null || expected;
  }

  boolean hasKey() {
    return receiver != null;
  }

  /**
   * Decrypts a packet into {@link #packet}; false, and counted, if it is to be dropped. An SRC goes
   * on with the former key until our answer reaches it, so that key is good until the new one is
   * heard.
   */
  boolean decrypt(MemorySegment buffer, long offset, int size) {
    SrtpReceiver now = receiver;
    if (now == null) {
      unauthentic++;
      return false;
    }
    SrtpReceiver.Outcome outcome = now.unprotect(buffer, offset, size);
    if (former != null) {
      if (outcome == SrtpReceiver.Outcome.PLAIN) {
        former.close();
        former = null;
      } else {
        now = former;
        outcome = now.unprotect(buffer, offset, size);
      }
    }
    switch (outcome) {
      case PLAIN -> {
        authentic++;
        packet = now.packet();
        length = now.length();
      }
      case UNAUTHENTIC -> unauthentic++;
      case REPLAYED -> replayed++;
    }
    return outcome == SrtpReceiver.Outcome.PLAIN;
  }

  /** Decrypts an RTCP packet into {@link #packet}; false if it is to be dropped. */
  boolean decryptControl(MemorySegment buffer, long offset, int size) {
    for (SrtpReceiver one : new SrtpReceiver[] {receiver, former}) {
      if (one != null && one.unprotectControl(buffer, offset, size) == SrtpReceiver.Outcome.PLAIN) {
        packet = one.packet();
        length = one.length();
        return true;
      }
    }
    return false;
  }

  MemorySegment packet() {
    return packet;
  }

  int length() {
    return length;
  }

  /** Null if the stream never was SRTP. */
  @Nullable SrtpCounts counts(int stream) {
    return secure ? new SrtpCounts(stream, authentic, unauthentic, replayed, noKey) : null;
  }
}
