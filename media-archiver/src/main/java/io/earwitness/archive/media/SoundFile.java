package io.earwitness.archive.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a short sound file out of memory: RIFF/WAVE (PCM of 8 to 32 bits, IEEE float, G.711) or
 * FLAC of 16 bits, mono or stereo, 8 to 192 kHz; and writes WAV. Stateless.
 */
public final class SoundFile {
  /** More than a minute of stereo at 48 kHz and 24 bits. */
  public static final int MOST_BYTES = 32 << 20;

  /** A little more than the longest prompt, for silence at its ends. */
  private static final int MOST_SECONDS = 90;

  private static final int LEAST_RATE = 8000;
  private static final int MOST_RATE = 192_000;

  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int A_LAW = 6;
  private static final int MU_LAW = 7;
  private static final int EXTENSIBLE = 0xfffe;
  private static final int HEADER = 44;

  private SoundFile() {}

  private record Format(int coding, int channels, int rate, int bits) {}

  /**
   * The file's sound, both channels of stereo mixed.
   *
   * @return 16-bit samples at 8 kHz
   * @throws UnreadableSoundException if it is no such file; says what it is and what is taken
   */
  public static short[] read(byte[] file) throws UnreadableSoundException {
    if (file.length > MOST_BYTES) {
      throw new UnreadableSoundException(
          "the file has %,d bytes; at most %,d are taken".formatted(file.length, MOST_BYTES));
    }
    if (begins(file, 0, "fLaC")) {
      return readFlac(file);
    }
    if (begins(file, 0, "RIFF") && begins(file, 8, "WAVE")) {
      return readWav(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN));
    }
    throw new UnreadableSoundException(
        "it is neither a WAV nor a FLAC file (it begins with neither RIFF…WAVE nor fLaC)");
  }

  /**
   * A WAV file of 16-bit PCM.
   *
   * @param samples 16-bit samples at 8 kHz
   */
  public static byte[] wav(short[] samples) {
    int bytes = samples.length * Short.BYTES;
    ByteBuffer out = ByteBuffer.allocate(HEADER + bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.put(ascii("RIFF")).putInt(HEADER - 8 + bytes).put(ascii("WAVE"));
    out.put(ascii("fmt ")).putInt(16).putShort((short) PCM).putShort((short) 1);
    out.putInt(AudioTimeline.SAMPLE_RATE).putInt(AudioTimeline.SAMPLE_RATE * Short.BYTES);
    out.putShort((short) Short.BYTES).putShort((short) Short.SIZE);
    out.put(ascii("data")).putInt(bytes);
    for (short sample : samples) {
      out.putShort(sample);
    }
    return out.array();
  }

  private static short[] readWav(ByteBuffer file) throws UnreadableSoundException {
    Format format = null;
    int at = 12;
    while (at + 8 <= file.capacity()) {
      int from = at + 8;
      // A writer that could not seek leaves a size beyond the end
      int size = (int) Math.min(file.getInt(at + 4) & 0xffff_ffffL, file.capacity() - from);
      if (begins(file.array(), at, "fmt ") && size >= 16) {
        format = format(file, from, size);
      } else if (begins(file.array(), at, "data") && format != null) {
        return samples(file, from, size, format);
      }
      long next = from + (long) size + (size & 1);
      at = (int) Math.min(next, file.capacity());
    }
    throw new UnreadableSoundException(
        "the WAV file has no %s chunk; it is cut or damaged"
            .formatted(format == null ? "fmt" : "data"));
  }

  private static Format format(ByteBuffer file, int at, int size) throws UnreadableSoundException {
    int coding = file.getShort(at) & 0xffff;
    if (coding == EXTENSIBLE && size >= 26) {
      coding = file.getShort(at + 24) & 0xffff;
    }
    Format format =
        new Format(
            coding,
            file.getShort(at + 2) & 0xffff,
            (int) Math.min(file.getInt(at + 4) & 0xffff_ffffL, Integer.MAX_VALUE),
            file.getShort(at + 14) & 0xffff);
    boolean known =
        switch (coding) {
          case PCM ->
              format.bits == 8 || format.bits == 16 || format.bits == 24 || format.bits == 32;
          case FLOAT -> format.bits == 32;
          case A_LAW, MU_LAW -> format.bits == 8;
          default -> false;
        };
    if (!known) {
      throw new UnreadableSoundException(
          "the WAV file has format %d with %d bits; taken are PCM of 8 to 32 bits, float, A-law and µ-law"
              .formatted(coding, format.bits));
    }
    check(format.channels, format.rate);
    return format;
  }

  private static void check(int channels, int rate) throws UnreadableSoundException {
    if (channels < 1 || channels > 2 || rate < LEAST_RATE || rate > MOST_RATE) {
      throw new UnreadableSoundException(
          "the file has %d channels at %d Hz; taken are 1 or 2 channels at %d to %d Hz"
              .formatted(channels, rate, LEAST_RATE, MOST_RATE));
    }
  }

  private static short[] samples(ByteBuffer file, int at, int size, Format format)
      throws UnreadableSoundException {
    int width = format.bits / 8;
    int frames = size / (width * format.channels);
    demandLength(frames, format.rate);
    float[] mixed = new float[frames];
    for (int frame = 0; frame < frames; frame++) {
      for (int channel = 0; channel < format.channels; channel++) {
        int from = at + (frame * format.channels + channel) * width;
        mixed[frame] += sample(file, from, format) / format.channels;
      }
    }
    return telephone(mixed, format.rate);
  }

  private static float sample(ByteBuffer file, int at, Format format) {
    return switch (format.coding) {
      case A_LAW, MU_LAW -> {
        short[] decoded = new short[1];
        if (format.coding == A_LAW) {
          G711.decodeALaw(file.array(), at, 1, decoded, 0);
        } else {
          G711.decodeMuLaw(file.array(), at, 1, decoded, 0);
        }
        yield decoded[0];
      }
      case FLOAT -> {
        float value = file.getFloat(at);
        yield Float.isFinite(value) ? value * Short.MAX_VALUE : 0;
      }
      default ->
          switch (format.bits) {
            case 8 -> ((file.get(at) & 0xff) - 128) * 256f;
            case 16 -> file.getShort(at);
            case 24 -> (file.get(at + 2) << 16 | (file.getShort(at) & 0xffff)) / 256f;
            default -> file.getInt(at) / 65536f;
          };
    };
  }

  private static short[] readFlac(byte[] file) throws UnreadableSoundException {
    // STREAMINFO comes first (RFC 9639 §8.2)
    if (file.length < 4 + 4 + FlacHeader.STREAM_INFO_LENGTH || (file[4] & 0x7f) != 0) {
      throw new UnreadableSoundException("the FLAC file ends within its header, or has none");
    }
    int at = 4 + 4 + 10;
    int rate = (file[at] & 0xff) << 12 | (file[at + 1] & 0xff) << 4 | (file[at + 2] & 0xff) >> 4;
    int channels = ((file[at + 2] >> 1) & 7) + 1;
    int bits = ((file[at + 2] & 1) << 4 | (file[at + 3] & 0xf0) >> 4) + 1;
    long frames = (file[at + 3] & 0x0fL) << 32;
    for (int i = 0; i < 4; i++) {
      frames |= (file[at + 4 + i] & 0xffL) << (24 - 8 * i);
    }
    check(channels, rate);
    if (bits != Short.SIZE) {
      throw new UnreadableSoundException("the FLAC file has %d bits; taken are 16".formatted(bits));
    }
    demandLength(frames, rate);
    short[][] decoded = FlacWorker.decode(file, channels, (int) frames);
    float[] mixed = new float[(int) frames];
    for (short[] channel : decoded) {
      for (int i = 0; i < mixed.length; i++) {
        mixed[i] += channel[i] / (float) channels;
      }
    }
    return telephone(mixed, rate);
  }

  private static void demandLength(long frames, int rate) throws UnreadableSoundException {
    if (frames == 0) {
      throw new UnreadableSoundException("the file holds no sound");
    }
    if (frames > (long) MOST_SECONDS * rate) {
      throw new UnreadableSoundException(
          "the file is %d s long; at most %d s are taken".formatted(frames / rate, MOST_SECONDS));
    }
  }

  private static short[] telephone(float[] samples, int rate) {
    float[] resampled = Resampler.resample(samples, rate, AudioTimeline.SAMPLE_RATE);
    short[] result = new short[resampled.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (short) Math.clamp(Math.round(resampled[i]), Short.MIN_VALUE, Short.MAX_VALUE);
    }
    return result;
  }

  private static boolean begins(byte[] file, int at, String text) {
    byte[] wanted = ascii(text);
    return file.length >= at + wanted.length
        && Arrays.equals(file, at, at + wanted.length, wanted, 0, wanted.length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A file that can't be taken; the message says why, and what can. */
  public static final class UnreadableSoundException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableSoundException(String message) {
      super(message);
    }
  }
}
