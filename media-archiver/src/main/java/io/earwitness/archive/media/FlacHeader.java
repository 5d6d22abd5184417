package io.earwitness.archive.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands before the frames of a native FLAC file (RFC 9639 §8): the marker, STREAMINFO and a
 * SEEKTABLE with a point every ten seconds. FFmpeg writes no seek table; with one a browser seeks
 * with a single request.
 */
final class FlacHeader {
  static final int STREAM_INFO_LENGTH = 34;

  private static final byte[] MARKER = "fLaC".getBytes(StandardCharsets.US_ASCII);
  private static final int STREAM_INFO = 0;
  private static final int SEEK_TABLE = 3;
  private static final int LAST_BLOCK = 0x80;
  private static final int SEEK_POINT_LENGTH = 18;
  private static final long SEEK_INTERVAL = 10L * AudioTimeline.SAMPLE_RATE;

  private final List<SeekPoint> points = new ArrayList<>();

  /** RFC 9639 §8.5: the frame's first sample, its offset behind the header, its samples. */
  private record SeekPoint(long sample, long offset, int samples) {}

  /** Notes a frame; it becomes a seek point if it holds the next multiple of ten seconds. */
  void frame(long sample, long offset, int samples) {
    long due = points.size() * SEEK_INTERVAL;
    if (sample <= due && due < sample + samples) {
      points.add(new SeekPoint(sample, offset, samples));
    }
  }

  /**
   * The header of the finished stream.
   *
   * @param streamInfo the body of the STREAMINFO block (RFC 9639 §8.2), with the number of samples
   *     and the MD5 of all of them
   */
  byte[] bytes(byte[] streamInfo) {
    int table = points.size() * SEEK_POINT_LENGTH;
    ByteBuffer out = ByteBuffer.allocate(MARKER.length + 4 + STREAM_INFO_LENGTH + 4 + table);
    out.put(MARKER);
    out.putInt(STREAM_INFO << 24 | STREAM_INFO_LENGTH).put(streamInfo);
    out.putInt((LAST_BLOCK | SEEK_TABLE) << 24 | table);
    for (SeekPoint point : points) {
      out.putLong(point.sample()).putLong(point.offset()).putShort((short) point.samples());
    }
    return out.array();
  }
}
