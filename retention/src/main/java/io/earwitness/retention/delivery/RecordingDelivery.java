package io.earwitness.retention.delivery;

import io.earwitness.archive.Manifest;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.Deliveries.Arrived;
import io.earwitness.archive.catalog.Deliveries.Waiting;
import io.earwitness.archive.crypto.EnvelopeCheck;
import io.earwitness.archive.crypto.SignatureRejectedException;
import io.earwitness.archive.store.ObjectPlace.Content;
import io.earwitness.archive.store.ObjectPlace.Source;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Delivers one recording: the objects of its newest generation as they lie here, then the manifest,
 * then what says that all of it is there. Format: {@code docs/formats/delivery.md}.
 */
final class RecordingDelivery {
  private static final String FORMAT = "earwitness-delivered-1";

  private final ObjectStore store;
  private final ManifestVerifier manifests;

  RecordingDelivery(ObjectStore store, ManifestVerifier manifests) {
    this.store = store;
    this.manifests = manifests;
  }

  /** Our own copy is not as it should be, so nothing of it is given away. */
  static final class OwnCopyException extends Exception {
    private static final long serialVersionUID = 1L;

    OwnCopyException(String message) {
      super(message);
    }
  }

  private record Marker(
      String format,
      RecordingId recording,
      TenantSlug tenant,
      int generation,
      List<Arrived> objects) {}

  /**
   * Delivers.
   *
   * @return what is there then, the marker aside
   * @throws IOException if the place does not take it
   * @throws OwnCopyException if what lies here is not what its manifest says
   * @throws ObjectStoreException if it can't be read here
   */
  List<Arrived> deliver(Shipment shipment, TenantSlug tenant, Waiting waiting)
      throws IOException, OwnCopyException {
    RecordingId id = waiting.id();
    byte[] signed = bytes(waiting.manifestKey(), waiting.manifestVersionId());
    Manifest manifest;
    try {
      manifest = manifests.verify(signed, tenant, id).manifest();
    } catch (SignatureRejectedException e) {
      throw new OwnCopyException("our manifest is not right: " + e.getMessage());
    }
    List<Arrived> arrived = new ArrayList<>();
    for (Manifest.Entry entry : manifest.objects()) {
      String key = ObjectKeys.object(tenant, id, entry.name());
      Content content = checked(entry, () -> open(key, entry.versionId()));
      shipment.ship(key, content);
      arrived.add(new Arrived(entry.name(), content.size(), content.sha256()));
    }
    String key = ObjectKeys.manifest(tenant, id, manifest.generation());
    Content content = shipment.ship(key, () -> new ByteArrayInputStream(signed));
    String name = key.substring(ObjectKeys.recording(tenant, id).length());
    arrived.add(new Arrived(name, content.size(), content.sha256()));
    byte[] marker =
        Json.bytes(new Marker(FORMAT, id, tenant, manifest.generation(), List.copyOf(arrived)));
    shipment.ship(
        ObjectKeys.deliveredMarker(tenant, id, manifest.generation()),
        () -> new ByteArrayInputStream(marker));
    return arrived;
  }

  private static Content checked(Manifest.Entry entry, Source source)
      throws IOException, OwnCopyException {
    try (Shipment.Measuring in = new Shipment.Measuring(source.open())) {
      List<String> differences = EnvelopeCheck.differences(in, entry.envelope());
      if (!differences.isEmpty()) {
        throw new OwnCopyException(
            "our %s is not what was signed: %s".formatted(entry.name(), differences.getFirst()));
      }
      return in.content(source);
    }
  }

  private InputStream open(String key, String version) {
    return store
        .open(Bucket.LOCK, key, version)
        .orElseThrow(() -> new ObjectStoreException("our %s is missing".formatted(key), null));
  }

  private byte[] bytes(String key, String version) throws IOException {
    try (InputStream in = open(key, version)) {
      return in.readAllBytes();
    }
  }
}
