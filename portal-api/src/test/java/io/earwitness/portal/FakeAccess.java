package io.earwitness.portal;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Grant;
import io.earwitness.access.Matter;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Person;
import io.earwitness.access.Role;
import io.earwitness.access.Team;
import io.earwitness.access.Validity;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The people and teams of a {@link FakeDirectory} as if they had been so for ever, and grants and
 * matters as a test puts them here. Changes are for tests on a real database.
 */
final class FakeAccess implements AccessDirectory {
  private static final Validity EVER = Validity.since(Instant.EPOCH);

  private final FakeDirectory directory;
  final List<Grant> grants = new CopyOnWriteArrayList<>();
  final List<Matter> matters = new CopyOnWriteArrayList<>();
  final Set<TenantSlug> ownCalls = ConcurrentHashMap.newKeySet();

  FakeAccess(FakeDirectory directory) {
    this.directory = directory;
  }

  @Override
  public AccessSnapshot snapshot(TenantSlug tenant) {
    Map<String, Person> people =
        directory.users(tenant).stream()
            .collect(
                Collectors.toMap(
                    user -> user.id(),
                    user ->
                        new Person(
                            user.id(),
                            user.name(),
                            user.displayName(),
                            user.kind(),
                            user.active() ? List.of(EVER) : List.of(),
                            user.roles().stream()
                                .map(role -> new Person.RoleHeld(role, EVER))
                                .toList(),
                            directory.memberships(tenant, user.id()).stream()
                                .map(team -> new Person.Membership(team, EVER))
                                .toList())));
    Map<String, Team> teams =
        directory.teams(tenant).stream()
            .collect(
                Collectors.toMap(
                    team -> team.id(),
                    team ->
                        new Team(
                            team.id(),
                            team.name(),
                            List.of(new Team.Placement(team.parent(), EVER)))));
    return new AccessSnapshot(
        tenant,
        1,
        Instant.EPOCH,
        people,
        teams,
        AccessSnapshot.byHolder(grants.stream()),
        matters.stream().collect(Collectors.toMap(Matter::id, matter -> matter)),
        ownCalls.contains(tenant) ? List.of(EVER) : List.of());
  }

  @Override
  public boolean setRoles(
      TenantSlug tenant, String userId, Map<Role, @Nullable Instant> roles, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean setActive(TenantSlug tenant, String userId, boolean active, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean leave(TenantSlug tenant, String userId, String successorId, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean moveTeam(
      TenantSlug tenant, String teamId, @Nullable String parentId, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean addMember(
      TenantSlug tenant, String teamId, String userId, @Nullable Instant until, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean removeMember(TenantSlug tenant, String teamId, String userId, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Granted addGrant(TenantSlug tenant, NewGrant grant, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean revokeGrant(TenantSlug tenant, UUID id, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Opened addMatter(
      TenantSlug tenant, String name, MatterKind kind, @Nullable String ownerId, String actor) {
    Matter matter = new Matter(UUID.randomUUID(), name, kind, ownerId, EVER, Map.of());
    matters.add(matter);
    return new Opened(matter.id(), true);
  }

  @Override
  public int addRecordings(
      TenantSlug tenant, UUID matter, Collection<RecordingId> recordings, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean removeRecording(
      TenantSlug tenant, UUID matter, RecordingId recording, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean closeMatter(TenantSlug tenant, UUID matter, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean allowOwnCalls(TenantSlug tenant, boolean allowed, String actor) {
    return allowed ? ownCalls.add(tenant) : ownCalls.remove(tenant);
  }
}
