package io.earwitness.portal.imports;

import io.earwitness.call.WireName;
import java.util.List;

/** What a file is about, and which columns it has; the first is needed. */
public enum ImportKind implements WireName {
  PEOPLE("people", "user", "name", "roles", "teams", "active"),
  TEAMS("teams", "team", "parent"),
  NUMBERS("numbers", "number", "user");

  private final String wireName;
  private final List<String> columns;

  ImportKind(String wireName, String... columns) {
    this.wireName = wireName;
    this.columns = List.of(columns);
  }

  @Override
  public String wireName() {
    return wireName;
  }

  List<String> columns() {
    return columns;
  }
}
