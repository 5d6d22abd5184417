package io.earwitness.archive;

import io.earwitness.archive.media.AudioTimeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One file of a recording's audio and its place on the time line. Parts follow each other without
 * gap or overlap; most recordings have one.
 *
 * @param number from 1
 * @param start of its first sample
 * @param end behind its last
 */
public record MediaPart(int number, Manifest.Entry entry, Duration start, Duration end) {
  /** Bytes of plain samples in each part but the last, where the manifest does not say more. */
  private static final long FORMER_PART_BYTES = 512L << 20;

  private static final int SAMPLE_BYTES = 2;

  /**
   * All parts in order; none where the call had no audio.
   *
   * @param channels of the audio
   */
  public static List<MediaPart> of(VerifiedManifest manifest, int channels) {
    List<MediaPart> parts = new ArrayList<>();
    long first = 0;
    Optional<Manifest.Entry> entry = manifest.entry(ObjectKeys.media(1));
    while (entry.isPresent()) {
      int number = parts.size() + 1;
      Optional<Manifest.Entry> next = manifest.entry(ObjectKeys.media(number + 1));
      long behind;
      if (entry.get().samples() != null) {
        behind = first + entry.get().samples();
      } else if (next.isPresent()) {
        behind = first + FORMER_PART_BYTES / (SAMPLE_BYTES * channels);
      } else {
        behind = manifest.manifest().durationMs() * (AudioTimeline.SAMPLE_RATE / 1000);
      }
      parts.add(
          new MediaPart(
              number, entry.get(), AudioTimeline.duration(first), AudioTimeline.duration(behind)));
      first = behind;
      entry = next;
    }
    return parts;
  }
}
