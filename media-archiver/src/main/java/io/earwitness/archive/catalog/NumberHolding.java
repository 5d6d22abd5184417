package io.earwitness.archive.catalog;

import io.earwitness.call.HolderKind;
import io.earwitness.call.Licence;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who or what holds a tenant's numbers, from when until when. A number has one holder at a moment.
 * A change may begin in the past: then calls since are re-attributed in the same transaction, each
 * with its journal entry. Thread-safe.
 */
public interface NumberHolding {
  /**
   * A holder.
   *
   * @param userId the person; null where {@code kind} is another
   * @param name of what is no person, 1 to 100 characters; null for a person
   * @param licence under which calls of the number are recorded; null for none
   */
  record Holder(
      HolderKind kind, @Nullable String userId, @Nullable String name, @Nullable Licence licence) {
    /**
     * @throws IllegalArgumentException if a person is not named by an account, or anything else not
     *     by a name
     */
    public Holder {
      boolean person = kind == HolderKind.PERSON;
      if (person != (userId != null) || person != (name == null)) {
        throw new IllegalArgumentException(
            person
                ? "a person is named by an account, and by no other name"
                : "a holder that is no person (%s) has a name and no account"
                    .formatted(kind.wireName()));
      }
      if (name != null && (name.isBlank() || name.length() > 100)) {
        throw new IllegalArgumentException("a holder's name has 1 to 100 characters");
      }
    }
  }

  /**
   * A time in which a number, or a range, is the tenant's.
   *
   * @param holder null if nobody holds it then
   * @param until exclusive; null for one without an end
   */
  record Holding(
      String digits,
      boolean prefix,
      @Nullable Holder holder,
      Instant from,
      @Nullable Instant until) {}

  /**
   * What is to be so.
   *
   * @param holder null for nobody
   * @param replace whether a holder who is there in that time is put aside; else that is refused
   */
  record Change(
      String digits,
      boolean prefix,
      @Nullable Holder holder,
      Instant from,
      @Nullable Instant until,
      boolean replace) {
    public Change {
      from = CallRows.micros(from);
      until = CallRows.microsOrNull(until);
      if (until != null && !until.isAfter(from)) {
        throw new IllegalArgumentException(
            "it ends at %s, which is not after its beginning at %s".formatted(until, from));
      }
    }
  }

  /** Somebody who played or took a recording whose attribution a change concerns. */
  record Heard(RecordingId recording, String who, String action, Instant at) {}

  /**
   * What a change does to calls that were.
   *
   * @param changed whether anything is otherwise than before
   * @param recordings calls with a party that becomes somebody else's, or nobody's
   * @param cdrRows their rows in the CDR lake, which are written again
   * @param grants grants in force on a person or team who gains or loses some of these calls
   * @param locks how many of them lie under a lock; locks stay as they are
   * @param heard who played or took them until now, the newest first; at most 1,000
   */
  record Effect(
      boolean changed, int recordings, int cdrRows, int grants, int locks, List<Heard> heard) {}

  /** A tenant's numbers by digits and time, past and future too. */
  List<Holding> list(TenantSlug tenant);

  /**
   * What a change would do; nothing is changed.
   *
   * @throws IllegalArgumentException as {@link #apply}
   */
  Effect preview(TenantSlug tenant, Change change);

  /**
   * Makes a change, and re-attributes the calls that it concerns.
   *
   * @throws IllegalArgumentException if the number is none or not the tenant's, if somebody else
   *     holds it in that time, if there is no such person, or if more than 50,000 calls would
   *     change
   */
  Effect apply(TenantSlug tenant, Change change, String actor);
}
