package io.earwitness.capture;

import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;

/**
 * The segments of captures as sealed bytes, which need no key to be copied: out of a spool, also
 * while it is written, and into a folder that is laid out like one, so that a {@link SpoolReader}
 * reads what was put together there. Thread-safe, but for writing one segment.
 */
public final class SealedSegments {
  private final SpoolLayout layout;

  public SealedSegments(Path directory) {
    this.layout = new SpoolLayout(directory.toAbsolutePath());
  }

  /**
   * Reads what a segment has from an offset on, at most so much of it.
   *
   * @param segment its number, from 1
   * @return empty if it has no more now, or is not there
   * @throws IOException if it can't be read
   */
  public byte[] read(RecordingId id, int segment, long offset, int most) throws IOException {
    Path file = SpoolLayout.segment(layout.capture(id), segment);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long there = Math.min(channel.size() - offset, most);
      if (there <= 0) {
        return new byte[0];
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) there);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, offset + bytes.position()) < 0) {
          throw new IOException("%s became shorter while it was read".formatted(file));
        }
      }
      return bytes.array();
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  /** The number of the segment behind this one; empty if it is the last. */
  public OptionalInt behind(RecordingId id, int segment) {
    return Files.exists(SpoolLayout.segment(layout.capture(id), segment + 1))
        ? OptionalInt.of(segment + 1)
        : OptionalInt.empty();
  }

  /**
   * Writes a portion of a segment, whatever was written of it before.
   *
   * @param portion read to its end, not closed
   */
  public void write(RecordingId id, int segment, long offset, InputStream portion)
      throws IOException {
    SpoolLayout.makeFolder(layout.captures());
    SpoolLayout.makeFolder(layout.capture(id));
    Path file = SpoolLayout.segment(layout.capture(id), segment);
    if (!Files.exists(file)) {
      SpoolLayout.createFile(file).close();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.position(offset);
      portion.transferTo(Channels.newOutputStream(channel));
    }
  }

  /** Removes what was put together of a capture; it is no error if there is nothing. */
  public void remove(RecordingId id) throws IOException {
    SpoolLayout.deleteFolder(layout.capture(id));
  }
}
