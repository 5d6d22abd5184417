package io.earwitness.archive;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CatalogRebuild.Recording;
import io.earwitness.archive.catalog.CatalogRebuild.Recordings;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.ContentKeySource;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.RangeSource;
import io.earwitness.archive.crypto.VerifiedRange;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.call.CallRecord;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the object store what the catalog is told of recordings when they are archived: from
 * their manifests, verified, and their call records, decrypted.
 */
public final class StoredRecordings implements Recordings {
  private static final Pattern KEY =
      Pattern.compile(
          "([a-z0-9-]{1,40})/recordings/[0-9]{4}/[0-9]{2}/[0-9]{2}/([0-9a-f-]{36})/manifest-([0-9]{1,9})\\.p7");
  private static final int USUAL_CHANNELS = 2;

  private final ObjectStore store;
  private final ManifestVerifier manifests;
  private final ContentKeySource keys;
  private final Collection<Version> objects;
  private final @Nullable Consumer<String> left;

  /** A recording that can't be brought back, by what is missing, forged or damaged. */
  public static final class BrokenRecordingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenRecordingException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * @param keys the platform's: of catalog recovery and of quarantine
   * @param objects a listing of {@link Bucket#LOCK}
   * @param left told of each recording that can't be brought back, and why; null if that is an
   *     error
   */
  public StoredRecordings(
      ObjectStore store,
      ManifestVerifier manifests,
      ContentKeySource keys,
      Collection<Version> objects,
      @Nullable Consumer<String> left) {
    this.store = store;
    this.manifests = manifests;
    this.keys = keys;
    this.objects = List.copyOf(objects);
    this.left = left;
  }

  /** A manifest by its place, and its copies, the newest first. */
  private record Found(
      String key, TenantSlug tenant, RecordingId id, int generation, List<Version> copies) {}

  /**
   * @throws BrokenRecordingException if one can't be brought back and nobody is told of it
   * @throws ObjectStore.ObjectStoreException if the store failed
   */
  @Override
  public void forEach(Consumer<Recording> each) {
    // By recording, lower generations first; one that left quarantine has two owners
    TreeMap<RecordingId, TreeMap<String, Found>> recordings =
        new TreeMap<>(Comparator.comparing(RecordingId::value));
    for (Version version : objects) {
      Matcher key = KEY.matcher(version.key());
      if (key.matches()) {
        TenantSlug tenant = new TenantSlug(key.group(1));
        RecordingId id = RecordingId.parse(key.group(2));
        int generation = Integer.parseInt(key.group(3));
        recordings
            .computeIfAbsent(id, _ -> new TreeMap<>())
            .computeIfAbsent(
                "%09d %s".formatted(generation, tenant),
                _ -> new Found(version.key(), tenant, id, generation, new ArrayList<>()))
            .copies()
            .add(version);
      }
    }
    recordings
        .values()
        .forEach(generations -> generations.values().forEach(one -> read(one, each)));
  }

  private void read(Found found, Consumer<Recording> each) {
    Recording recording;
    try {
      recording = read(found);
    } catch (IOException | IllegalArgumentException e) {
      String problem =
          "the recording of %s can't be used: %s".formatted(found.key(), e.getMessage());
      if (left == null) {
        throw new BrokenRecordingException(problem, e);
      }
      left.accept(problem);
      return;
    }
    each.accept(recording);
  }

  private Recording read(Found found) throws IOException {
    IOException problem = new IOException("it is gone");
    // The oldest copy that is valid is the one that the archiver's catalog knew
    for (Version copy : found.copies().reversed()) {
      try {
        VerifiedManifest verified =
            manifests.verify(content(found.key(), copy.versionId()), found.tenant(), found.id());
        if (verified.manifest().generation() != found.generation()) {
          throw new IOException(
              "it is the manifest of generation %d".formatted(verified.manifest().generation()));
        }
        return recording(found, copy, verified);
      } catch (IOException e) {
        problem = e;
      }
    }
    throw problem;
  }

  private Recording recording(Found found, Version copy, VerifiedManifest verified)
      throws IOException {
    Manifest manifest = verified.manifest();
    CallRecord record = record(found, verified);
    String media = manifest.attempt() + "/media";
    long mediaBytes =
        manifest.objects().stream()
            .filter(entry -> entry.name().startsWith(media))
            .mapToLong(Manifest.Entry::size)
            .sum();
    ArchivedCall archive =
        new ArchivedCall(
            found.id(),
            found.tenant(),
            record.summary().state(),
            manifest.generation(),
            manifest.attempt(),
            found.key(),
            copy.versionId(),
            manifest.createdAt(),
            manifest.keepUntil(),
            record.audioStart(),
            manifest.durationMs(),
            channels(record),
            manifest.codec(),
            mediaBytes,
            record.quality(),
            record.summary().flags(),
            null,
            record.announcement(),
            RetentionBasis.of(manifest.policies()));
    return new Recording(record.summary(), archive);
  }

  private static int channels(CallRecord record) {
    return record.audioStart() == null
        ? 0
        : record.quality().stream()
            .filter(stream -> isAudio(record, stream))
            .mapToInt(stream -> stream.index() + 1)
            .reduce(USUAL_CHANNELS, Math::max);
  }

  private static boolean isAudio(CallRecord record, StreamQuality quality) {
    return record.streams().stream()
        .anyMatch(stream -> stream.index() == quality.index() && stream.media().equals("audio"));
  }

  private CallRecord record(Found found, VerifiedManifest verified) throws IOException {
    Manifest.Entry entry =
        verified.entry("call.cms").orElseThrow(() -> new IOException("it names no call record"));
    String key = ObjectKeys.object(found.tenant(), found.id(), entry.name());
    RangeSource sealed = RangeSource.of(content(key, entry.versionId()));
    EnvelopeHeader header = EnvelopeHeader.parse(sealed, entry.envelope());
    try (ContentKey contentKey = keys.recover(header)) {
      VerifiedRange range = new VerifiedRange(found.id(), entry.envelope(), contentKey, sealed);
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      range.transferTo(0, range.length(), plain);
      CallRecord record = Json.read(plain.toByteArray(), CallRecord.class);
      if (!record.summary().id().equals(found.id())
          || !record.summary().tenant().equals(found.tenant())) {
        throw new IOException("%s is the record of another call".formatted(key));
      }
      return record;
    }
  }

  private byte[] content(String key, String versionId) throws IOException {
    try (InputStream in =
        store
            .open(Bucket.LOCK, key, versionId)
            .orElseThrow(() -> new IOException("there is no %s".formatted(key)))) {
      return in.readAllBytes();
    }
  }
}
