package io.earwitness.audit.tree;

import io.earwitness.audit.AuditTrail;
import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What proves the entries of a tenant's log. Thread-safe. */
public interface AuditProofs {
  /**
   * A signed tree head.
   *
   * @param note the checkpoint as a signed note
   * @param verifierKey what verifies it
   */
  record SignedHead(Checkpoint checkpoint, String note, String verifierKey) {}

  /**
   * That an entry is in a tree.
   *
   * @param leafIndex from 0
   * @param hashes from the leaf upwards
   */
  record Inclusion(AuditTrail.Kept kept, long leafIndex, SignedHead head, List<byte[]> hashes) {
    public Inclusion {
      hashes = List.copyOf(hashes);
    }
  }

  /** That a tree is the beginning of another. */
  record Consistency(SignedHead from, SignedHead to, List<byte[]> hashes) {
    public Consistency {
      hashes = List.copyOf(hashes);
    }
  }

  /**
   * The checkpoint of a size; empty if none was signed at that size.
   *
   * @param size null for the newest
   */
  Optional<SignedHead> head(TenantSlug tenant, @Nullable Long size);

  /**
   * Proves an entry.
   *
   * @param size of a tree that was signed; null for the newest
   * @return empty if the tenant has no such entry, or no such tree
   * @throws NotYetException if the entry is in no such tree yet
   */
  Optional<Inclusion> inclusion(TenantSlug tenant, UUID entry, @Nullable Long size);

  /**
   * Proves that the log only grew.
   *
   * @param from the size of a signed tree
   * @param to the size of another one, not smaller
   * @return empty if either is not there
   */
  Optional<Consistency> consistency(TenantSlug tenant, long from, long to);

  /**
   * Which entries an export holds; null asks for any.
   *
   * @param entries {@link AuditTrail.Query#limit} and {@code cursor} don't count
   * @param head what they are proven against; entries that came later are left out
   * @param from the first leaf index
   * @param limit the greatest number of entries
   */
  record ExportPage(AuditTrail.Query entries, SignedHead head, long from, int limit) {}

  /**
   * Entries with their proofs in the order of their leaves; fewer than the limit: the last ones.
   */
  List<Inclusion> export(ExportPage page);

  /** The entry waits for its leaf, or that leaf for its checkpoint: a matter of seconds. */
  final class NotYetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotYetException(String message) {
      super(message);
    }
  }
}
