package io.earwitness.archive.catalog;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is left of recordings that were disposed of. Thread-safe. */
public interface Tombstones {
  /**
   * What stays of a recording beside its id, its times and why it went.
   *
   * @param tokenKey names the key of the tokens
   * @param tokens of the parties' numbers
   * @param cdr its row in the CDR lake, as JSON; null if it has none any more
   */
  record Rest(String tokenKey, List<String> tokens, @Nullable String cdr) {
    public Rest {
      tokens = List.copyOf(tokens);
    }
  }

  /**
   * A recording that was disposed of.
   *
   * @param at when
   * @param until when it fell due
   * @param approvedBy by whose approval
   */
  record Tombstone(
      RecordingId recording,
      Instant start,
      @Nullable Instant end,
      Instant at,
      UUID run,
      Disposals.Basis basis,
      Instant until,
      String approvedBy,
      Disposals.Found found) {}

  Optional<Tombstone> find(TenantSlug tenant, RecordingId recording);

  /** Those that a run left, by recording. */
  List<Tombstone> ofRun(TenantSlug tenant, UUID run);

  /** Those with a number of this token, the latest disposal first. */
  List<Tombstone> withToken(TenantSlug tenant, String token, int limit);

  /** Rows of the CDR lake that stayed, as JSON. */
  Map<RecordingId, String> cdr(TenantSlug tenant, Collection<RecordingId> recordings);
}
