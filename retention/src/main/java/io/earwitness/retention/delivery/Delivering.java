package io.earwitness.retention.delivery;

import io.earwitness.archive.catalog.Deliveries.Arrived;
import io.earwitness.archive.catalog.Deliveries.Waiting;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** Delivers one recording, in some form. */
@FunctionalInterface
interface Delivering {
  /**
   * Delivers.
   *
   * @param act its entry in the audit trail
   * @return what is there then, what says so aside
   * @throws IOException if the place does not take it
   * @throws OwnCopyException if what lies here is not what its manifest says, or can't be opened
   * @throws ObjectStoreException if it can't be read here
   */
  List<Arrived> deliver(Shipment shipment, TenantSlug tenant, Waiting waiting, UUID act)
      throws IOException, OwnCopyException;
}
