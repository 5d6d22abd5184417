package io.earwitness.call;

import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One rule of an {@link AnnouncementPolicy}. It applies to a call that meets all its conditions; an
 * empty condition is met by every call.
 *
 * @param name for people; 1 to 80 characters
 * @param teams ids of teams of which the tenant's own party is a member
 * @param numbers digits with or without {@code +}, a trailing {@code *} for all that begin so;
 *     either party's number
 * @param countries of the other party's number: ISO 3166-1 codes, codes of {@link Jurisdiction}s of
 *     the policy, {@link #ALL_PARTY} for any of those, {@link #UNKNOWN} for numbers without a
 *     country
 * @param languages BCP 47 tags that the call's language begins with
 * @param prompt the name of the prompt; null where nothing is said
 * @param language of the prompt where the call's language is unknown or has no prompt; null for any
 * @param allParties whether the tenant's own people are to hear it too
 * @param gate what is kept until the announcement has ended; null for everything
 * @param consent by which keys the parties agree or object; null where that is not read here
 */
public record AnnouncementRule(
    String name,
    Set<String> teams,
    List<String> numbers,
    Set<Direction> directions,
    Set<String> countries,
    Set<String> languages,
    AnnouncementMode mode,
    @Nullable String prompt,
    @Nullable String language,
    boolean allParties,
    AnnouncementFallback fallback,
    @Nullable AnnouncementGate gate,
    @Nullable KeyConsent consent) {
  /** Stands for every jurisdiction of the policy's table. */
  public static final String ALL_PARTY = "all-party-consent";

  /** Stands for numbers of which no country is known. */
  public static final String UNKNOWN = "unknown";

  private static final int MOST_NAME = 80;
  private static final Pattern PROMPT = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");
  private static final Set<String> LANGUAGES = Set.of(Locale.getISOLanguages());

  public AnnouncementRule {
    teams = Set.copyOf(Objects.requireNonNullElse(teams, Set.of()));
    numbers = List.copyOf(Objects.requireNonNullElse(numbers, List.of()));
    directions = Set.copyOf(Objects.requireNonNullElse(directions, Set.of()));
    countries = Set.copyOf(Objects.requireNonNullElse(countries, Set.of()));
    languages = Set.copyOf(Objects.requireNonNullElse(languages, Set.of()));
    fallback = Objects.requireNonNullElse(fallback, AnnouncementFallback.CONNECT_FLAGGED);
    if (name == null || name.isBlank() || name.length() > MOST_NAME) {
      throw new IllegalArgumentException("a rule needs a name of 1 to 80 characters");
    }
    if (mode == null) {
      throw new IllegalArgumentException(
          "rule '%s' needs a mode: none, announce, announce-and-beep or consent-by-key"
              .formatted(name));
    }
    if ((mode == AnnouncementMode.NONE) != (prompt == null)) {
      throw new IllegalArgumentException(
          "rule '%s': a prompt is needed to announce, and must be left out for the mode none"
              .formatted(name));
    }
    if (prompt != null) {
      demandPromptName(prompt);
    }
    if (gate != null && mode == AnnouncementMode.NONE) {
      throw new IllegalArgumentException(
          "rule '%s': a gate waits for an announcement, and the mode none has none"
              .formatted(name));
    }
    if (consent != null && mode != AnnouncementMode.CONSENT_BY_KEY) {
      throw new IllegalArgumentException(
          "rule '%s': keys of consent go with the mode consent-by-key only".formatted(name));
    }
    for (String number : numbers) {
      NumberPattern.demand(name, number);
    }
    for (String country : countries) {
      if (!country.equals(ALL_PARTY) && !country.equals(UNKNOWN) && !Jurisdiction.isCode(country)) {
        throw new IllegalArgumentException(
            "rule '%s': '%s' is no country; write ISO 3166 (DE, US-CA), %s or %s"
                .formatted(name, country, ALL_PARTY, UNKNOWN));
      }
    }
    languages.forEach(AnnouncementRule::demandLanguage);
    if (language != null) {
      demandLanguage(language);
    }
  }

  /** One without a gate, and without keys that are read here. */
  public AnnouncementRule(
      String name,
      Set<String> teams,
      List<String> numbers,
      Set<Direction> directions,
      Set<String> countries,
      Set<String> languages,
      AnnouncementMode mode,
      @Nullable String prompt,
      @Nullable String language,
      boolean allParties,
      AnnouncementFallback fallback) {
    this(
        name,
        teams,
        numbers,
        directions,
        countries,
        languages,
        mode,
        prompt,
        language,
        allParties,
        fallback,
        null,
        null);
  }

  /** The same rule with a gate and keys of consent. */
  public AnnouncementRule with(@Nullable AnnouncementGate gate, @Nullable KeyConsent consent) {
    return new AnnouncementRule(
        name,
        teams,
        numbers,
        directions,
        countries,
        languages,
        mode,
        prompt,
        language,
        allParties,
        fallback,
        gate,
        consent);
  }

  /**
   * Demands a BCP 47 language tag whose language ISO 639 knows.
   *
   * @throws IllegalArgumentException naming it, and how one is written
   */
  public static void demandLanguage(String tag) {
    String problem =
        "'%s' is no language; write a BCP 47 tag such as en, de-CH or pt-BR".formatted(tag);
    try {
      Locale locale = new Locale.Builder().setLanguageTag(tag).build();
      if (!LANGUAGES.contains(locale.getLanguage()) || !locale.toLanguageTag().equals(tag)) {
        throw new IllegalArgumentException(problem);
      }
    } catch (IllformedLocaleException e) {
      throw new IllegalArgumentException(problem, e);
    }
  }

  /**
   * Demands a name of a prompt.
   *
   * @throws IllegalArgumentException saying how one is written
   */
  public static void demandPromptName(String name) {
    if (!PROMPT.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name of a prompt; 1 to 40 lower-case letters, digits and inner hyphens are"
              .formatted(name));
    }
  }

  /** Whether it speaks of either number, or of none in particular. */
  boolean namesNumber(@Nullable String own, @Nullable String other) {
    return numbers.isEmpty()
        || numbers.stream()
            .anyMatch(
                number ->
                    NumberPattern.matches(number, own) || NumberPattern.matches(number, other));
  }

  boolean namesLanguage(@Nullable String tag) {
    return languages.isEmpty()
        || (tag != null
            && languages.stream().anyMatch(own -> tag.equals(own) || tag.startsWith(own + "-")));
  }
}
