package io.earwitness.audit.verify;

import io.earwitness.audit.AuditTrail;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The live logs, read as they lie there, trusted in nothing. Thread-safe. */
public interface LogSource {
  /**
   * A leaf.
   *
   * @param entry the entry's id, as the leaf names it
   * @param leafHash as kept with the leaf
   * @param kept the entry; null if there is none, or if it can't be read
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes are what they are; nobody compares records
  record Leaf(long index, UUID entry, byte[] leafHash, AuditTrail.@Nullable Kept kept) {}

  /** A checkpoint as kept. */
  record KeptCheckpoint(long treeSize, String note) {}

  /** Every tenant that has leaves or waiting entries. */
  List<TenantSlug> logs();

  /** Leaves from an index on, in ascending order; fewer than the limit: the last ones. */
  List<Leaf> leaves(TenantSlug log, long from, int limit);

  /** Checkpoints of more than so many leaves, in ascending order. */
  List<KeptCheckpoint> checkpoints(TenantSlug log, long above, int limit);

  /** The leaf index of an entry; null if it has none in this log. */
  @Nullable Long indexOf(TenantSlug log, UUID entry);

  /** Entries of before an instant that neither have a leaf nor wait for one, at most so many. */
  List<UUID> outside(TenantSlug log, Instant before, int limit);

  /** How many entries wait for their leaf. */
  long waiting(TenantSlug log);
}
