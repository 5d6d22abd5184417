package io.earwitness.recorder.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A party to be named in the recording metadata.
 *
 * @param aor its address of record
 * @param name its display name; null if it has none
 */
public record CallParty(String aor, @Nullable String name) {
  private static final Pattern NAME_ADDRESS =
      Pattern.compile("\\s*\"?([^\"<]*?)\"?\\s*<([^>]+)>.*");
  private static final Pattern NUMBER = Pattern.compile("\\+?[0-9*#]+");

  /**
   * Reads {@code +12025550101}, {@code sip:anna@example.com} or {@code Anna Berg <…>} with one of
   * these in the brackets.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  public static CallParty parse(String text) {
    Matcher matcher = NAME_ADDRESS.matcher(text);
    String name = null;
    String address = text.strip();
    if (matcher.matches()) {
      name = matcher.group(1).isBlank() ? null : matcher.group(1).strip();
      address = matcher.group(2).strip();
    }
    if (NUMBER.matcher(address).matches()) {
      address = "tel:" + address;
    }
    if (!address.matches("(?i)(sips?|tel):\\S+")) {
      throw new IllegalArgumentException(
          "party '%s'; expected a number, a sip: or tel: URI, or Name <number or URI>"
              .formatted(text));
    }
    return new CallParty(address, name);
  }
}
