package io.earwitness.call;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How parties agree to the recording, or object to it, by a key of their telephones. Immutable.
 *
 * @param key gives consent; null for {@link Kind#OPT_OUT}
 * @param withdrawalKey ends the recording; null where an opt-in can't be taken back by a key
 */
public record KeyConsent(Kind kind, @Nullable String key, @Nullable String withdrawalKey) {
  private static final Pattern KEY = Pattern.compile("[0-9*#A-D]");

  /** What is done with a call as long as no key is pressed. */
  public enum Kind implements WireName {
    /** Nothing of the conversation is kept. */
    OPT_IN("opt-in"),
    /** It is kept. */
    OPT_OUT("opt-out");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  public KeyConsent {
    if (kind == null) {
      throw new IllegalArgumentException("consent needs a 'kind': opt-in or opt-out");
    }
    demandKey("key", key);
    demandKey("withdrawalKey", withdrawalKey);
    if ((kind == Kind.OPT_IN) != (key != null)) {
      throw new IllegalArgumentException(
          "the kind opt-in needs a 'key' that gives consent; opt-out has none");
    }
    if (kind == Kind.OPT_OUT && withdrawalKey == null) {
      throw new IllegalArgumentException("the kind opt-out needs a 'withdrawalKey'");
    }
    if (key != null && key.equals(withdrawalKey)) {
      throw new IllegalArgumentException(
          "the same key '%s' can't give consent and withdraw it".formatted(key));
    }
  }

  private static void demandKey(String name, @Nullable String key) {
    if (key != null && !KEY.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "%s '%s' is no key; write one of 0-9, *, # and A-D".formatted(name, key));
    }
  }
}
