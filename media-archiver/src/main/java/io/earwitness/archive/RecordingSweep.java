package io.earwitness.archive;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The sweep of one recording. */
final class RecordingSweep {
  private final ObjectStore store;
  private final Claims claims;
  private final TenantSlug tenant;
  private final RecordingId recording;
  private final Instant before;
  private final Sweeper.Findings findings;
  private final String folder;

  /**
   * @param before what was written later than that is too young to be removed
   */
  RecordingSweep(
      ObjectStore store,
      Claims claims,
      TenantSlug tenant,
      RecordingId recording,
      Instant before,
      Sweeper.Findings findings) {
    this.store = store;
    this.claims = claims;
    this.tenant = tenant;
    this.recording = recording;
    this.before = before;
    this.findings = findings;
    this.folder = ObjectKeys.recording(tenant, recording);
  }

  /** A version of an object, as a manifest names it. */
  private record Named(String name, String versionId) {}

  /**
   * Throws at the first manifest that is not valid, before anything was removed: what it names
   * can't be known.
   *
   * @param versions of the recording in the lock bucket
   * @param claimed of the recording in the work bucket
   */
  void sweep(List<Version> versions, List<Version> claimed) {
    Set<Integer> generations = new TreeSet<>();
    List<Version> copies = new ArrayList<>();
    Map<String, List<Version>> attempts = new TreeMap<>();
    for (Version version : claimed) {
      ObjectKeys.manifestGeneration(name(version)).ifPresent(generations::add);
    }
    for (Version version : versions) {
      OptionalInt generation = ObjectKeys.manifestGeneration(name(version));
      generation.ifPresent(generations::add);
      if (generation.isPresent()) {
        copies.add(version);
      }
      int slash = name(version).indexOf('/');
      if (slash > 0) {
        attempts
            .computeIfAbsent(name(version).substring(0, slash), unused -> new ArrayList<>())
            .add(version);
      }
    }
    Set<Named> referenced = new HashSet<>();
    for (int generation : generations) {
      Claim claim = claims.find(tenant, recording, generation).orElseThrow();
      refer(claim, referenced);
      if (!claims.isComplete(claim)) {
        claims.complete(claim);
        findings.completed.add(claim.key());
      }
    }
    for (Version copy : copies) {
      check(copy, referenced);
    }
    attempts.forEach((attempt, objects) -> sweep(attempt, objects, generations, referenced));
    generations.forEach(this::removeSurplusCopies);
  }

  private void refer(Claim claim, Set<Named> referenced) {
    for (Manifest.Entry entry : claim.manifest().objects()) {
      referenced.add(new Named(entry.name(), entry.versionId()));
    }
  }

  /** A copy that differs from its claim should not exist, but keeps what it names. */
  private void check(Version copy, Set<Named> referenced) {
    int generation = ObjectKeys.manifestGeneration(name(copy)).orElseThrow();
    claims
        .read(Bucket.LOCK, copy.key(), copy.versionId())
        .map(signed -> claims.verified(copy.key(), signed, tenant, recording, generation))
        .ifPresent(claim -> refer(claim, referenced));
  }

  private void sweep(
      String attempt, List<Version> objects, Set<Integer> generations, Set<Named> referenced) {
    List<Version> unreferenced =
        objects.stream()
            .filter(v -> !referenced.contains(new Named(name(v), v.versionId())))
            .toList();
    if (unreferenced.isEmpty()) {
      return;
    }
    OptionalInt generation = ObjectKeys.attemptGeneration(attempt);
    if (generation.isEmpty()) {
      findings.problems.add(
          "%s%s is no attempt's folder, and no manifest names it: left as it is"
              .formatted(folder, attempt));
    } else if (!generations.contains(generation.getAsInt())) {
      findings.unclaimed.add(folder + attempt);
    } else if (objects.stream().allMatch(v -> v.lastModified().isBefore(before))) {
      unreferenced.forEach(this::remove);
    }
  }

  /** Several archivers may have copied one claim at the same time; one locked copy is enough. */
  private void removeSurplusCopies(int generation) {
    Claim claim = claims.find(tenant, recording, generation).orElseThrow();
    List<Version> equal = claims.equalCopies(claim);
    if (equal.size() < 2) {
      return;
    }
    Version chosen = claims.chosen(claim, equal).orElseThrow();
    equal.stream()
        .filter(version -> !version.equals(chosen))
        .filter(version -> version.lastModified().isBefore(before))
        .filter(version -> store.lockOf(version.key(), version.versionId()).isEmpty())
        .forEach(this::remove);
  }

  private void remove(Version version) {
    try {
      store.delete(Bucket.LOCK, version.key(), version.versionId());
      findings.removed.add(version.key());
    } catch (LockedException e) {
      findings.problems.add("no manifest names it, but it can't be removed: " + e.getMessage());
    }
  }

  private String name(Version version) {
    return version.key().substring(folder.length());
  }
}
