package io.earwitness.app;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for audio in every file below a folder: known samples as they stand in PCM and in G.711,
 * and the beginnings of FLAC, WAV, Ogg and WebM files. Knows nothing of the product's formats.
 */
final class PlainAudioSearch {
  private static final int SAMPLES = 64;
  private static final int STRETCHES = 3;

  private final List<byte[]> needles = new ArrayList<>();

  /** Looks for a stretch of these samples, as linear and as encoded by {@code encode}. */
  void add(short[] samples, java.util.function.Function<short[], byte[]> encode) {
    if (loudest(samples).size() < STRETCHES) {
      throw new IllegalArgumentException("too silent to be looked for");
    }
    for (int from : loudest(samples)) {
      short[] part = java.util.Arrays.copyOfRange(samples, from, from + SAMPLES);
      ByteBuffer linear = ByteBuffer.allocate(2 * SAMPLES).order(ByteOrder.LITTLE_ENDIAN);
      for (short sample : part) {
        linear.putShort(sample);
      }
      needles.add(linear.array());
      needles.add(encode.apply(part));
    }
  }

  /** The loudest stretches; silence is everywhere and proves nothing. */
  private static List<Integer> loudest(short[] samples) {
    return java.util.stream.IntStream.iterate(
            0, from -> from + SAMPLES <= samples.length, from -> from + SAMPLES)
        .filter(from -> energy(samples, from) > SAMPLES * 500L)
        .boxed()
        .sorted(java.util.Comparator.comparingLong(from -> -energy(samples, from)))
        .limit(STRETCHES)
        .toList();
  }

  private static long energy(short[] samples, int from) {
    long energy = 0;
    for (int i = from; i < from + SAMPLES; i++) {
      energy += Math.abs(samples[i]);
    }
    return energy;
  }

  /** Every file in which something was found, and what. */
  List<String> below(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              search(file, found);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // a running server removes its temporary files
            }
            throw e;
          }
        });
    return found;
  }

  private void search(Path file, List<String> found) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return;
    }
    for (byte[] needle : needles) {
      if (contains(bytes, needle)) {
        found.add(file + ": samples");
        break;
      }
    }
    for (String magic : List.of("fLaC", "RIFF", "OggS")) {
      if (startsWith(bytes, magic.getBytes(StandardCharsets.US_ASCII))) {
        found.add(file + ": " + magic);
      }
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && java.util.Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }

  static boolean contains(byte[] bytes, byte[] needle) {
    outer:
    for (int i = 0; i + needle.length <= bytes.length; i++) {
      if (bytes[i] != needle[0]) {
        continue;
      }
      for (int j = 1; j < needle.length; j++) {
        if (bytes[i + j] != needle[j]) {
          continue outer;
        }
      }
      return true;
    }
    return false;
  }
}
