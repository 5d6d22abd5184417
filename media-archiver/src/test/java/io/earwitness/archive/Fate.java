package io.earwitness.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Lets a process die at a chosen call to the outside: before it, or after it took effect. From then
 * on nothing that the dead process tries has any effect, as with {@code kill -9}.
 */
final class Fate {
  /** What a dead process meets. */
  static final class Death extends Error {
    private static final long serialVersionUID = 1L;

    Death(String call) {
      super("died at " + call);
    }
  }

  private final Predicate<String> counted;
  private final int at;
  private final boolean before;
  private final List<String> calls = new ArrayList<>();
  private boolean dead;

  private Fate(Predicate<String> counted, int at, boolean before) {
    this.counted = counted;
    this.at = at;
    this.before = before;
  }

  /** Never dies. */
  static Fate none() {
    return new Fate(call -> true, -1, false);
  }

  /**
   * Dies at one of the calls.
   *
   * @param counted which calls count
   * @param at from 0
   * @param before whether the call has no effect any more
   */
  static Fate at(Predicate<String> counted, int at, boolean before) {
    return new Fate(counted, at, before);
  }

  /** The calls so far, in order. */
  List<String> calls() {
    return List.copyOf(calls);
  }

  <T> T call(String name, Supplier<T> action) {
    if (dead) {
      throw new Death(name);
    }
    boolean now = counted.test(name) && calls.stream().filter(counted).count() == at;
    calls.add(name);
    if (now && before) {
      dead = true;
      throw new Death("(before) " + name);
    }
    T result = action.get();
    if (now) {
      dead = true;
      throw new Death("(after) " + name);
    }
    return result;
  }
}
