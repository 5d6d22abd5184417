package io.earwitness.archive;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.Alarms;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.crypto.SignatureRejectedException;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.capture.CaptureReader;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes captures {@link CommitProtocol#CAPTURE_KEPT} after their archive was read back and found
 * right, block by block, and only if manifest and objects are still in the store. A capture whose
 * archive was never found right is the only good source, and stays. Captures of calls that are not
 * recorded by policy, or were disposed of, are removed at once. Thread-safe.
 */
public final class CaptureJanitor {
  private static final Logger log = LoggerFactory.getLogger(CaptureJanitor.class);
  private static final int BATCH = 500;

  private final CaptureReader captures;
  private final CallCatalog catalog;
  private final ObjectStore store;
  private final ManifestVerifier manifests;
  private final Alarms alarms;
  private final InstantSource clock;

  public CaptureJanitor(
      CaptureReader captures,
      CallCatalog catalog,
      ObjectStore store,
      ManifestVerifier manifests,
      Alarms alarms,
      InstantSource clock) {
    this.captures = captures;
    this.catalog = catalog;
    this.store = store;
    this.manifests = manifests;
    this.alarms = alarms;
    this.clock = clock;
  }

  /**
   * Looks at the whole spool once; to be run every few minutes.
   *
   * @return how many captures were removed
   * @throws IOException if the spool can't be listed
   * @throws CallCatalog.CatalogUnavailableException if the catalog is away
   */
  public int sweep() throws IOException {
    List<RecordingId> ended =
        captures.list().stream()
            .filter(entry -> !entry.beingWritten())
            .map(CaptureReader.Entry::id)
            .toList();
    int removed = 0;
    for (int from = 0; from < ended.size(); from += BATCH) {
      List<RecordingId> batch = ended.subList(from, Math.min(from + BATCH, ended.size()));
      // What is another tenant's, too, is archived for each
      Set<RecordingId> needed =
          catalog.sharing(batch).stream()
              .filter(call -> !isSafe(call))
              .map(call -> call.summary().captured())
              .collect(Collectors.toSet());
      for (CallCatalog.CallEntry call : catalog.load(batch)) {
        RecordingId id = call.summary().id();
        if (!needed.contains(id) && isSafe(call)) {
          removed += remove(id);
        }
      }
    }
    return removed;
  }

  private boolean isSafe(CallCatalog.CallEntry call) {
    ArchivedCall archive = call.archive();
    if (archive == null) {
      CallState state = call.summary().state();
      return state == CallState.NOT_RECORDED_BY_POLICY || state == CallState.DISPOSED;
    }
    return isDue(archive) && isThere(archive);
  }

  private boolean isDue(ArchivedCall archive) {
    Instant verified = archive.verifiedAt();
    // A rescue archive lacks what its copies lacked: the capture is archived once more, then it may
    // go
    return verified != null
        && !archive.isRescued()
        && !clock.instant().isBefore(verified.plus(CommitProtocol.CAPTURE_KEPT));
  }

  private int remove(RecordingId id) {
    try {
      captures.remove(id);
      return 1;
    } catch (IOException e) {
      log.warn("the archived capture {} can't be removed: {}", id, e.getMessage());
      return 0;
    }
  }

  private boolean isThere(ArchivedCall archive) {
    String problem;
    try {
      problem = problem(archive);
    } catch (IOException | ObjectStore.ObjectStoreException e) {
      problem = e.getMessage();
    }
    if (problem != null) {
      log.error(
          "recording {}: its capture is kept, because its archive is not complete any more: {}",
          archive.id(),
          problem);
      alarms.raise(
          AlarmKind.ARCHIVE_INCOMPLETE,
          AlarmObject.recording(archive.id()),
          archive.tenant(),
          "its capture is kept");
      return false;
    }
    alarms.clear(
        AlarmKind.ARCHIVE_INCOMPLETE, AlarmObject.recording(archive.id()), archive.tenant());
    return true;
  }

  private @Nullable String problem(ArchivedCall archive) throws IOException {
    Optional<InputStream> stored =
        store.open(Bucket.LOCK, archive.manifestKey(), archive.manifestVersionId());
    if (stored.isEmpty()) {
      return "there is no %s".formatted(archive.manifestKey());
    }
    Manifest manifest;
    try (InputStream in = stored.get()) {
      manifest = manifests.verify(in.readAllBytes(), archive.tenant(), archive.id()).manifest();
    } catch (SignatureRejectedException e) {
      return e.getMessage();
    }
    String folder = ObjectKeys.recording(archive.tenant(), archive.id());
    Map<String, Long> sizes = new HashMap<>();
    for (ObjectStore.Version version : store.list(Bucket.LOCK, folder)) {
      sizes.put(version.key() + " " + version.versionId(), version.size());
    }
    String missing =
        manifest.objects().stream()
            .filter(
                entry -> {
                  String key = ObjectKeys.object(archive.tenant(), archive.id(), entry.name());
                  Long size = sizes.get(key + " " + entry.versionId());
                  return size == null || size != entry.size();
                })
            .map(Manifest.Entry::name)
            .collect(Collectors.joining(", "));
    return missing.isEmpty() ? null : "missing or of another size: " + missing;
  }
}
