package io.earwitness.portal.media;

import io.earwitness.archive.Manifest;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.MediaPart;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.VerifiedManifest;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.Restrictions.Restricted;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.IntegrityException;
import io.earwitness.archive.crypto.RangeSource;
import io.earwitness.archive.crypto.SealedEnvelope;
import io.earwitness.archive.crypto.TenantKeyStore;
import io.earwitness.archive.crypto.VerifiedRange;
import io.earwitness.archive.crypto.WrongKeyException;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.portal.MediaAccess;
import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads archived calls from the object store. The manifest's signature is checked first, then every
 * block against it; each use of a tenant's key is in the audit trail before it happens.
 */
public final class StoredMedia implements MediaAccess {
  /** What is read before our own store. */
  @FunctionalInterface
  public interface Elsewhere {
    /**
     * An object where it is read first; whatever it throws, ours is read instead.
     *
     * @return empty for our own store
     */
    Optional<RangeSource> object(ArchivedCall call, String key);
  }

  private final ObjectStore store;
  private final Elsewhere elsewhere;
  private final ManifestVerifier manifests;
  private final TenantKeyStore keys;
  private final Restrictions restrictions;
  private final AuditLog audit;
  private final Clock clock;

  /**
   * All collaborators are used, not closed.
   *
   * @param elsewhere says what is read before {@code store}, where that is as it was signed
   */
  public StoredMedia(
      ObjectStore store,
      Elsewhere elsewhere,
      ManifestVerifier manifests,
      TenantKeyStore keys,
      Restrictions restrictions,
      AuditLog audit,
      Clock clock) {
    this.store = store;
    this.elsewhere = elsewhere;
    this.manifests = manifests;
    this.keys = keys;
    this.restrictions = restrictions;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  public Content open(ArchivedCall call, Part part, Requester requester) throws IOException {
    demandOpen(call, part, requester.opening());
    Manifest.Entry entry = entry(call, part);
    SealedEnvelope signed = entry.envelope();
    RangeSource ours = source(call, entry);
    EnvelopeHeader header = EnvelopeHeader.parse(ours, signed);
    try (ContentKey key =
        keys.recover(
            call.tenant(),
            header,
            (_, certificate) -> record(call, entry, certificate, requester))) {
      VerifiedRange own = new VerifiedRange(call.id(), signed, key, ours);
      Optional<RangeSource> first = elsewhere.object(call, key(call, entry));
      return first.isEmpty()
          ? new Verified(own)
          : new Either(new VerifiedRange(call.id(), signed, key, orElse(first.get(), ours)), own);
    } catch (WrongKeyException e) {
      throw new KeyNotHeldException(String.valueOf(e.getMessage()));
    }
  }

  /** Here, where all that is heard comes by, whatever asked for it. */
  private void demandOpen(ArchivedCall call, Part part, @Nullable UUID opening)
      throws RestrictedException {
    Restricted restricted =
        part.equals(Part.CALL) ? null : restrictions.of(call.tenant(), call.id()).orElse(null);
    if (restricted != null
        && !Objects.equals(restricted.generation(), call.generation())
        && restrictions.openings(call.tenant(), call.id()).stream()
            .noneMatch(
                each -> each.id().equals(opening) && each.until().isAfter(clock.instant()))) {
      throw new RestrictedException();
    }
  }

  private void record(
      ArchivedCall call, Manifest.Entry entry, String certificate, Requester requester) {
    audit.append(
        new AuditEntry(
            UUID.randomUUID(),
            clock.instant(),
            call.tenant(),
            requester.actor(),
            "key.use",
            "key:" + certificate,
            requester.act(),
            null,
            Map.of("recording", call.id().toString(), "object", entry.name())));
  }

  @Override
  public Stored stored(ArchivedCall call, Part part) throws IOException {
    demandOpen(call, part, null);
    Manifest.Entry entry = entry(call, part);
    return new Stored(
        entry.size(),
        store
            .open(Bucket.LOCK, key(call, entry), entry.versionId())
            .orElseThrow(() -> missing(call, entry)));
  }

  @Override
  public byte[] manifest(ArchivedCall call) throws IOException {
    try (InputStream in =
        store
            .open(Bucket.LOCK, call.manifestKey(), call.manifestVersionId())
            .orElseThrow(
                () ->
                    new IOException(
                        "the manifest %s, version %s, is not in the object store"
                            .formatted(call.manifestKey(), call.manifestVersionId())))) {
      return in.readAllBytes();
    }
  }

  @Override
  public List<AudioPart> parts(ArchivedCall call) throws IOException {
    return MediaPart.of(verified(call), call.channels()).stream()
        .map(
            part ->
                new AudioPart(
                    part.number(),
                    part.start().toMillis(),
                    part.end().toMillis() - part.start().toMillis(),
                    part.entry().ciphertextLength()))
        .toList();
  }

  private VerifiedManifest verified(ArchivedCall call) throws IOException {
    return manifests.verify(manifest(call), call.tenant(), call.id());
  }

  private Manifest.Entry entry(ArchivedCall call, Part part) throws IOException {
    return verified(call)
        .entry(part.objectName())
        .orElseThrow(
            () ->
                new IOException("recording %s has no %s".formatted(call.id(), part.objectName())));
  }

  private static String key(ArchivedCall call, Manifest.Entry entry) {
    return ObjectKeys.object(call.tenant(), call.id(), entry.name());
  }

  private static IOException missing(ArchivedCall call, Manifest.Entry entry) {
    return new IOException(
        "%s, version %s, is not in the object store"
            .formatted(key(call, entry), entry.versionId()));
  }

  private RangeSource source(ArchivedCall call, Manifest.Entry entry) {
    String key = key(call, entry);
    return (offset, target, position, length) -> {
      try (InputStream in =
          store
              .open(Bucket.LOCK, key, entry.versionId(), offset, length)
              .orElseThrow(() -> missing(call, entry))) {
        if (in.readNBytes(target, position, length) != length) {
          throw new EOFException("%s ends before byte %d".formatted(key, offset + length));
        }
      }
    };
  }

  private static RangeSource orElse(RangeSource first, RangeSource ours) {
    return (offset, target, position, length) -> {
      try {
        first.read(offset, target, position, length);
      } catch (IOException _) {
        ours.read(offset, target, position, length);
      }
    };
  }

  /**
   * The same plaintext from two places: what is not as it was signed in the first is taken here.
   */
  private record Either(VerifiedRange first, VerifiedRange own) implements Content {
    @Override
    public long length() {
      return own.length();
    }

    @Override
    public void transferTo(long offset, long length, OutputStream out) throws IOException {
      long[] written = {0};
      try {
        first.transferTo(offset, length, counting(out, written));
      } catch (IntegrityException e) {
        own.transferTo(offset + written[0], length - written[0], out);
      }
    }

    private static OutputStream counting(OutputStream out, long[] written) {
      return new FilterOutputStream(out) {
        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
          out.write(bytes, offset, count);
          written[0] += count;
        }
      };
    }
  }

  /** Plaintext whose blocks are checked as they are read. */
  private record Verified(VerifiedRange range) implements Content {
    @Override
    public long length() {
      return range.length();
    }

    @Override
    public void transferTo(long offset, long length, OutputStream out) throws IOException {
      range.transferTo(offset, length, out);
    }
  }
}
