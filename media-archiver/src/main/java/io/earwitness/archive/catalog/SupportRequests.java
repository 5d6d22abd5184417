package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.Guests.Terms;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the platform's support asks of tenants: to be let in as a guest for a while. Every change is
 * written with its journal entry in one transaction. Methods throw {@link IllegalArgumentException}
 * naming what is missing or wrong. Who may ask and decide is not decided here. Thread-safe.
 */
public interface SupportRequests {
  /** What became of a request. */
  enum Decision implements WireName {
    CONSENTED("consented"),
    REFUSED("refused"),
    /** By the platform, before the tenant decided. */
    WITHDRAWN("withdrawn");

    private final String wireName;

    Decision(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * A request.
   *
   * @param tenant who is asked
   * @param personId of the platform's own tenant: who would be let in
   * @param decision null while it is open
   * @param note why it was refused; null if nothing was said
   * @param guestId {@link Guests.Guest#userId()} of whom was let in; null but after a consent
   */
  record Request(
      TenantSlug tenant,
      UUID id,
      String personId,
      String personName,
      String reason,
      Instant asked,
      String askedBy,
      @Nullable Decision decision,
      @Nullable Instant decided,
      @Nullable String decidedBy,
      @Nullable String note,
      @Nullable String guestId) {}

  Request ask(
      TenantSlug tenant, UUID id, String personId, String personName, String reason, String actor);

  Optional<Request> find(TenantSlug tenant, UUID id);

  /** All requests of a tenant, newest first. */
  List<Request> list(TenantSlug tenant);

  /**
   * Requests in whichever tenant, newest first.
   *
   * @param personId of whom; null for all
   */
  List<Request> ofPlatform(@Nullable String personId, int limit);

  /**
   * Refuses or withdraws an open request.
   *
   * @return false if it was decided before
   */
  boolean close(TenantSlug tenant, UUID id, Decision decision, @Nullable String note, String actor);

  /**
   * Consents: lets the person in as a guest.
   *
   * @param terms at most {@link Guests#LONGEST_SUPPORT}
   * @return the guest; empty if the request was decided before
   */
  Optional<Guests.Guest> consent(TenantSlug tenant, UUID id, Terms terms, String actor);
}
