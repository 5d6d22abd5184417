package io.earwitness.archive.crypto;

import java.io.IOException;
import java.util.Arrays;

/**
 * Walks the DER at the beginning of an envelope, fetching no more of it than needed. Every
 * deviation from DER's one encoding (X.690 §10.1: definite, minimal lengths) is refused. One thread
 * at a time.
 */
final class DerReader {
  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private static final int FIRST_FETCH = 4096;

  private final RangeSource source;
  private final long size;
  private byte[] fetched = {};
  private int position;

  /**
   * @param size how many bytes the source has
   */
  DerReader(RangeSource source, long size) {
    this.source = source;
    this.size = size;
  }

  /** The position behind what was read so far. */
  int position() {
    return position;
  }

  /** The tag of the next element, without reading it; -1 at the end of the object. */
  int peek(String what) throws IOException {
    if (position >= size) {
      return -1;
    }
    need(1, what);
    return fetched[position] & 0xff;
  }

  /** Reads tag and length of the next element and returns the length of its content. */
  long enter(int tag, String what) throws IOException {
    need(2, what);
    int found = fetched[position] & 0xff;
    if (found != tag) {
      throw new EnvelopeFormatException(
          "At byte %d there should be %s (tag 0x%02x), but the tag is 0x%02x."
              .formatted(position, what, tag, found));
    }
    int first = fetched[position + 1] & 0xff;
    int lengthBytes = first & 0x7f;
    if (first < 0x80) {
      position += 2;
      return first;
    }
    if (lengthBytes == 0) {
      throw new EnvelopeFormatException(
          "%s at byte %d has an indefinite length (BER); only definite lengths (DER) are accepted."
              .formatted(capital(what), position));
    }
    if (lengthBytes > 5) {
      throw new EnvelopeFormatException(
          "%s at byte %d has a length of %d bytes, which no envelope needs."
              .formatted(capital(what), position, lengthBytes));
    }
    need(2 + lengthBytes, what);
    long length = 0;
    for (int i = 0; i < lengthBytes; i++) {
      length = length << 8 | fetched[position + 2 + i] & 0xff;
    }
    if (length < 0x80 || length < 1L << (8 * (lengthBytes - 1))) {
      throw new EnvelopeFormatException(
          "%s at byte %d has a length that is not in its shortest form (DER)."
              .formatted(capital(what), position));
    }
    position += 2 + lengthBytes;
    return length;
  }

  /** Reads a whole element, tag and length included. */
  byte[] element(int tag, String what) throws IOException {
    int start = position;
    long length = enter(tag, what);
    if (length > EnvelopeHeader.MAX_BYTES) {
      throw new EnvelopeFormatException(
          "%s at byte %d claims %d bytes; no more than %d are accepted."
              .formatted(capital(what), start, length, EnvelopeHeader.MAX_BYTES));
    }
    need((int) length, what);
    position += (int) length;
    return Arrays.copyOfRange(fetched, start, position);
  }

  /** All bytes up to the current position. */
  byte[] header() {
    return Arrays.copyOf(fetched, position);
  }

  private void need(int bytes, String what) throws IOException {
    int until = position + bytes;
    if (until <= fetched.length) {
      return;
    }
    if (until > size) {
      throw new EnvelopeFormatException(
          "The message is cut off after %d bytes, within %s.".formatted(size, what));
    }
    if (until > EnvelopeHeader.MAX_BYTES) {
      throw new EnvelopeFormatException(
          "The recipient header is longer than %d bytes, which is not accepted."
              .formatted(EnvelopeHeader.MAX_BYTES));
    }
    int target = (int) Math.min(size, Math.max(until, Math.max(FIRST_FETCH, 2 * fetched.length)));
    int have = fetched.length;
    fetched = Arrays.copyOf(fetched, target);
    source.read(have, fetched, have, target - have);
  }

  static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
