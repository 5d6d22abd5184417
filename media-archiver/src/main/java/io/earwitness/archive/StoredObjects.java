package io.earwitness.archive;

import io.earwitness.archive.VerificationReport.Finding;
import io.earwitness.archive.VerificationReport.Severity;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A recording in the object store.
 *
 * @param now as of when its locks are looked at
 */
record StoredObjects(ObjectStore store, TenantSlug tenant, RecordingId recording, Instant now)
    implements RecordingObjects {
  private static final Pattern MANIFEST = Pattern.compile("manifest-\\d+\\.p7");

  @Override
  public String subject() {
    return recording.toString();
  }

  @Override
  public List<ManifestCopy> manifests() throws IOException {
    String folder = ObjectKeys.recording(tenant, recording);
    List<ManifestCopy> copies = new ArrayList<>();
    for (ObjectStore.Version version : store.list(Bucket.LOCK, folder)) {
      String name = version.key().substring(folder.length());
      if (!MANIFEST.matcher(name).matches()) {
        continue;
      }
      Optional<InputStream> content = store.open(Bucket.LOCK, version.key(), version.versionId());
      if (content.isPresent()) {
        try (InputStream in = content.get()) {
          copies.add(new ManifestCopy(name, version.versionId(), in.readAllBytes()));
        }
      }
    }
    return copies;
  }

  @Override
  public Optional<InputStream> open(Manifest manifest, Manifest.Entry entry) {
    return store.open(Bucket.LOCK, key(entry.name()), entry.versionId());
  }

  @Override
  public List<Finding> protection(Manifest manifest, List<ManifestCopy> copies) {
    // Stores keep whole seconds.
    Instant wanted = wanted(manifest).truncatedTo(ChronoUnit.SECONDS);
    List<Finding> findings = new ArrayList<>();
    // A crash between two steps of the commit protocol can leave a second, equal copy unlocked.
    List<Finding> ofCopies =
        copies.stream()
            .flatMap(copy -> lack(copy.name(), copy.versionId(), wanted).stream())
            .toList();
    if (ofCopies.size() == copies.size()) {
      findings.addAll(ofCopies);
    }
    for (Manifest.Entry entry : manifest.objects()) {
      lack(entry.name(), entry.versionId(), wanted).ifPresent(findings::add);
    }
    return findings;
  }

  /** A short first lock is enough until it ends; then it must have been renewed. */
  private Instant wanted(Manifest manifest) {
    Instant first = manifest.lockedUntil(now);
    Instant second = now.plusSeconds(1);
    if (!first.isBefore(manifest.keepUntil()) || first.isAfter(second)) {
      return first;
    }
    return second.isBefore(manifest.keepUntil()) ? second : manifest.keepUntil();
  }

  /** What a version's lock lacks; empty if nothing. */
  private Optional<Finding> lack(String name, String versionId, Instant wanted) {
    Optional<ObjectStore.Lock> lock = store.lockOf(key(name), versionId);
    if (lock.isPresent() && !lock.get().until().isBefore(wanted)) {
      return Optional.empty();
    }
    String found =
        lock.map(l -> "is locked (%s) until %s only".formatted(l.mode(), l.until()))
            .orElse("is not locked");
    return Optional.of(
        new Finding(
            Severity.PROBLEM,
            name,
            "Version %s %s; it should be until %s.".formatted(versionId, found, wanted)));
  }

  private String key(String name) {
    return ObjectKeys.object(tenant, recording, name);
  }
}
