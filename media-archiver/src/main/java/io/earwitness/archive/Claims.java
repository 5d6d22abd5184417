package io.earwitness.archive;

import io.earwitness.archive.crypto.SignatureRejectedException;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Steps 3 to 5 of the commit protocol: claims, their copies in the lock bucket, and locks. All of
 * it may be done by several at the same time, and again. Thread-safe.
 */
final class Claims {
  /** A store refuses locks that end in the past; what should have ended is locked that long. */
  private static final Duration SHORTEST_LOCK = Duration.ofDays(1);

  private final ObjectStore store;
  private final ManifestVerifier manifests;
  private final Function<TenantSlug, LockMode> lockModes;
  private final InstantSource clock;

  Claims(
      ObjectStore store,
      ManifestVerifier manifests,
      Function<TenantSlug, LockMode> lockModes,
      InstantSource clock) {
    this.store = store;
    this.manifests = manifests;
    this.lockModes = lockModes;
    this.clock = clock;
  }

  /**
   * The claim of a generation. Where only its copy in the lock bucket is left (the work bucket was
   * lost), the claim is made again from that first.
   *
   * @throws CommitException if there is one that is no valid manifest of this generation
   */
  Optional<Claim> find(TenantSlug tenant, RecordingId recording, int generation) {
    String key = ObjectKeys.manifest(tenant, recording, generation);
    Optional<byte[]> claimed = read(Bucket.WORK, key, null);
    if (claimed.isEmpty()) {
      Optional<byte[]> copy = oldestCopy(key, tenant, recording, generation);
      if (copy.isEmpty()) {
        return Optional.empty();
      }
      store.create(key, copy.get());
      claimed = read(Bucket.WORK, key, null);
    }
    return claimed.map(signed -> verified(key, signed, tenant, recording, generation));
  }

  private Optional<byte[]> oldestCopy(
      String key, TenantSlug tenant, RecordingId recording, int generation) {
    for (Version version : copies(key).reversed()) {
      Optional<byte[]> signed = read(Bucket.LOCK, key, version.versionId());
      if (signed.isPresent()) {
        return Optional.of(verified(key, signed.get(), tenant, recording, generation).signed());
      }
    }
    return Optional.empty();
  }

  /** Checks that bytes found under a key are the manifest that belongs there. */
  Claim verified(
      String key, byte[] signed, TenantSlug tenant, RecordingId recording, int generation) {
    try {
      Manifest manifest = manifests.verify(signed, tenant, recording).manifest();
      if (manifest.generation() != generation) {
        throw new CommitException(
            "%s holds the manifest of generation %d; nothing was changed"
                .formatted(key, manifest.generation()),
            null);
      }
      return new Claim(manifest, signed);
    } catch (SignatureRejectedException e) {
      throw new CommitException(
          "%s is no valid manifest, nothing was changed: %s".formatted(key, e.getMessage()), e);
    }
  }

  /** Step 3: tries to make this manifest the one of its generation. Returns the one that is. */
  Claim create(Claim own) {
    Manifest manifest = own.manifest();
    // a copy without a claim decides as well, so it is looked for first
    if (copies(own.key()).isEmpty() && store.create(own.key(), own.signed())) {
      return own;
    }
    return find(manifest.tenant(), manifest.recording(), manifest.generation())
        .orElseThrow(
            () -> new ObjectStoreException(own.key() + " was there and is gone; try again", null));
  }

  /** Steps 4 and 5. Returns the version id of the locked copy. */
  String complete(Claim claim) {
    String copy = copy(claim);
    Instant now = clock.instant();
    Instant until = claim.manifest().lockedUntil(now);
    Instant shortest = now.plus(SHORTEST_LOCK);
    Lock lock =
        new Lock(
            lockModes.apply(claim.manifest().tenant()), until.isAfter(shortest) ? until : shortest);
    for (Manifest.Entry entry : claim.manifest().objects()) {
      store.lock(claim.keyOf(entry), entry.versionId(), lock);
    }
    // last, so that a locked copy means that all that it names is locked
    store.lock(claim.key(), copy, lock);
    return copy;
  }

