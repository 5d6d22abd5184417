package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.crypto.SignatureRejectedException;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits recordings so that each generation has exactly one manifest, whatever dies when, and
 * however many archivers work on the same recording. The steps are numbered in {@code
 * docs/formats/commit-protocol.md}. Thread-safe.
 *
 * <p><b>What it guarantees:</b> after {@link Attempt#commit} or {@link #finish} returned, one
 * manifest decides the generation; it and all that it names lie locked in the store, were read back
 * and found right; and the catalog says so. After an exception nothing is lost: the same may be
 * tried again by anybody, with the same capture.
 *
 * <p><b>Its use:</b>
 *
 * <pre>{@code
 * Optional<Committed> done = protocol.finish(tenant, recording, 0, facts);
 * if (done.isEmpty()) {
 *   Attempt attempt = protocol.begin(tenant, recording, 0);
 *   String version = attempt.put("media.cms", sealed);
 *   ... // a manifest that names attempt.name() and each version
 *   done = Optional.of(attempt.commit(signer.sign(manifest), facts));
 * }
 * }</pre>
 */
public final class CommitProtocol {
  private static final Logger LOG = LoggerFactory.getLogger(CommitProtocol.class);

  /** How long a capture outlives the reading back of its archive. */
  public static final Duration CAPTURE_KEPT = Duration.ofHours(24);

  private final ObjectStore store;
  private final CallCatalog catalog;
  private final ManifestVerifier manifests;
  private final Claims claims;
  private final InstantSource clock;

  /**
   * @param lockModes how a tenant's recordings are locked; GOVERNANCE by default
   */
  public CommitProtocol(
      ObjectStore store,
      CallCatalog catalog,
      ManifestVerifier manifests,
      Function<TenantSlug, LockMode> lockModes,
      InstantSource clock) {
    this.store = store;
    this.catalog = catalog;
    this.manifests = manifests;
    this.claims = new Claims(store, manifests, lockModes, clock);
    this.clock = clock;
  }

  /**
   * Finishes what another attempt began, if it got as far as its claim (steps 4 to 7); to be tried
   * before a new attempt. Empty if the generation has no claim.
   *
   * @throws CommitException if what is there is not what it should be
   * @throws ObjectStoreException if the store failed; try again
   * @throws CallCatalog.CatalogUnavailableException if the catalog failed; try again
   */
  public Optional<Committed> finish(
      TenantSlug tenant, RecordingId recording, int generation, CallFacts facts) {
    return claims.find(tenant, recording, generation).map(claim -> finish(claim, facts, false));
  }

  /** Whether a generation was decided: it has a claim, or a copy of one. */
  public boolean isClaimed(TenantSlug tenant, RecordingId recording, int generation) {
    return claims.find(tenant, recording, generation).isPresent();
  }

  /**
   * Reads back what was committed and catalogued (steps 4, 5 and 7), by anybody and at any time.
   *
   * @throws CommitException if what is there is not what it should be, or nothing is
   * @throws ObjectStoreException if the store failed; try again
   * @throws CallCatalog.CatalogUnavailableException if the catalog failed; try again
   */
  public Committed verify(TenantSlug tenant, RecordingId recording, int generation) {
    Claim claim =
        claims
            .find(tenant, recording, generation)
            .orElseThrow(
                () ->
                    new CommitException(
                        "recording %s: the catalog knows generation %d as archived, but the store has neither its claim nor a copy"
                            .formatted(recording, generation),
                        null));
    return verify(claim, claims.complete(claim), false);
  }

  /** Begins a new attempt, under a name that nobody else has. */
  public Attempt begin(TenantSlug tenant, RecordingId recording, int generation) {
    if (generation < 0) {
      throw new IllegalArgumentException("generation " + generation + "; it begins at 0");
    }
    String name = ObjectKeys.attempt(generation, clock.instant());
    return new Attempt(this, tenant, recording, generation, name);
  }

  String put(String key, List<byte[]> pieces) {
    return store.put(Bucket.LOCK, key, pieces);
  }

  /** Steps 3 to 7, and the tidying of one who lost. */
  Committed commit(Attempt attempt, byte[] signed, CallFacts facts) {
    Claim own = attempt.claim(verify(attempt, signed), signed);
    Claim decided = claims.create(own);
    boolean won = decided.manifest().attempt().equals(attempt.name());
    Committed committed = finish(decided, facts, won);
    if (!won) {
      LOG.info(
          "recording {}: attempt {} lost to {}",
          attempt.recording(),
          attempt.name(),
          decided.manifest().attempt());
      discard(attempt);
    }
    return committed;
  }

  /** A claim can't be taken back, so nothing becomes one that could not be adopted. */
  private Manifest verify(Attempt attempt, byte[] signed) {
    try {
      return manifests.verify(signed, attempt.tenant(), attempt.recording()).manifest();
    } catch (SignatureRejectedException e) {
      throw new CommitException(
          "recording %s: the new manifest would not be accepted: %s"
              .formatted(attempt.recording(), e.getMessage()),
          e);
    }
  }

  private Committed finish(Claim claim, CallFacts facts, boolean own) {
    String copy = claims.complete(claim);
    catalog.archived(row(claim, copy, facts, clock.instant()));
    return verify(claim, copy, own);
  }

  /** Step 7. Until the catalog knows of it, the capture stays and somebody tries again. */
  private Committed verify(Claim claim, String copy, boolean own) {
    readBack(claim, copy);
    Manifest manifest = claim.manifest();
    Instant now = clock.instant();
    catalog.verified(manifest.tenant(), manifest.recording(), manifest.generation(), now);
    return new Committed(manifest, copy, own, now.plus(CAPTURE_KEPT));
  }

  private static ArchivedCall row(Claim claim, String copy, CallFacts facts, Instant now) {
    Manifest manifest = claim.manifest();
    String media = manifest.attempt() + "/media";
    long mediaBytes =
        manifest.objects().stream()
            .filter(entry -> entry.name().startsWith(media))
            .mapToLong(Manifest.Entry::size)
            .sum();
    return new ArchivedCall(
        manifest.recording(),
        manifest.tenant(),
        facts.outcome(),
        manifest.generation(),
        manifest.attempt(),
        claim.key(),
        copy,
        now,
        manifest.keepUntil(),
        facts.audioStart(),
        manifest.durationMs(),
        facts.channels(),
        manifest.codec(),
        mediaBytes,
        facts.quality(),
        facts.flags(),
        null,
        facts.announcement(),
        RetentionBasis.of(manifest.policies()));
  }

  private void readBack(Claim claim, String copy) {
    RecordingId recording = claim.manifest().recording();
    if (!claims
        .read(Bucket.LOCK, claim.key(), copy)
        .filter(bytes -> Arrays.equals(bytes, claim.signed()))
        .isPresent()) {
      throw new CommitException(
          "recording %s: the copy of its manifest (%s version %s) does not read back as written"
              .formatted(recording, claim.key(), copy),
          null);
    }
    try {
      VerificationReport report =
          new RecordingVerifier(manifests, clock)
              .verify(store, claim.manifest().tenant(), recording);
      if (!report.ok()) {
        throw new CommitException(
            "recording %s does not read back as written: %s"
                .formatted(recording, report.findings()),
            null);
      }
    } catch (IOException e) {
      throw new ObjectStoreException(
          "recording %s could not be read back: %s".formatted(recording, e.getMessage()), e);
    }
  }

  /** Removes what a lost attempt put; what can't be removed now is left to the sweeper. */
  private void discard(Attempt attempt) {
    attempt
        .versions()
        .forEach(
            (name, version) -> {
              String key = ObjectKeys.object(attempt.tenant(), attempt.recording(), name);
              try {
                store.delete(Bucket.LOCK, key, version);
              } catch (ObjectStoreException e) {
                LOG.warn("left to the sweeper: {}", e.getMessage());
              }
            });
  }

  /** For the sweeper, which finishes what needs no catalog. */
  Claims claims() {
    return claims;
  }
}
