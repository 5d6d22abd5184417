package io.earwitness.retention;

import static io.earwitness.retention.DisposalWorld.ACME;
import static io.earwitness.retention.DisposalWorld.AUTHORITY;
import static io.earwitness.retention.DisposalWorld.GLOBEX;
import static io.earwitness.retention.DisposalWorld.NUMBER;
import static io.earwitness.retention.DisposalWorld.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.JournalReader;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.RunState;
import io.earwitness.archive.catalog.JournalShipper;
import io.earwitness.archive.catalog.LegalHolds.NewHold;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.SubjectRequests;
import io.earwitness.archive.catalog.SubjectRequests.Approved;
import io.earwitness.archive.catalog.SubjectRequests.Decision;
import io.earwitness.archive.catalog.SubjectRequests.Item;
import io.earwitness.archive.catalog.SubjectRequests.Kind;
import io.earwitness.archive.catalog.SubjectRequests.NewRequest;
import io.earwitness.archive.catalog.SubjectRequests.Outcome;
import io.earwitness.archive.catalog.SubjectRequests.Request;
import io.earwitness.archive.catalog.SubjectRequests.State;
import io.earwitness.archive.catalog.SubjectRequests.Subject;
import io.earwitness.archive.catalog.SubjectRequests.Verdict;
import io.earwitness.archive.catalog.TestServer;
import io.earwitness.archive.cdr.Tokens;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.SealedBundle;
import io.earwitness.archive.crypto.SignedDataVerifier;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.audit.AuditTrail;
import io.earwitness.call.CallState;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Erasure as a person asks for it, over a real catalog and a real store. */
class SubjectErasureTest {
  private static final String OLGA = "user:olga@acme";
  private static final String OTTO = "user:otto@acme";

  @TempDir Path folder;

  private SubjectRequestRunner runner(DisposalWorld world) {
    var signatures = new SignedDataVerifier(List.of(AUTHORITY.certificate()));
    return new SubjectRequestRunner(
        new SubjectRequestRunner.Parts(
            world.database.subjectRequests(),
            world.disposals,
            new ErasurePlans(
                world.database.misplaced(),
                world.disposals,
                world.database.retention(),
                world.database.holds(),
                world.store,
                world.clock),
            world.database.restrictions(),
            world.store,
            new JournalReader(
                world.store,
                (key, bundle) ->
                    SealedBundle.open(
                            key,
                            bundle,
                            header ->
                                ContentKey.recover(
                                    header, TestKeys.privateKey(ManagedKeyKind.EC_P384)),
                            signatures)
                        .content(),
                null),
            world.database.audit(),
            world.clock));
  }

  private void round(DisposalWorld world) {
    SubjectRequestRunner runner = runner(world);
    runner.round(List.of(ACME, GLOBEX));
    world.round();
    runner.round(List.of(ACME, GLOBEX));
  }

  /** A request with the number of all calls, as far as everything is to be erased. */
  private static Request decided(DisposalWorld world, UUID id) {
    SubjectRequests requests = world.database.subjectRequests();
    Subject anna = new Subject("Anna Berg", "anna@example.org", List.of(NUMBER), null);
    LocalDate today = world.clock.now.atZone(ZoneOffset.UTC).toLocalDate();
    requests.open(ACME, new NewRequest(id, Kind.ERASURE, anna, today, ZoneOffset.UTC), OLGA);
    requests.identify(ACME, id, "passport, in person", OLGA);
    requests.find(ACME, id, List.of(), OLGA);
    return requests.decideRest(ACME, id, new Verdict(Decision.ERASE, null), OLGA);
  }

  private static Approved byTwo(DisposalWorld world) {
    return new Approved(world.clock.now, OLGA, OTTO);
  }

  private static Item item(DisposalWorld world, UUID request, RecordingId recording) {
    return world.database.subjectRequests().item(ACME, request, recording).orElseThrow();
  }

  private static List<RecordingId> restricted(DisposalWorld world) {
    return world.database.restrictions().restricted(ACME, null, 100).stream()
        .map(Restrictions.Restricted::recording)
        .toList();
  }

  private static void lockInCompliance(DisposalWorld world, RecordingId id) {
    ArchivedCall archive =
        Objects.requireNonNull(world.database.calls().find(ACME, id).orElseThrow().archive());
    world.store.lock(
        archive.manifestKey(),
        archive.manifestVersionId(),
        new Lock(LockMode.COMPLIANCE, world.clock.now.plus(Duration.ofDays(3_650))));
  }

