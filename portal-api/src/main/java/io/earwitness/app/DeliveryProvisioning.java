package io.earwitness.app;

import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.crypto.TenantKeyStore;
import io.earwitness.call.TenantSlug;
import io.earwitness.outbound.Outbound;
import io.earwitness.portal.SignInKey;
import io.earwitness.retention.delivery.DeliveryPlaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Changes of where recordings are delivered to, each as an audited act. */
final class DeliveryProvisioning {
  private final Deliveries deliveries;
  private final AuditedActs acts;

  DeliveryProvisioning(Deliveries deliveries, AuditedActs acts) {
    this.deliveries = deliveries;
    this.acts = acts;
  }

  /** Opens targets as the configuration allows. */
  static DeliveryPlaces places(Config config, SignInKey key, Outbound outbound) {
    return new DeliveryPlaces(config.delivery().folder(), outbound, target -> secret(key, target));
  }

  /**
   * Tries a target out.
   *
   * @throws IOException saying what does not work
   */
  static void probe(DeliveryPlaces places, TenantKeyStore keys, DeliveryTarget target)
      throws IOException {
    if (target.terms().decrypted() && keys.certificates(target.tenant()).isEmpty()) {
      throw new IOException(
          "the platform holds no private key of tenant %s, so it can decrypt nothing for it; deliver encrypted"
              .formatted(target.tenant()));
    }
    places.probe(target);
  }

  private static String secret(SignInKey key, DeliveryTarget target) {
    String sealed = target.secret();
    if (sealed == null) {
      throw new IllegalArgumentException(
          "delivery target %s has no secret".formatted(target.name()));
    }
    byte[] secret = key.open(SignInKey.deliveryPurpose(target.tenant(), target.name()), sealed);
    return new String(secret, StandardCharsets.UTF_8);
  }

  /** Returns whether it was otherwise before. */
  boolean set(DeliveryTarget target) {
    Map<String, String> details = new TreeMap<>();
    details.put("kind", target.kind().wireName());
    details.put("address", target.address());
    details.put("account", target.account());
    details.put("lake", Boolean.toString(target.lake()));
    details.put("mode", target.terms().mode().wireName());
    details.put("decrypted", Boolean.toString(target.terms().decrypted()));
    details.put("onDisposal", target.terms().onDisposal().wireName());
    details.put("recheckDays", Integer.toString(target.terms().recheckDays()));
    return acts.run(
        target.tenant(),
        "delivery-target.set",
        "delivery-target:" + target.name(),
        details,
        () -> deliveries.set(target, acts.actor()));
  }

  /** Returns whether there was one of this name. */
  boolean remove(TenantSlug tenant, String name) {
    return acts.run(
        tenant,
        "delivery-target.remove",
        "delivery-target:" + name,
        Map.of(),
        () -> deliveries.remove(tenant, name, acts.actor()));
  }

  /** Returns whether it was otherwise before. */
  boolean pause(TenantSlug tenant, String name, boolean paused) {
    return acts.run(
        tenant,
        paused ? "delivery-target.pause" : "delivery-target.resume",
        "delivery-target:" + name,
        Map.of(),
        () -> deliveries.pause(tenant, name, paused, acts.actor()));
  }
}
