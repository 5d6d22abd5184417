package io.earwitness.portal;

import io.earwitness.archive.catalog.Drains;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Recorders in memory. */
final class FakeDrains implements Drains {
  private final Map<String, Drain> drains = new ConcurrentSkipListMap<>();
  private final Clock clock;

  FakeDrains(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Drain report(String name, boolean draining, int calls) {
    Drain before = drains.get(name);
    Drain now =
        new Drain(
            name,
            before == null ? null : before.since(),
            before == null ? null : before.by(),
            draining,
            calls,
            clock.instant());
    drains.put(name, now);
    return now;
  }

  @Override
  public List<Drain> list() {
    return List.copyOf(drains.values());
  }

  @Override
  public boolean drain(String name, String actor) {
    return want(name, actor);
  }

  @Override
  public boolean undrain(String name) {
    return want(name, null);
  }

  private boolean want(String name, @Nullable String actor) {
    Drain node = drains.get(name);
    if (node == null) {
      throw new IllegalArgumentException(
          "no recorder '%s' ever reported itself; known are: %s".formatted(name, drains.keySet()));
    }
    if ((node.since() == null) == (actor == null)) {
      return false;
    }
    drains.put(
        name,
        new Drain(
            name,
            actor == null ? null : clock.instant(),
            actor,
            node.draining(),
            node.calls(),
            node.seenAt()));
    return true;
  }
}
