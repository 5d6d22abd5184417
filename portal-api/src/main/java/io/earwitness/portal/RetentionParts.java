package io.earwitness.portal;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.LockModes;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.RetentionLengthenings;
import io.earwitness.archive.catalog.RetentionLocks;
import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.archive.catalog.RetentionTrials;
import io.earwitness.archive.store.ObjectStore.Lock;
import java.util.Optional;

/**
 * What the portal says of retention from.
 *
 * @param locks the store's lock on a recording, as the store has it now
 * @param known locks as the catalog knows them
 * @param lengthenings of recordings that are there
 * @param trials of tenants
 * @param modes in which tenants' recordings are locked
 * @param holds what keeps recordings whatever the policy says
 * @param restrictions of recordings whose original nobody hears
 * @param subjects what people who were recorded ask for
 */
public record RetentionParts(
    RetentionPolicies policies,
    Locks locks,
    RetentionLocks known,
    RetentionLengthenings lengthenings,
    RetentionTrials trials,
    LockModes modes,
    HoldParts holds,
    Restrictions restrictions,
    DisposalParts disposal,
    SubjectRequestParts subjects) {
  /** Looks up locks; throws {@code ObjectStoreException} where the store can't be reached. */
  @FunctionalInterface
  public interface Locks {
    /** Of the recording's manifest, which is locked after all that it names; empty if it isn't. */
    Optional<Lock> of(ArchivedCall archive);
  }
}
