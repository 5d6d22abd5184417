package io.earwitness.recorder.srs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of raw SIP before it is kept. Keys, which can't be guessed, leave their SHA-256
 * and length, so that two messages can be compared; credentials, which can, leave the word {@code
 * masked}. Every other byte stays as it is.
 */
final class SecretMask {
  /** The rest of a line, and the lines that it is folded over (RFC 3261 §7.3.1). */
  private static final String REST = "[^\\r\\n]*+(?:\\r?\\n[ \\t]++[^\\r\\n]*+)*+";

  /**
   * A header with credentials (RFC 3261 §22). Possessive: it never has to go back, and what may go
   * back over a repeated group needs the stack for it, which many folded lines would exhaust.
   */
  private static final Pattern CREDENTIALS =
      Pattern.compile("(?im)^((?:proxy-)?authorization[ \\t]*+:[ \\t]*+)" + REST);

  private static final Pattern END_OF_HEADERS = Pattern.compile("\\n\\r?\\n");

  /** SDES keys (RFC 4568 §9.1): {@code inline:key||salt["|" lifetime]["|" MKI]}, one or more. */
  private static final Pattern INLINE_KEY =
      Pattern.compile(
          "(?im)((?:^a=[^\\r\\n:]*crypto[^\\r\\n:]*:|\\G(?!^))[^\\r\\n]*?inline:[ \\t]*)([^|;\\s]+)");

  /** MIKEY (RFC 4567) and the old {@code k=} line (RFC 4566 §5.12). */
  private static final Pattern OTHER_KEY =
      Pattern.compile("(?im)^(a=key-mgmt:[a-z0-9-]+[ \\t]+|k=[a-z0-9]+:)([^\\r\\n]+)");

  private SecretMask() {}

  /** The message with its secrets replaced. */
  static byte[] mask(byte[] raw) {
    // ISO-8859-1 maps each byte to one character and back
    String text = new String(raw, StandardCharsets.ISO_8859_1);
    // Most messages hold none: a plain search first costs far less than the patterns
    String lower = text.toLowerCase(Locale.ROOT);
    String masked = text;
    if (lower.contains("authorization")) {
      Matcher end = END_OF_HEADERS.matcher(text);
      int body = end.find() ? end.start() : text.length();
      masked =
          CREDENTIALS.matcher(text.substring(0, body)).replaceAll("$1masked")
              + text.substring(body);
    }
    if (lower.contains("inline:")) {
      masked = INLINE_KEY.matcher(masked).replaceAll(SecretMask::fingerprint);
    }
    if (lower.contains("a=key-mgmt:") || lower.contains("k=")) {
      masked = OTHER_KEY.matcher(masked).replaceAll(SecretMask::fingerprint);
    }
    return masked.equals(text) ? raw : masked.getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * The message with the word {@code masked} in place of its body: digits that were pressed during
   * a pause could be guessed from anything else.
   */
  static byte[] maskBody(byte[] raw) {
    String text = new String(raw, StandardCharsets.ISO_8859_1);
    Matcher end = END_OF_HEADERS.matcher(text);
    return end.find() && end.end() < text.length()
        ? (text.substring(0, end.end()) + "masked").getBytes(StandardCharsets.ISO_8859_1)
        : raw;
  }

  private static String fingerprint(MatchResult match) {
    byte[] key = match.group(2).getBytes(StandardCharsets.ISO_8859_1);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
      return Matcher.quoteReplacement(
          "%ssha256-%s-length-%d"
              .formatted(match.group(1), HexFormat.of().formatHex(hash), key.length));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
