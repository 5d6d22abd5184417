package io.earwitness.archive.catalog;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.access.Target;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What access to calls rests on, with the time in which each of it held: roles, teams, grants and
 * matters. Every change is written with its journal entry in one transaction and counts at once, on
 * every node; one that asks for what is so already changes nothing and returns false. Whoever is
 * named must be there: all methods throw {@link IllegalArgumentException} naming what is missing or
 * wrong. Who may ask for a change is not decided here. Thread-safe.
 *
 * @see io.earwitness.access.AccessRules
 */
public interface AccessDirectory {
  /** How many recordings one matter lists at most. */
  int MAX_RECORDINGS = 20_000;

  /** The newest state of a tenant; an unknown one has nobody and nothing. */
  AccessSnapshot snapshot(TenantSlug tenant);

  /**
   * Gives a person these roles and no others from now on.
   *
   * @param roles each with its end, null for none
   */
  boolean setRoles(
      TenantSlug tenant, String userId, Map<Role, @Nullable Instant> roles, String actor);

  /**
   * Lets an account be used, or no longer. One that may not be used loses its sessions, tokens,
   * numbers and the grants to that person in the same transaction; roles and teams stay, and count
   * for nothing as long.
   */
  boolean setActive(TenantSlug tenant, String userId, boolean active, String actor);

  /**
   * Ends the use of an account as {@link #setActive} does, and gives the open matters that the
   * person answers for to another one. That can be done later too.
   *
   * @return whether anything changed
   */
  boolean leave(TenantSlug tenant, String userId, String successorId, String actor);

  /**
   * Puts a team below another from now on.
   *
   * @param parentId null for the top
   */
  boolean moveTeam(TenantSlug tenant, String teamId, @Nullable String parentId, String actor);

  /**
   * Makes a person a member of a team from now on.
   *
   * @param until when that ends; null for never
   */
  boolean addMember(
      TenantSlug tenant, String teamId, String userId, @Nullable Instant until, String actor);

  boolean removeMember(TenantSlug tenant, String teamId, String userId, String actor);

  /**
   * A grant that is to be made.
   *
   * @param id a new one
   * @param from null for now; not in the past, since a history that can be written afterwards is
   *     none
   * @param until null for no end
   */
  record NewGrant(
      UUID id,
      Holder holder,
      Set<Right> rights,
      Target on,
      @Nullable Instant from,
      @Nullable Instant until) {}

  /** A grant, and whether it was made now or there already. */
  record Granted(Grant grant, boolean isNew) {}

  /** Makes a grant, unless one that says the same is in force. */
  Granted addGrant(TenantSlug tenant, NewGrant grant, String actor);

  /** Ends a grant now. */
  boolean revokeGrant(TenantSlug tenant, UUID id, String actor);

  /** The id of a matter of this name and kind, and whether it was made now or there already. */
  record Opened(UUID id, boolean isNew) {}

  /**
   * Makes an empty matter. A closed one's name is not given again.
   *
   * @param ownerId the person who answers for it; null if that is nobody
   */
  Opened addMatter(
      TenantSlug tenant, String name, MatterKind kind, @Nullable String ownerId, String actor);

  /** Makes an empty matter that nobody in particular answers for. */
  default Opened addMatter(TenantSlug tenant, String name, MatterKind kind, String actor) {
    return addMatter(tenant, name, kind, null, actor);
  }

  /**
   * Puts recordings on an open matter's list; whether they exist is not looked at. Returns how many
   * were new on it.
   */
  int addRecordings(
      TenantSlug tenant, UUID matter, Collection<RecordingId> recordings, String actor);

  /** Takes a recording off an open matter's list. */
  boolean removeRecording(TenantSlug tenant, UUID matter, RecordingId recording, String actor);

  /** Closes a matter for ever; grants on it end with that. */
  boolean closeMatter(TenantSlug tenant, UUID matter, String actor);

  /** Lets users of a tenant hear their own calls from now on, or no longer. */
  boolean allowOwnCalls(TenantSlug tenant, boolean allowed, String actor);
}
