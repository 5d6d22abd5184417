package io.earwitness.recorder.mime;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A media type (RFC 2045 §5.1).
 *
 * @param type {@code type/subtype} in lower case
 * @param parameters by name in lower case; values without their quotes
 */
public record ContentType(String type, Map<String, String> parameters) {
  public ContentType {
    parameters = Map.copyOf(parameters);
  }

  /** Reads tolerantly; what can't be read is left out. */
  public static ContentType parse(String text) {
    int semicolon = text.indexOf(';');
    String type = semicolon < 0 ? text : text.substring(0, semicolon);
    Map<String, String> parameters = new LinkedHashMap<>();
    int position = semicolon;
    while (position >= 0 && position < text.length()) {
      int equals = text.indexOf('=', position);
      if (equals < 0) {
        break;
      }
      String name = text.substring(position + 1, equals).strip().toLowerCase(Locale.ROOT);
      int start = equals + 1;
      while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
        start++;
      }
      StringBuilder value = new StringBuilder();
      position =
          start < text.length() && text.charAt(start) == '"'
              ? quoted(text, start + 1, value)
              : token(text, start, value);
      parameters.putIfAbsent(name, value.toString());
    }
    return new ContentType(type.strip().toLowerCase(Locale.ROOT), parameters);
  }

  public boolean isMultipart() {
    return type.startsWith("multipart/");
  }

  public Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  private static int quoted(String text, int start, StringBuilder value) {
    int i = start;
    while (i < text.length() && text.charAt(i) != '"') {
      if (text.charAt(i) == '\\' && i + 1 < text.length()) {
        i++;
      }
      value.append(text.charAt(i++));
    }
    return text.indexOf(';', i);
  }

  private static int token(String text, int start, StringBuilder value) {
    int end = text.indexOf(';', start);
    value.append(text.substring(start, end < 0 ? text.length() : end).strip());
    return end;
  }
}
