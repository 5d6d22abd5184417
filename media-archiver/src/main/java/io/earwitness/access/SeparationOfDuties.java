package io.earwitness.access;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Nobody widens his or her own access: what would needs another person. Each function returns what
 * is wrong, or nothing. Pure.
 */
public final class SeparationOfDuties {
  private SeparationOfDuties() {}

  /** Giving a right to this holder. */
  public static Optional<String> grant(
      AccessSnapshot directory, String actorId, Holder holder, Instant when) {
    return switch (holder) {
      case Holder.OfUser user when user.id().equals(actorId) ->
          Optional.of("Nobody grants to himself or herself: another administrator must do it.");
      case Holder.OfUser _ -> Optional.empty();
      case Holder.OfTeam team when directory.teamsOf(actorId, when).contains(team.id()) ->
          Optional.of(
              "You belong to team %s, so a grant to it is one to you: another administrator must do it."
                  .formatted(directory.teamName(team.id())));
      case Holder.OfTeam _ -> Optional.empty();
    };
  }

  /** Changing somebody's roles, teams, or whether the account can be used. */
  public static Optional<String> person(String actorId, String userId) {
    return actorId.equals(userId)
        ? Optional.of(
            "Nobody changes the own roles, teams or account: another administrator must do it.")
        : Optional.empty();
  }

  /** Making somebody a member of a team. */
  public static Optional<String> member(
      AccessSnapshot directory, String actorId, String teamId, String userId, Instant when) {
    Optional<String> self = person(actorId, userId);
    return self.isPresent() ? self : widens(directory, actorId, teamId, when);
  }

  /**
   * Putting a team below another: its members take part in what is granted to those above, and
   * their later calls are calls of those above.
   *
   * @param parentId null for a place at the top
   */
  public static Optional<String> move(
      AccessSnapshot directory,
      String actorId,
      String teamId,
      @Nullable String parentId,
      Instant when) {
    if (directory.teamsOf(actorId, when).contains(teamId)) {
      return Optional.of(
          "You belong to team %s, so moving it changes what is granted to you: another administrator must do it."
              .formatted(directory.teamName(teamId)));
    }
    return parentId == null ? Optional.empty() : widens(directory, actorId, parentId, when);
  }

  /** Whether later calls of a team are calls that the actor has a right on. */
  private static Optional<String> widens(
      AccessSnapshot directory, String actorId, String teamId, Instant when) {
    Set<String> above = directory.withAncestors(Set.of(teamId), when);
    for (Right right : Right.values()) {
      if (AccessRules.scope(directory, actorId, right, when) instanceof CallScope.Of of
          && of.teamIds().stream().anyMatch(above::contains)) {
        return Optional.of(
            "You have the right '%s' on calls of team %s, so this would give you more of them: another administrator must do it."
                .formatted(right.wireName(), directory.teamName(teamId)));
      }
    }
    return Optional.empty();
  }
}
