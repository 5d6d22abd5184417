package io.earwitness.recorder.metadata;

import io.earwitness.call.Party;
import io.earwitness.call.Side;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A participant as far as all metadata of the recording session tells.
 *
 * @param number digits, with a leading {@code +} where the source had one; null if no address of
 *     the participant is a number
 * @param label the label of the stream on which it is, or was last, heard; null if never
 * @param side the m-line with that label; null if there is none
 * @param calling whether it is the calling party; at most one is
 * @param present whether it still takes part
 */
public record MetadataParty(
    String participantId,
    @Nullable String name,
    @Nullable String aor,
    @Nullable String number,
    @Nullable String label,
    @Nullable Side side,
    boolean calling,
    boolean present) {
  /** As a party of the call, whose holder is not known yet. */
  public Party toParty() {
    return new Party(side, number, name, aor, null, List.of());
  }
}
