package io.earwitness.portal;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One address with one method: who may use it, how the audit trail calls it, and what it does.
 *
 * @param rule stated here and nowhere else
 * @param action null where the route is no act, or enters its acts itself
 */
record Route(
    HandlerType method, String path, Rule rule, @Nullable String action, Handling handling) {

  /** Who may use a route. */
  sealed interface Rule {
    /** Anybody, without signing in. */
    record Open() implements Rule {}

    /** Anybody who is signed in. */
    record SignedIn() implements Rule {}

    /** Anybody who is signed in, also who must set up a second factor before all else. */
    record Enrolling() implements Rule {}

    /** Whoever holds one of these permissions; the first is the one that is missed. */
    record Needs(List<Permission> anyOf) implements Rule {
      Needs(Permission... anyOf) {
        this(List.of(anyOf));
      }
    }
  }

  /** Reads a request, without doing anything yet, into what is to be done. */
  @FunctionalInterface
  interface Handling {
    Prepared prepare(Context http, @Nullable Principal principal) throws Exception;
  }

  /** Does it. The act is null where the route has no action. */
  @FunctionalInterface
  interface Work {
    void run(Acts.@Nullable Act act) throws Exception;
  }

  /**
   * What a request asks for.
   *
   * @param object what it is done to
   * @param details for the audit trail
   */
  record Prepared(@Nullable String object, Map<String, String> details, Work work) {
    static Prepared of(Work work) {
      return new Prepared(null, Map.of(), work);
    }
  }
}
