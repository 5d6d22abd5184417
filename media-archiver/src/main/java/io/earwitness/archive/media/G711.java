package io.earwitness.archive.media;

/**
 * Decodes G.711 (ITU-T Recommendation G.711, 11/1988): 8-bit µ-law and A-law codes to linear
 * samples. The 14 and 13 bit values of the recommendation's tables 2 and 1 are aligned at the top
 * of 16 bits, as every decoder does. Stateless and exact: equal codes give equal samples.
 */
public final class G711 {
  private static final short[] MU_LAW = new short[256];
  private static final short[] A_LAW = new short[256];

  static {
    for (int code = 0; code < 256; code++) {
      MU_LAW[code] = muLaw(code);
      A_LAW[code] = aLaw(code);
    }
  }

  private G711() {}

  /** Decodes {@code length} µ-law codes (RTP payload format PCMU, RFC 3551 §4.5.14). */
  public static void decodeMuLaw(
      byte[] codes, int offset, int length, short[] samples, int sampleOffset) {
    decode(MU_LAW, codes, offset, length, samples, sampleOffset);
  }

  /** Decodes {@code length} A-law codes (RTP payload format PCMA, RFC 3551 §4.5.14). */
  public static void decodeALaw(
      byte[] codes, int offset, int length, short[] samples, int sampleOffset) {
    decode(A_LAW, codes, offset, length, samples, sampleOffset);
  }

  private static void decode(
      short[] table, byte[] codes, int offset, int length, short[] samples, int sampleOffset) {
    for (int i = 0; i < length; i++) {
      samples[sampleOffset + i] = table[codes[offset + i] & 0xff];
    }
  }

  /** All bits are sent inverted; the sign bit set (after inversion) means negative. */
  private static short muLaw(int code) {
    int bits = ~code & 0xff;
    int segment = (bits >> 4) & 7;
    int magnitude = ((((bits & 0x0f) << 3) + 0x84) << segment) - 0x84;
    return (short) ((bits & 0x80) != 0 ? -magnitude : magnitude);
  }

  /** Even bits are sent inverted; the sign bit set means positive. */
  private static short aLaw(int code) {
    int bits = code ^ 0x55;
    int segment = (bits >> 4) & 7;
    int step = ((bits & 0x0f) << 4) + 8;
    int magnitude = segment == 0 ? step : (step + 0x100) << (segment - 1);
    return (short) ((bits & 0x80) != 0 ? magnitude : -magnitude);
  }
}
