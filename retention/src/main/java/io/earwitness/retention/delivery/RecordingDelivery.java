package io.earwitness.retention.delivery;

import io.earwitness.archive.Manifest;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.Deliveries.Arrived;
import io.earwitness.archive.catalog.Deliveries.Waiting;
import io.earwitness.archive.crypto.EnvelopeCheck;
import io.earwitness.archive.store.ObjectPlace.Content;
import io.earwitness.archive.store.ObjectPlace.Source;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Delivers one recording: the objects of its newest generation as they lie here, then the manifest,
 * then what says that all of it is there. Format: {@code docs/formats/delivery.md}.
 */
final class RecordingDelivery implements Delivering {
  private static final String FORMAT = "earwitness-delivered-1";

  private final OwnCopy own;

  RecordingDelivery(OwnCopy own) {
    this.own = own;
  }

  private record Marker(
      String format,
      RecordingId recording,
      TenantSlug tenant,
      int generation,
      List<Arrived> objects) {}

  @Override
  public List<Arrived> deliver(Shipment shipment, TenantSlug tenant, Waiting waiting, UUID act)
      throws IOException, OwnCopyException {
    RecordingId id = waiting.id();
    OwnCopy.Signed ours = own.manifest(tenant, waiting);
    Manifest manifest = ours.verified().manifest();
    List<Arrived> arrived = new ArrayList<>();
    for (Manifest.Entry entry : manifest.objects()) {
      String key = ObjectKeys.object(tenant, id, entry.name());
      Content content = checked(entry, () -> own.open(key, entry.versionId()));
      shipment.ship(key, content);
      arrived.add(new Arrived(entry.name(), content.size(), content.sha256()));
    }
    String key = ObjectKeys.manifest(tenant, id, manifest.generation());
    Content content = shipment.ship(key, () -> new ByteArrayInputStream(ours.signed()));
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
}
