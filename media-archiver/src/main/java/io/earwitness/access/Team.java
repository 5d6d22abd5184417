package io.earwitness.access;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A team, with each place that it ever had in the tree. */
public record Team(String id, String name, List<Placement> placements) {
  public Team {
    placements = List.copyOf(placements);
  }

  /** When it was below which team; null for a place at the top. */
  public record Placement(@Nullable String parent, Validity validity) {}

  /** The team that it belongs to at a moment; null if to none. */
  public @Nullable String parent(Instant when) {
    for (Placement each : placements) {
      if (each.validity().at(when)) {
        return each.parent();
      }
    }
    return null;
  }
}
