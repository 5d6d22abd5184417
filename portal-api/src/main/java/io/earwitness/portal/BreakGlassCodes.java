package io.earwitness.portal;

import io.earwitness.archive.catalog.BreakGlass;
import io.earwitness.call.TenantSlug;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Sealed one-time codes: 32 letters of Base32 (RFC 4648 §6), of which the first 8 say which code it
 * is and 24, 120 bits, are secret. Thread-safe.
 */
public final class BreakGlassCodes {
  /** A code expires after so long. */
  public static final Duration VALID = Duration.ofDays(366);

  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int LENGTH = 32;
  private static final int SELECTOR = 8;
  private static final Pattern FORM = Pattern.compile("[A-Z2-7]{" + LENGTH + "}");
  private static final Pattern GROUP = Pattern.compile("(.{4})(?!$)");

  private final SecureRandom random = new SecureRandom();
  private final PasswordHasher hasher = new PasswordHasher();

  /**
   * A new code.
   *
   * @param text for the safe; kept nowhere
   */
  public record Drawn(String text, BreakGlass.Code code) {
    @Override
    public String toString() {
      return "Drawn[%s]".formatted(code);
    }
  }

  /** Draws a code that is valid from then on. */
  public Drawn draw(TenantSlug tenant, Instant now) {
    StringBuilder letters = new StringBuilder(LENGTH);
    random.ints(LENGTH, 0, LETTERS.length()).forEach(i -> letters.append(LETTERS.charAt(i)));
    String plain = letters.toString();
    return new Drawn(
        GROUP.matcher(plain).replaceAll("$1-"),
        new BreakGlass.Code(
            tenant,
            plain.substring(0, SELECTOR),
            hasher.hash(plain.toCharArray()),
            now,
            now.plus(VALID),
            null));
  }

  /** What was typed, without its hyphens and spaces, in capitals. */
  static String plain(String typed) {
    return typed.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
  }

  /** Which code it claims to be; empty if it is none. */
  static Optional<String> selector(String plain) {
    return FORM.matcher(plain).matches()
        ? Optional.of(plain.substring(0, SELECTOR))
        : Optional.empty();
  }
}
