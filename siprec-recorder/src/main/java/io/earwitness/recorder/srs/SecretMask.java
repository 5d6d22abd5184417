package io.earwitness.recorder.srs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Takes secrets out of raw SIP before it is kept. Keys, which can't be guessed, leave their SHA-256
 * and length, so that two messages can be compared; credentials, which can, leave the word {@code
 * masked}. Every other byte stays as it is.
 */
final class SecretMask {
  /** A header with credentials, with the lines that it is folded over (RFC 3261 §22). */
  private static final Pattern CREDENTIALS =
      Pattern.compile(
          "(?im)^((?:proxy-)?authorization[ \\t]*:[ \\t]*)(?:[^\\r\\n]+(?:\\r?\\n[ \\t]+[^\\r\\n]*)*)");

  /** SDES keys (RFC 4568 §9.1): {@code inline:key||salt["|" lifetime]["|" MKI]}, one or more. */
  private static final Pattern INLINE_KEY =
      Pattern.compile("(?im)((?:^a=crypto:|\\G(?!^))[^\\r\\n]*?inline:)([^|;\\s]+)");

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
      masked = CREDENTIALS.matcher(masked).replaceAll("$1masked");
    }
    if (lower.contains("inline:")) {
      masked = INLINE_KEY.matcher(masked).replaceAll(SecretMask::fingerprint);
    }
    if (lower.contains("a=key-mgmt:") || lower.contains("k=")) {
      masked = OTHER_KEY.matcher(masked).replaceAll(SecretMask::fingerprint);
    }
    return masked.equals(text) ? raw : masked.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String fingerprint(MatchResult match) {
    byte[] key = match.group(2).getBytes(StandardCharsets.ISO_8859_1);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
      return java.util.regex.Matcher.quoteReplacement(
          "%ssha256-%s-length-%d"
              .formatted(match.group(1), HexFormat.of().formatHex(hash), key.length));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
