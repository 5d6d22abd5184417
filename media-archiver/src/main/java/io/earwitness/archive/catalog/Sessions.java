package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Portal sessions, bearer tokens among them. The catalog knows only a hash of the token, so that
 * whoever reads the database can't take a session over. Thread-safe.
 */
public interface Sessions {
  /** What holds the session. */
  enum Kind implements WireName {
    /** A browser, by a cookie. */
    BROWSER("browser"),
    /** A program, by a bearer token. */
    TOKEN("token");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /** What a person showed to begin a session; of a token, what its maker had shown. */
  enum Method implements WireName {
    PASSWORD("password"),
    /** A password and a code (RFC 6238). */
    TOTP("password+totp"),
    /** A password and one of the codes for when the other factor is lost. */
    RECOVERY_CODE("password+recovery-code"),
    /** What an OpenID provider said. */
    OIDC("oidc");

    private final String wireName;

    Method(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * The provider through which a session began.
   *
   * @param id {@link IdentityProviders.Provider#id()}
   * @param session its own name of its session; null if it gave none
   * @param logoutHint sealed: what shows the provider whose session is to end there
   */
  record Through(String id, @Nullable String session, @Nullable String logoutHint) {}

  /**
   * How a session began.
   *
   * @param name for people; null but for a token
   * @param address from where, as far as known; else empty
   * @param userAgent what the browser or program called itself; else empty
   * @param through null for a local account
   */
  record Start(
      Kind kind,
      @Nullable String name,
      String address,
      String userAgent,
      Method method,
      @Nullable Through through) {}

  /**
   * A session.
   *
   * @param tokenHash SHA-256 of the token, 64 lower-case hex digits
   * @param userId {@link Directory.User#id()}
   * @param lastUsed by the last {@link #touch}
   * @param expires when it ends however much it is used
   * @param enrolmentDue whether nothing can be done with it before a second factor is set up
   */
  record Session(
      String tokenHash,
      TenantSlug tenant,
      String userId,
      Instant created,
      Instant lastUsed,
      Instant expires,
      Start start,
      boolean enrolmentDue) {}

  /** Opens a session. */
  void create(Session session);

  /** The session of a token, unless it was revoked or its time is over. */
  Optional<Session> find(String tokenHash);

  /** A person's sessions that were not revoked and whose time is not over, newest first. */
  List<Session> list(TenantSlug tenant, String userId);

  /** Notes that it was used. */
  void touch(Session session, Instant at);

  /** Notes that its person has a second factor now. */
  void enrolled(Session session);

  /** Ends a session; one that has ended stays so. */
  void revoke(Session session);

  /** Ends all sessions of a user. Returns how many there were. */
  int revokeAll(TenantSlug tenant, String userId);

  /**
   * Ends the browsers' sessions that began through a provider: those that it names so, or all of a
   * person.
   *
   * @param userId null for whoever it is
   * @param providerSession null for all of that person's
   * @return how many there were
   * @throws IllegalArgumentException if neither is given
   */
  int revokeThrough(
      TenantSlug tenant,
      String provider,
      @Nullable String userId,
      @Nullable String providerSession);
}
