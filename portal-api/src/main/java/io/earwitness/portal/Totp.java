package io.earwitness.portal;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Time-based one-time passwords (RFC 6238) as every authenticator app knows them: HMAC-SHA-1, six
 * digits, steps of 30 s from 1970 on. Pure.
 */
final class Totp {
  static final int DIGITS = 6;
  static final int STEP_SECONDS = 30;

  /** 160 bits, as RFC 4226 section 4 (R6) recommends. */
  private static final int SECRET_BYTES = 20;

  /** RFC 4648 section 6. */
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private Totp() {}

  static byte[] draw() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return secret;
  }

  static long step(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), STEP_SECONDS);
  }

  /**
   * The steps next to a moment of which this is the code: the present one, that before and that
   * after (RFC 6238 section 5.2), the latest first; as a rule one or none.
   */
  static List<Long> steps(byte[] secret, String code, Instant at) {
    List<Long> steps = new ArrayList<>();
    for (long step = step(at) + 1; step >= step(at) - 1; step--) {
      if (same(code(secret, step), code)) {
        steps.add(step);
      }
    }
    return steps;
  }

  private static boolean same(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII), given.getBytes(StandardCharsets.UTF_8));
  }

  /** RFC 4226 section 5.3, with the step as the counter. */
  static String code(byte[] secret, long step) {
    byte[] hash;
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret, "HmacSHA1"));
      hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks HMAC-SHA-1", e);
    }
    int offset = hash[hash.length - 1] & 0xf;
    int truncated = ByteBuffer.wrap(hash).getInt(offset) & 0x7fff_ffff;
    return "%06d".formatted(truncated % 1_000_000);
  }

  /** A secret as people type it: RFC 4648 base 32, without padding. */
  static String base32(byte[] bytes) {
    StringBuilder text = new StringBuilder((bytes.length * 8 + 4) / 5);
    int buffer = 0;
    int bits = 0;
    for (byte each : bytes) {
      buffer = (buffer << 8) | (each & 0xff);
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text.append(BASE32.charAt((buffer >> bits) & 31));
      }
      buffer &= (1 << bits) - 1;
    }
    if (bits > 0) {
      text.append(BASE32.charAt((buffer << (5 - bits)) & 31));
    }
    return text.toString();
  }

  /** The address that authenticator apps read from a QR code. */
  static String uri(byte[] secret, String tenant, String user) {
    return "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d&period=%d"
        .formatted(
            encode("Earwitness " + tenant),
            encode(user),
            base32(secret),
            encode("Earwitness " + tenant),
            DIGITS,
            STEP_SECONDS);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
