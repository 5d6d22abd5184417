package io.earwitness.call;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A span of a recording's audio that is to be silent. Immutable.
 *
 * @param fromMs from the beginning of the audio, inclusive
 * @param toMs from the beginning of the audio, exclusive
 * @param sides in which; none for all
 */
public record MaskedSpan(long fromMs, long toMs, Set<Side> sides) {
  private static final String TIME = "(?:(\\d+):)?(\\d{1,2}):([0-5]\\d)(?:\\.(\\d{3}))?";
  private static final Pattern TEXT =
      Pattern.compile("\\s*" + TIME + "\\s*[-–]\\s*" + TIME + "(?:\\s+([a-z0-9+-]+))?\\s*");

  public MaskedSpan {
    if (fromMs < 0 || toMs <= fromMs) {
      throw new IllegalArgumentException(
          "a span from %d ms to %d ms; it begins at 0 or later and ends after it begins"
              .formatted(fromMs, toMs));
    }
    sides = sides == null ? Set.of() : Set.copyOf(sides);
  }

  /** Whether a channel is silent in it. */
  public boolean covers(int channel) {
    return sides.isEmpty() || sides.contains(new Side(channel));
  }

  /** As people read it, such as {@code 1:05.000-1:20.500 left}. */
  @Override
  public String toString() {
    String span = time(fromMs) + "-" + time(toMs);
    if (sides.isEmpty()) {
      return span;
    }
    TreeSet<Side> sorted = new TreeSet<>(Comparator.comparingInt(Side::channel));
    sorted.addAll(sides);
    return span + " " + sorted.stream().map(Side::wireName).collect(Collectors.joining("+"));
  }

  /** Spans as people read them; {@code all} for none. */
  public static String text(List<MaskedSpan> spans) {
    return spans.isEmpty()
        ? "all"
        : spans.stream().map(MaskedSpan::toString).collect(Collectors.joining(", "));
  }

  /**
   * Reads what {@link #text} wrote, or somebody typed: {@code 1:05-1:20 left, 1:02:00.500-1:02:03}.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public static List<MaskedSpan> parse(String text) {
    if (text.strip().equals("all")) {
      return List.of();
    }
    return java.util.Arrays.stream(text.split(",", -1)).map(MaskedSpan::one).toList();
  }

  private static MaskedSpan one(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no span; expected minutes and seconds such as 1:05-1:20, 0:00.250-0:01.500 left or 1:02:03-1:02:09 left+right, or the word all"
              .formatted(text.strip()));
    }
    String sides = matcher.group(9);
    return new MaskedSpan(
        ms(matcher, 1),
        ms(matcher, 5),
        sides == null
            ? Set.of()
            : java.util.Arrays.stream(sides.split("\\+"))
                .map(Side::parse)
                .collect(Collectors.toUnmodifiableSet()));
  }

  private static long ms(Matcher matcher, int group) {
    long hours = number(matcher.group(group));
    long minutes = number(matcher.group(group + 1));
    return ((hours * 60 + minutes) * 60 + number(matcher.group(group + 2))) * 1000
        + number(matcher.group(group + 3));
  }

  private static long number(String text) {
    return text == null ? 0 : Long.parseLong(text);
  }

  private static String time(long ms) {
    long seconds = ms / 1000;
    String text = "%d:%02d.%03d".formatted(seconds / 60 % 60, seconds % 60, ms % 1000);
    return seconds < 3600
        ? text
        : "%d:".formatted(seconds / 3600) + (seconds / 60 % 60 < 10 ? "0" : "") + text;
  }
}
