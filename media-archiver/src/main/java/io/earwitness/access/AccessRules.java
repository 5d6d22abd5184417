package io.earwitness.access;

import io.earwitness.access.Decision.Reason;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The one place that decides who may do what with which call. Pure: the same snapshot, question and
 * time give the same answer, on whichever node. {@code docs/operations/access.md} says the rules in
 * words.
 *
 * <p>What a person may, he or she may on some {@linkplain Target targets}, each for a reason. A
 * call is allowed if one of them covers it, and the scope of a search is all of them together, so
 * the two never differ.
 */
public final class AccessRules {
  private static final Set<Right> OF_SUPERVISORS =
      EnumSet.of(Right.SEARCH, Right.LISTEN, Right.ANNOTATE);
  private static final Set<Right> ON_OWN_CALLS = EnumSet.of(Right.SEARCH, Right.LISTEN);

  /** Who is shown that a call is blocked. */
  private static final Set<Role> OF_BLOCKED = EnumSet.of(Role.COMPLIANCE_OFFICER, Role.AUDITOR);

  private AccessRules() {}

  private record Basis(Target on, Reason reason) {}

  /** On what somebody has a right; if on nothing, why. */
  private record Bases(List<Basis> list, String otherwise) {
    static Bases none(String reason) {
      return new Bases(List.of(), reason);
    }
  }

  /** Whether somebody has a right on a call at a moment, and why. */
  public static Decision decide(
      AccessSnapshot directory, String userId, Right right, AccessedCall call, Instant when) {
    if (!call.tenant().equals(directory.tenant())) {
      return Decision.no("The call is another tenant's.");
    }
    Bases bases = bases(directory, userId, right, when);
    List<Reason> reasons =
        bases.list().stream()
            .filter(basis -> covers(directory, basis.on(), call, when))
            .map(Basis::reason)
            .toList();
    if (reasons.isEmpty()) {
      return Decision.no(bases.otherwise());
    }
    return call.blocked() && !isShownBlocked(directory, userId, right, when)
        ? Decision.no(
            "The recording is blocked, since it may be another tenant's: nobody may hear or take anything of it.")
        : new Decision(true, reasons);
  }

  /**
   * Whether somebody may find calls that are blocked; of these, no more is shown than that they
   * are.
   */
  private static boolean isShownBlocked(
      AccessSnapshot directory, String userId, Right right, Instant when) {
    return right == Right.SEARCH
        && directory.rolesOf(userId, when).stream().anyMatch(OF_BLOCKED::contains);
  }

  /** All calls on which somebody has a right at a moment. */
  public static CallScope scope(
      AccessSnapshot directory, String userId, Right right, Instant when) {
    Set<String> users = new HashSet<>();
    Set<String> teams = new HashSet<>();
    Set<RecordingId> recordings = new HashSet<>();
    boolean withBlocked = isShownBlocked(directory, userId, right, when);
    for (Basis basis : bases(directory, userId, right, when).list()) {
      switch (basis.on()) {
        case Target.WholeTenant _ -> {
          return new CallScope.WholeTenant(directory.tenant(), withBlocked);
        }
        case Target.OfUser user -> users.add(user.id());
        case Target.OfTeam team -> teams.add(team.id());
        case Target.InMatter in -> {
          Matter matter = directory.matters().get(in.id());
          if (matter != null) {
            recordings.addAll(matter.recordings(when));
          }
        }
      }
    }
    return new CallScope.Of(directory.tenant(), users, teams, recordings, withBlocked);
  }

  /** Whether there are calls on which somebody may have a right at a moment. */
  public static boolean anywhere(
      AccessSnapshot directory, String userId, Right right, Instant when) {
    return bases(directory, userId, right, when).list().stream()
        .map(Basis::on)
        .anyMatch(
            on ->
                !(on instanceof Target.InMatter in)
                    || (directory.matters().get(in.id()) instanceof Matter matter
                        && matter.listsAny(when)));
  }

