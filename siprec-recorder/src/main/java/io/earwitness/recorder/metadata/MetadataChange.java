package io.earwitness.recorder.metadata;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a metadata document changed for one participant or one communication session, or told of the
 * whole call.
 *
 * @param participantId empty if it concerns no participant
 * @param label the label of the stream on which the participant is, or was last, heard; null if it
 *     was never heard
 * @param declaredAt when it happened by the SRC's clock; null if the document doesn't say
 * @param text one line for people, such as {@code Bob Client (+12025550102) left}
 */
public record MetadataChange(
    Kind kind,
    String participantId,
    @Nullable String label,
    @Nullable Instant declaredAt,
    String text) {
  /** The kinds of changes. */
  public enum Kind {
    JOINED,
    LEFT,
    /** Derived: took the place of another, who left in the same document. */
    TRANSFERRED,
    /** Is no longer heard, or no longer hears anybody. */
    HELD,
    RESUMED,
    /** The same participant has another name or address now. */
    IDENTIFIED,
    SESSION_BEGAN,
    SESSION_ENDED,
    /** Vendor data tells something of the whole call. */
    TOLD
  }
}
