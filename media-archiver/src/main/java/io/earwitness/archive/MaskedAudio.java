package io.earwitness.archive;

import io.earwitness.archive.media.AudioTimeline;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.archive.media.FlacEncoder;
import io.earwitness.archive.media.FlacFile;
import io.earwitness.archive.media.Pieces;
import io.earwitness.archive.media.Waveform;
import io.earwitness.call.MaskedSpan;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Makes spans of a recording's audio silent, sample by sample, part after part; everything else
 * stays as it is to the bit. Plain audio is in memory only, about one part of it, encoded. Not
 * thread-safe.
 */
final class MaskedAudio {
  private static final int PER_MS = AudioTimeline.SAMPLE_RATE / 1000;

  private final int channels;
  private final List<MaskedSpan> spans;
  private final Waveform waveform;
  private long samples;

  MaskedAudio(int channels, List<MaskedSpan> spans) {
    this.channels = channels;
    this.spans = spans;
    this.waveform = new Waveform(channels);
  }

  /** The next part, masked; what it was is used up. */
  FlacFile part(Pieces plain) throws IOException {
    try (FlacEncoder encoder = new FlacEncoder(channels)) {
      FlacDecoder.decode(
          plain.drain(),
          (decoded, offset, length) -> {
            mask(decoded, offset, length);
            samples += length;
            waveform.accept(decoded, offset, length);
            encoder.accept(decoded, offset, length);
          });
      return encoder.finish();
    } catch (IllegalArgumentException e) {
      throw new IOException("the audio can't be decoded: " + e.getMessage(), e);
    }
  }

  private void mask(short[][] decoded, int offset, int length) {
    for (MaskedSpan span : spans) {
      long from = Math.max(span.fromMs() * PER_MS, samples);
      long to = Math.min(span.toMs() * PER_MS, samples + length);
      for (int channel = 0; from < to && channel < channels; channel++) {
        if (span.covers(channel)) {
          int first = offset + (int) (from - samples);
          Arrays.fill(decoded[channel], first, first + (int) (to - from), (short) 0);
        }
      }
    }
  }

  byte[] waveform() {
    return waveform.finish();
  }
}
