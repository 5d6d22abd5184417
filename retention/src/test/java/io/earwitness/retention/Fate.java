package io.earwitness.retention;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Lets a process die at its nth step; from then on nothing that it tries has an effect. */
final class Fate {
  static final Set<String> STEPS =
      Set.of(
          "announce",
          "start",
          "fall",
          "append",
          "delete",
          "bury",
          "entered",
          "done",
          "put",
          "lock",
          "copied");

  static final class Death extends Error {
    private static final long serialVersionUID = 1L;

    Death(String step) {
      super(step, null, false, false);
    }
  }

  private final int at;
  private final boolean before;
  private final UnaryOperator<String> die;
  final List<String> steps = new ArrayList<>();
  boolean dead;

  /** Throws a {@link Death} at the step. */
  Fate(int at, boolean before) {
    this(at, before, step -> step);
  }

  /**
   * @param die told the step, on the thread that is to die
   */
  Fate(int at, boolean before, UnaryOperator<String> die) {
    this.at = at;
    this.before = before;
    this.die = die;
  }

  <T> T of(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              boolean counts = STEPS.contains(method.getName());
              if (dead) {
                throw new Death(method.getName());
              }
              boolean now = counts && steps.size() == at;
              if (counts) {
                steps.add(method.getName());
              }
              if (now && before) {
                dead = true;
                throw new Death(die.apply("before " + method.getName()));
              }
              Object result;
              try {
                result = method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (now) {
                dead = true;
                throw new Death(die.apply("after " + method.getName()));
              }
              return result;
            }));
  }
}