  @Test
  void whatNothingKeepsIsErasedAndTheRestRestrictedUntilItMayGo() {
    try (DisposalWorld world = new DisposalWorld(folder)) {
      SubjectRequests requests = world.database.subjectRequests();
      RecordingId due = world.recorded(ACME);
      RecordingId held = world.recorded(ACME);
      world.lockMode = LockMode.COMPLIANCE;
      RecordingId immutable = world.recorded(ACME);
      world.lockMode = LockMode.GOVERNANCE;
      RecordingId others = world.recorded(GLOBEX);
      lockInCompliance(world, immutable);
      UUID hold = UUID.randomUUID();
      NewHold claim = new NewHold(hold, "Secret claim", null, "x", 7, HoldScope.of(Set.of(held)));
      world.database.holds().place(ACME, claim, List.of(), OLGA);
      world.clock.now = DisposalWorld.due(world.clock.now).plus(Duration.ofDays(1));
      RecordingId kept = world.recorded(ACME);

      UUID id = UUID.randomUUID();
      Request request = decided(world, id);
      assertThat(request.state()).isEqualTo(State.DECIDED);
      assertThat(Objects.requireNonNull(request.found()).recordings()).isEqualTo(4);
      assertThat(item(world, id, due).channels()).as("left is hers alone").containsExactly(0);
      assertThatThrownBy(() -> requests.execute(ACME, id, null, OLGA))
          .hasMessageContaining("second person");
      assertThatThrownBy(
              () -> requests.execute(ACME, id, new Approved(world.clock.now, OLGA, OLGA), OLGA))
          .as("the database demands two")
          .isNotInstanceOf(IllegalArgumentException.class);
      round(world);
      assertThat(world.state(ACME, due)).as("not approved").isEqualTo(CallState.ARCHIVED);

      requests.execute(ACME, id, byTwo(world), OTTO);
      round(world);
      assertThat(world.state(ACME, due)).isEqualTo(CallState.DISPOSED);
      assertThat(world.stored(ACME, due)).isZero();
      assertThat(item(world, id, due).outcome()).isEqualTo(Outcome.ERASED);
      var stone = world.database.tombstones().find(ACME, due).orElseThrow();
      assertThat(stone.approvedBy()).contains(OTTO, OLGA);
      String token = Tokens.of(SECRET, ACME).number(NUMBER);
      assertThat(world.database.tombstones().withToken(ACME, token, 9)).isEmpty();
      assertThat(world.database.tombstones().cdr(ACME, List.of(due))).isEmpty();
      assertThat(world.disposals.runs(ACME, 9))
          .singleElement()
          .satisfies(
              run -> {
                assertThat(run.mode()).isEqualTo(Mode.ERASURE);
                assertThat(run.state()).isEqualTo(RunState.DONE);
              });

      assertThat(restricted(world)).containsExactlyInAnyOrder(held, immutable, kept);
      assertThat(item(world, id, held).because())
          .contains("legal hold", "17(3)(e)")
          .doesNotContain("Secret");
      assertThat(item(world, id, kept).because()).contains("17(3)(b)", "1-year");
      assertThat(item(world, id, kept).until()).isEqualTo(DisposalWorld.due(world.clock.now));
      assertThat(item(world, id, immutable).because()).contains("COMPLIANCE", "nobody can delete");
      for (RecordingId left : List.of(held, immutable, kept)) {
        assertThat(item(world, id, left).outcome()).isEqualTo(Outcome.RESTRICTED);
        assertThat(world.state(ACME, left)).isEqualTo(CallState.ARCHIVED);
      }
      assertThat(world.state(GLOBEX, others)).isEqualTo(CallState.ARCHIVED);
      requests.close(ACME, id, State.DONE, "answered", OLGA);

      // Also of a closed request, what was kept goes once nothing keeps it
      world.database.holds().release(ACME, hold, OTTO);
      world.clock.pass(Duration.ofDays(8));
      world.database.holds().end(ACME, hold, "job:holds");
      round(world);
      assertThat(world.state(ACME, held)).isEqualTo(CallState.DISPOSED);
      assertThat(world.database.tombstones().withToken(ACME, token, 9)).isEmpty();
      assertThat(world.state(ACME, immutable)).isEqualTo(CallState.ARCHIVED);
      int runs = world.disposals.runs(ACME, 9).size();
      round(world);
      assertThat(world.disposals.runs(ACME, 9)).as("nothing more to do").hasSize(runs);
    }
  }

  /** What was announced for 30 days goes at once, and by no run else. */
  @Test
  void erasureOvertakesAnAnnouncedRun() {
    try (DisposalWorld world = new DisposalWorld(folder)) {
      RecordingId due = world.recorded(ACME);
      RecordingId alike = world.recorded(ACME);
      world.mode(ACME, Mode.AUTOMATIC, CdrFate.KEPT);
      world.clock.now = DisposalWorld.due(world.clock.now).plus(Duration.ofDays(1));
      world.round();
      assertThat(world.disposals.runs(ACME, 9)).hasSize(1);
      UUID id = UUID.randomUUID();
      decided(world, id);
      world
          .database
          .subjectRequests()
          .decide(ACME, id, Map.of(alike, new Verdict(Decision.DECLINE, "needed")), OLGA);
      world.database.subjectRequests().execute(ACME, id, byTwo(world), OTTO);
      round(world);
      assertThat(world.state(ACME, due)).isEqualTo(CallState.DISPOSED);
      assertThat(world.state(ACME, alike)).isEqualTo(CallState.ARCHIVED);
      assertThat(restricted(world)).isEmpty();
    }
  }

