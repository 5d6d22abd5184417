package io.earwitness.recorder.client;

import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The two companding laws of ITU-T G.711 as RTP carries them (RFC 3551 §4.5.14): one byte for each
 * sample of 8 kHz.
 */
public enum G711 {
  PCMU(0, 0xff),
  PCMA(8, 0xd5);

  private final int payloadType;
  private final byte silence;
  private final short[] decoded = new short[256];
  private final byte[] encoded = new byte[1 << 16];

  G711(int payloadType, int silence) {
    this.payloadType = payloadType;
    this.silence = (byte) silence;
    for (int code = 0; code < 256; code++) {
      decoded[code] = payloadType == 0 ? muLaw(code) : aLaw(code);
    }
    // The nearest code; of µ-law's two zeros the positive one (0xff), which sorts behind 0x7f
    int[] codes =
        IntStream.range(0, 256)
            .boxed()
            .sorted((a, b) -> Integer.compare(decoded[a], decoded[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    int nearest = 0;
    for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
      while (nearest < 255
          && Math.abs(decoded[codes[nearest + 1]] - sample)
              <= Math.abs(decoded[codes[nearest]] - sample)) {
        nearest++;
      }
      encoded[sample & 0xffff] = (byte) codes[nearest];
    }
  }

  /**
   * The law with this name, in any case.
   *
   * @throws IllegalArgumentException naming what would do
   */
  public static G711 parse(String name) {
    for (G711 law : values()) {
      if (law.name().equals(name.toUpperCase(Locale.ROOT))) {
        return law;
      }
    }
    throw new IllegalArgumentException("codec '%s'; expected PCMU or PCMA".formatted(name));
  }

  public int payloadType() {
    return payloadType;
  }

  /** The code of a sample of zero, or of the one nearest to it. */
  byte silence() {
    return silence;
  }

  /** The code nearest to a 16-bit sample. */
  public byte encode(short sample) {
    return encoded[sample & 0xffff];
  }

  /** The 16-bit sample that a code stands for. */
  public short decode(byte code) {
    return decoded[code & 0xff];
  }

  /** ITU-T G.711 table 2, scaled to 16 bit. */
  private static short muLaw(int code) {
    int inverted = ~code & 0xff;
    int magnitude = (((inverted & 0x0f) << 3) + 0x84 << (inverted >> 4 & 7)) - 0x84;
    return (short) ((inverted & 0x80) == 0 ? magnitude : -magnitude);
  }

  /** ITU-T G.711 table 1, scaled to 16 bit. */
  private static short aLaw(int code) {
    int toggled = code ^ 0x55;
    int segment = toggled >> 4 & 7;
    int step = (toggled & 0x0f) << 4;
    int magnitude = segment == 0 ? step + 8 : step + 0x108 << segment - 1;
    return (short) ((toggled & 0x80) != 0 ? magnitude : -magnitude);
  }
}
