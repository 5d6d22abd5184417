package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.crypto.SealedEnvelope;
import io.earwitness.archive.media.AudioTimeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where the files of a recording's audio lie on its time line. */
class MediaPartTest {
  private static final int CHANNELS = 2;

  /** A part of former archives: 4 h 39 min 37.216 s. */
  private static final Duration FORMER = Duration.ofMillis((512L << 20) / 4 / 8);

  private static ArchivedRecording recording;

  @BeforeAll
  static void seal() throws Exception {
    recording = new ArchivedRecording(1000);
  }

  /** A manifest of so many parts, in which other objects stand between. */
  private static List<MediaPart> parts(Duration whole, @Nullable Long... samples) {
    Manifest any = recording.manifest(0, Map.of());
    SealedEnvelope sealed = recording.object("media.cms").envelope();
    List<Manifest.Entry> entries =
        IntStream.range(0, samples.length)
            .boxed()
            .flatMap(
                i ->
                    List.of(
                        Manifest.Entry.of(
                            any.attempt() + "/" + ObjectKeys.media(i + 1), "", sealed, samples[i]),
                        Manifest.Entry.of(
                            any.attempt() + "/" + ObjectKeys.packets(i + 1), "", sealed))
                        .stream())
            .toList();
    Manifest manifest =
        new Manifest(
            any.format(),
            any.recording(),
            any.tenant(),
            0,
            any.attempt(),
            any.createdAt(),
            any.keepUntil(),
            "flac",
            whole.toMillis(),
            any.keys(),
            any.policies(),
            entries);
    return MediaPart.of(
        new VerifiedManifest(
            manifest, new byte[0], Instant.EPOCH, ArchivedRecording.AUTHORITY.certificate()),
        CHANNELS);
  }

  @Test
  void partsFollowEachOtherByTheirSamples() {
    List<MediaPart> parts = parts(Duration.ofSeconds(10), 30_001L, 30_001L, 19_998L);
    assertThat(parts).extracting(MediaPart::number).containsExactly(1, 2, 3);
    assertThat(parts)
        .extracting(MediaPart::start)
        .containsExactly(
            Duration.ZERO, Duration.ofNanos(3_750_125_000L), Duration.ofNanos(7_500_250_000L));
    assertThat(parts.getLast().end()).isEqualTo(Duration.ofSeconds(10));
    assertThat(parts.get(1).entry().name()).endsWith("/media-2.cms");
  }

  @Test
  void aCallWithoutAudioHasNone() {
    assertThat(parts(Duration.ZERO)).isEmpty();
  }

  @Test
  void whereTheManifestDoesNotSayTheOnlyPartIsTheWhole() {
    assertThat(parts(Duration.ofMinutes(3), (Long) null))
        .singleElement()
        .satisfies(part -> assertThat(part.end()).isEqualTo(Duration.ofMinutes(3)));
  }

  @Test
  void whereTheManifestDoesNotSayPartsButTheLastHaveTheFormerSize() {
    List<MediaPart> parts = parts(FORMER.plusMinutes(5), null, null);
    assertThat(parts.get(1).start()).isEqualTo(FORMER);
    assertThat(parts.get(1).end()).isEqualTo(FORMER.plusMinutes(5));
  }

  @Test
  void partsHoldAsManySamplesAsTheDocumentTells() throws Exception {
    Path document = Path.of("").toAbsolutePath().resolveSibling("docs/formats/audio.md");
    Map<Integer, Long> told = new TreeMap<>();
    Pattern.compile("^\\| (\\d) \\| ([0-9,]+) \\|", Pattern.MULTILINE)
        .matcher(Files.readString(document))
        .results()
        .forEach(
            row ->
                told.put(
                    Integer.parseInt(row.group(1)), Long.parseLong(row.group(2).replace(",", ""))));
    Map<Integer, Long> held = new TreeMap<>();
    for (int channels = 2; channels <= AudioTimeline.MAX_CHANNELS; channels++) {
      held.put(channels, Archiver.PART_BYTES / (Short.BYTES * channels));
    }
    assertThat(told).isEqualTo(held);
  }
}
