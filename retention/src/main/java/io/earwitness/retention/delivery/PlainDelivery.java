package io.earwitness.retention.delivery;

import io.earwitness.archive.Manifest;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.VerifiedManifest;
import io.earwitness.archive.catalog.Deliveries.Arrived;
import io.earwitness.archive.catalog.Deliveries.Waiting;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.RangeSource;
import io.earwitness.archive.crypto.SealedEnvelope;
import io.earwitness.archive.crypto.TenantKeyStore;
import io.earwitness.archive.crypto.VerifiedRange;
import io.earwitness.archive.crypto.WrongKeyException;
import io.earwitness.archive.store.ObjectPlace.Content;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Delivers one recording decrypted: its audio and its call record, then a signed list of them. What
 * is plain is only ever in memory. Format: {@code docs/formats/delivery.md}.
 */
final class PlainDelivery implements Delivering {
  static final String FORMAT = "earwitness-delivered-plain-1";

  private final OwnCopy own;
  private final TenantKeyStore keys;
  private final BiFunction<byte[], String, byte[]> signer;
  private final AuditLog audit;
  private final InstantSource clock;

  /**
   * @param signer signs content for a key, as manifests are
   */
  PlainDelivery(
      OwnCopy own,
      TenantKeyStore keys,
      BiFunction<byte[], String, byte[]> signer,
      AuditLog audit,
      InstantSource clock) {
    this.own = own;
    this.keys = keys;
    this.signer = signer;
    this.audit = audit;
    this.clock = clock;
  }

  /** What the signed list says. */
  record Plain(
      String format,
      RecordingId recording,
      TenantSlug tenant,
      int generation,
      long durationMs,
      List<Arrived> objects) {}

  @Override
  public List<Arrived> deliver(Shipment shipment, TenantSlug tenant, Waiting waiting, UUID act)
      throws IOException, OwnCopyException {
    RecordingId id = waiting.id();
    VerifiedManifest verified = own.manifest(tenant, waiting).verified();
    Manifest manifest = verified.manifest();
    List<Arrived> arrived = new ArrayList<>();
    for (Manifest.Entry entry : manifest.objects()) {
      String name = plainName(manifest, entry.name());
      if (name != null) {
        Content content = plain(tenant, id, entry, act);
        shipment.ship(ObjectKeys.object(tenant, id, name), content);
        arrived.add(new Arrived(name, content.size(), content.sha256()));
      }
    }
    String key = ObjectKeys.deliveredPlain(tenant, id, manifest.generation());
    byte[] list =
        signer.apply(
            Json.bytes(
                new Plain(
                    FORMAT,
                    id,
                    tenant,
                    manifest.generation(),
                    manifest.durationMs(),
                    List.copyOf(arrived))),
            key);
    Content content = shipment.ship(key, () -> new ByteArrayInputStream(list));
    arrived.add(
        new Arrived(
            key.substring(ObjectKeys.recording(tenant, id).length()),
            content.size(),
            content.sha256()));
    return arrived;
  }

  /** As what it is delivered; null if it is not, as nobody but us can use it. */
  private static @Nullable String plainName(Manifest manifest, String name) {
    String stem = name.substring(0, name.length() - ".cms".length());
    String file = stem.substring(stem.lastIndexOf('/') + 1);
    if (file.equals("call")) {
      return stem + ".json";
    }
    boolean audio = file.equals("media") || file.startsWith("media-");
    return audio ? stem + "." + extension(manifest.codec()) : null;
  }

  static String extension(String codec) {
    return codec.equals("opus") ? "webm" : "flac";
  }

  /** Reads it once, to say what it is. */
  private Content plain(TenantSlug tenant, RecordingId id, Manifest.Entry entry, UUID act)
      throws OwnCopyException {
    RangeSource source = own.ranges(ObjectKeys.object(tenant, id, entry.name()), entry.versionId());
    SealedEnvelope signed = entry.envelope();
    try {
      EnvelopeHeader header = EnvelopeHeader.parse(source, signed);
      try (ContentKey key =
          keys.recover(
              tenant, header, (_, certificate) -> used(tenant, id, entry, certificate, act))) {
        VerifiedRange range = new VerifiedRange(id, signed, key, source);
        return Shipment.measured(() -> new Reading(range));
      }
    } catch (WrongKeyException e) {
      throw new OwnCopyException(
          "the platform holds no private key that opens it, so it can't be delivered decrypted");
    } catch (CryptoException e) {
      throw new OwnCopyException(
          "our %s is not what was signed: %s".formatted(entry.name(), e.getMessage()));
    } catch (IOException e) {
      throw new OwnCopyException(
          "our %s can't be read: %s".formatted(entry.name(), e.getMessage()));
    }
  }

  private void used(
      TenantSlug tenant, RecordingId id, Manifest.Entry entry, String certificate, UUID act) {
    audit.append(
        new AuditEntry(
            UUID.randomUUID(),
            clock.instant(),
            tenant,
            TargetRun.JOB,
            "key.use",
            "key:" + certificate,
            act,
            null,
            Map.of("recording", id.toString(), "object", entry.name())));
  }

  /** Reads plain bytes, each of which was verified before. For one thread. */
  private static final class Reading extends InputStream {
    private static final int MOST = 8 * SealedEnvelope.BLOCK_SIZE;

    private final VerifiedRange range;
    private long next;

    Reading(VerifiedRange range) {
      this.range = range;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int position, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int count = (int) Math.min(Math.min(length, MOST), range.length() - next);
      if (count <= 0) {
        return -1;
      }
      range.read(next, target, position, count);
      next += count;
      return count;
    }
  }
}