  /**
   * Extends the locks on all that a manifest in the lock bucket names, and then on it itself.
   *
   * @param strengthen whether they become COMPLIANCE ones
   * @return until when the shortest of them lasts
   * @throws CommitException if it is not there, or is no valid manifest of this recording
   */
  Instant extend(
      TenantSlug tenant,
      RecordingId recording,
      int generation,
      String copy,
      Instant until,
      boolean strengthen) {
    String key = ObjectKeys.manifest(tenant, recording, generation);
    byte[] signed =
        read(Bucket.LOCK, key, copy)
            .orElseThrow(
                () ->
                    new CommitException(
                        "%s version %s is not in the store".formatted(key, copy), null));
    Claim claim = verified(key, signed, tenant, recording, generation);
    Lock lock = new Lock(lockModes.apply(tenant), until);
    Instant shortest = Instant.MAX;
    for (Manifest.Entry entry : claim.manifest().objects()) {
      Instant held = extend(claim.keyOf(entry), entry.versionId(), lock, strengthen);
      shortest = held.isBefore(shortest) ? held : shortest;
    }
    Instant held = extend(key, copy, lock, strengthen);
    return held.isBefore(shortest) ? held : shortest;
  }

  private Instant extend(String key, String version, Lock lock, boolean strengthen) {
    Lock held = store.lock(key, version, lock);
    if (strengthen && held.mode() != LockMode.COMPLIANCE) {
      store.strengthen(key, version);
    }
    return held.until();
  }

  private boolean isLocked(String key, String versionId, Instant until) {
    return store.lockOf(key, versionId).filter(held -> !held.until().isBefore(until)).isPresent();
  }

  /** Whether steps 4 and 5 are done. */
  boolean isComplete(Claim claim) {
    Instant until = claim.manifest().lockedUntil(clock.instant());
    Optional<Version> copy = chosen(claim, equalCopies(claim));
    return copy.isPresent()
        && isLocked(claim.key(), copy.get().versionId(), until)
        && claim.manifest().objects().stream()
            .allMatch(entry -> isLocked(claim.keyOf(entry), entry.versionId(), until));
  }

  /**
   * Step 4. Of several that find no copy at the same time each puts one; they then agree on the
   * oldest, and the others take theirs back.
   */
  private String copy(Claim claim) {
    Optional<Version> there = chosen(claim, equalCopies(claim));
    if (there.isPresent()) {
      return there.get().versionId();
    }
    String own = store.put(Bucket.LOCK, claim.key(), claim.signed());
    String chosen = chosen(claim, equalCopies(claim)).map(Version::versionId).orElse(own);
    if (!chosen.equals(own)) {
      try {
        store.delete(Bucket.LOCK, claim.key(), own);
      } catch (LockedException e) {
        // somebody chose it after all: two equal locked copies do no harm
      }
    }
    return chosen;
  }

  /** The copy that counts: the oldest that is locked, else the oldest. */
  Optional<Version> chosen(Claim claim, List<Version> equalCopies) {
    List<Version> oldestFirst = equalCopies.reversed();
    if (oldestFirst.size() > 1) {
      for (Version version : oldestFirst) {
        if (store.lockOf(claim.key(), version.versionId()).isPresent()) {
          return Optional.of(version);
        }
      }
    }
    return oldestFirst.stream().findFirst();
  }

  /** Versions in the lock bucket with the claim's bytes, newest first. */
  List<Version> equalCopies(Claim claim) {
    return copies(claim.key()).stream()
        .filter(version -> version.size() == claim.signed().length)
        .filter(
            version ->
                read(Bucket.LOCK, claim.key(), version.versionId())
                    .filter(bytes -> Arrays.equals(bytes, claim.signed()))
                    .isPresent())
        .toList();
  }

  private List<Version> copies(String key) {
    return store.list(Bucket.LOCK, key).stream()
        .filter(version -> version.key().equals(key))
        .toList();
  }

  Optional<byte[]> read(Bucket bucket, String key, @Nullable String versionId) {
    Optional<InputStream> opened = store.open(bucket, key, versionId);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = opened.get()) {
      return Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new ObjectStoreException("reading %s broke off: %s".formatted(key, e.getMessage()), e);
    }
  }
}
