package io.earwitness.archive.cdr;

import com.jerolba.carpet.CarpetWriter;
import com.jerolba.carpet.ColumnNamingStrategy;
import com.jerolba.carpet.TimeUnit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/**
 * Entries of an audit trail as one Parquet file in memory, for the tools that read CDRs. Not
 * thread-safe.
 */
public final class AuditParquet {
  /**
   * An entry with its proof; hashes and salt are in Base64.
   *
   * @param canonical the bytes that the leaf hash covers
   * @param proof from the leaf upwards
   */
  public record Row(
      long leafIndex,
      String id,
      Instant happenedAt,
      @Nullable String actor,
      String action,
      @Nullable String object,
      @Nullable String actId,
      @Nullable String outcome,
      @Nullable Map<String, String> details,
      @Nullable String salt,
      String canonical,
      String leafHash,
      List<String> proof) {}

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final CarpetWriter<Row> writer;

  /**
   * @param checkpoint of the tree that the proofs are for, kept in the file's metadata
   * @param verifierKey kept there too
   */
  public AuditParquet(String checkpoint, String verifierKey) {
    try {
      writer =
          new CarpetWriter.Builder<>(written, Row.class)
              .withConf(new PlainParquetConfiguration())
              .withCompressionCodec(CompressionCodecName.ZSTD)
              .withColumnNamingStrategy(ColumnNamingStrategy.SNAKE_CASE)
              .withDefaultTimeUnit(TimeUnit.MICROS)
              .withExtraMetaData("earwitness.checkpoint", checkpoint)
              .withExtraMetaData("earwitness.verifier-key", verifierKey)
              .build();
    } catch (IOException e) {
      throw new UncheckedIOException("a Parquet file could not be begun in memory", e);
    }
  }

  public void add(Row row) {
    try {
      writer.write(row);
    } catch (IOException e) {
      throw new UncheckedIOException("a Parquet file could not be written in memory", e);
    }
  }

  /** Ends the file and returns it. */
  public byte[] end() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a Parquet file could not be ended in memory", e);
    }
    return written.toByteArray();
  }
}
