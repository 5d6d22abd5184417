package io.earwitness.recorder.client;

import java.nio.ByteBuffer;

/**
 * Presses keys in the midst of a call (RFC 4733): each for 100 ms, with 100 ms between them. Its
 * packets go beside those of the speech, whose samples so stay what they are. Not thread-safe.
 */
final class Keypad {
  /** As offered in our SDP. */
  static final int PAYLOAD_TYPE = 101;

  /** Ticks of 20 ms for each key, the rest behind it included. */
  static final int TICKS_PER_KEY = 10;

  private static final String KEYS = "0123456789*#ABCD";
  private static final int PRESSED_TICKS = 5;
  private static final int END_PACKETS = 3;
  private static final int PAYLOAD_BYTES = 4;
  private static final byte END = (byte) 0x80;
  private static final byte VOLUME = 10;

  private final String keys;
  private int tick;
  private int timestamp;

  /** Presses these keys; see {@link #check}. */
  Keypad(String keys) {
    this.keys = keys;
  }

  /**
   * Reads what keys to press.
   *
   * @throws IllegalArgumentException if one of them is none
   */
  static String check(String keys) {
    String upper = keys.toUpperCase(java.util.Locale.ROOT);
    for (int i = 0; i < upper.length(); i++) {
      if (KEYS.indexOf(upper.charAt(i)) < 0) {
        throw new IllegalArgumentException(
            "'%s' is no key of a telephone; they are 0 to 9, *, # and A to D"
                .formatted(keys.charAt(i)));
      }
    }
    return upper;
  }

  /** How many packets go with the next tick: a key's last one is sent three times. */
  int packets() {
    int inKey = tick % TICKS_PER_KEY;
    if (tick / TICKS_PER_KEY >= keys.length() || inKey >= PRESSED_TICKS) {
      return 0;
    }
    return inKey == PRESSED_TICKS - 1 ? END_PACKETS : 1;
  }

  /** Whether the next packet is a key's first. */
  boolean begins() {
    return tick % TICKS_PER_KEY == 0;
  }

  /** The time stamp of the next packet: that of the key's beginning. */
  int timestamp(int now) {
    if (begins()) {
      timestamp = now;
    }
    return timestamp;
  }

  /** Writes the payload. */
  void payload(ByteBuffer out) {
    int inKey = tick % TICKS_PER_KEY;
    boolean last = inKey == PRESSED_TICKS - 1;
    out.put((byte) KEYS.indexOf(keys.charAt(tick / TICKS_PER_KEY)));
    out.put((byte) (VOLUME | (last ? END : 0)));
    out.putShort((short) ((inKey + 1) * Speech.PACKET_SAMPLES));
  }

  static int payloadBytes() {
    return PAYLOAD_BYTES;
  }

  /** A tick has passed. */
  void passed() {
    tick++;
  }
}
