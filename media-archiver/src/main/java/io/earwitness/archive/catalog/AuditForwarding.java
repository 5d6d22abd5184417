package io.earwitness.archive.catalog;

import io.earwitness.alarm.ChannelType;
import io.earwitness.audit.AuditTrail;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where entries of audit logs are forwarded to, and how far they are. A destination gets the
 * entries of its own tenant's log alone, each once it has its leaf, in the order of the leaves.
 * Thread-safe.
 */
public interface AuditForwarding {
  /**
   * A receiver of a log's entries.
   *
   * @param name unique in its tenant: 1 to 40 of a-z, 0-9 and '-'
   * @param address {@code tls://host:port} (RFC 5425) or {@code tcp://host:port} (RFC 6587)
   * @param masked whether actor, object and details are sent as their commitments alone
   */
  record Destination(TenantSlug tenant, String name, String address, boolean masked) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    public Destination {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "'%s' is no name of a destination: 1 to 40 of a-z, 0-9 and '-'".formatted(name));
      }
      ChannelType.SYSLOG.check(address);
    }
  }

  /**
   * How far a destination is.
   *
   * @param next the leaf that is sent next
   * @param waiting how many entries with a leaf wait
   * @param oldest when the first of them was made; null if none waits
   * @param addedAt when it was set up
   * @param sentAt when the receiver last took something; null if never
   * @param failingSince since when nothing could be sent; null if it can
   * @param problem why, in a line
   */
  record Status(
      Destination destination,
      long next,
      long waiting,
      @Nullable Instant oldest,
      Instant addedAt,
      @Nullable Instant sentAt,
      @Nullable Instant failingSince,
      @Nullable String problem) {}

  /** An entry at its place in its log. */
  record Leaf(long index, AuditTrail.Kept kept) {}

  /** Of one tenant, by name. */
  List<Status> list(TenantSlug tenant);

  /** Of all tenants. */
  List<Status> all();

  /**
   * Adds a destination, or gives the one of this name another address or mask.
   *
   * @param from the first leaf to be sent; empty for a new one's: what is entered from now on, and
   *     for one that is there: where it is
   * @return whether something changed
   * @throws IllegalArgumentException if there is no such tenant, or {@code from} is past the log
   */
  boolean set(Destination destination, OptionalLong from, String actor);

  /** Removes a destination; false if there is none of this name. */
  boolean remove(TenantSlug tenant, String name, String actor);

  /** Entries of a log from a leaf on, {@code most} at most. */
  List<Leaf> entries(TenantSlug tenant, long from, int most);

  /**
   * Keeps that a destination took all before {@code next}; nothing if it is no longer at {@code
   * from}, as when it was set to another leaf meanwhile.
   */
  void sent(Destination destination, long from, long next);

  /** Keeps why nothing could be sent. */
  void failed(Destination destination, String problem);

  /** Has one node at a time forward; returns what the work returns, 0 if another one is at it. */
  int alone(IntSupplier work);
}
