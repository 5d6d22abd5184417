package io.earwitness.archive.catalog;

import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tenants that are closed: from a day on nothing is recorded; what was recorded is delivered to the
 * customer and found there by it; from then on the tenant is read-only, until its last recording
 * was disposed of. Every change is written with its journal entry in one transaction. Thread-safe.
 */
public interface Closings {
  /** How far ahead the day is on which recording stops, at least. */
  Duration NOTICE = Duration.ofDays(1);

  /** What becomes of the private keys that the platform manages for the tenant. */
  enum Keys implements WireName {
    /** They are destroyed with the last recording. */
    KEEP("keep"),
    /** They are destroyed once the customer has shown that it has them. */
    HAND_OVER("hand-over");

    private final String wireName;

    Keys(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /** How far a closing is. */
  enum State implements WireName {
    /** The day on which recording stops has not come; it can be withdrawn. */
    ANNOUNCED("announced"),
    /** Nothing is recorded any more; what was is being delivered. */
    STOPPED("stopped"),
    /** All is delivered, and the customer is to find it there. */
    EXPORTED("exported"),
    /** The customer found it. Nothing is changed any more; what falls due is disposed of. */
    READ_ONLY("read-only"),
    /** Nothing is left. */
    CLOSED("closed");

    private final String wireName;

    State(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * What was to be delivered when all was.
   *
   * @param target where it was delivered to
   * @param versionId of the signed list in the store
   * @param sha256 of the signed list, lower-case hex
   * @param recordings that it names
   */
  record Inventory(String target, Instant at, String versionId, String sha256, long recordings) {}

  /** Who confirmed that the customer found all of it. */
  record Verification(Instant at, String by) {}

  /**
   * A tenant's closing.
   *
   * @param certificateVersion of the signed certificate in the store; null before the end
   */
  record Closing(
      TenantSlug tenant,
      UUID id,
      Instant stopAt,
      Keys keys,
      Instant begunAt,
      String begunBy,
      @Nullable Inventory inventory,
      @Nullable Verification verification,
      @Nullable Instant keysDestroyedAt,
      @Nullable Instant closedAt,
      @Nullable String certificateVersion) {
    /** How far it is. */
    public State state(Instant now) {
      if (closedAt != null) {
        return State.CLOSED;
      }
      if (verification != null) {
        return State.READ_ONLY;
      }
      if (inventory != null) {
        return State.EXPORTED;
      }
      return stopAt.isAfter(now) ? State.ANNOUNCED : State.STOPPED;
    }
  }

  /**
   * What is still to be done.
   *
   * @param unarchived calls that are running, or not archived yet
   * @param remaining recordings that were not disposed of
   */
  record Progress(long unarchived, long remaining) {}

  /**
   * A recording of the inventory.
   *
   * @param generation the newest
   * @param withheld whether nobody is given it: it may be another tenant's, or is restricted and
   *     nothing takes its place
   * @param deliveredAt null if it was not delivered
   * @param manifestSha256 of the delivered manifest; null if it was not delivered
   */
  record Item(
      RecordingId recording,
      Instant start,
      @Nullable Instant end,
      CallState state,
      Instant keepUntil,
      int generation,
      boolean withheld,
      @Nullable Instant deliveredAt,
      @Nullable String manifestSha256) {}

  /** Has one node at a time take closings on; returns what the work returns. */
  int alone(IntSupplier work);

  /** A tenant's; empty if it is not closed, or that was withdrawn. */
  Optional<Closing> of(TenantSlug tenant);

  /** Of all tenants. */
  List<Closing> all();

  /** Whether nothing of the tenant may be changed any more. */
  boolean isReadOnly(TenantSlug tenant);

  /**
   * Closes a tenant.
   *
   * @throws IllegalArgumentException if there is no such tenant, it is being closed already, the
   *     day is less than {@link #NOTICE} ahead, or it has no delivery target
   */
  void begin(TenantSlug tenant, Instant stopAt, Keys keys, String actor);

  /** Takes it back; false if there is nothing to take back, or recording stopped already. */
  boolean withdraw(TenantSlug tenant, String actor);

  Progress progress(TenantSlug tenant);

  /** How many recordings that are to be delivered are not at a target yet. */
  long undelivered(TenantSlug tenant, String target);

  /**
   * All that was archived, by id.
   *
   * @param after null for the first
   */
  List<Item> items(TenantSlug tenant, String target, @Nullable RecordingId after, int limit);

  /** All was delivered; false if that was known. */
  boolean exported(TenantSlug tenant, Inventory inventory, String actor);

  /**
   * The customer found all of it: the tenant is read-only from now on.
   *
   * @param receipt what the verification said
   * @return false if that was known
   */
  boolean verified(TenantSlug tenant, String receipt, String actor);

  /** The platform has none of the tenant's private keys any more; false if that was known. */
  boolean keysDestroyed(TenantSlug tenant, String actor);

  /**
   * Nothing is left.
   *
   * @param versionId of the signed certificate in the store
   */
  boolean closed(TenantSlug tenant, String versionId, String actor);
}
