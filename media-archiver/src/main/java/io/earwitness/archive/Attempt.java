package io.earwitness.archive;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One archiver's try at one generation of a recording: objects under a folder of its own, unlocked
 * until they are committed. Not thread-safe. An attempt that is given up needs no care: nothing
 * refers to it.
 */
public final class Attempt {
  private final CommitProtocol protocol;
  private final TenantSlug tenant;
  private final RecordingId recording;
  private final int generation;
  private final String name;
  private final Map<String, String> versions = new LinkedHashMap<>();

  Attempt(
      CommitProtocol protocol,
      TenantSlug tenant,
      RecordingId recording,
      int generation,
      String name) {
    this.protocol = protocol;
    this.tenant = tenant;
    this.recording = recording;
    this.generation = generation;
    this.name = name;
  }

  /** The folder's name, as in the manifest. */
  public String name() {
    return name;
  }

  /** The name of an object in the manifest: {@code {attempt}/media.cms}. */
  public String nameOf(String file) {
    return name + "/" + file;
  }

  /**
   * Step 1: writes an object. Returns its version id, for the manifest.
   *
   * @param file {@code media.cms} and the like
   */
  public String put(String file, byte[] content) {
    return put(file, List.of(content));
  }

  /** The same with content in pieces. */
  String put(String file, List<byte[]> pieces) {
    String version = protocol.put(ObjectKeys.object(tenant, recording, nameOf(file)), pieces);
    versions.put(nameOf(file), version);
    return version;
  }

  /**
   * Steps 3 to 7: commits what was put, or adopts the manifest of one who was faster. May be called
   * again after it failed.
   *
   * @param signedManifest step 2: names exactly what was put, with its version ids
   * @throws CommitException if what is there, or the manifest, is not what it should be
   * @throws io.earwitness.archive.store.ObjectStore.ObjectStoreException if the store failed
   * @throws io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException if the catalog
   *     failed
   */
  public Committed commit(byte[] signedManifest, CallFacts facts) {
    return protocol.commit(this, signedManifest.clone(), facts);
  }

  TenantSlug tenant() {
    return tenant;
  }

  RecordingId recording() {
    return recording;
  }

  /** Version ids by name in the manifest. */
  Map<String, String> versions() {
    return Collections.unmodifiableMap(versions);
  }

  /** The claim on this attempt's generation that a manifest makes, if it is this attempt's. */
  Claim claim(Manifest manifest, byte[] signed) {
    List<String> wrong = new ArrayList<>();
    if (manifest.generation() != generation) {
      wrong.add("generation %d instead of %d".formatted(manifest.generation(), generation));
    }
    if (!manifest.attempt().equals(name)) {
      wrong.add("attempt %s instead of %s".formatted(manifest.attempt(), name));
    }
    Map<String, String> named = new LinkedHashMap<>();
    manifest.objects().forEach(entry -> named.put(entry.name(), entry.versionId()));
    if (!named.equals(versions)) {
      wrong.add("objects %s instead of %s".formatted(named, versions));
    }
    if (!wrong.isEmpty()) {
      throw new CommitException(
          "recording %s: the new manifest is not that of this attempt: %s"
              .formatted(recording, String.join(", ", wrong)),
          null);
    }
    return new Claim(manifest, signed);
  }
}
