package io.earwitness.portal.imports;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A file in CSV (RFC 4180), in UTF-8 with or without a byte order mark. The first line names the
 * columns, in any order and case; cells are parted by commas or by semicolons, whichever that line
 * has more of.
 *
 * @param rows without the first line and without empty ones
 * @param bad what can't be read; then there are no rows
 */
record CsvTable(List<Row> rows, List<BadCell> bad) {
  static final int MAX_ROWS = 20_000;

  /**
   * A row.
   *
   * @param cells by their columns' names; a missing column has none
   */
  record Row(long line, Map<String, String> cells) {
    /** A cell without blanks around it; empty where there is none. */
    String cell(String column) {
      return cells.getOrDefault(column, "");
    }

    BadCell bad(String column, String expected) {
      return new BadCell(line, column, cell(column), expected);
    }
  }

  static CsvTable parse(byte[] file, List<String> columns) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString();
    } catch (CharacterCodingException _) {
      return wrong(1, "", "a file in UTF-8");
    }
    if (text.startsWith("\ufeff")) {
      text = text.substring(1);
    }
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setDelimiter(delimiter(text))
            .setIgnoreEmptyLines(true)
            .setTrim(true)
            .get();
    try (CSVParser parser = CSVParser.parse(new StringReader(text), format)) {
      return read(parser, columns);
    } catch (IOException | UncheckedIOException | IllegalStateException e) {
      // A cell in quotation marks that isn't closed, or goes on behind them
      return wrong(1, "", "CSV as in RFC 4180 (" + e.getMessage() + ")");
    }
  }

  /** The same from rows that came as JSON; each is taken for a line of its own. */
  static CsvTable of(List<Map<String, String>> given, List<String> columns) {
    if (given.size() > MAX_ROWS) {
      return wrong(1, "", "at most %d rows".formatted(MAX_ROWS));
    }
    List<Row> rows = new ArrayList<>();
    List<BadCell> bad = new ArrayList<>();
    for (Map<String, String> cells : given) {
      Row row = new Row(rows.size() + bad.size() + 1L, cells);
      String unknown =
          cells.keySet().stream().filter(name -> !columns.contains(name)).findFirst().orElse(null);
      if (unknown == null) {
        rows.add(row);
      } else {
        bad.add(row.bad(unknown, "one of the columns " + String.join(", ", columns)));
      }
    }
    return new CsvTable(rows, bad);
  }

  private static CsvTable wrong(long line, String value, String expected) {
    return new CsvTable(List.of(), List.of(new BadCell(line, "", value, expected)));
  }

  private static char delimiter(String text) {
    String first = text.lines().findFirst().orElse("");
    return first.chars().filter(c -> c == ';').count() > first.chars().filter(c -> c == ',').count()
        ? ';'
        : ',';
  }

  private static CsvTable read(CSVParser parser, List<String> columns) {
    List<Row> rows = new ArrayList<>();
    List<BadCell> bad = new ArrayList<>();
    List<String> header = null;
    for (CSVRecord row : parser) {
      long line = parser.getCurrentLineNumber();
      if (header == null) {
        header = row.toList().stream().map(cell -> cell.toLowerCase(Locale.ROOT)).toList();
        String needed = columns.getFirst();
        if (!header.contains(needed)
            || !columns.containsAll(header)
            || new TreeSet<>(header).size() < header.size()) {
          return wrong(
              line,
              String.join(", ", header),
              "columns %s, of which %s is needed, each once"
                  .formatted(String.join(", ", columns), needed));
        }
      } else if (row.size() != header.size()) {
        bad.add(
            new BadCell(
                line,
                "",
                "%d cells".formatted(row.size()),
                "%d cells, as the first line has".formatted(header.size())));
      } else if (rows.size() == MAX_ROWS) {
        return wrong(line, "", "at most %d rows".formatted(MAX_ROWS));
      } else {
        Map<String, String> cells = new LinkedHashMap<>();
        for (int i = 0; i < header.size(); i++) {
          cells.put(header.get(i), row.get(i));
        }
        rows.add(new Row(line, cells));
      }
    }
    return header == null
        ? wrong(1, "", "a first line that names the columns")
        : new CsvTable(rows, bad);
  }
}
