package io.earwitness.portal;

import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.DeliveryTarget;
import java.io.IOException;

/**
 * What the portal says of deliveries from.
 *
 * @param prober tries a target out before it is asked for
 */
public record DeliveryParts(Deliveries deliveries, Prober prober) {
  /** Writes, reads back and removes a small object; throws if that does not work, saying why. */
  @FunctionalInterface
  public interface Prober {
    void probe(DeliveryTarget target) throws IOException;
  }
}
