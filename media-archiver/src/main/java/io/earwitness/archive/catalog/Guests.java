package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Guests of tenants: accounts from outside that hear one matter until a day, and so many plays of
 * it. Every change is written with its journal entry in one transaction and counts at once, on
 * every node. Methods throw {@link IllegalArgumentException} naming what is missing or wrong. Who
 * may ask for a change is not decided here. Thread-safe.
 */
public interface Guests {
  /** No guest is let in for longer at a time. */
  Duration LONGEST = Duration.ofDays(366);

  /** Nor anybody of the platform's support. */
  Duration LONGEST_SUPPORT = Duration.ofHours(72);

  /** How long an invitation can be accepted. */
  Duration CODE_VALID = Duration.ofDays(7);

  int MOST_PLAYS = 10_000;

  /** How far it is with a guest. */
  enum State implements WireName {
    /** The invitation can be accepted. */
    INVITED("invited"),
    /** Its code is over; a new one can be made. */
    INVITATION_OVER("invitation-over"),
    /** Signs in and hears. */
    ACTIVE("active"),
    /** The day came, or somebody ended it. */
    ENDED("ended");

    private final String wireName;

    State(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * What a guest may.
   *
   * @param matter the only one
   * @param download whether audio may be taken away; each time counts as a play
   * @param reason why, as the inviting person says
   * @param ends at most {@link #LONGEST} ahead
   * @param plays 1 to {@link #MOST_PLAYS}
   */
  record Terms(UUID matter, boolean download, String reason, Instant ends, int plays) {}

  /**
   * An invitation.
   *
   * @param userId a new one
   * @param name of the account
   * @param provider the identity provider by which it is accepted; null for a local account with a
   *     second factor
   * @param codeHash SHA-256 of the code, 64 lower-case hex digits
   */
  record Invitation(
      String userId,
      TenantSlug tenant,
      String name,
      String displayName,
      @Nullable String provider,
      Terms terms,
      String codeHash) {}

  /**
   * A guest.
   *
   * @param platformUser id of the account of the platform's own tenant that alone enters this one;
   *     null for one who was invited
   * @param codeExpires null if there is no invitation to accept
   * @param accepted null until then
   * @param ended when somebody or the day ended it; null until then
   */
  record Guest(
      TenantSlug tenant,
      String userId,
      String name,
      String displayName,
      Terms terms,
      @Nullable String provider,
      @Nullable String platformUser,
      Instant invited,
      String invitedBy,
      @Nullable Instant codeExpires,
      @Nullable Instant accepted,
      int playsUsed,
      @Nullable Instant ended,
      @Nullable String endedBy) {
    public State state(Instant now) {
      if (ended != null || !now.isBefore(terms.ends())) {
        return State.ENDED;
      }
      if (accepted != null) {
        return State.ACTIVE;
      }
      return codeExpires != null && now.isBefore(codeExpires)
          ? State.INVITED
          : State.INVITATION_OVER;
    }
  }

  /** What an invitation is accepted with. */
  sealed interface Acceptance {
    /**
     * A password of a local account.
     *
     * @param hash in the PHC string format
     */
    record Password(String hash) implements Acceptance {}

    /** Who the invitation's provider said it is. */
    record Identity(String issuer, String subject) implements Acceptance {}
  }

  /** Makes an account that can't be used before the invitation is accepted. */
  Guest invite(Invitation invitation, String actor);

  /** All guests of a tenant that there ever were, newest first. */
  List<Guest> list(TenantSlug tenant);

  Optional<Guest> find(TenantSlug tenant, String userId);

  /** The guest whose invitation has this code and can be accepted now. */
  Optional<Guest> invited(TenantSlug tenant, String codeHash);

  /** Gives an invitation that was not accepted another code; the former one is void. */
  Guest renew(TenantSlug tenant, String userId, String codeHash, String actor);

  /**
   * Lets the guest in. The code is spent with that.
   *
   * @return empty if no invitation that can be accepted has this code
   */
  Optional<Guest> accept(TenantSlug tenant, String codeHash, Acceptance by, String actor);

  /**
   * Sets the end and the number of plays, those that were used included. A sooner end counts at
   * once.
   */
  Guest extend(TenantSlug tenant, String userId, Instant ends, int plays, String actor);

  /**
   * Ends a guest's access, sessions and grant now.
   *
   * @return false if that was so already
   */
  boolean end(TenantSlug tenant, String userId, String actor);

  /**
   * Counts a download as a play. Does nothing for whoever is no guest.
   *
   * @throws Plays.NoPlayLeftException if none is left
   */
  void countDownload(TenantSlug tenant, String userId);

  /** Guests of every tenant whose day has come and who were not ended yet, the oldest first. */
  List<Guest> overdue(Instant now, int limit);
}
