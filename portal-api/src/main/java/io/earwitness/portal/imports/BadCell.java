package io.earwitness.portal.imports;

/**
 * What is wrong in a file.
 *
 * @param line of the file, from 1; the last of the row where one is longer than a line
 * @param column by its name; empty where the whole row is meant
 * @param value what stands there
 * @param expected what should, for people
 */
public record BadCell(long line, String column, String value, String expected) {
  private static final int SHOWN = 100;

  public BadCell {
    value = value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…";
  }

  /** In one line. */
  public String text() {
    return "line %d%s: %s; expected: %s"
        .formatted(
            line,
            column.isEmpty() ? "" : ", column " + column,
            value.isEmpty() ? "nothing" : "'" + value + "'",
            expected);
  }
}
