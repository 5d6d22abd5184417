package io.earwitness.archive.catalog;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Role;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@link AccessDirectory} in PostgreSQL. What was read is kept, and asked for each time whether it
 * still holds: one row by its key, so that a change counts at once on every node.
 */
final class PostgresAccess implements AccessDirectory {
  private static final int KEPT_TENANTS = 500;

  private final Transactions transactions;
  private final Assignments assignments;
  private final Grants grants;
  private final Matters matters;
  private final Map<TenantSlug, AccessSnapshot> kept = new ConcurrentHashMap<>();

  PostgresAccess(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.assignments = new Assignments(transactions, clock);
    this.grants = new Grants(transactions, clock);
    this.matters = new Matters(transactions, clock);
  }

  @Override
  public AccessSnapshot snapshot(TenantSlug tenant) {
    AccessSnapshot present = kept.get(tenant);
    AccessSnapshot newest =
        transactions.inTenant(
            tenant,
            sql ->
                present != null && AccessVersions.of(sql, tenant) == present.version()
                    ? present
                    : AccessReader.read(sql, tenant));
    if (newest != present) {
      if (kept.size() >= KEPT_TENANTS) {
        kept.clear();
      }
      kept.put(tenant, newest);
    }
    return newest;
  }

  @Override
  public boolean setRoles(
      TenantSlug tenant, String userId, Map<Role, @Nullable Instant> roles, String actor) {
    return assignments.setRoles(tenant, userId, roles, actor);
  }

  @Override
  public boolean setActive(TenantSlug tenant, String userId, boolean active, String actor) {
    return assignments.setActive(tenant, userId, active, actor);
  }

  @Override
  public boolean leave(TenantSlug tenant, String userId, String successorId, String actor) {
    return assignments.leave(tenant, userId, successorId, actor);
  }

  @Override
  public boolean moveTeam(
      TenantSlug tenant, String teamId, @Nullable String parentId, String actor) {
    return assignments.moveTeam(tenant, teamId, parentId, actor);
  }

  @Override
  public boolean addMember(
      TenantSlug tenant, String teamId, String userId, @Nullable Instant until, String actor) {
    return assignments.addMember(tenant, teamId, userId, until, actor);
  }

  @Override
  public boolean removeMember(TenantSlug tenant, String teamId, String userId, String actor) {
    return assignments.removeMember(tenant, teamId, userId, actor);
  }

  @Override
  public Granted addGrant(TenantSlug tenant, NewGrant grant, String actor) {
    return grants.add(tenant, grant, actor);
  }

  @Override
  public boolean revokeGrant(TenantSlug tenant, UUID id, String actor) {
    return grants.revoke(tenant, id, actor);
  }

  @Override
  public Opened addMatter(
      TenantSlug tenant, String name, MatterKind kind, @Nullable String ownerId, String actor) {
    return matters.add(tenant, name, kind, ownerId, actor);
  }

  @Override
  public int addRecordings(
      TenantSlug tenant, UUID matter, Collection<RecordingId> recordings, String actor) {
    return matters.addRecordings(tenant, matter, recordings, actor);
  }

  @Override
  public boolean removeRecording(
      TenantSlug tenant, UUID matter, RecordingId recording, String actor) {
    return matters.removeRecording(tenant, matter, recording, actor);
  }

  @Override
  public boolean closeMatter(TenantSlug tenant, UUID matter, String actor) {
    return matters.close(tenant, matter, actor);
  }

  @Override
  public boolean allowOwnCalls(TenantSlug tenant, boolean allowed, String actor) {
    return assignments.allowOwnCalls(tenant, allowed, actor);
  }
}
