package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.RangeSource;
import io.earwitness.archive.crypto.VerifiedRange;
import io.earwitness.archive.media.Pieces;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.call.CallRecord;
import io.earwitness.json.Json;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads what was archived, into memory, verified and with keys of whoever has it. Methods throw
 * {@link IOException} where an object can't be read, is not what was signed, or a key not used.
 */
final class SealedReading {
  private static final int FETCH = 1 << 20;

  private final ObjectStore store;
  private final ManifestVerifier manifests;
  private final Resealing.Keys keys;

  SealedReading(ObjectStore store, ManifestVerifier manifests, Resealing.Keys keys) {
    this.store = store;
    this.manifests = manifests;
    this.keys = keys;
  }

  /** SHA-256 of the manifest as it lies in the store, in lower-case hex. */
  String manifestSha256(ArchivedCall held) throws IOException {
    Pieces signed = new Pieces();
    signed.write(signed(held));
    return signed.sha256();
  }

  private byte[] signed(ArchivedCall held) throws IOException {
    try (InputStream in =
        store
            .open(Bucket.LOCK, held.manifestKey(), held.manifestVersionId())
            .orElseThrow(() -> new IOException("there is no %s".formatted(held.manifestKey())))) {
      return in.readAllBytes();
    }
  }

  VerifiedManifest manifest(ArchivedCall held) throws IOException {
    return manifests.verify(signed(held), held.tenant(), held.id());
  }

  /** What was recorded of a call, audio apart. */
  CallRecord record(ArchivedCall held, VerifiedManifest manifest, String actor) throws IOException {
    Manifest.Entry entry =
        manifest
            .entry("call.cms")
            .orElseThrow(
                () -> new IOException("recording %s has no call record".formatted(held.id())));
    return Json.read(plain(held, entry, Long.MAX_VALUE, actor).toByteArray(), CallRecord.class);
  }

  /**
   * An object's plaintext.
   *
   * @param most so many bytes from its beginning, or all if it has no more
   */
  Pieces plain(ArchivedCall held, Manifest.Entry entry, long most, String actor)
      throws IOException {
    String key = ObjectKeys.object(held.tenant(), held.id(), entry.name());
    RangeSource source =
        (offset, target, position, length) -> {
          try (InputStream in =
              store
                  .open(Bucket.LOCK, key, entry.versionId(), offset, length)
                  .orElseThrow(() -> new IOException("there is no %s".formatted(key)))) {
            if (in.readNBytes(target, position, length) != length) {
              throw new EOFException("%s ends before byte %d".formatted(key, offset + length));
            }
          }
        };
    EnvelopeHeader header = EnvelopeHeader.parse(source, entry.envelope());
    try (ContentKey contentKey = keys.recover(held.tenant(), header, held.id(), actor)) {
      VerifiedRange range = new VerifiedRange(held.id(), entry.envelope(), contentKey, source);
      Pieces plain = new Pieces();
      byte[] buffer = new byte[FETCH];
      long end = Math.min(most, range.length());
      for (long at = 0; at < end; ) {
        int length = (int) Math.min(FETCH, end - at);
        range.read(at, buffer, 0, length);
        plain.write(buffer, 0, length);
        at += length;
      }
      return plain;
    }
  }
}
