package io.earwitness.archive.cdr;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class AuditParquetTest {
  private static final Instant AT = Instant.parse("2026-11-20T09:15:00.123456Z");

  @TempDir private Path folder;

  @BeforeAll
  static void quiet() {
    // It logs each value that it writes, which takes longer than writing it
    ((Logger) LoggerFactory.getLogger("org.apache.parquet")).setLevel(Level.INFO);
  }

  private static AuditParquet.Row row(long index, @Nullable Map<String, String> details) {
    return new AuditParquet.Row(
        index,
        "entry-" + index,
        AT.plusSeconds(index),
        details == null ? null : "user:ana@acme",
        "recording.play",
        null,
        null,
        "done",
        details,
        null,
        "{\"id\":\"entry-" + index + "\"}",
        "bGVhZg==",
        List.of("YQ==", "Yg=="));
  }

  private List<String> query(String query) throws Exception {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet row =
            statement.executeQuery(
                query.replace("FILE", "'" + folder.resolve("a.parquet") + "'"))) {
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        rows.add(row.getString(1));
      }
      return rows;
    }
  }

  @Test
  void whatIsWrittenIsAFileThatDuckDbReads() throws Exception {
    AuditParquet parquet = new AuditParquet("log\n3\nroot\n", "log+key");
    int rows = 2_500;
    for (int i = 0; i < rows; i++) {
      parquet.add(row(i, i == 1 ? null : Map.of("reason", "complaint " + i * 7919L)));
    }
    Files.write(folder.resolve("a.parquet"), parquet.end());

    assertThat(query("select count(*) from FILE")).containsExactly("" + rows);
    assertThat(query("select sum(leaf_index) from FILE"))
        .containsExactly(Long.toString((long) rows * (rows - 1) / 2));
    assertThat(query("select details['reason'] from FILE where leaf_index = 2"))
        .containsExactly("complaint 15838");
    assertThat(query("select actor is null and details is null from FILE where leaf_index = 1"))
        .containsExactly("true");
    assertThat(query("select array_to_string(proof, ' ') from FILE where leaf_index = 0"))
        .containsExactly("YQ== Yg==");
    assertThat(query("select epoch_us(happened_at) from FILE where leaf_index = 0"))
        .containsExactly(Long.toString(AT.getEpochSecond() * 1_000_000 + 123_456));
    assertThat(
            query(
                "select decode(value) from parquet_kv_metadata(FILE) where decode(key) = 'earwitness.checkpoint'"))
        .containsExactly("log\n3\nroot\n");
  }
}
