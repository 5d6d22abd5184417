package io.earwitness.audit;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was entered, for those who may read it. Thread-safe. */
public interface AuditTrail {
  /** The greatest number of entries in one page. */
  int MAX_PAGE = 1000;

  /**
   * Which entries; null asks for any.
   *
   * @param from inclusive
   * @param to exclusive
   * @param limit 1 to {@value #MAX_PAGE}
   * @param cursor {@link Page#next()} of the page before; null for the first
   */
  record Query(
      TenantSlug tenant,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String actor,
      @Nullable String action,
      @Nullable String object,
      int limit,
      @Nullable String cursor) {
    public Query {
      if (limit < 1 || limit > MAX_PAGE) {
        throw new IllegalArgumentException("limit " + limit + " is not in 1.." + MAX_PAGE);
      }
    }
  }

  /**
   * An entry as it is kept.
   *
   * @param salt of its commitments, see {@link CanonicalEntry}
   * @param canonical the bytes that were hashed
   * @param leafHash 32 bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes are what they are; nobody compares records
  record Kept(AuditEntry entry, byte[] salt, byte[] canonical, byte[] leafHash) {}

  /**
   * A page of entries, newest first.
   *
   * @param next where the next page begins; null if this is the last
   */
  record Page(List<Kept> entries, @Nullable String next) {
    public Page {
      entries = List.copyOf(entries);
    }
  }

  /**
   * Entries of one tenant's trail, newest first.
   *
   * @throws IllegalArgumentException if the cursor is none of ours
   */
  Page entries(Query query);
}
