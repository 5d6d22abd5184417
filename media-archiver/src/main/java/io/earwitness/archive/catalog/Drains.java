package io.earwitness.archive.catalog;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which recorders operators want to take no new calls, and how far each is with that. Thread-safe.
 */
public interface Drains {
  /**
   * A recorder as it last reported itself.
   *
   * @param node its name
   * @param since since when it is to take no new calls; null if it is to take them
   * @param by who wanted that
   * @param draining what it does itself, as of {@code seenAt}
   * @param calls that it was recording at {@code seenAt}
   * @param seenAt when it last said so; one that runs does so every few seconds
   */
  record Drain(
      String node,
      @Nullable Instant since,
      @Nullable String by,
      boolean draining,
      int calls,
      Instant seenAt) {}

  /** What a recorder says of itself; returns what is wanted of it. */
  Drain report(String node, boolean draining, int calls);

  /** All recorders that ever reported themselves, by name. */
  List<Drain> list();

  /**
   * A recorder by its name.
   *
   * @throws IllegalArgumentException if none of this name ever reported itself, naming the others
   */
  default Drain of(String node) {
    List<Drain> all = list();
    return all.stream()
        .filter(each -> each.node().equals(node))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no recorder '%s' ever reported itself; known are: %s"
                        .formatted(
                            node,
                            all.isEmpty()
                                ? "none"
                                : String.join(", ", all.stream().map(Drain::node).toList()))));
  }

  /**
   * Wants a recorder to take no new calls, for as long as {@link #undrain} does not end it: also
   * after a restart.
   *
   * @return false if that was wanted already
   * @throws IllegalArgumentException if none of this name ever reported itself
   */
  boolean drain(String node, String actor);

  /**
   * Wants a recorder to take calls again.
   *
   * @return false if nothing else was wanted
   * @throws IllegalArgumentException if none of this name ever reported itself
   */
  boolean undrain(String node);
}
