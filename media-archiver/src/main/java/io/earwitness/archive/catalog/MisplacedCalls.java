package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.Attribution;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Recordings that may be, or are, another tenant's: blocked for everybody at once, and handed over.
 * Every change is written with its journal entry in one transaction. Who may do what is not decided
 * here. Thread-safe.
 */
public interface MisplacedCalls {
  /**
   * Blocks a recording: from its commit on, whoever reads the catalog is given no more of it than
   * that it is blocked.
   *
   * @param block not handed over
   * @throws IllegalArgumentException if the tenant has no such recording, or it is blocked already
   */
  void block(TenantSlug tenant, RecordingId id, CallCatalog.Block block);

  /**
   * Lifts a block.
   *
   * @throws IllegalArgumentException if the recording is not blocked, was handed over, or is to be
   */
  void unblock(TenantSlug tenant, RecordingId id, String actor);

  /** Of whom a recording is; for operators, who are shown nothing else of it. */
  Optional<TenantSlug> tenant(RecordingId id);

  /** What is blocked, as readers are given it, the latest call first. */
  List<CallEntry> blocked(TenantSlug tenant, int limit);

  /** What is blocked of all tenants, as readers are given it, the latest call first. */
  List<CallEntry> blocked(int limit);

  /** A call with all that the catalog has of it, be it blocked; for no reader but ourselves. */
  Optional<CallEntry> whole(TenantSlug tenant, RecordingId id);

  /** Who the parties of a tenant's calls were by its numbers at a moment. */
  Attribution attribution(TenantSlug tenant, Instant when);

  /** How far a hand-over has come. */
  enum HandOverState implements WireName {
    /** Both tenants have to approve it; or they have, and it is being done. */
    ASKED("asked"),
    DONE("done"),
    /** One of the two did not approve it, or the recording is blocked no more. */
    REFUSED("refused"),
    /** The platform's operator took it back. */
    WITHDRAWN("withdrawn");

    private final String wireName;

    HandOverState(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * A recording that is to be another tenant's.
   *
   * @param call the recording as the giving tenant has it
   * @param newCall the recording that it becomes
   * @param giving the approval of the tenant that has it
   * @param taking the approval of the tenant whose call it is
   * @param askedBy in the audit trail's words
   * @param problem why it could not be done yet; null if nothing is known to hinder it
   */
  record HandOver(
      UUID id,
      RecordingId call,
      TenantSlug from,
      TenantSlug to,
      RecordingId newCall,
      UUID giving,
      UUID taking,
      Instant askedAt,
      String askedBy,
      String reason,
      HandOverState state,
      @Nullable Instant endedAt,
      @Nullable String problem) {}

  /**
   * Enters one that is asked for; its approvals are there already.
   *
   * @throws IllegalArgumentException if the recording is being handed over, or was
   */
  void add(HandOver handOver);

  Optional<HandOver> handOver(UUID id);

  /** The newest first. */
  List<HandOver> handOvers(boolean openOnly, int limit);

  /** Notes why one can't be done yet; null if that is over. */
  void note(UUID id, @Nullable String problem);

  /**
   * Ends one that is not to be done.
   *
   * @param state refused or withdrawn
   * @return false if it has ended already
   */
  boolean end(UUID id, HandOverState state);

  /**
   * Makes the recording that a call becomes at the tenant whose it is. Done again, it changes
   * nothing.
   */
  void make(CallSummary call);

  /**
   * Ends a hand-over whose new recording is archived and read back: the former stays blocked, and
   * is shown as handed over. Done again, it changes nothing.
   */
  void done(HandOver handOver, String actor);
}
