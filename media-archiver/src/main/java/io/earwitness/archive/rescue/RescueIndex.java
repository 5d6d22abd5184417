package io.earwitness.archive.rescue;

import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What a rescue copy begins with: which portions of which segments stand behind it, in their order;
 * big-endian.
 *
 * <pre>
 *  offset  bytes
 *       0      8  magic 89 'E' 'W' 'R' 'S' 'C' 0D 0A
 *       8      4  format version, 1
 *      12      4  n: number of portions
 *      16   36 n  for each: recording id (16), number of the segment (4), offset in the segment (8),
 *                 length (8)
 * 16+36n      32  SHA-256 of all bytes before
 * 48+36n       …  the portions
 * </pre>
 */
record RescueIndex(List<Portion> portions) {
  private static final byte[] MAGIC = {(byte) 0x89, 'E', 'W', 'R', 'S', 'C', 0x0d, 0x0a};
  private static final int VERSION = 1;

  /** Bytes before the first portion's entry. */
  static final int START = 16;

  private static final int ENTRY = 36;
  private static final int DIGEST = 32;

  /** More portions than any node has running captures; bounds what a damaged count costs. */
  private static final int MOST = 1_000_000;

  RescueIndex {
    portions = List.copyOf(portions);
  }

  /**
   * A portion of a segment.
   *
   * @param segment its number, from 1
   * @param offset where in the segment it begins
   */
  record Portion(RecordingId id, int segment, long offset, long length) {
    long end() {
      return offset + length;
    }
  }

  Set<RecordingId> recordings() {
    return portions.stream().map(Portion::id).collect(Collectors.toSet());
  }

  /** Bytes of the index. */
  int size() {
    return size(portions.size());
  }

  private static int size(int count) {
    return START + ENTRY * count + DIGEST;
  }

  byte[] bytes() {
    ByteBuffer out = ByteBuffer.allocate(size());
    out.put(MAGIC).putInt(VERSION).putInt(portions.size());
    for (Portion portion : portions) {
      UUID id = portion.id().value();
      out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
      out.putInt(portion.segment()).putLong(portion.offset()).putLong(portion.length());
    }
    out.put(sha256(Arrays.copyOf(out.array(), out.position())));
    return out.array();
  }

  /**
   * How long an index is.
   *
   * @param start its first {@link #START} bytes
   * @throws IOException if this is no rescue copy of a known version
   */
  static int size(byte[] start) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(start);
    byte[] magic = new byte[MAGIC.length];
    try {
      in.get(magic);
      int version = in.getInt();
      int count = in.getInt();
      if (Arrays.equals(magic, MAGIC) && version == VERSION && count >= 0 && count <= MOST) {
        return size(count);
      }
    } catch (BufferUnderflowException e) {
      // too short to be one
    }
    throw new IOException("this is no rescue copy of version " + VERSION);
  }

  /**
   * Reads an index.
   *
   * @param bytes all of it and nothing more
   * @throws IOException if it is not as it was written
   */
  static RescueIndex read(byte[] bytes) throws IOException {
    if (bytes.length != size(bytes)) {
      throw new IOException("the index of the rescue copy is incomplete");
    }
    int digested = bytes.length - DIGEST;
    byte[] digest = Arrays.copyOfRange(bytes, digested, bytes.length);
    if (!MessageDigest.isEqual(digest, sha256(Arrays.copyOf(bytes, digested)))) {
      throw new IOException("the index of the rescue copy is damaged");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, START, digested - START);
    List<Portion> portions = new ArrayList<>();
    while (in.hasRemaining()) {
      RecordingId id = new RecordingId(new UUID(in.getLong(), in.getLong()));
      portions.add(new Portion(id, in.getInt(), in.getLong(), in.getLong()));
    }
    return new RescueIndex(portions);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
