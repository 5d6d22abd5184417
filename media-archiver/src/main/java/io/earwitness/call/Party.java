package io.earwitness.call;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A participant of the communication session (RFC 7865 §6.5), as far as the metadata tells.
 *
 * @param side where the party is heard; null while no stream is associated with it
 * @param number the telephone number as digits with a leading {@code +} where the source had one;
 *     null if the address of record is none
 * @param name the display name
 * @param aor the address of record (a SIP, SIPS or TEL URI) as received
 * @param userId the tenant's user who held the number at the call's start
 * @param teamIds the teams of that user at the call's start, ancestors included
 */
public record Party(
    @Nullable Side side,
    @Nullable String number,
    @Nullable String name,
    @Nullable String aor,
    @Nullable String userId,
    List<String> teamIds) {
  public Party {
    teamIds = List.copyOf(teamIds);
  }
}