  /** Whatever the program says. */
  @Test
  void theDatabaseLetsNothingBeErasedThatTwoPersonsDidNotDecide() {
    try (DisposalWorld world = new DisposalWorld(folder)) {
      RecordingId due = world.recorded(ACME);
      world.clock.now = DisposalWorld.due(world.clock.now).plus(Duration.ofDays(1));
      UUID id = UUID.randomUUID();
      Request decided = decided(world, id);
      Request forged =
          new Request(
              ACME,
              id,
              9,
              Kind.ERASURE,
              State.EXECUTING,
              decided.subject(),
              decided.received(),
              decided.due(),
              decided.openedAt(),
              OLGA,
              null,
              null,
              null,
              byTwo(world),
              null,
              null);
      Disposals.Item item =
          new Disposals.Item(
              id,
              due,
              Disposals.ItemState.DUE,
              world.clock.now,
              world.clock.now,
              world.clock.now,
              new Disposals.Basis("1-year", null, 0),
              1,
              null,
              null,
              null);
      assertThatThrownBy(
              () -> world.disposals.announceErasure(ACME, forged, world.clock.now, List.of(item)))
          .rootCause()
          .hasMessageContaining("was not approved by two persons");
      Verdict declined = new Verdict(Decision.DECLINE, "it is needed");
      world.database.subjectRequests().decide(ACME, id, Map.of(due, declined), OLGA);
      world.database.subjectRequests().execute(ACME, id, byTwo(world), OTTO);
      assertThatThrownBy(
              () -> world.disposals.announceErasure(ACME, forged, world.clock.now, List.of(item)))
          .rootCause()
          .hasMessageContaining("is not to be erased by the request");
    }
  }

  private static void ship(DisposalWorld world) {
    JournalShipper.Sealer sealer =
        (_, key, content) -> {
          try {
            return SealedBundle.seal(
                key,
                content,
                AUTHORITY.signer(),
                List.of(TestKeys.recipient(ManagedKeyKind.EC_P384)));
          } catch (CryptoException e) {
            throw new IllegalStateException(e);
          }
        };
    world
        .database
        .shipJournal(
            world.store,
            ObjectKeys::journal,
            sealer,
            (_, written) -> new Lock(LockMode.GOVERNANCE, written.plus(Duration.ofDays(9))))
        .close();
  }

  @Test
  void whatWasErasedOrRestrictedIsSoAgainAfterADatabaseWasPutBack() {
    UUID id = UUID.randomUUID();
    DisposalWorld world = new DisposalWorld(folder);
    RecordingId due = world.recorded(ACME);
    world.clock.now = DisposalWorld.due(world.clock.now).plus(Duration.ofDays(1));
    RecordingId kept = world.recorded(ACME);
    ship(world);
    world.close();
    DatabaseConfig.External backup = TestServer.bundled().copy(world.config);

    try (DisposalWorld later = new DisposalWorld(folder, null, world.config, world.clock)) {
      decided(later, id);
      later.database.subjectRequests().execute(ACME, id, byTwo(later), OTTO);
      round(later);
      assertThat(later.state(ACME, due)).isEqualTo(CallState.DISPOSED);
      assertThat(restricted(later)).containsExactly(kept);
      ship(later);
      assertThat(runner(later).reapply(List.of(ACME))).as("all is known").isZero();
    }
    try (DisposalWorld back = new DisposalWorld(folder, null, backup, world.clock)) {
      assertThat(back.state(ACME, due)).as("as in the backup").isEqualTo(CallState.ARCHIVED);
      assertThat(back.database.subjectRequests().find(ACME, id)).isEmpty();
      assertThat(runner(back).reapply(List.of(ACME, GLOBEX))).isPositive();
      round(back);
      assertThat(back.state(ACME, due)).isEqualTo(CallState.DISPOSED);
      assertThat(restricted(back)).containsExactly(kept);
      assertThat(item(back, id, due).outcome()).isEqualTo(Outcome.ERASED);
      assertThat(
              back.database
                  .auditTrail()
                  .entries(
                      new AuditTrail.Query(
                          ACME, null, null, null, "subject-request.reapply", null, 100, null))
                  .entries())
          .isNotEmpty();
    }
  }
}
