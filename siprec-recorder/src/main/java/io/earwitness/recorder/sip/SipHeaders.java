package io.earwitness.recorder.sip;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The header fields of a message in their order. Names are compared without regard to case. */
public record SipHeaders(List<SipHeader> list) {
  public static final SipHeaders NONE = new SipHeaders(List.of());

  public SipHeaders {
    list = List.copyOf(list);
  }

  /** Names and values in turn. */
  public static SipHeaders of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a header without a value");
    }
    List<SipHeader> headers = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(new SipHeader(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new SipHeaders(headers);
  }

  /** Reads the header section of a whole message, start line included. Never fails. */
  public static SipHeaders parse(byte[] message) {
    int end = HeaderSection.end(message, 0, message.length);
    return parse(message, end < 0 ? message.length : end);
  }

  /**
   * Reads a header section, start line included. Tolerant: a line that is no header is left out.
   *
   * @param length how many bytes of {@code message} belong to it
   */
  static SipHeaders parse(byte[] message, int length) {
    String text = new String(message, 0, length, StandardCharsets.UTF_8);
    List<SipHeader> headers = new ArrayList<>();
    StringBuilder logicalLine = new StringBuilder();
    boolean startLine = true;
    for (String line : text.split("\r\n|\r|\n", -1)) {
      if (startLine) {
        startLine = line.isBlank();
        continue;
      }
      if (line.startsWith(" ") || line.startsWith("\t")) {
        logicalLine.append(' ').append(line.strip());
        continue;
      }
      add(headers, logicalLine);
      logicalLine.append(line);
    }
    add(headers, logicalLine);
    return new SipHeaders(headers);
  }

  private static void add(List<SipHeader> headers, StringBuilder logicalLine) {
    int colon = logicalLine.indexOf(":");
    if (colon > 0) {
      headers.add(new SipHeader(logicalLine.substring(0, colon), logicalLine.substring(colon + 1)));
    }
    logicalLine.setLength(0);
  }

  /** The first field of this name. */
  public Optional<String> first(String name) {
    return list.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(SipHeader::value)
        .findFirst();
  }

  /** All fields of this name. */
  public List<String> all(String name) {
    return list.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(SipHeader::value)
        .toList();
  }

  /** Whether a comma-separated list, such as {@code Require}, names this token. */
  public boolean hasToken(String name, String token) {
    for (String value : all(name)) {
      for (String item : value.split(",", -1)) {
        if (item.strip().toLowerCase(Locale.ROOT).equals(token)) {
          return true;
        }
      }
    }
    return false;
  }

  /** These and one more. */
  public SipHeaders with(String name, String value) {
    List<SipHeader> more = new ArrayList<>(list);
    more.add(new SipHeader(name, value));
    return new SipHeaders(more);
  }
}
