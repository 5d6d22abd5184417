package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Optional;

/**
 * Portal sessions. The catalog knows only a hash of the token, so that whoever reads the database
 * can't take a session over. Thread-safe.
 */
public interface Sessions {
  /**
   * A session.
   *
   * @param tokenHash SHA-256 of the token, 64 lower-case hex digits
   * @param userId {@link Directory.User#id()}
   * @param lastUsed by the last {@link #touch}
   * @param expires when it ends however much it is used
   */
  record Session(
      String tokenHash,
      TenantSlug tenant,
      String userId,
      Instant created,
      Instant lastUsed,
      Instant expires) {}

  /** Opens a session. */
  void create(Session session);

  /** The session of a token, unless it was revoked or its time is over. */
  Optional<Session> find(String tokenHash);

  /** Notes that it was used. */
  void touch(Session session, Instant at);

  /** Ends a session; one that has ended stays so. */
  void revoke(Session session);

  /** Ends all sessions of a user. Returns how many there were. */
  int revokeAll(TenantSlug tenant, String userId);
}
