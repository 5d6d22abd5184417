package io.earwitness.archive.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * A bundle of a tenant's journal as it was read from the object store: opened, its signature
 * verified, its entries dense from first to last.
 *
 * @param key where it lies
 * @param versionId the version that was read
 * @param day by which it lies there
 */
public record JournalBundle(
    String key,
    String versionId,
    TenantSlug tenant,
    LocalDate day,
    long first,
    long last,
    List<Entry> entries) {
  public JournalBundle {
    entries = List.copyOf(entries);
  }

  /** One change. */
  public record Entry(long position, Instant at, String actor, String kind, JsonNode data) {}
}
