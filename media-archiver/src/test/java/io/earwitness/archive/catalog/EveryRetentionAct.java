package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;

import io.earwitness.approval.ApprovalKind;
import io.earwitness.archive.catalog.LegalHolds.NewHold;
import io.earwitness.archive.catalog.SubjectRequests.Approved;
import io.earwitness.archive.catalog.SubjectRequests.CopyPlan;
import io.earwitness.archive.catalog.SubjectRequests.Decision;
import io.earwitness.archive.catalog.SubjectRequests.Kind;
import io.earwitness.archive.catalog.SubjectRequests.NewRequest;
import io.earwitness.archive.catalog.SubjectRequests.Outcome;
import io.earwitness.archive.catalog.SubjectRequests.Release;
import io.earwitness.archive.catalog.SubjectRequests.Span;
import io.earwitness.archive.catalog.SubjectRequests.State;
import io.earwitness.archive.catalog.SubjectRequests.Subject;
import io.earwitness.archive.catalog.SubjectRequests.Verdict;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.HoldScope;
import io.earwitness.call.Licence;
import io.earwitness.call.LicenceTerms;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.RetentionPolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does what keeps recordings, marks them, delivers them and disposes of them. */
final class EveryRetentionAct {
  private static final String BY = "user:ann@acme";
  private static final String JOB = "job:disposal";

  private final CatalogDatabase database;
  private final Clock clock;
  private final Consumer<Duration> wait;
  private final List<CallSummary> calls = new ArrayList<>();

  /**
   * @param wait moves the clock on
   */
  EveryRetentionAct(CatalogDatabase database, Clock clock, Consumer<Duration> wait) {
    this.database = database;
    this.clock = clock;
    this.wait = wait;
  }

  /** The calls of which something is still in the store. */
  List<CallSummary> calls() {
    return calls;
  }

  void run(UUID matter) {
    trialAndLicences();
    closing();
    CallSummary noted = annotations();
    lengthening();
    deliveries();
    moves();
    CallSummary gone = old();
    restrictions();
    replacement(gone);
    holds(matter, noted, gone);
    CallSummary left = old();
    calls.add(left); // a manifest of it stayed behind
    subjectRequests(disposal(gone, left));
  }

  /** Each kind as far as it goes; what is erased is left for the run that is announced. */
  private void subjectRequests(CallSummary staying) {
    SubjectRequests requests = database.subjectRequests();
    String number = String.valueOf(staying.parties().getFirst().number());
    Subject subject = new Subject("Sue \u0000", null, List.of(number), "u-sue");
    LocalDate day = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
    for (Kind kind : Kind.values()) {
      UUID id = UUID.randomUUID();
      requests.open(ACME, new NewRequest(id, kind, subject, day, ZoneOffset.UTC), BY);
      requests.extend(ACME, id, "many calls", ZoneOffset.UTC, BY);
      requests.identify(ACME, id, "passport", BY);
      requests.find(ACME, id, List.of(), BY);
      requests.decideRest(ACME, id, new Verdict(Decision.DECLINE, "needed"), BY);
      Approved two = new Approved(clock.instant(), BY, "user:ben@acme");
      switch (kind) {
        case ACCESS -> {
          Verdict release = new Verdict(Decision.RELEASE, null);
          requests.decide(ACME, id, Map.of(staying.id(), release), BY);
          CopyPlan plan =
              new CopyPlan(List.of(new Span(1, 0, 9, "hers")), List.of(), List.of("f".repeat(64)));
          requests.plan(ACME, id, Map.of(staying.id(), plan), BY);
          requests.heard(ACME, id, "f".repeat(64), two.approvedBy());
          requests.release(ACME, id, new Release(two, clock.instant(), 0, 2, null), BY);
          requests.code(ACME, id, "c".repeat(64), BY);
          requests.download(ACME, id, "x");
        }
        case ERASURE -> {
          Verdict erase = new Verdict(Decision.ERASE, null);
          requests.decide(ACME, id, Map.of(staying.id(), erase), BY);
          requests.execute(ACME, id, two, BY);
          SubjectRequests.Request approved = requests.find(ACME, id).orElseThrow();
          UUID run =
              database
                  .disposals()
                  .announceErasure(ACME, approved, clock.instant(), List.of(item(staying)))
                  .orElseThrow()
                  .id();
          database.disposals().stop(ACME, run, clock.instant());
          SubjectRequests.Item kept = requests.item(ACME, id, staying.id()).orElseThrow();
          requests.settle(ACME, id, List.of(kept.with(Outcome.RESTRICTED, null, "a hold")), JOB);
        }
        case RESTRICTION, OBJECTION -> requests.execute(ACME, id, null, BY);
      }
      requests.close(ACME, id, State.DONE, "answered", BY);
    }
  }

