package io.earwitness.portal;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.ApprovalRules;
import io.earwitness.approval.ApprovalRules.Question;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.CommitException;
import io.earwitness.archive.HandOverSealing;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.ApprovalPayload;
import io.earwitness.archive.catalog.Approvals;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.MisplacedCalls;
import io.earwitness.archive.catalog.MisplacedCalls.HandOver;
import io.earwitness.archive.catalog.MisplacedCalls.HandOverState;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.audit.AuditLog;
import io.earwitness.call.Attribution;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands recordings over to the tenant whose call it is. The platform's operator names it, officers
 * of both tenants approve, and neither is told who the other is. What both have approved is done at
 * once, or by the next look if that breaks off. Thread-safe.
 */
public final class HandOverDesk {
  private static final Logger LOG = LoggerFactory.getLogger(HandOverDesk.class);

  /** Who does it. */
  static final String JOB = "job:hand-over";

  private static final String ID = "handOver";
  private static final String STATE = "state";
  private static final Set<ApprovalState> UNDECIDED =
      EnumSet.of(ApprovalState.REQUESTED, ApprovalState.WAITING);
  private static final Duration AGAIN = Duration.ofMinutes(15);

  /** Seals a recording for its tenant: {@link HandOverSealing#seal}. */
  @FunctionalInterface
  public interface Sealing {
    void seal(HandOver handOver, String actor) throws IOException;
  }

  /** Whether the platform manages keys of a tenant. */
  @FunctionalInterface
  public interface Custody {
    boolean isManaged(TenantSlug tenant) throws IOException;
  }

  private final MisplacedCalls calls;
  private final Approvals approvals;
  private final AccessDirectory access;
  private final Directory directory;
  private final Acts acts;
  private final Duration expiry;
  private final Sealing sealing;
  private final Custody custody;

  /** Those that could not be done, and when they are tried again. */
  private final Map<UUID, Instant> later = new ConcurrentHashMap<>();

  /**
   * @param expiry how long the tenants have to decide
   */
  public HandOverDesk(
      MisplacedCalls calls,
      Approvals approvals,
      AccessDirectory access,
      Directory directory,
      AuditLog audit,
      MeterRegistry metrics,
      Clock clock,
      Duration expiry,
      Sealing sealing,
      Custody custody) {
    this.calls = calls;
    this.approvals = approvals;
    this.access = access;
    this.directory = directory;
    this.acts = new Acts(audit, clock, metrics);
    this.expiry = expiry;
    this.sealing = sealing;
    this.custody = custody;
  }

  MisplacedCalls calls() {
    return calls;
  }

  /**
   * Who asks, on behalf of the platform.
   *
   * @param userId of an operator
   * @param actor in the audit trail's words
   */
  public record Asking(String userId, String actor) {}

  /** Why something can't be asked for or taken back. */
  public static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String type;

    RefusedException(String type, String message) {
      super(message);
      this.type = type;
    }

