package io.earwitness.app;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Grant;
import io.earwitness.access.Matter;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Person;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Changes who may hear what, each change as an audited act with what was before and is after. */
final class AccessProvisioning {
  private final AccessDirectory access;
  private final AuditedActs acts;

  AccessProvisioning(AccessDirectory access, AuditedActs acts) {
    this.access = access;
    this.acts = acts;
  }

  boolean roles(TenantSlug tenant, Directory.User user, Map<Role, @Nullable Instant> roles) {
    AccessSnapshot now = access.snapshot(tenant);
    Person person = Objects.requireNonNull(now.people().get(user.id()));
    String after =
        roles.entrySet().stream()
            .map(
                given ->
                    given.getKey().wireName()
                        + (given.getValue() == null ? "" : " until " + given.getValue()))
            .collect(Collectors.joining(","));
    return acts.run(
        tenant,
        "user.set-roles",
        "user:" + user.name(),
        Map.of("before", names(person.roles(now.present(Instant.now()))), "after", after),
        () -> access.setRoles(tenant, user.id(), roles, acts.actor()));
  }

  private static String names(Set<Role> roles) {
    return roles.stream().sorted().map(Role::wireName).collect(Collectors.joining(","));
  }

  boolean active(TenantSlug tenant, Directory.User user, boolean active) {
    return acts.run(
        tenant,
        "user.set-active",
        "user:" + user.name(),
        Map.of("before", activity(user.active()), "after", activity(active)),
        () -> access.setActive(tenant, user.id(), active, acts.actor()));
  }

  /** Ends the use of an account; a successor answers for the open matters from then on. */
  boolean leave(TenantSlug tenant, Directory.User user, Directory.User successor) {
    return acts.run(
        tenant,
        "user.set-active",
        "user:" + user.name(),
        Map.of(
            "before",
            activity(user.active()),
            "after",
            activity(false),
            "successor",
            "user:" + successor.name()),
        () -> access.leave(tenant, user.id(), successor.id(), acts.actor()));
  }

  private static String activity(boolean active) {
    return active ? "active" : "inactive";
  }

  /**
   * @param parent null for the top
   */
  boolean move(TenantSlug tenant, Directory.Team team, Directory.@Nullable Team parent) {
    String before = team.parent() == null ? "" : team.parent();
    return acts.run(
        tenant,
        "team.move",
        "team:" + team.name(),
        Map.of("before", before, "after", parent == null ? "" : parent.id()),
        () ->
            access.moveTeam(tenant, team.id(), parent == null ? null : parent.id(), acts.actor()));
  }

  boolean removeMember(TenantSlug tenant, Directory.Team team, Directory.User user) {
    return acts.run(
        tenant,
        "team.remove-member",
        "team:" + team.name(),
        Map.of("user", user.name()),
        () -> access.removeMember(tenant, team.id(), user.id(), acts.actor()));
  }

  AccessDirectory.Granted grant(TenantSlug tenant, AccessDirectory.NewGrant grant) {
    return acts.run(
        tenant,
        "grant.add",
        "grant:" + grant.id(),
        access
            .snapshot(tenant)
            .describe(grant.holder(), grant.rights(), grant.on(), grant.from(), grant.until()),
        () -> access.addGrant(tenant, grant, acts.actor()));
  }

  boolean revoke(TenantSlug tenant, UUID id) {
    AccessSnapshot now = access.snapshot(tenant);
    Grant grant = now.grant(id);
    return acts.run(
        tenant,
        "grant.revoke",
        "grant:" + id,
        grant == null ? Map.of() : now.describe(grant),
        () -> access.revokeGrant(tenant, id, acts.actor()));
  }

  AccessDirectory.Opened matter(TenantSlug tenant, String name, MatterKind kind) {
    return acts.run(
        tenant,
        "matter.add",
        "matter:" + name,
        Map.of("kind", kind.wireName()),
        () -> access.addMatter(tenant, name, kind, acts.actor()));
  }

  int addRecordings(TenantSlug tenant, Matter matter, List<RecordingId> recordings) {
    return acts.run(
        tenant,
        "matter.add-recordings",
        "matter:" + matter.name(),
        Map.of(
            "recordings",
            recordings.stream().map(String::valueOf).collect(Collectors.joining(","))),
        () -> access.addRecordings(tenant, matter.id(), recordings, acts.actor()));
  }

  boolean removeRecording(TenantSlug tenant, Matter matter, RecordingId recording) {
    return acts.run(
        tenant,
        "matter.remove-recording",
        "matter:" + matter.name(),
        Map.of("recording", recording.toString()),
        () -> access.removeRecording(tenant, matter.id(), recording, acts.actor()));
  }

  boolean close(TenantSlug tenant, Matter matter) {
    return acts.run(
        tenant,
        "matter.close",
        "matter:" + matter.name(),
        Map.of(),
        () -> access.closeMatter(tenant, matter.id(), acts.actor()));
  }

  boolean ownCalls(TenantSlug tenant, boolean allowed) {
    AccessSnapshot now = access.snapshot(tenant);
    boolean before = now.ownCalls().stream().anyMatch(each -> each.at(now.present(Instant.now())));
    return acts.run(
        tenant,
        "tenant.set-own-calls",
        "tenant:" + tenant,
        Map.of("before", Boolean.toString(before), "after", Boolean.toString(allowed)),
        () -> access.allowOwnCalls(tenant, allowed, acts.actor()));
  }
}