  private void trialAndLicences() {
    database.retentionTrials().begin(GLOBEX, "cli:root");
    database.retentionTrials().goLive(GLOBEX, "Gil", "it works", "cli:root");
    database.lockModes().comply(GLOBEX, true, "cli:root");
    Instant until = clock.instant().plus(Duration.ofDays(300));
    database
        .licences()
        .set(ACME, new LicenceTerms(Licence.EXTENDED, 50, until, 14, false, true), BY);
    database.licences().set(ACME, new LicenceTerms(Licence.EXTENDED, 60, null, 14, true, true), BY);
    database.licences().set(ACME, new LicenceTerms(Licence.STANDARD, 9, null, 0, false, false), BY);
  }

  private void closing() {
    Closings closings = database.closings();
    database
        .deliveries()
        .set(
            new DeliveryTarget(
                GLOBEX,
                "vault",
                DeliveryTarget.Kind.FOLDER,
                "copies",
                "",
                null,
                "",
                "",
                null,
                false,
                DeliveryTarget.Terms.USUAL),
            BY);
    Instant stop = clock.instant().plus(Duration.ofDays(2));
    closings.begin(GLOBEX, stop, Closings.Keys.KEEP, "user:op@platform");
    closings.withdraw(GLOBEX, "user:op@platform");
    closings.begin(GLOBEX, stop, Closings.Keys.HAND_OVER, "user:op@platform");
    closings.exported(
        GLOBEX, new Closings.Inventory("vault", clock.instant(), "v1", "ab", 7), "job:closing");
    closings.verified(GLOBEX, "{}", "user:gil@globex");
    closings.keysDestroyed(GLOBEX, "job:closing");
    closings.closed(GLOBEX, "v2", "job:closing");
  }

  private CallSummary annotations() {
    CallSummary call = staying();
    Annotations annotations = database.annotations();
    annotations.tag(ACME, call.id(), "complaint", BY);
    annotations.tag(ACME, call.id(), "vip", BY);
    annotations.untag(ACME, call.id(), "complaint", BY);
    annotations.tag(ACME, call.id(), "complaint", BY);
    annotations.untag(ACME, call.id(), "vip", BY);
    Annotations.Author ann = new Annotations.Author("ann", BY);
    UUID kept = annotations.note(ACME, call.id(), ann, "here \u0000 it is", 1_500L).id();
    annotations.change(ACME, call.id(), kept, 1, ann, "here it is said");
    UUID withdrawn = annotations.note(ACME, call.id(), ann, "null", null).id();
    annotations.change(ACME, call.id(), withdrawn, 1, ann, null);
    return call;
  }

  private void lengthening() {
    database
        .retention()
        .set(ACME, 2, new RetentionPolicy(0, true, RetentionClass.years(9), List.of(), 0), BY);
    database
        .retentionLengthenings()
        .apply(database.retentionLengthenings().next(200).orElseThrow(), "job:retention");
  }

  private static DeliveryTarget target(
      String name, DeliveryTarget.Kind kind, String address, @Nullable Long most) {
    boolean folder = kind == DeliveryTarget.Kind.FOLDER;
    return new DeliveryTarget(
        ACME,
        name,
        kind,
        address,
        folder ? "" : "key-id",
        folder ? null : "sealed",
        folder ? "" : "eu-1",
        "",
        most,
        !folder,
        folder
            ? DeliveryTarget.Terms.USUAL
            : new DeliveryTarget.Terms(
                DeliveryTarget.Terms.Mode.PRIMARY,
                false,
                DeliveryTarget.Terms.OnDisposal.DELETE,
                90));
  }

  private void deliveries() {
    Deliveries deliveries = database.deliveries();
    String bucket = "https://s3.example/acme/calls";
    deliveries.set(target("bucket", DeliveryTarget.Kind.S3, bucket, null), BY);
    deliveries.pause(ACME, "bucket", true, BY);
    deliveries.set(target("bucket", DeliveryTarget.Kind.S3, bucket, 9_000_000L), BY);
    for (String name : List.of("copy", "other")) {
      deliveries.set(target(name, DeliveryTarget.Kind.FOLDER, "first", null), BY);
      deliveries.pause(ACME, name, true, BY);
      deliveries.pause(ACME, name, false, BY);
    }
    deliveries.pause(ACME, "copy", true, BY);
    deliveries.set(target("copy", DeliveryTarget.Kind.FOLDER, "second", null), BY);
    deliveries.remove(ACME, "other", BY);
  }