    /** Which refusal it is, as problems name their types. */
    public String type() {
      return type;
    }
  }

  /**
   * Asks both tenants. Nothing is done before both have approved.
   *
   * @throws RefusedException if it can't be handed over, saying why and what to do
   */
  public HandOver ask(Asking asking, RecordingId call, TenantSlug to, String reason) {
    TenantSlug from =
        calls
            .tenant(call)
            .orElseThrow(() -> new RefusedException("not-found", "There is no such recording."));
    CallEntry held = demandReady(call, from, to);
    Instant now = approvals.now().truncatedTo(ChronoUnit.MICROS);
    UUID id = UUID.randomUUID();
    RecordingId newCall = RecordingId.draw(held.summary().start());
    Approval giving =
        approval(
            asking, ApprovalKind.RECORDING_HAND_OVER, from, given(held, from, id), reason, now);
    Approval taking =
        approval(
            asking,
            ApprovalKind.RECORDING_TAKE_OVER,
            to,
            taken(held, to, newCall, id),
            reason,
            now);
    HandOver handOver =
        new HandOver(
            id,
            call,
            from,
            to,
            newCall,
            giving.id(),
            taking.id(),
            now,
            asking.actor(),
            reason,
            HandOverState.ASKED,
            null,
            null);
    demandDecidable(giving);
    demandDecidable(taking);
    enter(giving);
    enter(taking);
    try {
      calls.add(handOver);
    } catch (IllegalArgumentException e) {
      withdraw(handOver, asking.actor());
      throw new RefusedException("exists", "It is refused: %s.".formatted(e.getMessage()));
    }
    return handOver;
  }

  private CallEntry demandReady(RecordingId call, TenantSlug from, TenantSlug to) {
    if (from.equals(TenantSlug.PLATFORM)) {
      throw new RefusedException(
          "quarantined",
          "The call is in quarantine; correct the rules and run the quarantine through them.");
    }
    if (to.equals(from) || to.equals(TenantSlug.PLATFORM) || directory.tenant(to).isEmpty()) {
      throw new RefusedException(
          "tenant",
          "tenant: name another tenant than the one that has the recording; there is no such other tenant '%s'."
              .formatted(to));
    }
    CallEntry held = calls.whole(from, call).orElseThrow(Request::noSuchRecording);
    CallCatalog.Block block = held.block();
    if (block == null) {
      throw new RefusedException("not-blocked", "Block the recording first.");
    }
    if (block.handedOver()) {
      throw new RefusedException("exists", "The recording was handed over already.");
    }
    if (held.summary().flags().contains(CallFlag.RESTRICTED)) {
      throw new RefusedException(
          "recording-restricted",
          "The recording is restricted, and nobody is given its original: an officer of the tenant that has it has to have the restriction lifted first.");
    }
    if (!HandOverSealing.isReady(held)) {
      throw new RefusedException(
          "not-archived", "The recording is not archived and read back yet; try again later.");
    }
    try {
      if (!custody.isManaged(from)) {
        throw new RefusedException(
            "key-not-held",
            "Tenant %s keeps its own keys, so the platform can't open the recording to seal it anew. Its officers can decrypt it with their key (earwitness decrypt) and hand it over themselves; here it stays blocked."
                .formatted(from));
      }
    } catch (IOException e) {
      throw new RefusedException(
          "keys", "The keys of tenant %s can't be looked at: %s".formatted(from, e.getMessage()));
    }
    return held;
  }

  private AskedAct given(CallEntry held, TenantSlug from, UUID id) {
    CallSummary call = held.summary();
    ArchivedCall archive = Objects.requireNonNull(held.archive());
    SortedMap<String, String> before = new TreeMap<>();
    before.put(STATE, "blocked: " + Objects.requireNonNull(held.block()).reason());
    SortedMap<String, String> after = new TreeMap<>();
    after.put(ID, id.toString());
    after.put("start", call.start().toString());
    after.put("end", String.valueOf(call.end()));
    after.put(
        STATE,
        "becomes a recording of the tenant whose call it is; this one stays, locked until %s, and blocked"
            .formatted(archive.keepUntil()));
    return new AskedAct(from, "recording:" + call.id(), before, after);
  }

  /** A tenant that has to decide is told its own numbers of the call, and no other. */
  private AskedAct taken(CallEntry held, TenantSlug to, RecordingId newCall, UUID id) {
    CallSummary call = held.summary();
    Attribution own = calls.attribution(to, call.start());
    String numbers =
        call.parties().stream()
            .map(Party::number)
            .filter(own::owns)
            .collect(Collectors.joining(", "));
    SortedMap<String, String> after = new TreeMap<>();
    after.put(ID, id.toString());
    after.put("start", call.start().toString());
    after.put("end", String.valueOf(call.end()));
    after.put("numbers", numbers.isEmpty() ? "none of this tenant" : numbers);
    after.put(STATE, "becomes a recording of this tenant, under its keys and its retention");
    return new AskedAct(to, "recording:" + newCall, new TreeMap<>(), after);
  }

  private Approval approval(
      Asking asking,
      ApprovalKind kind,
      TenantSlug tenant,
      AskedAct act,
      String reason,
      Instant now) {
    String payload = ApprovalPayload.text(kind, act);
    return new Approval(
        UUID.randomUUID(),
        tenant,
        kind,
        ApprovalState.REQUESTED,
        act,
        payload,
        ApprovalPayload.sha256(payload),
        Approval.ofPlatform(asking.userId()),
        asking.actor(),
        Set.of(),
        reason,
        now,
        now.plus(expiry),
        null,
        List.of());
  }

  /** Nothing of this is ever done because nobody looked, so somebody must be there to look. */
  private void demandDecidable(Approval approval) {
    AccessSnapshot people = access.snapshot(approval.tenant());
    if (!ApprovalRules.isDecidable(
        people,
        Question.of(approval),
        approvals.delegations(approval.tenant()),
        people.present(approval.askedAt()))) {
      throw new RefusedException(
          "nobody-decides",
          "Tenant %s has no compliance officer who could approve it; it needs one first."
              .formatted(approval.tenant()));
    }
  }

  private void enter(Approval approval) {
    Acts.Act act =
        acts.begin(
            approval.tenant(),
            approval.asker(),
            "approval.ask",
            "approval:" + approval.id(),
            Map.of(
                "kind",
                approval.kind().wireName(),
                "object",
                approval.act().object(),
                "reason",
                approval.reason()));
    String outcome = "failed";
    try {
      approvals.add(approval);
      outcome = Acts.DONE;
    } finally {
      acts.end(act, outcome);
    }
  }

  /**
   * Takes one back that is not done.
   *
   * @throws RefusedException if there is none, it has ended, or it is being done right now
   */
  HandOver takeBack(UUID id, String actor) {
    HandOver handOver =
        calls
            .handOver(id)
            .orElseThrow(() -> new RefusedException("not-found", "There is no such hand-over."));
    boolean alone =
        approvals.alone(
            () -> {
              if (!calls.end(id, HandOverState.WITHDRAWN)) {
                throw new RefusedException("ended", "The hand-over has ended already.");
              }
              withdraw(handOver, actor);
            });
    if (!alone) {
      throw new RefusedException("busy", "It may be being done right now; look again in a minute.");
    }
    return calls.handOver(id).orElseThrow();
  }

  private void withdraw(HandOver handOver, String actor) {
    step(handOver.from(), handOver.giving(), actor, "");
    step(handOver.to(), handOver.taking(), actor, "");
  }

  private void step(TenantSlug tenant, UUID approval, String actor, String note) {
    if (approvals
        .find(tenant, approval)
        .filter(each -> UNDECIDED.contains(each.state()))
        .isEmpty()) {
      return;
    }
    Acts.Act act = acts.begin(tenant, actor, "approval.withdraw", "approval:" + approval, Map.of());
    approvals.step(
        tenant,
        approval,
        UNDECIDED,
        new Approval.Step(ApprovalState.WITHDRAWN, approvals.now(), null, actor, null, note));
    acts.end(act, Acts.DONE);
  }

  /** Told that an approval was decided: what both have approved is done. */
  void decided(Approval approval) {
    String id = approval.act().after().get(ID);
    if (id != null
        && EnumSet.of(ApprovalKind.RECORDING_HAND_OVER, ApprovalKind.RECORDING_TAKE_OVER)
            .contains(approval.kind())) {
      approvals.alone(() -> calls.handOver(UUID.fromString(id)).ifPresent(this::settleSafely));
    }
  }

  /** Does what is due and ends what is over; one caller at a time. */
  void upkeep() {
    calls.handOvers(true, 500).forEach(this::settleSafely);
  }

  private void settleSafely(HandOver handOver) {
    try {
      settle(handOver);
    } catch (RuntimeException e) {
      LOG.warn("hand-over {} is looked at again: {}", handOver.id(), e.toString());
    }
  }

  private void settle(HandOver handOver) {
    if (handOver.state() != HandOverState.ASKED) {
      return;
    }
    ApprovalState giving = state(handOver.from(), handOver.giving());
    ApprovalState taking = state(handOver.to(), handOver.taking());
    if (isOver(giving) || isOver(taking)) {
      Acts.Act act = begin(TenantSlug.PLATFORM, "hand-over.refuse", handOver.call(), handOver);
      withdraw(handOver, JOB);
      calls.end(handOver.id(), HandOverState.REFUSED);
      acts.end(act, Acts.DONE);
    } else if (giving == ApprovalState.EXECUTED && taking == ApprovalState.EXECUTED) {
      Instant notBefore = later.get(handOver.id());
      if (notBefore == null || !approvals.now().isBefore(notBefore)) {
        perform(handOver);
      }
    }
  }

  ApprovalState state(TenantSlug tenant, UUID approval) {
    return approvals.find(tenant, approval).map(Approval::state).orElse(ApprovalState.WITHDRAWN);
  }

  private static boolean isOver(ApprovalState state) {
    return !state.isOpen() && state != ApprovalState.EXECUTED;
  }

  private void perform(HandOver handOver) {
    // In each log what concerns it, and in the tenants' nothing of the other
    List<Acts.Act> begun =
        List.of(
            begin(TenantSlug.PLATFORM, "recording.hand-over", handOver.call(), handOver),
            begin(handOver.from(), "recording.hand-over", handOver.call(), null),
            begin(handOver.to(), "recording.take-over", handOver.newCall(), null));
    String problem = null;
    try {
      sealing.seal(handOver, JOB);
      calls.done(handOver, JOB);
      later.remove(handOver.id());
    } catch (IOException
        | CommitException
        | ObjectStoreException
        | CatalogUnavailableException
        | IllegalArgumentException e) {
      problem = Objects.requireNonNullElse(e.getMessage(), e.toString());
      LOG.warn("hand-over {} could not be done yet", handOver.id(), e);
      later.put(handOver.id(), approvals.now().plus(AGAIN));
      calls.note(handOver.id(), problem);
    } finally {
      String outcome = problem == null ? Acts.DONE : "failed: it is tried again";
      begun.forEach(act -> acts.end(act, outcome));
    }
  }

  private Acts.Act begin(
      TenantSlug log, String action, RecordingId recording, @Nullable HandOver all) {
    Map<String, String> details = new TreeMap<>();
    if (all != null) {
      details.put(ID, all.id().toString());
      details.put("from", all.from().value());
      details.put("to", all.to().value());
      details.put("becomes", all.newCall().toString());
      details.put("askedBy", all.askedBy());
    }
    return acts.begin(log, JOB, action, "recording:" + recording, details);
  }

  /** What is done once one of the two has approved: nothing but that. */
  ApprovedAct agreement() {
    return new Agreement();
  }

  private final class Agreement implements ApprovedAct {
    @Override
    public SortedMap<String, String> present(AskedAct act) {
      return act.before();
    }

    @Override
    public void run(AskedAct act, String actor) {
      HandOver handOver =
          calls.handOver(UUID.fromString(Facts.required(act.after(), ID))).orElse(null);
      if (handOver == null
          || handOver.state() != HandOverState.ASKED
          || isOver(state(handOver.from(), handOver.giving()))
          || isOver(state(handOver.to(), handOver.taking()))) {
        throw new IllegalArgumentException(
            "the hand-over was taken back, or the other tenant did not approve it");
      }
    }

    @Override
    public String action(AskedAct act) {
      return "recording.agree";
    }

    @Override
    public Map<String, String> details(AskedAct act) {
      return act.after();
    }
  }
}
