package io.earwitness.portal;

import io.earwitness.access.Role;
import io.earwitness.call.RecordingId;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table of routes and roles of {@link AccessTableTest}, for tests of the whole product. */
public final class RouteTable {
  private RouteTable() {}

  /** Who may use what, by method and address. */
  public static Map<String, Set<Role>> may() {
    return AccessTableTest.MAY;
  }

  /** The status for whoever may, as the request names nobody and nothing but a recording. */
  public static int expected(String route) {
    return AccessTableTest.OTHERWISE.getOrDefault(route, 200);
  }

  public static String path(String route, RecordingId recording, UUID entry) {
    return AccessTableTest.path(route, recording, entry);
  }

  public static @Nullable Object body(String route, RecordingId recording) {
    return AccessTableTest.body(route, recording);
  }
}
