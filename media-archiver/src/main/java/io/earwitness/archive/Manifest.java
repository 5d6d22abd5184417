package io.earwitness.archive;

import io.earwitness.archive.crypto.SealedEnvelope;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code manifest-{generation}.p7} signs: everything by which anybody can check a recording
 * without a decryption key. Format: {@code docs/formats/manifest.md}. All hashes are SHA-256 in
 * lower-case hex; nonce, tag and commit are hex too.
 *
 * @param format {@code earwitness-manifest-1}
 * @param generation from 0; a rescue archive is 1, the return of its node 2, a release out of
 *     quarantine 3
 * @param attempt the folder of the objects, below the recording
 * @param codec {@code flac} or {@code opus}
 * @param keys ids (SHA-256 of the certificate, DER) of every recipient
 * @param policies names of policies and the versions that applied
 */
public record Manifest(
    String format,
    RecordingId recording,
    TenantSlug tenant,
    int generation,
    String attempt,
    Instant createdAt,
    Instant keepUntil,
    String codec,
    long durationMs,
    List<String> keys,
    Map<String, String> policies,
    List<Entry> objects) {
  public static final String FORMAT = "earwitness-manifest-1";

  public Manifest {
    keys = List.copyOf(keys);
    policies = Collections.unmodifiableMap(new TreeMap<>(policies));
    objects = List.copyOf(objects);
  }

  /**
   * Until when at least it and all that it names should be locked at a moment: at first maybe for a
   * shorter time than it is kept.
   */
  Instant lockedUntil(Instant now) {
    Instant first = RetentionBasis.firstLock(policies);
    return first != null && (RetentionBasis.notSettling(policies) || now.isBefore(first))
        ? first
        : keepUntil;
  }

  /**
   * One encrypted object.
   *
   * @param name {@code {attempt}/media.cms} and so on, below the recording's folder
   * @param versionId the store's version id
   * @param size of the whole object in bytes
   * @param ciphertextOffset where the ciphertext run begins
   * @param ciphertextLength its length, which is the plaintext's too
   * @param commit HMAC-SHA256(content key, "commit" ‖ recording id)
   * @param headerSha256 of the bytes before the run
   * @param blockSize 65536
   * @param blocks hash of each block of the run
   * @param samples of a media object: how many samples of each channel it holds; null for others,
   *     and for media objects signed before there was this member
   */
  public record Entry(
      String name,
      String versionId,
      long size,
      long ciphertextOffset,
      long ciphertextLength,
      String nonce,
      String tag,
      String commit,
      String headerSha256,
      int blockSize,
      List<String> blocks,
      @Nullable Long samples) {
    public Entry {
      blocks = List.copyOf(blocks);
    }

    /** The entry of an object that was sealed and then stored. */
    public static Entry of(String name, String versionId, SealedEnvelope sealed) {
      return of(name, versionId, sealed, null);
    }

    static Entry of(String name, String versionId, SealedEnvelope sealed, @Nullable Long samples) {
      return new Entry(
          name,
          versionId,
          sealed.size(),
          sealed.ciphertextOffset(),
          sealed.ciphertextLength(),
          sealed.nonce(),
          sealed.tag(),
          sealed.commit(),
          sealed.headerSha256(),
          SealedEnvelope.BLOCK_SIZE,
          sealed.blockSha256(),
          samples);
    }

    /**
     * What readers check the object against.
     *
     * @throws IllegalArgumentException saying which value contradicts another or has a wrong form
     */
    public SealedEnvelope envelope() {
      return SealedEnvelope.of(
          size,
          ciphertextOffset,
          ciphertextLength,
          nonce,
          tag,
          commit,
          headerSha256,
          blockSize,
          blocks);
    }
  }
}
