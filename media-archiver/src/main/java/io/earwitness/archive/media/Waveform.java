package io.earwitness.archive.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Peaks for drawing: the largest magnitude of each twentieth of a second, one byte. Format: {@code
 * docs/formats/waveform.md}. Not thread-safe.
 */
public final class Waveform implements SampleSink {
  /** Points per second and channel. */
  public static final int POINTS_PER_SECOND = 20;

  private static final byte[] MAGIC = "PKS1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 12;
  private static final int SAMPLES_PER_POINT = AudioTimeline.SAMPLE_RATE / POINTS_PER_SECOND;
  private static final int FULL_SCALE = 32768;

  private final byte[][] points;
  private final int[] peak;
  private int complete;
  private int samples;

  public Waveform(int channels) {
    points = new byte[channels][64];
    peak = new int[channels];
  }

  @Override
  public void accept(short[][] channels, int offset, int length) {
    int done = 0;
    while (done < length) {
      int step = Math.min(length - done, SAMPLES_PER_POINT - samples);
      for (int channel = 0; channel < peak.length; channel++) {
        int most = peak[channel];
        for (int i = offset + done; i < offset + done + step; i++) {
          most = Math.max(most, Math.abs(channels[channel][i]));
        }
        peak[channel] = most;
      }
      samples += step;
      done += step;
      if (samples == SAMPLES_PER_POINT) {
        complete();
      }
    }
  }

  private void complete() {
    for (int channel = 0; channel < peak.length; channel++) {
      if (complete == points[channel].length) {
        points[channel] = Arrays.copyOf(points[channel], complete * 2);
      }
      points[channel][complete] = scale(peak[channel]);
      peak[channel] = 0;
    }
    samples = 0;
    complete++;
  }

  /** Rounded up, so that 0 is digital silence and nothing else. */
  private static byte scale(int magnitude) {
    return (byte) ((magnitude * 255 + FULL_SCALE - 1) / FULL_SCALE);
  }

  /** Ends it; a last incomplete twentieth of a second counts as a point. */
  public byte[] finish() {
    if (samples > 0) {
      complete();
    }
    ByteBuffer out =
        ByteBuffer.allocate(HEADER + points.length * complete).order(ByteOrder.BIG_ENDIAN);
    out.put(MAGIC).putShort((short) points.length).putShort((short) POINTS_PER_SECOND);
    out.putInt(complete);
    for (byte[] channel : points) {
      out.put(channel, 0, complete);
    }
    return out.array();
  }
}
