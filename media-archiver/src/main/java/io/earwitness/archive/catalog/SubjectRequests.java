package io.earwitness.archive.catalog;

import io.earwitness.call.RecordingId;
import io.earwitness.call.SubjectDeadline;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What people who were recorded ask a tenant for (GDPR, articles 15, 17, 18 and 21), and what
 * became of it. Every change is written with its journal entry in one transaction, and refused with
 * an {@link IllegalArgumentException} where the request is not that far. Thread-safe.
 */
public interface SubjectRequests {
  /** The kind of the journal's entries. */
  String JOURNALED = "subject-request.set";

  /** What is asked for. */
  enum Kind implements WireName {
    /** A copy (article 15). */
    ACCESS("access", EnumSet.of(Decision.RELEASE, Decision.DECLINE)),
    /** That recordings are kept, and not used (article 18). */
    RESTRICTION("restriction", EnumSet.of(Decision.RESTRICT, Decision.DECLINE)),
    /** That recordings are used no more (article 21). */
    OBJECTION("objection", EnumSet.of(Decision.ERASE, Decision.RESTRICT, Decision.DECLINE)),
    /** That recordings are deleted (article 17). */
    ERASURE("erasure", EnumSet.of(Decision.ERASE, Decision.RESTRICT, Decision.DECLINE));

    private final String wireName;
    private final Set<Decision> decisions;

    Kind(String wireName, Set<Decision> decisions) {
      this.wireName = wireName;
      this.decisions = Set.copyOf(decisions);
    }