  /** Whether a call is one of those that are meant. */
  public static boolean covers(
      AccessSnapshot directory, Target target, AccessedCall call, Instant when) {
    return switch (target) {
      case Target.WholeTenant _ -> true;
      case Target.OfUser user -> call.userIds().contains(user.id());
      case Target.OfTeam team -> call.teamIds().contains(team.id());
      case Target.InMatter in -> {
        Matter matter = directory.matters().get(in.id());
        yield matter != null && call.id() != null && matter.lists(call.id(), when);
      }
    };
  }

  private static Bases bases(AccessSnapshot directory, String userId, Right right, Instant when) {
    if (directory.tenant().equals(TenantSlug.PLATFORM)) {
      return Bases.none("Nothing that the platform's own tenant holds is heard by anybody.");
    }
    Person person = directory.people().get(userId);
    if (person == null || !person.isActive(when)) {
      return Bases.none("There is no active account.");
    }
    Set<Role> roles = person.roles(when);
    if (roles.contains(Role.OPERATOR)) {
      return Bases.none("An operator of the platform hears no calls, whatever else is granted.");
    }
    List<Basis> all = new ArrayList<>();
    byRole(directory, person, roles, right, when, all);
    byGrant(directory, person, roles, right, when, all);
    return new Bases(
        all,
        "Neither a role nor a grant gives %s the right '%s' on this call."
            .formatted(person.displayName(), right.wireName()));
  }

  private static void byRole(
      AccessSnapshot directory,
      Person person,
      Set<Role> roles,
      Right right,
      Instant when,
      List<Basis> all) {
    if (roles.contains(Role.COMPLIANCE_OFFICER) && !isNarrowed(directory, person, when)) {
      all.add(
          role(
              new Target.WholeTenant(),
              "Compliance officer of the whole tenant, since no grant to this person says"
                  + " otherwise."));
    }
    if (roles.contains(Role.SUPERVISOR) && OF_SUPERVISORS.contains(right)) {
      for (String team : person.teams(when)) {
        all.add(
            role(
                new Target.OfTeam(team),
                "Supervisor of team %s.".formatted(directory.teamName(team))));
      }
    }
    if (roles.contains(Role.USER)
        && ON_OWN_CALLS.contains(right)
        && directory.ownCalls().stream().anyMatch(each -> each.at(when))) {
      all.add(
          role(
              new Target.OfUser(person.id()),
              "Took part in the call; the tenant lets its users hear their own."));
    }
  }

  private static Basis role(Target on, String text) {
    return new Basis(on, new Reason(text, null));
  }

  /**
   * Whether a compliance officer has what is granted and no more. Once a grant to that person began
   * it stays so, also after its end: else the end of a narrow grant would open the whole tenant.
   */
  private static boolean isNarrowed(AccessSnapshot directory, Person person, Instant when) {
    return directory.grants().getOrDefault(new Holder.OfUser(person.id()), List.of()).stream()
        .anyMatch(grant -> grant.validity().begunBy(when));
  }

  private static void byGrant(
      AccessSnapshot directory,
      Person person,
      Set<Role> roles,
      Right right,
      Instant when,
      List<Basis> all) {
    // An auditor hears by matter, unless another role lets that person hear anyway; so does a guest
    boolean mattersOnly =
        person.kind() == AccountKind.GUEST
            || (roles.contains(Role.AUDITOR)
                && !roles.contains(Role.COMPLIANCE_OFFICER)
                && !roles.contains(Role.SUPERVISOR));
    List<Holder> holders = new ArrayList<>();
    holders.add(new Holder.OfUser(person.id()));
    directory
        .withAncestors(person.teams(when), when)
        .forEach(team -> holders.add(new Holder.OfTeam(team)));
    for (Holder holder : holders) {
      for (Grant grant : directory.grants().getOrDefault(holder, List.of())) {
        if (grant.validity().at(when)
            && grant.rights().contains(right)
            && (!mattersOnly || grant.on() instanceof Target.InMatter)) {
          all.add(new Basis(grant.on(), new Reason(text(directory, grant), grant.id())));
        }
      }
    }
  }

  private static String text(AccessSnapshot directory, Grant grant) {
    return "Grant to %s on %s%s."
        .formatted(
            directory.name(grant.holder()),
            directory.name(grant.on()),
            grant.validity().until() == null ? "" : " until " + grant.validity().until());
  }
}
