package io.earwitness.call;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the deviations of one call, each once with the first place where it was seen: so their
 * number is bounded whatever a message holds. Not thread-safe.
 */
public final class Deviations {
  private final Map<Deviation, DeviationFound> found = new EnumMap<>(Deviation.class);
  private final List<DeviationFound> fresh = new ArrayList<>();

  public void add(Deviation deviation, String detail) {
    if (!found.containsKey(deviation)) {
      DeviationFound one = new DeviationFound(deviation, detail);
      found.put(deviation, one);
      fresh.add(one);
    }
  }

  public void addAll(Collection<DeviationFound> others) {
    others.forEach(other -> add(other.deviation(), other.detail()));
  }

  /** All of them. */
  public List<DeviationFound> list() {
    return List.copyOf(found.values());
  }

  /** Those that were added since this was asked last. */
  public List<DeviationFound> takeFresh() {
    List<DeviationFound> taken = List.copyOf(fresh);
    fresh.clear();
    return taken;
  }
}
