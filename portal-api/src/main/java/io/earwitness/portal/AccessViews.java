package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccountKind;
import io.earwitness.access.Decision;
import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.Matter;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Person;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.access.Target;
import io.earwitness.access.Team;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** People, teams, grants and matters as the API shows them. */
final class AccessViews {
  private AccessViews() {}

  record Items<T>(List<T> items) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record RoleView(Role role, @Nullable Instant until) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record UserView(
      String id,
      String name,
      String displayName,
      AccountKind kind,
      boolean active,
      List<RoleView> roles,
      List<String> teamIds) {
    static UserView of(Person person, Instant at) {
      return new UserView(
          person.id(),
          person.name(),
          person.displayName(),
          person.kind(),
          person.isActive(at),
          person.roles().stream()
              .filter(held -> held.validity().at(at))
              .map(held -> new RoleView(held.role(), held.validity().until()))
              .sorted(Comparator.comparing(RoleView::role))
              .toList(),
          person.teams(at).stream().sorted().toList());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record MemberView(String id, String name, String displayName, @Nullable Instant until) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record TeamView(String id, String name, @Nullable String parent, List<MemberView> members) {
    static TeamView of(AccessSnapshot directory, Team team, Instant at) {
      return new TeamView(
          team.id(),
          team.name(),
          team.parent(at),
          directory.people().values().stream()
              .sorted(Comparator.comparing(Person::name))
              .flatMap(
                  person ->
                      person.memberships().stream()
                          .filter(held -> held.teamId().equals(team.id()))
                          .filter(held -> held.validity().at(at))
                          .map(
                              held ->
                                  new MemberView(
                                      person.id(),
                                      person.name(),
                                      person.displayName(),
                                      held.validity().until())))
              .toList());
    }
  }

  /**
   * A person, a team, a matter or the tenant.
   *
   * @param id null for the tenant
   * @param name for people
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record NamedView(String type, @Nullable String id, String name) {
    static NamedView of(AccessSnapshot directory, Holder holder) {
      return switch (holder) {
        case Holder.OfUser user -> new NamedView("user", user.id(), directory.name(holder));
        case Holder.OfTeam team -> new NamedView("team", team.id(), directory.name(holder));
      };
    }

    static NamedView of(AccessSnapshot directory, Target target) {
      String name = directory.name(target);
      return switch (target) {
        case Target.OfUser user -> new NamedView("user", user.id(), name);
        case Target.OfTeam team -> new NamedView("team", team.id(), name);
        case Target.InMatter in -> new NamedView("matter", in.id().toString(), name);
        case Target.WholeTenant _ -> new NamedView("tenant", null, name);
      };
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record GrantView(
      UUID id,
      NamedView holder,
      List<Right> rights,
      NamedView on,
      Instant from,
      @Nullable Instant until) {
    static GrantView of(AccessSnapshot directory, Grant grant) {
      return new GrantView(
          grant.id(),
          NamedView.of(directory, grant.holder()),
          grant.rights().stream().sorted().toList(),
          NamedView.of(directory, grant.on()),
          grant.validity().from(),
          grant.validity().until());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record MatterView(
      UUID id,
      String name,
      MatterKind kind,
      @Nullable String owner,
      Instant createdAt,
      @Nullable Instant closedAt) {
    static MatterView of(Matter matter) {
      return new MatterView(
          matter.id(),
          matter.name(),
          matter.kind(),
          matter.owner(),
          matter.open().from(),
          matter.open().until());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ReasonView(String text, @Nullable UUID grant) {
    static List<ReasonView> of(Decision decision) {
      return decision.reasons().stream()
          .map(reason -> new ReasonView(reason.text(), reason.grant()))
          .toList();
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record DecisionView(
      PersonView user,
      Right right,
      String on,
      Instant at,
      boolean allowed,
      List<ReasonView> reasons) {}

  record PersonView(String id, String name, String displayName) {
    static PersonView of(Person person) {
      return new PersonView(person.id(), person.name(), person.displayName());
    }
  }

  record AllowedView(PersonView user, List<ReasonView> reasons) {}

  /**
   * Who could do what.
   *
   * @param note what is to be known of the answer; null if nothing
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ReviewView(
      Right right, String on, Instant at, List<AllowedView> items, @Nullable String note) {}
}
