package io.earwitness.archive;

import io.earwitness.archive.RecordingObjects.ManifestCopy;
import io.earwitness.archive.VerificationReport.Finding;
import io.earwitness.archive.VerificationReport.Severity;
import io.earwitness.archive.crypto.EnvelopeCheck;
import io.earwitness.archive.crypto.SealedEnvelope;
import io.earwitness.archive.crypto.SignatureRejectedException;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a recording without any private key: signatures, every byte of every object, and, in an
 * object store, the locks. Immutable and thread-safe.
 */
public final class RecordingVerifier {
  private final ManifestVerifier manifests;
  private final InstantSource clock;

  public RecordingVerifier(ManifestVerifier manifests) {
    this(manifests, InstantSource.system());
  }

  /**
   * @param clock by which locks are looked at
   */
  public RecordingVerifier(ManifestVerifier manifests, InstantSource clock) {
    this.manifests = manifests;
    this.clock = clock;
  }

  /**
   * Verifies a recording in an object store: every generation, every version that a manifest names,
   * and that each is locked until the recording's keep-until, or at first until its first lock
   * ends.
   *
   * @throws IOException if an object can't be read though it is there
   * @throws ObjectStore.ObjectStoreException if the store can't be reached
   */
  public VerificationReport verify(ObjectStore store, TenantSlug tenant, RecordingId recording)
      throws IOException {
    return new Run(new StoredObjects(store, tenant, recording, clock.instant()), tenant, recording)
        .verify();
  }

  /**
   * Verifies a recording's files in a folder, laid out as in the store ({@code manifest-0.p7},
   * {@code {attempt}/media.cms}) or all side by side.
   *
   * @throws IOException if a file can't be read though it is there
   */
  public VerificationReport verify(Path folder) throws IOException {
    return new Run(new FolderObjects(folder), null, null).verify();
  }

  /**
   * Verifies a recording in storage of somebody else's: every generation that is there, and every
   * object that a manifest names.
   *
   * @throws IOException if the storage can't be read
   */
  public VerificationReport verify(ObjectPlace place, TenantSlug tenant, RecordingId recording)
      throws IOException {
    return new Run(new PlaceObjects(place, tenant, recording), tenant, recording).verify();
  }

  /** A manifest and all equal copies of it. */
  private record Generation(Manifest manifest, List<ManifestCopy> copies) {}

  /** One verification. */
  private final class Run {
    private final RecordingObjects place;
    private @Nullable TenantSlug tenant;
    private @Nullable RecordingId recording;
    private final List<Finding> findings = new ArrayList<>();
    private int verifiedManifests;
    private int objects;
    private long blocks;
    private long bytes;

    Run(RecordingObjects place, @Nullable TenantSlug tenant, @Nullable RecordingId recording) {
      this.place = place;
      this.tenant = tenant;
      this.recording = recording;
    }

    VerificationReport verify() throws IOException {
      List<ManifestCopy> copies = place.manifests();
      if (copies.isEmpty()) {
        problem("manifest-0.p7", "There is no manifest, so nothing vouches for this recording.");
      }
      var generations = new TreeMap<Integer, Generation>();
      for (ManifestCopy copy : copies) {
        VerifiedManifest verified = verified(copy);
        if (verified == null) {
          continue;
        }
        Generation generation =
            generations.computeIfAbsent(
                verified.manifest().generation(),
                number -> new Generation(verified.manifest(), new ArrayList<>()));
        ManifestCopy other = generation.copies().isEmpty() ? copy : generation.copies().getFirst();
        if (Arrays.equals(other.content(), copy.content())) {
          generation.copies().add(copy);
        } else {
          problem(
              copy.name(),
              "There are two different manifests of generation %d: versions %s and %s."
                  .formatted(
                      verified.manifest().generation(), other.versionId(), copy.versionId()));
        }
      }
      for (Generation generation : generations.values()) {
        verifiedManifests++;
        check(generation.manifest(), generation.copies());
      }
      return new VerificationReport(
          place.subject(), verifiedManifests, objects, blocks, bytes, findings);
    }

    private @Nullable VerifiedManifest verified(ManifestCopy copy) {
      try {
        VerifiedManifest verified;
        TenantSlug wantedTenant = tenant;
        RecordingId wantedRecording = recording;
        if (wantedTenant != null && wantedRecording != null) {
          verified = manifests.verify(copy.content(), wantedTenant, wantedRecording);
        } else {
          verified = manifests.verify(copy.content());
          tenant = verified.manifest().tenant();
          recording = verified.manifest().recording();
        }
        String expected = "manifest-" + verified.manifest().generation() + ".p7";
        if (!copy.name().equals(expected) && !copy.name().equals("manifest.p7")) {
          problem(
              copy.name(),
              "The manifest is of generation %d and belongs under the name %s."
                  .formatted(verified.manifest().generation(), expected));
        }
        return verified;
      } catch (SignatureRejectedException e) {
        problem(copy.name(), e.getMessage() == null ? "The signature is wrong." : e.getMessage());
        return null;
      }
    }

    private void check(Manifest manifest, List<ManifestCopy> copies) throws IOException {
      for (Manifest.Entry entry : manifest.objects()) {
        Optional<InputStream> object = place.open(manifest, entry);
        if (object.isEmpty()) {
          problem(
              entry.name(),
              entry.versionId().isEmpty()
                  ? "The object is missing."
                  : "The object, or its version %s, is missing.".formatted(entry.versionId()));
          continue;
        }
        SealedEnvelope signed = entry.envelope();
        try (InputStream in = new BufferedInputStream(object.get(), SealedEnvelope.BLOCK_SIZE)) {
          EnvelopeCheck.differences(in, signed)
              .forEach(difference -> problem(entry.name(), difference));
        }
        objects++;
        blocks += signed.blockCount();
        bytes += signed.size();
      }
      findings.addAll(place.protection(manifest, copies));
    }

    private void problem(String object, String message) {
      findings.add(new Finding(Severity.PROBLEM, object, message));
    }
  }
}
