package io.earwitness.archive.cdr;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Refusal;
import io.earwitness.call.Side;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB, which knows nothing of us, reads what we wrote. */
class CdrFileTest {
  private static final TenantSlug ACME = new TenantSlug("acme");
  private static final byte[] SECRET =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final Instant START = Instant.parse("2026-07-20T12:34:56.789Z");
  private static final String CALLER = "+493012345678";
  private static final String CALLEE = "+12025550111";

  @TempDir private Path folder;
  private final Tokens tokens = Tokens.of(SECRET, ACME);
  private String file = "";

  @BeforeEach
  void write() throws IOException {
    CdrRows rows = new CdrRows(tokens);
    CallEntry archived = archived();
    CallEntry refused = refused();
    Path lake = folder.resolve("cdr/tenant=acme/date=2026-07-20/12.parquet");
    Files.createDirectories(lake.getParent());
    // The earlier call comes last: the writer sorts.
    Files.write(lake, CdrFile.write(List.of(rows.row(archived), rows.row(refused))));
    file = folder + "/cdr/*/*/*.parquet";
  }

  private static CallEntry archived() {
    RecordingId id = RecordingId.draw(START);
    CallSummary summary =
        new CallSummary(
            id,
            ACME,
            CallState.ARCHIVED,
            START,
            START.plusSeconds(61),
            ZoneId.of("Europe/Berlin"),
            Direction.INBOUND,
            List.of(
                new Party(Side.LEFT, CALLER, "Anna Berg", null, null, List.of()),
                new Party(Side.RIGHT, CALLEE, "Ben", null, "user-7", List.of("team-b", "team-a"))),
            // Of holds the lake says nothing
            Set.of(CallFlag.PACKET_LOSS, CallFlag.ON_HOLD),
            List.of("abc@sbc", "session-1"),
            "node-1",
            "number " + CALLEE,
            "v1",
            null,
            null);
    StreamQuality left =
        new StreamQuality(0, 1L, 3_000, 516_000, 3_050, 50, 0, 0, 0, 0, 1.5, null, START, START);
    StreamQuality right =
        new StreamQuality(1, 2L, 3_049, 524_428, 3_050, 1, 0, 0, 0, 0, 4.25, null, START, START);
    return new CallEntry(
        summary,
        5,
        new ArchivedCall(
            id,
            ACME,
            CallState.ARCHIVED,
            0,
            "a1",
            "k",
            "v",
            START.plusSeconds(70),
            START.plusSeconds(86_400),
            START,
            61_000,
            2,
            "flac",
            700_000,
            List.of(left, right),
            Set.of(),
            null));
  }

  private static CallEntry refused() {
    Instant start = START.minusSeconds(60);
    return new CallEntry(
        new CallSummary(
            RecordingId.draw(start),
            ACME,
            CallState.REFUSED,
            start,
            start,
            ZoneId.of("UTC"),
            Direction.UNKNOWN,
            List.of(),
            Set.of(),
            List.of("def@sbc"),
            "node-1",
            "none",
            "v1",
            new Refusal(503, "no ports left"),
            null),
        1,
        null);
  }

  private List<List<Object>> query(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                sql.replace("$lake", "read_parquet('" + file + "', hive_partitioning=true)"))) {
      List<List<Object>> all = new ArrayList<>();
      while (rows.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(String.valueOf(rows.getObject(i)));
        }
        all.add(row);
      }
      return all;
    }
  }

  @Test
  void rowsAreSortedByStartAndKeepTheirValues() throws SQLException {
    assertThat(
            query(
                "select state, sip_status, duration_ms, utc_offset_minutes, packets_lost,"
                    + " worst_jitter_ms, epoch_ms(start_time), flags[1], tenant, team_ids[1]"
                    + " from $lake"))
        .containsExactly(
            List.of(
                "refused",
                "503",
                "0",
                "0",
                "null",
                "null",
                "" + (START.toEpochMilli() - 60_000),
                "null",
                "acme",
                "null"),
            List.of(
                "archived",
                "null",
                "61000",
                "120",
                "51",
                "4.25",
                "" + START.toEpochMilli(),
                "packet-loss",
                "acme",
                "team-a"));
  }

  @Test
  void numbersAreTokensThatJoinWithCountryAndPrefixInClear() throws SQLException {
    assertThat(
            query(
                "select caller_token, caller_country, caller_prefix, callee_country, callee_prefix,"
                    + " token_key from $lake where state = 'archived'"))
        .containsExactly(
            List.of(
                tokens.number("0049 30 12345678".substring(2)),
                "DE",
                "+4930",
                "US",
                "+1202",
                tokens.keyId()));
  }

  @Test
  void neitherNumbersNorNamesStandInClearAndTheSearchForThemCanFind() throws SQLException {
    String all = query("select * from $lake").toString();
    assertThat(all).contains("abc@sbc"); // the positive control
    assertThat(all).doesNotContain(CALLER.substring(1)).doesNotContain(CALLEE.substring(1));
    assertThat(all).doesNotContain("Anna").doesNotContain("user-7");
  }

  @Test
  void tokensOfTwoTenantsOrTwoSecretsDiffer() {
    assertThat(Tokens.of(SECRET, new TenantSlug("other")).number(CALLER))
        .isNotEqualTo(tokens.number(CALLER));
    byte[] otherSecret = SECRET.clone();
    otherSecret[0]++;
    assertThat(Tokens.of(otherSecret, ACME).number(CALLER)).isNotEqualTo(tokens.number(CALLER));
    assertThat(tokens.number(CALLER)).isEqualTo(Tokens.of(SECRET, ACME).number(CALLER)).hasSize(32);
    assertThat(tokens.person(CALLER)).isNotEqualTo(tokens.number(CALLER));
  }

  @Test
  void theColumnsAreCompressedAndTheIdsHaveBloomFilters() throws SQLException {
    assertThat(query("select distinct compression from parquet_metadata('" + file + "')"))
        .containsExactly(List.of("ZSTD"));
    assertThat(
            query(
                "select path_in_schema from parquet_metadata('"
                    + file
                    + "') where bloom_filter_offset is not null order by 1"))
        .containsExactly(
            List.of("call_id"),
            List.of("callee_token"),
            List.of("caller_token"),
            List.of("recording_id"));
  }
}
