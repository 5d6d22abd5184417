package io.earwitness.retention.delivery;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.s3.S3Place;
import io.earwitness.outbound.Outbound;
import io.earwitness.retention.delivery.sftp.SftpPlace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens tenants' own storage. Thread-safe. */
public final class DeliveryPlaces {
  private static final int SSH = 22;

  /** Opens the sealed secret of a target. */
  @FunctionalInterface
  public interface Secrets {
    String open(DeliveryTarget target);
  }

  private final @Nullable Path folder;
  private final Outbound outbound;
  private final Secrets secrets;

  /**
   * @param folder below which targets on this machine lie, each tenant's in a folder of its own;
   *     null for none
   * @param outbound says which addresses may be connected to
   */
  public DeliveryPlaces(@Nullable Path folder, Outbound outbound, Secrets secrets) {
    this.folder = folder;
    this.outbound = outbound;
    this.secrets = secrets;
  }

  /**
   * Opens a target.
   *
   * @throws IOException saying why it can't be used
   */
  public ObjectPlace open(DeliveryTarget target) throws IOException {
    return switch (target.kind()) {
      case FOLDER -> folder(target);
      case S3 -> {
        URI uri = URI.create(target.address());
        yield new S3Place(
            URI.create(uri.getScheme() + "://" + uri.getAuthority()),
            target.region(),
            target.bucket(),
            target.prefix(),
            target.account(),
            secrets.open(target),
            outbound::resolve);
      }
      case SFTP -> {
        URI uri = URI.create(target.address());
        yield SftpPlace.connect(
            new InetSocketAddress(
                outbound.resolve(uri.getHost())[0], uri.getPort() > 0 ? uri.getPort() : SSH),
            target.account(),
            secrets.open(target),
            target.hostKey(),
            target.prefix());
      }
    };
  }

  private ObjectPlace folder(DeliveryTarget target) throws IOException {
    if (folder == null) {
      throw new IOException(
          "recordings are delivered to no folder here: the configuration of this installation names none (delivery.folder)");
    }
    return new FolderPlace(folder.resolve(target.tenant().value()).resolve(target.address()));
  }

  /**
   * Tries a target: writes, reads back and removes a small object.
   *
   * @throws IOException saying what did not work
   */
  public void probe(DeliveryTarget target) throws IOException {
    byte[] text = ("Earwitness tries out " + target.name()).getBytes(StandardCharsets.UTF_8);
    String key = ObjectKeys.deliveryProbe(target.tenant());
    try (ObjectPlace place = open(target)) {
      if (target.terms().isPrimary() && place instanceof ObjectPlace.Locking locking) {
        locking.demandLocks();
      }
      Shipment shipment = new Shipment(place, new Throttle(null));
      shipment.ship(key, () -> new ByteArrayInputStream(text));
      place.delete(key);
      if (place.size(key).isPresent()) {
        throw new IOException("what was written there to try it out could not be removed: " + key);
      }
    }
  }
}
