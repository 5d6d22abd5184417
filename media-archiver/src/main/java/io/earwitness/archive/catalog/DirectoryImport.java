package io.earwitness.archive.catalog;

import io.earwitness.access.Role;
import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes many changes of people, teams and numbers at once: all of them or none, each with its
 * journal entry. What is so already changes nothing. Thread-safe.
 */
public interface DirectoryImport {
  /** One change. Whoever and whatever is named by an id is there, or made by a step before. */
  sealed interface Step {
    /** Makes an account. */
    record AddUser(Directory.User user) implements Step {}

    /** Gives a person another name for people. */
    record Rename(String userId, String displayName) implements Step {}

    /** Gives a person these roles, without an end, and no others. */
    record SetRoles(String userId, Set<Role> roles) implements Step {
      public SetRoles {
        roles = Set.copyOf(roles);
      }
    }

    /** Lets an account be used, or no longer. */
    record SetActive(String userId, boolean active) implements Step {}

    record AddMember(String teamId, String userId) implements Step {}

    record RemoveMember(String teamId, String userId) implements Step {}

    /** Makes a team below another, or at the top of the tree. */
    record AddTeam(String teamId, String name, @Nullable String parentId) implements Step {}

    /** Puts a team below another, or at the top. */
    record MoveTeam(String teamId, @Nullable String parentId) implements Step {}
  }

  /**
   * Takes all steps in their order.
   *
   * @throws IllegalArgumentException naming what can't be done; then nothing was
   */
  void apply(TenantSlug tenant, List<Step> steps, String actor);

  /**
   * A number without the layout that people write it with; empty if it is none: 1 to 32 digits, a
   * leading {@code +} for E.164.
   */
  static Optional<String> digits(String written) {
    return NumberHolders.digits(written);
  }

  /** A number, or with {@code prefix} all that begin so, and who holds it. */
  record Number(String digits, boolean prefix, @Nullable String userId) {}

  /**
   * Makes numbers the tenant's and gives them their holders.
   *
   * @param ownRangesOnly whether only numbers are taken that lie in the tenant's ranges already
   * @throws IllegalArgumentException naming what can't be done; then nothing was
   */
  void applyNumbers(TenantSlug tenant, List<Number> numbers, boolean ownRangesOnly, String actor);
}
