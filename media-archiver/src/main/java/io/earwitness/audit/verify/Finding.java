package io.earwitness.audit.verify;

import io.earwitness.call.WireName;
import org.jspecify.annotations.Nullable;

/**
 * Something that is not as it was entered or signed.
 *
 * @param entry the entry's id; null if it is about none, or none can be told
 * @param leafIndex null if it is about none
 * @param message in words, with what and where
 */
public record Finding(
    Kind kind, String log, @Nullable String entry, @Nullable Long leafIndex, String message) {
  /** What is wrong. */
  public enum Kind implements WireName {
    /** An entry holds other values than were entered. */
    CHANGED("changed"),
    /** An entry is gone. */
    REMOVED("removed"),
    /** An entry was put in later. */
    INSERTED("inserted"),
    /** An entry stands at another place. */
    REORDERED("reordered"),
    /** The log is not what was signed; what was done to it can't be told any closer. */
    NOT_AS_SIGNED("not-as-signed"),
    /** Two histories of one log were signed. */
    FORKED("forked"),
    /** A checkpoint that the log's key did not sign. */
    FORGED_CHECKPOINT("forged-checkpoint"),
    /** What should be there can't be read, or does not lie under lock. */
    UNVERIFIABLE("unverifiable");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  @Override
  public String toString() {
    return "%s: %s: %s".formatted(kind.wireName(), log, message);
  }
}
