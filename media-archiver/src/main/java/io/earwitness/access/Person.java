package io.earwitness.access;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A person of a tenant, with all that ever held of him or her.
 *
 * @param name the account's name
 * @param active when the account could be used
 */
public record Person(
    String id,
    String name,
    String displayName,
    AccountKind kind,
    List<Validity> active,
    List<RoleHeld> roles,
    List<Membership> memberships) {
  public Person {
    active = List.copyOf(active);
    roles = List.copyOf(roles);
    memberships = List.copyOf(memberships);
  }

  /** One who signs in. */
  public Person(
      String id,
      String name,
      String displayName,
      List<Validity> active,
      List<RoleHeld> roles,
      List<Membership> memberships) {
    this(id, name, displayName, AccountKind.PERSON, active, roles, memberships);
  }

  /** A role, and when it was held. */
  public record RoleHeld(Role role, Validity validity) {}

  /** A team, and when the person was a member of it. */
  public record Membership(String teamId, Validity validity) {}

  public boolean isActive(Instant when) {
    return active.stream().anyMatch(each -> each.at(when));
  }

  public Set<Role> roles(Instant when) {
    EnumSet<Role> held = EnumSet.noneOf(Role.class);
    roles.stream().filter(each -> each.validity().at(when)).map(RoleHeld::role).forEach(held::add);
    return held;
  }

  /** The teams that the person is a member of, without those above. */
  public Set<String> teams(Instant when) {
    return memberships.stream()
        .filter(each -> each.validity().at(when))
        .map(Membership::teamId)
        .collect(Collectors.toUnmodifiableSet());
  }
}
