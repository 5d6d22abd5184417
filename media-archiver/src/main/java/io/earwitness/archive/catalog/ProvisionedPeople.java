package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's people and teams as an identity provider keeps them in step (RFC 7643 Users and
 * Groups). All of the tenant's people are seen, but no service accounts, and nobody and nothing
 * that the provider has deleted; those stay in the catalog, where past calls and grants name them.
 * Every change is one transaction with its journal entries. Thread-safe.
 */
public interface ProvisionedPeople {
  /** An address or a telephone number, as the provider writes it. */
  record Contact(String value, @Nullable String type, boolean primary) {}

  /**
   * A person.
   *
   * @param userName the account's name; unique in the tenant, upper and lower case being the same
   * @param externalId the provider's own id; unique in the tenant
   * @param phoneNumbers those that lie in the tenant's own ranges are held by the person
   * @param modified when the provider last changed something, or when the account was made
   */
  record Profile(
      String id,
      String userName,
      String displayName,
      @Nullable String externalId,
      @Nullable String givenName,
      @Nullable String familyName,
      List<Contact> emails,
      List<Contact> phoneNumbers,
      boolean active,
      Instant created,
      Instant modified) {
    public Profile {
      emails = List.copyOf(emails);
      phoneNumbers = List.copyOf(phoneNumbers);
    }
  }

  /**
   * A team.
   *
   * @param displayName the team's name; unique in the tenant
   * @param members ids of its people, without those of the teams below it
   */
  record Group(
      String id,
      String displayName,
      @Nullable String externalId,
      SortedSet<String> members,
      Instant created,
      Instant modified) {
    public Group {
      members = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(members));
    }
  }

  /** What is looked for, all of it at once; null is anything. */
  record Sought(
      @Nullable String id,
      @Nullable String name,
      @Nullable String displayName,
      @Nullable String externalId,
      @Nullable Boolean active) {
    public static final Sought ANY = new Sought(null, null, null, null, null);
  }

  /**
   * A part of what was found.
   *
   * @param total how many were found altogether
   */
  record Page<T>(int total, List<T> items) {}

  /**
   * How many people a provider may put out of use within an hour before an administrator is asked.
   *
   * @param percent of the people that were active, 1 to 100; five people are always allowed
   */
  record RemovalLimit(int percent) {
    static final int ALWAYS = 5;

    public RemovalLimit {
      if (percent < 1 || percent > 100) {
        throw new IllegalArgumentException("a limit of %d %%; 1 to 100 are".formatted(percent));
      }
    }

    int of(int active) {
      return Math.max(ALWAYS, (int) ((long) active * percent / 100));
    }
  }

  /** People by name. {@link Sought#name} and {@link Sought#displayName} in any case. */
  Page<Profile> users(TenantSlug tenant, Sought sought, int offset, int limit);

  Optional<Profile> user(TenantSlug tenant, String id);

  /**
   * Makes a person's account, with the role {@code user}. One that was deleted comes back if its
   * external id is the same; otherwise the former account gives up the name.
   *
   * @param wanted its id, {@code created} and {@code modified} don't count
   * @throws ProvisioningRefusedException if the name or the external id is taken
   */
  Profile addUser(TenantSlug tenant, Profile wanted, String actor);

  /**
   * Changes a person. Who is put out of use leaves as by {@link AccessDirectory#setActive}.
   *
   * @param change from what is there to what is wanted; may be called more than once
   * @return what is there then; empty if there is no such person
   * @throws ProvisioningRefusedException if it is not done, with the reason
   */
  Optional<Profile> changeUser(
      TenantSlug tenant,
      String id,
      UnaryOperator<Profile> change,
      RemovalLimit limit,
      String actor);

  /**
   * Puts an account out of use and out of the provider's sight.
   *
   * @param check sees what is there; may throw
   * @return whether there was such a person
   * @throws ProvisioningRefusedException if it is not done, with the reason
   */
  boolean removeUser(
      TenantSlug tenant, String id, UnaryOperator<Profile> check, RemovalLimit limit, String actor);

  /** Teams by name. */
  Page<Group> groups(TenantSlug tenant, Sought sought, int offset, int limit);

  Optional<Group> group(TenantSlug tenant, String id);

  /**
   * Makes a team at the top of the tree; one of this name that was deleted comes back.
   *
   * @throws ProvisioningRefusedException if the name is taken
   * @throws IllegalArgumentException if a member isn't there
   */
  Group addGroup(TenantSlug tenant, Group wanted, String actor);

  /**
   * Changes a team.
   *
   * @param change from what is there to what is wanted; may be called more than once
   * @throws ProvisioningRefusedException if the name is taken
   * @throws IllegalArgumentException if a member isn't there
   */
  Optional<Group> changeGroup(
      TenantSlug tenant, String id, UnaryOperator<Group> change, String actor);

  /**
   * Ends a team's memberships and the grants to it, and takes it out of the provider's sight; its
   * place in the tree stays.
   */
  boolean removeGroup(TenantSlug tenant, String id, UnaryOperator<Group> check, String actor);

  /**
   * Removals that were too many.
   *
   * @param active how many people were active when it began, with those removed in the hour before
   * @param removed how many had been removed in that hour
   * @param allowed how many were allowed
   * @param people ids of those who would be put out of use, as far as the provider asked
   * @param decidedAt null while it waits
   * @param further how many more were allowed then; 0 is none
   */
  record Hold(
      UUID id,
      Instant openedAt,
      int active,
      int removed,
      int allowed,
      Set<String> people,
      @Nullable Instant decidedAt,
      @Nullable String decidedBy,
      @Nullable Integer further) {
    public Hold {
      people = Set.copyOf(people);
    }
  }

  /** The newest holds first, at most 50. */
  List<Hold> holds(TenantSlug tenant);

  /**
   * Decides a hold that waits.
   *
   * @param further so many more people may be put out of use within the next 24 hours
   * @return false if it was decided already
   * @throws IllegalArgumentException if there is no such hold, or if {@code further} is negative
   */
  boolean decide(TenantSlug tenant, UUID hold, int further, String actor);

  /** A person whom a provider put out of use. */
  record Removal(String userId, Instant at, String actor) {}

  /** Those of the last 7 days that are still out of use, newest first. */
  List<Removal> removals(TenantSlug tenant);

  /**
   * Undoes a removal of the last 7 days: the account can be used, and the grants and numbers that
   * ended with it are there again from now on. Sessions and tokens stay ended.
   *
   * @return false if there is none to undo
   */
  boolean undo(TenantSlug tenant, String userId, String actor);
}
