package io.earwitness.call;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A prompt that a recorder's announcement service (RFC 4240) has played to somebody: evidence for
 * the recording of the call that it was played in.
 *
 * @param tenant whose prompt it is
 * @param node the recorder that played it
 * @param prompt its name, such as {@code recording/en/v2}
 * @param from when the first packet was sent, by that recorder's clock
 * @param to when the last one was over
 * @param complete whether the prompt was sent from beginning to end at least once
 * @param detail for people: how it ended, over which codec
 * @param callIds by what the call may be known: Call-ID, Session-ID and the like
 * @param numbers of the call's parties, digits only; at least two, or none
 */
public record PlayedAnnouncement(
    UUID id,
    TenantSlug tenant,
    String node,
    String prompt,
    Instant from,
    Instant to,
    boolean complete,
    String detail,
    List<String> callIds,
    List<String> numbers) {
  /** A call that is known by an id of the dialog begins at most so long after the announcement. */
  public static final Duration BEFORE_BY_ID = Duration.ofMinutes(60);

  /** A call that is known by its numbers alone begins at most so long after the announcement. */
  public static final Duration BEFORE_BY_NUMBERS = Duration.ofMinutes(5);

  /** No announcement begins later in a call that is known by its numbers alone. */
  public static final Duration AFTER_BY_NUMBERS = Duration.ofMinutes(5);

  public PlayedAnnouncement {
    // What went through the catalog must tell the same as what did not
    from = from.truncatedTo(ChronoUnit.MILLIS);
    to = to.truncatedTo(ChronoUnit.MILLIS);
    callIds = List.copyOf(callIds);
    numbers = List.copyOf(numbers);
    if (numbers.size() == 1) {
      throw new IllegalArgumentException("one number alone tells of no call");
    }
  }

  /** One line for the call's time line; without any number. */
  public String line() {
    return "announcement %s played by annc of %s from %s to %s, %s (%s)"
        .formatted(prompt, node, from, to, complete ? "complete" : "not complete", detail);
  }

  /**
   * Whether it was played in a call: that is known by one of its ids, or whose parties have all of
   * its numbers, and at about that time.
   *
   * @param ids of the call
   * @param partyNumbers of its parties, in any writing
   * @param start of the call
   */
  public boolean isOf(Collection<String> ids, Collection<String> partyNumbers, Instant start) {
    Set<String> known =
        ids.stream().map(PlayedAnnouncement::comparable).collect(Collectors.toSet());
    if (callIds.stream().map(PlayedAnnouncement::comparable).anyMatch(known::contains)) {
      return !to.isBefore(start.minus(BEFORE_BY_ID));
    }
    return !numbers.isEmpty()
        && digits(partyNumbers).containsAll(numbers)
        && !to.isBefore(start.minus(BEFORE_BY_NUMBERS))
        && !from.isAfter(start.plus(AFTER_BY_NUMBERS));
  }

  /** {@link #isOf} for a call as it is known. */
  public boolean isOf(CallSummary call) {
    return call.tenant().equals(tenant)
        && (call.end() == null || !from.isAfter(call.end()))
        && isOf(call.callIds(), numbersOf(call), call.start());
  }

  /** The numbers of a call's parties, as they were told. */
  public static List<String> numbersOf(CallSummary call) {
    return call.parties().stream()
        .map(Party::number)
        .filter(number -> number != null)
        .map(String::valueOf)
        .toList();
  }

  /** An id as it is compared: without regard to case. */
  public static String comparable(String callId) {
    return callId.toLowerCase(Locale.ROOT);
  }

  /** Numbers as they are compared: digits only, without those that stand for an exit code. */
  public static Set<String> digits(Collection<String> numbers) {
    Set<String> digits = new HashSet<>();
    for (String number : numbers) {
      String bare = number.replaceAll("[^0-9]", "");
      digits.add(bare.startsWith("00") ? bare.substring(2) : bare);
    }
    digits.remove("");
    return digits;
  }
}
