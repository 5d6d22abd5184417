package io.earwitness.app;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.audit.verify.VerifierKey;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a verification has the logs' verifier keys from: a file that is trusted, or the store. */
@FunctionalInterface
interface AuditKeys {
  /**
   * The verifier key of a log.
   *
   * @throws IllegalArgumentException if there is none, or it is none
   */
  VerifierKey of(TenantSlug log);

  /** The keys in a file, one a line. */
  static AuditKeys in(Path file) throws IOException {
    var keys =
        Files.readAllLines(file, StandardCharsets.UTF_8).stream()
            .filter(line -> !line.isBlank())
            .map(VerifierKey::parse)
            .toList();
    return log ->
        keys.stream()
            .filter(key -> key.name().endsWith("/" + log))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s holds no verifier key of the log of %s".formatted(file, log)));
  }

  /** The keys that the platform published beside its certificates. */
  static AuditKeys in(ObjectStore store) {
    return log -> {
      String key = ObjectKeys.auditVerifierKey(log);
      Optional<InputStream> found = store.open(Bucket.LOCK, key, null);
      try (InputStream in =
          found.orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "the store has no %s; give --key, or wait for the log's first copy"
                          .formatted(key)))) {
        return VerifierKey.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new ObjectStore.ObjectStoreException("%s can't be read: %s".formatted(key, e), e);
      }
    };
  }
}
