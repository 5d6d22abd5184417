package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is deleted when it falls due: how a tenant wants that, what was announced to its officers,
 * and how far it has come. Every change is written with its journal entry in one transaction. The
 * database itself refuses what would be early. Thread-safe.
 */
public interface Disposals {
  /** How long before it is deleted a recording is announced. */
  Duration NOTICE = Duration.ofDays(30);

  /** The most recordings of one run; what is more is in the next one. */
  int MOST = 10_000;

  /** The run of a recording that is in none yet. */
  UUID NO_RUN = new UUID(0, 0);

  /** Whether anything is deleted. */
  enum Mode implements WireName {
    OFF("off"),
    /** Each run needs two persons. */
    BY_APPROVAL("by-approval"),
    AUTOMATIC("automatic"),
    /** Of a run alone: two persons removed one recording within its settling time. */
    CORRECTION("correction"),
    /** Of a run alone: what two persons decided to erase, as the person who was recorded asked. */
    ERASURE("erasure");

    private final String wireName;

    Mode(String wireName) {
      this.wireName = wireName;
    }

    /** Whether it is a tenant's choice, and not of single runs alone. */
    public boolean isChosen() {
      return this != CORRECTION && this != ERASURE;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /** What becomes of the row in the CDR lake. */
  enum CdrFate implements WireName {
    KEPT("kept"),
    /** What tells of places, persons and teams goes; times and the numbers' tokens stay. */
    TOKENISED("tokenised"),
    REMOVED("removed");

    private final String wireName;

    CdrFate(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * How a tenant wants it.
   *
   * @param version 0 if nobody ever chose
   * @param officers ids of the users who are told; none only if it is off
   * @param everyDays how often a run is announced, 1 to 31
   * @param changedBy in the audit trail's words
   */
  record Settings(
      int version,
      Mode mode,
      List<String> officers,
      CdrFate cdr,
      int everyDays,
      @Nullable Instant changedAt,
      @Nullable String changedBy) {
    /** Until somebody chooses. */
    public static final Settings NONE =
        new Settings(0, Mode.OFF, List.of(), CdrFate.KEPT, 7, null, null);

    public Settings {
      officers = List.copyOf(officers);
      if (everyDays < 1 || everyDays > 31) {
        throw new IllegalArgumentException(
            "a run is announced every 1 to 31 days, not every %d".formatted(everyDays));
      }
      if (!mode.isChosen()) {
        throw new IllegalArgumentException("the mode is off, by-approval or automatic");
      }
      if (mode != Mode.OFF && officers.isEmpty()) {
        throw new IllegalArgumentException(
            "name at least one officer who is told before anything is deleted");
      }
    }

    /** Whether others would have more deleted, or sooner, or with fewer people looking. */
    public boolean deletesLessThan(Settings other) {
      return other.mode.compareTo(mode) > 0
          || other.cdr.compareTo(cdr) > 0 && other.mode != Mode.OFF
          || other.mode != Mode.OFF && !other.officers.containsAll(officers);
    }
  }

  /** How far a run has come. */
  enum RunState implements WireName {
    /** Its officers were told, and may object. */
    ANNOUNCED("announced"),
    /** Its recordings are being deleted. */
    RUNNING("running"),
    DONE("done"),
    /** Disposal was turned off, or its mode was changed, before it began. */
    STOPPED("stopped");

    private final String wireName;

    RunState(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * What was announced at one time.
   *
   * @param notBefore when its recordings may be deleted, at the earliest
   * @param mode as it was when it was announced
   * @param approvedBy who approved it, or made disposal automatic; null if nobody did yet
   * @param copied whether its certificate lies under lock in the store too
   * @param reason of a correction; null for others
   */
  record Run(
      TenantSlug tenant,
      UUID id,
      Instant openedAt,
      Instant notBefore,
      Mode mode,
      RunState state,
      @Nullable Instant approvedAt,
      @Nullable String approvedBy,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      boolean copied,
      @Nullable String reason) {}

  /** What became of one recording of a run. */
  enum ItemState implements WireName {
    DUE("due"),
    /** An officer objected, which is a legal hold. */
    VETOED("vetoed"),
    /** Something keeps it after all; it is announced again when that ends. */
    KEPT("kept"),
    /** The store did not delete it; it is tried again. */
    REFUSED("refused"),
    /** It is being deleted: from here on there is no way back. */
    FALLING("falling"),
    GONE("gone");

    private final String wireName;

    ItemState(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * By what a recording falls due.
   *
   * @param keep its class
   * @param rule null if the policy's standard decided
   * @param policy the policy's version; 0 for none
   */
  record Basis(String keep, @Nullable String rule, int policy) {}

  /** A recording of a run. */
  record Item(
      UUID run,
      RecordingId recording,
      ItemState state,
      Instant start,
      Instant end,
      Instant until,
      Basis basis,
      long bytes,
      @Nullable String problem,
      @Nullable Instant notBefore,
      @Nullable Found found) {}

  /** A manifest that was there. */
  record ManifestHash(String name, String sha256) {}

  /**
   * What of a recording was in the store before it was deleted.
   *
   * @param objects versions of objects
   */
  record Found(int objects, long bytes, List<ManifestHash> manifests) {
    public Found {
      manifests = List.copyOf(manifests);
    }
  }

  /** How many recordings of a run are in a state, and their bytes. */
  record Count(ItemState state, long recordings, long bytes) {}

  Settings settings(TenantSlug tenant);

  /**
   * Changes them.
   *
   * @param wanted with the version that was looked at
   * @return as they are kept
   * @throws RetentionPolicies.ConflictException if that is not the newest any more
   */
  Settings set(TenantSlug tenant, Settings wanted, String actor);

  /**
   * Archived and read-back recordings whose keep-until is not after a moment, by id, that are in no
   * open run and not blocked, whether they are held or not; with all that the catalog has of them.
   *
   * @param after null for the first
   */
  List<CallEntry> candidates(
      TenantSlug tenant, Instant before, @Nullable RecordingId after, int limit);

  /** Announces recordings; those of another open run are left out. Empty if none is left. */
  Optional<Run> announce(TenantSlug tenant, Mode mode, Instant now, List<Item> due);

  /**
   * Lets recordings be erased that an approved request is for and that nothing keeps: a run without
   * notice. Those that are announced in another run are taken out of that. Empty if none is left.
   *
   * @param request an approved one, by which each of them is to be erased
   */
  Optional<Run> announceErasure(
      TenantSlug tenant, SubjectRequests.Request request, Instant now, List<Item> due);

  /**
   * Whether two persons decided that a recording is to be erased: then nothing stays of whose it
   * was.
   */
  boolean isToBeErased(TenantSlug tenant, RecordingId recording);

  /** Opens a run for each recording that two persons removed within its settling time. */
  void correct(TenantSlug tenant, Instant now);

  /** The newest first. */
  List<Run> runs(TenantSlug tenant, int limit);

  /** Those that are announced or running, the oldest first, and done ones without a copy. */
  List<Run> unfinished(TenantSlug tenant);

  Optional<Run> run(TenantSlug tenant, UUID id);

  List<Count> counts(TenantSlug tenant, UUID run);

  /**
   * By recording.
   *
   * @param state null for all
   * @param after null for the first
   */
  List<Item> items(
      TenantSlug tenant,
      UUID run,
      @Nullable ItemState state,
      @Nullable RecordingId after,
      int limit);

  /**
   * Lets a run begin once its notice is over.
   *
   * @return false if it is not announced any more, or was approved
   */
  boolean approve(TenantSlug tenant, UUID run, String actor);

  /** Begins a run that is approved and whose notice is over. */
  boolean start(TenantSlug tenant, UUID run, Instant now);

  /** Ends a run that did not begin. */
  boolean stop(TenantSlug tenant, UUID run, Instant now);

  /** Notes why an item that is due, or was refused, stays, or is tried again later. */
  void set(
      TenantSlug tenant,
      UUID run,
      RecordingId recording,
      ItemState state,
      String problem,
      @Nullable Instant notBefore);

  /** Notes why a falling item is not gone yet. */
  void note(TenantSlug tenant, UUID run, RecordingId recording, String problem, Instant notBefore);

  /**
   * Marks a recording as falling, unless something keeps it: nobody places or releases a hold while
   * that is asked and until the mark is durable.
   *
   * @param keeps says what keeps it, null if nothing does
   * @return what keeps it; null if it is marked
   */
  @Nullable String fall(
      TenantSlug tenant,
      UUID run,
      RecordingId recording,
      Found found,
      Supplier<@Nullable String> keeps);

  /** Makes a falling recording a tombstone. Done again, it changes nothing. */
  void bury(TenantSlug tenant, Item item, Tombstones.Rest rest, String approvedBy, String actor);

  /** Items that are gone and whose end is not in the audit trail yet. */
  List<Item> unentered(TenantSlug tenant, UUID run, int limit);

  /** Notes that it is. */
  void entered(TenantSlug tenant, UUID run, RecordingId recording);

  /** Ends a run with its certificate. */
  void done(TenantSlug tenant, UUID run, Instant now, byte[] certificate);

  Optional<byte[]> certificate(TenantSlug tenant, UUID run);

  /** Notes that a certificate lies under lock in the store. */
  void copied(TenantSlug tenant, UUID run, String versionId);

  /**
   * Objects: places a legal hold on the recording and takes it out of its run, in one transaction.
   *
   * @param hold id of the hold
   * @throws IllegalArgumentException if there is no such recording, a hold on just this one is in
   *     force, or it is being deleted or gone
   */
  LegalHolds.Hold veto(
      TenantSlug tenant, RecordingId recording, UUID hold, String reason, String actor);

  /** Has one node at a time dispose; 0 if another one is at it. */
  int alone(IntSupplier work);
}
