package io.earwitness.recorder.sip;

import java.util.Locale;

/**
 * Finds and checks a message's header section before any parser sees it. Strict where two readers
 * could disagree on where a message ends: that would let a body be taken for a message.
 */
final class HeaderSection {
  /** No Content-Length was given. */
  static final int NO_LENGTH = -1;

  private HeaderSection() {}

  /**
   * The offset behind the empty line that ends the header section (RFC 3261 §7), or -1 if it has
   * not come yet.
   *
   * @param scanFrom where an earlier search stopped; 0 to begin
   */
  static int end(byte[] bytes, int scanFrom, int length) {
    for (int i = Math.max(scanFrom, 1); i < length; i++) {
      if (bytes[i] != '\n') {
        continue;
      }
      int before = bytes[i - 1] == '\r' ? i - 2 : i - 1;
      if (before >= 0 && bytes[before] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /**
   * Checks lines and returns the Content-Length.
   *
   * @param length of the header section, the empty line included
   */
  static int contentLength(byte[] bytes, int length, SipLimits limits) throws FramingException {
    if (length > limits.headerBytes()) {
      throw new FramingException(513, "header section over " + limits.headerBytes() + " bytes");
    }
    int contentLength = NO_LENGTH;
    boolean lengthLine = false;
    int lines = 0;
    int start = 0;
    while (start < length) {
      int lineEnd = lineEnd(bytes, start, length);
      int textEnd = lineEnd > start && bytes[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
      check(bytes, start, textEnd, limits);
      if (textEnd > start) {
        if (++lines > limits.headerLines()) {
          throw new FramingException(513, "more than " + limits.headerLines() + " header lines");
        }
        boolean folded = bytes[start] == ' ' || bytes[start] == '\t';
        if (folded && lengthLine) {
          throw new FramingException(400, "a folded Content-Length");
        }
        if (!folded) {
          int value = lengthValue(bytes, start, textEnd);
          lengthLine = value != NO_LENGTH;
          if (lengthLine && contentLength != NO_LENGTH) {
            throw new FramingException(400, "two Content-Length headers");
          }
          contentLength = lengthLine ? value : contentLength;
        }
      }
      start = lineEnd + 1;
    }
    if (contentLength > limits.bodyBytes()) {
      throw new FramingException(
          513, "a body of %d bytes; allowed are %d".formatted(contentLength, limits.bodyBytes()));
    }
    return contentLength;
  }

  private static int lineEnd(byte[] bytes, int start, int length) {
    int end = start;
    while (end < length && bytes[end] != '\n') {
      end++;
    }
    return end;
  }

  private static void check(byte[] bytes, int start, int end, SipLimits limits)
      throws FramingException {
    if (end - start > limits.lineBytes()) {
      throw new FramingException(513, "a header line over " + limits.lineBytes() + " bytes");
    }
    boolean blank = end > start;
    for (int i = start; i < end; i++) {
      if (bytes[i] == '\r' || bytes[i] == 0) {
        throw new FramingException(400, "a bare CR or a NUL in the header section");
      }
      // The stack's parser trims lines, so it would take these for the end of the section
      blank &= bytes[i] >= 0 && bytes[i] <= ' ';
    }
    if (blank) {
      throw new FramingException(400, "a header line of blanks");
    }
  }

  private static int lengthValue(byte[] bytes, int start, int end) throws FramingException {
    int colon = start;
    while (colon < end && bytes[colon] != ':') {
      colon++;
    }
    String name = latin1(bytes, start, colon).strip().toLowerCase(Locale.ROOT);
    if (colon == end || !(name.equals("content-length") || name.equals("l"))) {
      return NO_LENGTH;
    }
    String value = latin1(bytes, colon + 1, end).strip();
    if (!value.matches("[0-9]{1,9}")) {
      throw new FramingException(400, "Content-Length is no number");
    }
    return Integer.parseInt(value);
  }

  private static String latin1(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
