package io.earwitness.archive.catalog;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Notes and tags that people put on calls. Nothing of them is ever overwritten: a changed or
 * withdrawn note keeps its earlier texts, a removed tag keeps who put it there. Every change is
 * written with its journal entry in one transaction. Thread-safe.
 */
public interface Annotations {
  /** The longest note, in characters. */
  int LONGEST_NOTE = 4_000;

  /** As many notes as a call may have, and versions as a note may have. */
  int MOST = 500;

  /**
   * A tag of a call.
   *
   * @param removedAt null, with {@code removedBy}, if the call has it
   */
  record Tagging(
      String tag,
      Instant addedAt,
      String addedBy,
      @Nullable Instant removedAt,
      @Nullable String removedBy) {}

  /**
   * What a note said at a time.
   *
   * @param text null if it was withdrawn
   */
  record Version(int version, Instant at, @Nullable String text) {}

  /**
   * A note.
   *
   * @param author the id of the user, or the name in the trail of whoever is none
   * @param actor the author as the audit trail names him
   * @param offsetMs the place in the audio that it is about; null for the whole call
   * @param versions the oldest first; at least one
   */
  record Note(
      UUID id,
      RecordingId call,
      String author,
      String actor,
      @Nullable Long offsetMs,
      List<Version> versions) {
    public Note {
      versions = List.copyOf(versions);
    }

    /** What it says now. */
    public Version newest() {
      return versions.getLast();
    }

    public boolean isWithdrawn() {
      return newest().text() == null;
    }
  }

  /** Who writes. */
  record Author(String id, String actor) {}

  /** A call's tags, those that it had too, the oldest first. */
  List<Tagging> tags(TenantSlug tenant, RecordingId call);

  /**
   * Puts a tag on a call. Where a rule of the tenant's policy of retention keeps calls with the tag
   * for longer, the recording is kept for longer from then on.
   *
   * @param tag as {@code Tags.normal} gives it
   * @return whether the call didn't have it
   * @throws IllegalArgumentException if there is no such call, or it has too many
   */
  boolean tag(TenantSlug tenant, RecordingId call, String tag, String actor);

  /**
   * Takes a tag off a call; until when it is kept stays.
   *
   * @return whether the call had it
   */
  boolean untag(TenantSlug tenant, RecordingId call, String tag, String actor);

  /** A call's notes, withdrawn ones too, the oldest first. */
  List<Note> notes(TenantSlug tenant, RecordingId call);

  /**
   * Writes a note.
   *
   * @param text 1 to {@value #LONGEST_NOTE} characters
   * @param offsetMs null for the whole call
   * @throws IllegalArgumentException if there is no such call, or it has too many
   */
  Note note(
      TenantSlug tenant, RecordingId call, Author author, String text, @Nullable Long offsetMs);

  /**
   * Changes a note, or withdraws it.
   *
   * @param version the one that was looked at
   * @param text null to withdraw it
   * @throws IllegalArgumentException if there is no such note, it is withdrawn, another version is
   *     the newest, or somebody else wrote it
   */
  Note change(
      TenantSlug tenant,
      RecordingId call,
      UUID note,
      int version,
      Author author,
      @Nullable String text);
}