  /** One that is moved, one that is taken back, and one that is on its way. */
  private void moves() {
    Deliveries deliveries = database.deliveries();
    DeliveryTarget target =
        new DeliveryTarget(
            ACME,
            "vault",
            DeliveryTarget.Kind.S3,
            "https://s3.example/acme/vault",
            "key-id",
            "sealed",
            "eu-1",
            "",
            null,
            false,
            new DeliveryTarget.Terms(
                DeliveryTarget.Terms.Mode.MOVE, false, DeliveryTarget.Terms.OnDisposal.DELETE, 0));
    deliveries.set(target, BY);
    List<MediaMoves.Moving> moving = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      CallCatalog.ArchivedCall archive =
          database.calls().find(ACME, staying().id()).orElseThrow().archive();
      moving.add(
          new MediaMoves.Moving(
              Objects.requireNonNull(archive).id(),
              0,
              List.of(),
              archive.keepUntil(),
              archive.manifestKey(),
              archive.manifestVersionId()));
    }
    for (MediaMoves.Moving each : moving) {
      if (!deliveries.moves().settled(target, each, clock.instant().plus(Duration.ofDays(3)))) {
        throw new IllegalStateException("not settled");
      }
    }
    deliveries.moves().moved(target, moving.get(0));
    deliveries.moves().takenBack(target, moving.get(1));
  }

  private void restrictions() {
    Restrictions restrictions = database.restrictions();
    Restrictions.Restriction all =
        new Restrictions.Restriction("a complaint", "Art. 18", List.of());
    CallSummary lifted = staying();
    restrictions.restrict(ACME, lifted.id(), all, null, BY);
    restrictions.lift(ACME, lifted.id(), BY);
    CallSummary masked = staying();
    restrictions.restrict(ACME, masked.id(), all, UUID.randomUUID(), BY);
    Restrictions.Restricted again =
        restrictions.restrict(
            ACME,
            masked.id(),
            new Restrictions.Restriction(
                "the card's number", "PCI DSS", MaskedSpan.parse("0:01-0:02 left, 0:03-0:04")),
            null,
            BY);
    restrictions.made(ACME, again.id(), 4, 0, "job:masking");
    restrictions.open(
        ACME,
        masked.id(),
        UUID.randomUUID(),
        Set.of("ann", "ben"),
        Duration.ofHours(2),
        "a claim",
        "§ 17",
        BY);
  }

  /** Of a recording whose lock is over by the database's clock, as if it were settling still. */
  private void replacement(CallSummary call) {
    TestApprovals.officers(database, ACME);
    Instant first = Instant.now().plusSeconds(9);
    RetentionBasis settling =
        new RetentionBasis(1, RetentionClass.ONE_YEAR, null, Set.of()).lockedFirst(first, false);
    database
        .transactions()
        .inTenant(
            ACME,
            sql ->
                sql.update(CALL_ARCHIVE)
                    .set(CALL_ARCHIVE.RETENTION, CallRows.json(settling))
                    .set(CALL_ARCHIVE.LOCK_DUE, clock.instant().plus(Duration.ofDays(9)))
                    .where(CALL_ARCHIVE.ID.eq(call.id().value()))
                    .execute());
    Restrictions restrictions = database.restrictions();
    Restrictions.Restricted wanted =
        restrictions.correct(
            ACME,
            call.id(),
            "private",
            MaskedSpan.parse("0:01-0:02"),
            TestApprovals.approved(database, ACME, ApprovalKind.RECORDING_REPLACE, call.id()),
            TestApprovals.ASKED,
            BY);
    restrictions.made(ACME, wanted.id(), 4, 0, "job:masking");
    String hindrance = restrictions.removing(ACME, wanted.id());
    if (hindrance != null) {
      throw new IllegalStateException(hindrance);
    }
    restrictions.removed(ACME, wanted.id(), "job:masking");
  }

  private UUID hold(String name, @Nullable UUID matter, HoldScope scope, RecordingId... found) {
    UUID id = UUID.randomUUID();
    database
        .holds()
        .place(ACME, new NewHold(id, name, matter, "a claim", 7, scope), List.of(found), BY);
    return id;
  }

  private void holds(UUID matter, CallSummary noted, CallSummary gone) {
    HoldScope persons =
        new HoldScope(
            Set.of("u-bo", "ann", "ben"), Set.of("t-desk"), List.of("+49*"), TestCalls.START, null);
    UUID inForce = hold("In force", matter, persons, noted.id());
    database.holds().add(ACME, inForce, List.of(gone.id()), "job:holds");
    UUID released = hold("Released", null, HoldScope.of(Set.of(noted.id())));
    database.holds().release(ACME, released, "user:ben@acme");
    UUID ended = hold("Ended", null, HoldScope.of(Set.of(gone.id())));
    database.holds().release(ACME, inForce, "user:ben@acme");
    database.holds().release(ACME, ended, "user:ben@acme");
    wait.accept(Duration.ofDays(8));
    database.holds().end(ACME, ended, "job:holds");
    database.holds().end(ACME, inForce, "job:holds");
    hold("Another", null, HoldScope.of(Set.of(noted.id())));
  }

  /** A recording that is due by the database's clock. */
  private CallSummary old() {
    Instant start = Instant.now().minus(Duration.ofDays(400));
    CallSummary call = TestCalls.as(TestCalls.live(ACME, start), CallState.CLOSED);
    database.calls().report(call);
    CallCatalog.ArchivedCall row = TestCalls.archived(call, 0, CallState.ARCHIVED);
    database
        .calls()
        .archived(
            new CallCatalog.ArchivedCall(
                row.id(),
                ACME,
                row.outcome(),
                0,
                row.attempt(),
                row.manifestKey(),
                row.manifestVersionId(),
                start,
                start.plus(Duration.ofDays(365)),
                start,
                60_000,
                2,
                "flac",
                1,
                row.quality(),
                row.flags(),
                null));
    return call;
  }

  private void set(int version, Disposals.Mode mode) {
    database
        .disposals()
        .set(
            ACME,
            new Disposals.Settings(
                version,
                mode,
                List.of("ben", "ann"),
                Disposals.CdrFate.TOKENISED,
                5 + version,
                null,
                null),
            BY);
  }

  private static Disposals.Item item(CallSummary call) {
    Instant end = call.end() == null ? call.start() : call.end();
    return new Disposals.Item(
        UUID.randomUUID(),
        call.id(),
        Disposals.ItemState.DUE,
        call.start(),
        end,
        end.plus(Duration.ofDays(365)),
        new Disposals.Basis("1-year", call.parties().isEmpty() ? null : "a rule", 2),
        1,
        null,
        null,
        null);
  }

  private CallSummary disposal(CallSummary gone, CallSummary left) {
    Disposals disposals = database.disposals();
    set(0, Disposals.Mode.BY_APPROVAL);
    database
        .corrections()
        .correct(ACME, left.id(), new Corrections.Correcting(null, true, "sides"), BY);
    database.annotations().note(ACME, left.id(), new Annotations.Author("ann", BY), "old", 9L);
    Instant opened = Instant.now().minus(Duration.ofDays(40));
    UUID run =
        disposals
            .announce(ACME, Disposals.Mode.BY_APPROVAL, opened, List.of(item(gone), item(left)))
            .orElseThrow()
            .id();
    disposals.approve(ACME, run, BY);
    disposals.start(ACME, run, Instant.now());
    bury(run, gone, "{\"recording_id\": \"%s\", \"n\": 1.50}".formatted(gone.id()));
    bury(run, left, null);
    disposals.done(ACME, run, Instant.now(), new byte[] {0, 1, 2, (byte) 255});
    disposals.copied(ACME, run, "v1");
    set(1, Disposals.Mode.AUTOMATIC);
    CallSummary staying = staying();
    UUID automatic =
        disposals
            .announce(ACME, Disposals.Mode.AUTOMATIC, clock.instant(), List.of(item(staying)))
            .orElseThrow()
            .id();
    disposals.stop(ACME, automatic, clock.instant());
    return staying;
  }

  private CallSummary staying() {
    CallSummary call = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    database.calls().report(call);
    database.calls().archived(TestCalls.archived(call, 0, CallState.ARCHIVED));
    calls.add(call);
    return call;
  }

  private void bury(UUID run, CallSummary call, @Nullable String cdr) {
    Disposals disposals = database.disposals();
    Disposals.Found found =
        new Disposals.Found(
            4, 123_456, List.of(new Disposals.ManifestHash("manifest-0.p7", "f".repeat(64))));
    String kept = disposals.fall(ACME, run, call.id(), found, () -> null);
    if (kept != null) {
      throw new IllegalStateException(kept);
    }
    Disposals.Item falling =
        disposals.items(ACME, run, Disposals.ItemState.FALLING, null, 10).getFirst();
    disposals.bury(
        ACME, falling, new Tombstones.Rest("key-1", List.of("token-1", "token-2"), cdr), BY, JOB);
  }
}
