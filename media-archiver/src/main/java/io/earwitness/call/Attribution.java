package io.earwitness.call;

import io.earwitness.call.RecorderSnapshot.Number;
import io.earwitness.call.RecorderSnapshot.Tenant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who the parties of a tenant's call are by its numbers at one moment, as a recorder found it at
 * the call's start. Immutable.
 */
public final class Attribution {
  private static final TenantSlug ANY = new TenantSlug("any");

  private final NumberRanges ranges;

  /**
   * @param numbers of the tenant, with their holders at that moment
   */
  public Attribution(List<Number> numbers) {
    ranges = new NumberRanges(List.of(new Tenant(ANY, ZoneOffset.UTC, Set.of(), numbers)));
  }

  /** Whether a number lies in one of the ranges. */
  public boolean owns(@Nullable String number) {
    return ranges.find(number).isPresent();
  }

  /**
   * The party with its holder by its number. One that was somebody's and is nobody's now has no
   * name any more: it was that of the former holder.
   */
  public Party of(Party party) {
    String name = party.userId() == null ? party.name() : null;
    Party nobody = new Party(party.side(), party.number(), name, party.aor(), null, List.of());
    return ranges.find(party.number()).map(hit -> withHolder(nobody, hit.range())).orElse(nobody);
  }

  static Party withHolder(Party party, Number held) {
    return new Party(
        party.side(),
        party.number(),
        held.userName() != null ? held.userName() : party.name(),
        party.aor(),
        held.userId(),
        held.teamIds());
  }
}
