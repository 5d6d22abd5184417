package io.earwitness.call;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of the identities under which a person makes and takes calls, with a name by which rules
 * speak of it. The same person has others, under other names or none. Immutable.
 *
 * @param name for people and rules; 1 to 80 characters
 * @param identities numbers, or addresses of record such as {@code anna.trading@acme.example}; a
 *     number may end in {@code *} for all that begin so
 */
public record Persona(String name, List<String> identities) {
  private static final int MOST_NAME = 80;
  private static final int MOST = 100;
  private static final Pattern ADDRESS = Pattern.compile("[^@\\s]{1,128}@[^@\\s]{1,128}");

  public Persona {
    identities = List.copyOf(Objects.requireNonNullElse(identities, List.of()));
    if (name == null || name.isBlank() || name.length() > MOST_NAME) {
      throw new IllegalArgumentException("a persona needs a name of 1 to 80 characters");
    }
    if (identities.isEmpty() || identities.size() > MOST) {
      throw new IllegalArgumentException(
          "persona '%s' needs 1 to %d numbers or addresses".formatted(name, MOST));
    }
    for (String identity : identities) {
      if (!ADDRESS.matcher(identity).matches()) {
        demandNumber(name, identity);
      }
    }
  }

  private static void demandNumber(String name, String identity) {
    try {
      NumberPattern.demand(name, identity);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "persona '%s': '%s' is neither a number (digits, + in front for E.164, * behind for all that begin so) nor an address (name@host)"
              .formatted(name, identity),
          e);
    }
  }

  /** Whether a party appears as this persona. */
  boolean is(Party party) {
    String address = address(party.aor());
    return identities.stream()
        .anyMatch(
            identity ->
                identity.contains("@")
                    ? identity.toLowerCase(Locale.ROOT).equals(address)
                    : NumberPattern.matches(identity, party.number()));
  }

  /** {@code user@host} of an address of record, in lower case; null if it has not both. */
  private static @Nullable String address(@Nullable String aor) {
    if (aor == null) {
      return null;
    }
    AddressOfRecord parsed = AddressOfRecord.parse(aor);
    return parsed.user() == null || parsed.host() == null
        ? null
        : (parsed.user() + "@" + parsed.host()).toLowerCase(Locale.ROOT);
  }
}
