package io.earwitness.call;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an address of record that identify a party: a SIP or SIPS URI (RFC 3261 §19.1), a
 * TEL URI (RFC 3966) or, as some SBCs write it, {@code user@host} or a bare number.
 *
 * @param scheme {@code sip}, {@code sips} or {@code tel}; null if the text has none of them
 * @param user the user part, unescaped, without password and parameters; null if there is none
 * @param host the host in lower case, without port; an IPv6 literal without brackets; null if there
 *     is none
 */
public record AddressOfRecord(
    @Nullable String scheme, @Nullable String user, @Nullable String host) {
  private static final Pattern SCHEME = Pattern.compile("(?i)(sips?|tel):");
  private static final Pattern VISUAL_SEPARATORS = Pattern.compile("[-.() ]");
  private static final Pattern NUMBER = Pattern.compile("\\+?[0-9*#]{1,32}");

  /**
   * Reads an address of record. Never fails: text that is none of the known forms is taken for a
   * user.
   *
   * @param text may be in angle brackets behind a display name; parameters and headers are dropped
   */
  public static AddressOfRecord parse(String text) {
    String uri = text.strip();
    int open = uri.lastIndexOf('<');
    if (open >= 0) {
      int close = uri.indexOf('>', open);
      uri = uri.substring(open + 1, close < 0 ? uri.length() : close).strip();
    }
    String scheme = null;
    Matcher matcher = SCHEME.matcher(uri);
    if (matcher.lookingAt()) {
      scheme = matcher.group(1).toLowerCase(Locale.ROOT);
      uri = uri.substring(matcher.end());
    }
    int at = uri.lastIndexOf('@');
    if (at < 0 && (scheme == null || scheme.equals("tel"))) {
      return new AddressOfRecord(scheme, user(uri), null);
    }
    return new AddressOfRecord(
        scheme, at < 0 ? null : user(uri.substring(0, at)), host(uri.substring(at + 1)));
  }

  /**
   * The telephone number that the user part is: digits, {@code *} and {@code #}, with a leading
   * {@code +} where the source had one; null if the user part is no number.
   */
  public @Nullable String number() {
    if (user == null) {
      return null;
    }
    String digits = VISUAL_SEPARATORS.matcher(user).replaceAll("");
    return NUMBER.matcher(digits).matches() ? digits : null;
  }

  private static @Nullable String user(String userInfo) {
    String user = before(before(userInfo, ';'), ':').strip();
    return user.isEmpty() ? null : unescape(user);
  }

  private static @Nullable String host(String text) {
    String host = before(before(text, ';'), '?').strip();
    if (host.startsWith("[")) {
      host = before(host.substring(1), ']');
    } else {
      host = before(host, ':');
    }
    if (host.endsWith(".")) {
      host = host.substring(0, host.length() - 1);
    }
    return host.isEmpty() ? null : host.toLowerCase(Locale.ROOT);
  }

  private static String before(String text, char delimiter) {
    int at = text.indexOf(delimiter);
    return at < 0 ? text : text.substring(0, at);
  }

  /** Replaces {@code %hh} (RFC 3261 §19.1.2); a percent sign that begins no escape stays. */
  private static String unescape(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
    for (int i = 0; i < in.length; i++) {
      int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
      if (in[i] == '%' && high >= 0 && low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(in[i]);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
