package io.earwitness.archive.catalog;

import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people correct in a call's parties. What was stays: here, in the journal, and in the call
 * record as archived, which nobody changes. Thread-safe.
 */
public interface Corrections {
  /** A correction, by its number among those of its call, from 1. */
  record Correction(
      int number, Instant at, String actor, String reason, List<Party> before, List<Party> after) {
    public Correction {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /**
   * Who a party is. Where it is heard and its address of record stay.
   *
   * @param number null if it has none
   * @param name for people; that of the user in place of null
   * @param userId the tenant's user; null for nobody of the tenant
   */
  record Named(@Nullable String number, @Nullable String name, @Nullable String userId) {}

  /**
   * What is to be corrected.
   *
   * @param parties all parties of the call in their order; null to leave them
   * @param swapSides whether whoever is heard left is heard right, and the other way round
   * @param reason for whoever reads it later; not empty
   */
  record Correcting(@Nullable List<Named> parties, boolean swapSides, String reason) {}

  /** A call's corrections, the oldest first; none where the tenant has no such call. */
  List<Correction> of(TenantSlug tenant, RecordingId call);

  /**
   * Corrects a call that has ended.
   *
   * @throws IllegalArgumentException if there is no such call, it still runs, nothing would change,
   *     there are not as many parties as it has, or there is no such user
   */
  Correction correct(TenantSlug tenant, RecordingId call, Correcting wanted, String actor);
}
