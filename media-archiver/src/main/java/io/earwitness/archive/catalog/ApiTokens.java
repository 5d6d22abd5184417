package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens of programs. The catalog knows only a hash of each, so that whoever reads the
 * database can't use one. A token ends with its time, by being revoked, and with its owner's
 * account. Thread-safe.
 */
public interface ApiTokens {
  /**
   * A token.
   *
   * @param hash SHA-256 of its text, 64 lower-case hex digits
   * @param userId {@link Directory.User#id()} of its owner
   * @param scopes names of the permissions that it may use of those that its owner has; null for
   *     all
   * @param createdBy an actor as in the audit trail
   * @param lastUsed by the last {@link #touch}; when it was made if it never was
   */
  record ApiToken(
      String hash,
      TenantSlug tenant,
      String userId,
      String name,
      @Nullable Set<String> scopes,
      Instant created,
      String createdBy,
      Instant lastUsed,
      Instant expires) {
    public ApiToken {
      scopes = scopes == null ? null : Set.copyOf(scopes);
    }
  }

  void create(ApiToken token);

  /** The token with this hash, unless it was revoked or its time is over. */
  Optional<ApiToken> find(String hash);

  /** The tokens of an account that can still be used, oldest first. */
  List<ApiToken> of(TenantSlug tenant, String userId);

  /** Notes that it was used. */
  void touch(ApiToken token, Instant at);

  /** Ends a token; one that has ended stays as it is. */
  void revoke(ApiToken token, String actor);
}