    /** What may be decided of a recording. */
    public Set<Decision> decisions() {
      return decisions;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /** How far a request has come. */
  enum State implements WireName {
    RECEIVED("received"),
    /** Whoever asks is known to be whom the request names. */
    IDENTIFIED("identified"),
    /** Recordings were looked for. */
    FOUND("found"),
    /** Of each recording it is decided what becomes of it. */
    DECIDED("decided"),
    /** What was decided is being done, or the copy was released. */
    EXECUTING("executing"),
    DONE("done"),
    REFUSED("refused"),
    WITHDRAWN("withdrawn");

    private final String wireName;

    State(String wireName) {
      this.wireName = wireName;
    }

    /** Whether it was answered, or taken back. */
    public boolean closed() {
      return this == DONE || this == REFUSED || this == WITHDRAWN;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /** What is to become of a recording. */
  enum Decision implements WireName {
    /** It is in the copy. */
    RELEASE("release"),
    RESTRICT("restrict"),
    /** It is deleted as soon as nothing keeps it, and restricted until then. */
    ERASE("erase"),
    DECLINE("decline");

    private final String wireName;

    Decision(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /** What has become of it. */
  enum Outcome implements WireName {
    PENDING("pending"),
    RELEASED("released"),
    RESTRICTED("restricted"),
    ERASED("erased"),
    DECLINED("declined"),
    /** It had been deleted before it was asked for. */
    GONE("gone");

    private final String wireName;

    Outcome(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * Who asks, and by what his or her recordings are found.
   *
   * @param contact where the answer goes
   * @param numbers telephone numbers as digits, with a leading plus
   * @param person a user's id; the calls of the numbers that this user held are found
   */
  record Subject(
      String name, @Nullable String contact, List<String> numbers, @Nullable String person) {
    public Subject {
      numbers = List.copyOf(numbers);
    }
  }

  /** What somebody said, and when. */
  record Said(Instant at, String by, String text) {}

  /**
   * What a search brought.
   *
   * @param recordings those that are there
   * @param disposed those that were deleted before
   * @param others calls of which there is no recording
   */
  record Found(Instant at, String by, int recordings, int disposed, int others) {}

  /** Which two persons decided. */
  record Approved(Instant at, String askedBy, String approvedBy) {}

  /**
   * A copy that was released.
   *
   * @param downloads how often it was fetched by its code
   * @param most how often it may be
   * @param codeHash of the code by which the subject fetches it; null if there is none
   */
  record Release(
      Approved by, Instant expires, int downloads, int most, @Nullable String codeHash) {}

  /**
   * A request.
   *
   * @param version grows with every act
   * @param due the first moment at which the answer is late
   * @param extended why two more months are needed
   * @param identified how it was made sure who asks
   * @param approved by whom erasure was
   * @param closed with what is said to the subject
   */
  record Request(
      TenantSlug tenant,
      UUID id,
      int version,
      Kind kind,
      State state,
      Subject subject,
      LocalDate received,
      Instant due,
      Instant openedAt,
      String openedBy,
      @Nullable Said extended,
      @Nullable Said identified,
      @Nullable Found found,
      @Nullable Approved approved,
      @Nullable Release release,
      @Nullable Said closed) {}

  /**
   * A span of a recording's audio.
   *
   * @param channel from 0; null for all
   */
  record Span(@Nullable Integer channel, long fromMs, long toMs, String reason) {
    public Span {
      if (fromMs < 0 || toMs <= fromMs || channel != null && (channel < 0 || channel > 7)) {
        throw new IllegalArgumentException(
            "a span has a channel from 0 to 7, or none for all, and ends behind its beginning, in"
                + " milliseconds; this one is channel %s, %d to %d"
                    .formatted(channel, fromMs, toMs));
      }
    }
  }

  /**
   * What of a recording's audio is in the copy: the subject's own channels and what was opened, but
   * for what is masked; all else is silent.
   *
   * @param sha256 of each part's file as it was reviewed, hex; empty before
   */
  record CopyPlan(List<Span> opened, List<Span> masked, List<String> sha256) {
    /** The subject's own channels. */
    public static final CopyPlan OWN = new CopyPlan(List.of(), List.of(), List.of());

    public CopyPlan {
      opened = List.copyOf(opened);
      masked = List.copyOf(masked);
      sha256 = List.copyOf(sha256);
    }
  }

  /**
   * A recording of a request.
   *
   * @param channels on which the subject alone is heard; empty if that is not known
   * @param reason of the decision, as the subject may read it
   * @param until when what keeps it ends; null if nothing does, or without end
   * @param because what keeps it
   */
  record Item(
      RecordingId recording,
      Instant start,
      @Nullable Instant end,
      List<Integer> channels,
      @Nullable Decision decision,
      @Nullable String reason,
      Outcome outcome,
      @Nullable Instant until,
      @Nullable String because,
      @Nullable CopyPlan plan) {
    public Item {
      channels = List.copyOf(channels);
    }

    /** The same with what has become of it. */
    public Item with(Outcome now, @Nullable Instant kept, @Nullable String why) {
      return new Item(recording, start, end, channels, decision, reason, now, kept, why, plan);
    }

    /** The same with another plan of its copy. */
    public Item with(CopyPlan other) {
      return new Item(
          recording, start, end, channels, decision, reason, outcome, until, because, other);
    }

    Item with(Verdict verdict) {
      return new Item(
          recording,
          start,
          end,
          channels,
          verdict.decision(),
          verdict.reason(),
          verdict.decision() == Decision.DECLINE ? Outcome.DECLINED : Outcome.PENDING,
          null,
          null,
          verdict.decision() == Decision.RELEASE ? CopyPlan.OWN : null);
    }

    /** Whether something is still to be done. */
    public boolean pending() {
      return outcome == Outcome.PENDING;
    }
  }

  /** A decision with its reason, without which nothing is declined. */
  record Verdict(Decision decision, @Nullable String reason) {}

  /** How many recordings of a request were decided so and came to that. */
  record Count(@Nullable Decision decision, Outcome outcome, int recordings) {}

  /**
   * A request to be entered.
   *
   * @param zone the tenant's, in which the deadline counts
   */
  record NewRequest(UUID id, Kind kind, Subject subject, LocalDate received, ZoneId zone) {
    Instant due() {
      return SubjectDeadline.of(received, false, zone);
    }
  }

  Request open(TenantSlug tenant, NewRequest request, String actor);

  /** Extends the deadline by two months, once, before it is over. */
  Request extend(TenantSlug tenant, UUID id, String reason, ZoneId zone, String actor);

  /** Enters how it was made sure who asks; nothing is looked for before. */
  Request identify(TenantSlug tenant, UUID id, String method, String actor);

  /**
   * Looks for recordings over all dates, and adds those that the request doesn't have yet. Blocked
   * ones, which may be another tenant's, are left out.
   *
   * @param disposed what is left of those that were deleted
   */
  Request find(TenantSlug tenant, UUID id, Collection<Tombstones.Tombstone> disposed, String actor);

  /** Decides of recordings. */
  Request decide(TenantSlug tenant, UUID id, Map<RecordingId, Verdict> verdicts, String actor);

  /** Decides of all of which nothing is decided yet. */
  Request decideRest(TenantSlug tenant, UUID id, Verdict verdict, String actor);

  /** Changes what of a recording is in the copy, until that is released. */
  Request plan(TenantSlug tenant, UUID id, Map<RecordingId, CopyPlan> plans, String actor);

  /** Lets what was decided be done; two persons, if something is to be erased. */
  Request execute(TenantSlug tenant, UUID id, @Nullable Approved by, String actor);

  /** Notes that somebody listened to a file of the copy. */
  void heard(TenantSlug tenant, UUID id, String sha256, String actor);

  /** Releases the copy; whoever approves it has listened to each file as it was reviewed. */
  Request release(TenantSlug tenant, UUID id, Release release, String actor);

  /** Gives the copy another code. */
  Request code(TenantSlug tenant, UUID id, String codeHash, String actor);

  /** Counts a download by the code; empty if none is left. */
  Optional<Request> download(TenantSlug tenant, UUID id, String actor);

  /** Enters what became of recordings. */
  Request settle(TenantSlug tenant, UUID id, List<Item> items, String actor);

  /**
   * Closes it.
   *
   * @param how done, refused or withdrawn
   * @param note for the subject
   */
  Request close(TenantSlug tenant, UUID id, State how, String note, String actor);

  Optional<Request> find(TenantSlug tenant, UUID id);

  /** By the code of its copy. */
  Optional<Request> byCode(TenantSlug tenant, String codeHash);

  /** The newest first, open ones or closed ones. */
  List<Request> list(TenantSlug tenant, boolean closed, @Nullable UUID after, int limit);

  /** By recording. */
  List<Item> items(TenantSlug tenant, UUID id, @Nullable RecordingId after, int limit);

  Optional<Item> item(TenantSlug tenant, UUID id, RecordingId recording);

  List<Count> counts(TenantSlug tenant, UUID id);

  /**
   * Those of which something is to be done: what is pending, and what is to be erased once nothing
   * keeps it.
   */
  List<Request> unsettled(TenantSlug tenant);

  /** Of one such request, by recording. */
  List<Item> unsettled(TenantSlug tenant, UUID id, @Nullable RecordingId after, int limit);

  /**
   * Brings back what a journal says of a request, if it is newer than what is known here: a
   * database was put back. What was erased or restricted is to be so again.
   *
   * @param entry of kind {@link #JOURNALED}
   * @param first told the request before anything is written, if it was not known
   * @return whether it was not known
   */
  boolean reapply(
      TenantSlug tenant, JournalBundle.Entry entry, String actor, Consumer<Request> first);

  /** Keys of a tenant's journal bundles that this catalog knows, as first and last entry. */
  Set<List<Long>> bundles(TenantSlug tenant);
}
