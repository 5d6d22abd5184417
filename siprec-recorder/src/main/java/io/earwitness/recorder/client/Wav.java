package io.earwitness.recorder.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads telephone audio out of a RIFF/WAVE file: 8 kHz, mono, 16-bit PCM or G.711. */
final class Wav {
  private static final int PCM = 1;
  private static final int A_LAW = 6;
  private static final int MU_LAW = 7;
  private static final int EXTENSIBLE = 0xfffe;

  private Wav() {}

  /**
   * The samples of a file.
   *
   * @param name of the file, for the message
   * @throws IOException if it is not of a form that can be sent; says what it is and what to do
   */
  static short[] read(byte[] file, String name) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (file.length < 12 || !id(buffer, 0).equals("RIFF") || !id(buffer, 8).equals("WAVE")) {
      throw new IOException(name + " is no WAV file");
    }
    int format = 0;
    int at = 12;
    while (at + 8 <= file.length) {
      int from = at + 8;
      // A writer that could not seek leaves a size beyond the end
      int size = (int) Math.min(buffer.getInt(at + 4) & 0xffff_ffffL, file.length - from);
      if (id(buffer, at).equals("fmt ") && size >= 16) {
        format = format(buffer, from, size, name);
      } else if (id(buffer, at).equals("data") && format != 0) {
        return samples(buffer, from, size, format, name);
      }
      at = from + size + (size & 1);
    }
    throw new IOException(name + " has no " + (format == 0 ? "fmt" : "data") + " chunk");
  }

  private static int format(ByteBuffer buffer, int at, int size, String name) throws IOException {
    int format = buffer.getShort(at) & 0xffff;
    if (format == EXTENSIBLE && size >= 26) {
      format = buffer.getShort(at + 24) & 0xffff;
    }
    int channels = buffer.getShort(at + 2) & 0xffff;
    long rate = buffer.getInt(at + 4) & 0xffff_ffffL;
    int bits = buffer.getShort(at + 14) & 0xffff;
    boolean known = (format == PCM && bits == 16) || format == A_LAW || format == MU_LAW;
    if (!known || channels != 1 || rate != 8000) {
      throw new IOException(
          ("%s has format %d, %d bit, %d Hz, %d channels; needed is 8000 Hz mono in 16-bit PCM,"
                  + " µ-law or A-law (sox %s -r 8000 -c 1 -b 16 out.wav makes it)")
              .formatted(name, format, bits, rate, channels, name));
    }
    return format;
  }

  private static short[] samples(ByteBuffer buffer, int at, int size, int format, String name)
      throws IOException {
    short[] samples = new short[format == PCM ? size / 2 : size];
    for (int i = 0; i < samples.length; i++) {
      samples[i] =
          switch (format) {
            case A_LAW -> G711.PCMA.decode(buffer.get(at + i));
            case MU_LAW -> G711.PCMU.decode(buffer.get(at + i));
            default -> buffer.getShort(at + 2 * i);
          };
    }
    if (samples.length == 0) {
      throw new IOException(name + " holds no audio");
    }
    return samples;
  }

  private static String id(ByteBuffer buffer, int at) {
    byte[] id = new byte[4];
    buffer.get(at, id);
    return new String(id, StandardCharsets.ISO_8859_1);
  }
}
