package io.earwitness.archive.cdr;

import com.jerolba.carpet.CarpetWriter;
import com.jerolba.carpet.ColumnNamingStrategy;
import com.jerolba.carpet.TimeUnit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Writes rows as one Parquet file in memory: zstd, sorted by start, with bloom filters. */
final class CdrFile {
  private static final List<String> BLOOM_FILTERS =
      List.of("recording_id", "call_id", "caller_token", "callee_token");

  private CdrFile() {}

  static byte[] write(List<CdrRow> rows) {
    List<CdrRow> sorted =
        rows.stream()
            .sorted(Comparator.comparing(CdrRow::startTime).thenComparing(CdrRow::recordingId))
            .toList();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CarpetWriter.Builder<CdrRow> builder =
        new CarpetWriter.Builder<>(out, CdrRow.class)
            .withConf(new PlainParquetConfiguration())
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .withColumnNamingStrategy(ColumnNamingStrategy.SNAKE_CASE)
            .withDefaultTimeUnit(TimeUnit.MILLIS)
            .withExtraMetaData("earwitness.schema", Integer.toString(CdrRow.SCHEMA_VERSION));
    for (String column : BLOOM_FILTERS) {
      builder.withBloomFilterEnabled(column, true).withBloomFilterNDV(column, rows.size() + 1L);
    }
    try (CarpetWriter<CdrRow> writer = builder.build()) {
      writer.write(sorted);
    } catch (IOException e) {
      throw new UncheckedIOException("a Parquet file could not be written in memory", e);
    }
    return out.toByteArray();
  }
}
