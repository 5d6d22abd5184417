package io.earwitness.call;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a tenant's recordings are paused, and what is kept of keys that are pressed. Immutable.
 *
 * @param limitSeconds a pause ends by itself after so long: 5 s to 24 h. What the SRC's session
 *     description pauses is not meant
 * @param keepDigits whether digits that are pressed outside of pauses are kept; else they are
 *     masked before anything is written
 * @param pauseCode keys that pause the recording, such as {@code *71}; null for none
 * @param resumeCode keys that resume it; null for none
 * @param codeSide who may press them
 */
public record PauseSettings(
    int limitSeconds,
    boolean keepDigits,
    @Nullable String pauseCode,
    @Nullable String resumeCode,
    CodeSide codeSide) {
  /** A quarter of an hour at most, digits masked, no codes. */
  public static final PauseSettings DEFAULT =
      new PauseSettings(900, false, null, null, CodeSide.OWN);

  private static final int LEAST_SECONDS = 5;
  private static final int MOST_SECONDS = 86_400;
  private static final Pattern CODE = Pattern.compile("[0-9*#A-D]{2,8}");

  /** Whose keys count. */
  public enum CodeSide implements WireName {
    /** The tenant's own people. */
    OWN("own"),
    /** The other parties. */
    OTHER("other"),
    /** Whoever takes part, also where it is not known who pressed. */
    ANY("any");

    private final String wireName;

    CodeSide(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  public PauseSettings {
    codeSide = Objects.requireNonNullElse(codeSide, CodeSide.OWN);
    if (limitSeconds < LEAST_SECONDS || limitSeconds > MOST_SECONDS) {
      throw new IllegalArgumentException(
          "a pause of at most %d s; write %d to %d"
              .formatted(limitSeconds, LEAST_SECONDS, MOST_SECONDS));
    }
    demandCode("pauseCode", pauseCode);
    demandCode("resumeCode", resumeCode);
    if (pauseCode != null
        && resumeCode != null
        && (pauseCode.endsWith(resumeCode) || resumeCode.endsWith(pauseCode))) {
      throw new IllegalArgumentException(
          "pauseCode and resumeCode end alike, so that one can't be told from the other");
    }
    if (keepDigits && (pauseCode != null || resumeCode != null)) {
      throw new IllegalArgumentException(
          "keepDigits together with a code: the code's own digits must not be kept; leave out one of them");
    }
  }

  private static void demandCode(String name, @Nullable String code) {
    if (code != null && !CODE.matcher(code).matches()) {
      throw new IllegalArgumentException(
          "%s '%s' is no code; write 2 to 8 keys of 0-9, *, # and A-D".formatted(name, code));
    }
  }
}
