package io.earwitness.retention;

import static io.earwitness.retention.DisposalWorld.ACME;
import static io.earwitness.retention.DisposalWorld.GLOBEX;
import static io.earwitness.retention.DisposalWorld.NUMBER;
import static io.earwitness.retention.DisposalWorld.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.RecordingRemoval;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Disposals.Item;
import io.earwitness.archive.catalog.Disposals.ItemState;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Run;
import io.earwitness.archive.catalog.Disposals.RunState;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.Tombstones.Tombstone;
import io.earwitness.archive.cdr.Tokens;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.OpenSsl;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.call.CallState;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.json.Json;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disposal over a real catalog and a real store, from the call to the certificate. */
class DisposalTest {
  private static final Duration NOTICE = Duration.ofDays(30);

  @TempDir Path folder;

  private static Run only(DisposalWorld world) {
    List<Run> runs = world.disposals.runs(ACME, 10);
    assertThat(runs).hasSize(1);
    return runs.getFirst();
  }

  private static Item item(DisposalWorld world, Run run, RecordingId id) {
    return world.disposals.items(ACME, run.id(), null, null, 100).stream()
        .filter(each -> each.recording().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatFallsDueIsAnnouncedThenDeletedAndCertified() throws Exception {
    try (DisposalWorld world = new DisposalWorld(folder)) {
      RecordingId id = world.recorded(ACME);
      RecordingId other = world.recorded(GLOBEX);
      int objects = world.stored(GLOBEX, other);
      assertThat(objects).isEqualTo(world.stored(ACME, id)).isEqualTo(4);
      world.clock.now = DisposalWorld.due(world.clock.now).minus(Duration.ofDays(31));
      world.round();
      assertThat(world.disposals.runs(ACME, 10)).as("nobody chose a mode").isEmpty();
      world.mode(ACME, Mode.AUTOMATIC, CdrFate.TOKENISED);
      world.round();
      assertThat(world.disposals.runs(ACME, 10)).as("31 days before").isEmpty();

      world.clock.pass(Duration.ofDays(1));
      world.round();
      Run run = only(world);
      assertThat(run.state()).isEqualTo(RunState.ANNOUNCED);
      assertThat(world.alarms).containsExactly("disposal-announced disposal:" + run.id());
      assertThat(item(world, run, id).basis().keep()).isEqualTo("1-year");
      world.clock.pass(NOTICE.minusSeconds(1));
      world.round();
      assertThat(only(world).state()).isEqualTo(RunState.ANNOUNCED);
      assertThat(world.stored(ACME, id)).isEqualTo(objects);

      world.clock.pass(Duration.ofSeconds(2));
      world.round();
      assertThat(world.stored(ACME, id)).isZero();
      CallEntry call = world.database.calls().find(ACME, id).orElseThrow();
      assertThat(call.summary().state()).isEqualTo(CallState.DISPOSED);
      assertThat(call.summary().parties()).isEmpty();
      assertThat(call.summary().callIds()).isEmpty();
      assertThat(call.summary().rawMetadata()).isNull();
      assertThat(call.summary().matchedRule()).isEmpty();
      assertThat(call.archive()).isNull();
      assertThat(world.alarms).isEmpty();
      assertThat(world.audited(ACME)).isEqualTo(Map.of("null", 1L, "done", 1L));

      String token = Tokens.of(SECRET, ACME).number(NUMBER);
      Tombstone stone = world.database.tombstones().withToken(ACME, token, 10).getFirst();
      assertThat(stone.recording()).isEqualTo(id);
      assertThat(stone.approvedBy()).isEqualTo("user:rita@acme");
      assertThat(stone.found().objects()).isEqualTo(3);
      assertThat(stone.found().manifests()).hasSize(1);
      assertThat(world.database.tombstones().withToken(GLOBEX, token, 10)).isEmpty();
      assertThat(world.database.tombstones().find(GLOBEX, id)).isEmpty();
      JsonNode cdr =
          Json.mapper()
              .readTree(world.database.tombstones().cdr(ACME, List.of(id)).getOrDefault(id, ""));
      assertThat(cdr.path("state").asText()).isEqualTo("disposed");
      assertThat(cdr.path("callerToken").asText()).isEqualTo(token);
      assertThat(cdr.has("callerPrefix")).isFalse();

      assertThat(world.state(GLOBEX, other)).isEqualTo(CallState.ARCHIVED);
      assertThat(world.stored(GLOBEX, other)).isEqualTo(objects);
      assertThat(world.disposals.runs(GLOBEX, 10)).isEmpty();
      world.round();
      assertThat(world.audited(ACME)).isEqualTo(Map.of("null", 1L, "done", 1L));
      certified(world, stone);
    }
  }

  private void certified(DisposalWorld world, Tombstone stone) throws Exception {
    Run run = only(world);
    assertThat(run.state()).isEqualTo(RunState.DONE);
    assertThat(run.copied()).isTrue();
    byte[] signed = world.disposals.certificate(ACME, run.id()).orElseThrow();
    var copy = world.store.list(Bucket.LOCK, "acme/disposals/").getFirst();
    try (var in = world.store.open(Bucket.LOCK, copy.key(), copy.versionId()).orElseThrow()) {
      assertThat(in.readAllBytes()).isEqualTo(signed);
    }
    assertThatThrownBy(() -> world.store.delete(Bucket.LOCK, copy.key(), copy.versionId()))
        .isInstanceOf(LockedException.class);
    Files.write(folder.resolve("certificate.p7"), signed);
    Files.writeString(
        folder.resolve("ca.pem"), Certificates.pem(DisposalWorld.AUTHORITY.certificate()));
    OpenSsl.Result verified =
        OpenSsl.run(
            folder,
            "cms",
            "-verify",
            "-inform",
            "DER",
            "-in",
            "certificate.p7",
            "-CAfile",
            "ca.pem",
            "-purpose",
            "any");
    assertThat(verified.exitCode()).as(verified.errors()).isZero();
    JsonNode said = Json.mapper().readTree(verified.output());
    assertThat(said.path("format").asText()).isEqualTo("earwitness-disposal-certificate-1");
    assertThat(said.path("approvedBy").asText()).isEqualTo("user:rita@acme");
    assertThat(said.path("count").asInt()).isEqualTo(1);
    JsonNode one = said.path("recordings").get(0);
    assertThat(one.path("id").asText()).isEqualTo(stone.recording().toString());
    assertThat(one.path("keep").asText()).isEqualTo("1-year");
    assertThat(one.at("/manifests/0/sha256").asText())
        .isEqualTo(stone.found().manifests().getFirst().sha256());
  }

  /** The clock at which a run of one recording has been announced, and is over in a moment. */
  private static RecordingId announced(DisposalWorld world, Mode mode) {
    RecordingId id = world.recorded(ACME);
    world.mode(ACME, mode, CdrFate.REMOVED);
    world.clock.pass(Duration.ofDays(340));
    world.round();
    world.clock.pass(NOTICE.plusSeconds(1));
    return id;
  }

  @Test
  void anObjectionOrAHoldBetweenAnnouncementAndRunWins() {
    try (DisposalWorld world = new DisposalWorld(folder)) {
      RecordingId held = world.recorded(ACME);
      world.clock.pass(Duration.ofMinutes(10));
      RecordingId vetoed = world.recorded(ACME);
      world.clock.pass(Duration.ofMinutes(10));
      RecordingId free = announced(world, Mode.AUTOMATIC);
      Run run = only(world);
      LegalHolds holds = world.database.holds();
      UUID objection = UUID.randomUUID();
      assertThat(
              world
                  .disposals
                  .veto(ACME, vetoed, objection, "a claim is expected", "user:olga@acme")
                  .recordings())
          .isEqualTo(1);
      assertThat(holds.of(ACME, vetoed)).containsExactly(objection);
      assertThatThrownBy(
              () ->
                  world.disposals.veto(
                      GLOBEX, free, UUID.randomUUID(), "not theirs", "user:olga@globex"))
          .hasMessageContaining("no such recording");
      Item due = item(world, run, held);
      holds.place(
          ACME,
          new LegalHolds.NewHold(
              UUID.randomUUID(),
              "Case 7",
              null,
              "a claim",
              LegalHolds.SHORTEST_GRACE_DAYS,
              new HoldScope(
                  Set.of(), Set.of(), List.of(), due.start(), due.start().plusSeconds(1))),
          List.of(),
          "user:olga@acme");

      world.round();

      assertThat(item(world, run, held).state()).isEqualTo(ItemState.KEPT);
      assertThat(item(world, run, held).problem()).isEqualTo("a legal hold is on it");
      assertThat(item(world, run, vetoed).state()).isEqualTo(ItemState.VETOED);
      assertThat(item(world, run, free).state()).isEqualTo(ItemState.GONE);
      assertThat(world.stored(ACME, held)).isEqualTo(4);
      assertThat(world.stored(ACME, vetoed)).isEqualTo(4);
      assertThat(world.database.storedBytes().of(ACME).total().recordings()).isEqualTo(2);
      UUID late = UUID.randomUUID();
      assertThatThrownBy(() -> world.disposals.veto(ACME, free, late, "late", "user:olga@acme"))
          .hasMessageContaining("too late");
      assertThat(holds.find(ACME, late)).isEmpty();

      // The run is over; what stays is announced again once nothing keeps it
      world.clock.pass(Duration.ofDays(2));
      world.round();
      assertThat(only(world).state()).isEqualTo(RunState.DONE);
      assertThat(holds.release(ACME, objection, "user:omar@acme")).isTrue();
      world.round();
      Run next = world.disposals.runs(ACME, 10).getFirst();
      assertThat(next.state()).as("its grace ends within 30 days").isEqualTo(RunState.ANNOUNCED);
      assertThat(world.disposals.items(ACME, next.id(), null, null, 10))
          .extracting(Item::recording)
          .containsExactly(vetoed);
      assertThat(holds.end(ACME, objection, "job:holds")).as("it holds on").isFalse();
      world.clock.pass(Duration.ofDays(7));
      assertThat(holds.end(ACME, objection, "job:holds")).isTrue();
      world.clock.pass(NOTICE);
      world.round();
      assertThat(world.state(ACME, vetoed)).isEqualTo(CallState.DISPOSED);
      assertThat(world.state(ACME, held)).isEqualTo(CallState.ARCHIVED);
    }
  }

  @Test
  void aRunByApprovalWaitsForItAndTurningDisposalOffStopsIt() {
    try (DisposalWorld world = new DisposalWorld(folder)) {
      RecordingId id = announced(world, Mode.BY_APPROVAL);
      world.round();
      Run run = only(world);
      assertThat(run.state()).isEqualTo(RunState.ANNOUNCED);
      assertThat(world.stored(ACME, id)).isEqualTo(4);
      world.mode(ACME, Mode.OFF, CdrFate.KEPT);
      world.round();
      assertThat(only(world).state()).isEqualTo(RunState.STOPPED);
      assertThat(world.alarms).isEmpty();
      assertThat(world.disposals.approve(ACME, run.id(), "user:olga@acme")).isFalse();

      world.mode(ACME, Mode.BY_APPROVAL, CdrFate.REMOVED);
      world.round();
      Run again = world.disposals.runs(ACME, 10).getFirst();
      assertThat(again.state()).as("announced anew").isEqualTo(RunState.ANNOUNCED);
      assertThat(world.disposals.approve(ACME, again.id(), "user:olga@acme")).isTrue();
      assertThat(world.disposals.approve(ACME, again.id(), "user:omar@acme")).isFalse();
      world.round();
      assertThat(world.stored(ACME, id)).as("its notice is not over").isEqualTo(4);
      world.clock.pass(NOTICE.plusSeconds(1));
      world.round();
      assertThat(world.state(ACME, id)).isEqualTo(CallState.DISPOSED);
      assertThat(world.database.tombstones().cdr(ACME, List.of(id))).isEmpty();
    }
  }

  /** A forged clock of the process: the store's lock holds, and so does the database. */
  @Test
  void aForgedClockDeletesNothing() {
    try (DisposalWorld world = new DisposalWorld(folder, Clock.systemUTC())) {
      world.clock.now = Clock.systemUTC().instant().minus(Duration.ofDays(5));
      RecordingId id = announced(world, Mode.AUTOMATIC);
      world.round();
      Item item = item(world, only(world), id);
      assertThat(item.state()).as("by the database's clock").isEqualTo(ItemState.KEPT);
      assertThat(item.problem()).contains("it is kept until");
      assertThat(world.stored(ACME, id)).isEqualTo(4);
      assertThat(world.state(ACME, id)).isEqualTo(CallState.ARCHIVED);
      assertThatThrownBy(() -> new RecordingRemoval(world.store).remove(ACME, id))
          .isInstanceOf(LockedException.class);
      assertThat(world.stored(ACME, id)).as("by the store's").isEqualTo(4);
    }
  }

  @Test
  void aStoreThatRefusesIsReportedAndAskedAgainTheNextDay() {
    try (DisposalWorld world = new DisposalWorld(folder)) {
      RecordingId id = announced(world, Mode.AUTOMATIC);
      ObjectStore refusing =
          (ObjectStore)
              Proxy.newProxyInstance(
                  ObjectStore.class.getClassLoader(),
                  new Class<?>[] {ObjectStore.class},
                  (_, method, arguments) -> {
                    if (method.getName().equals("delete")) {
                      throw new LockedException("forbidden by object lock", null);
                    }
                    try {
                      return method.invoke(world.store, arguments);
                    } catch (InvocationTargetException e) {
                      throw e.getCause();
                    }
                  });
      DisposalRunner runner = world.runner(world.disposals, refusing, world.database.audit());
      runner.round(List.of(ACME));
      Run run = only(world);
      assertThat(item(world, run, id).problem()).isEqualTo("forbidden by object lock");
      assertThat(run.state()).isEqualTo(RunState.RUNNING);
      assertThat(world.alarms).contains("disposal-refused disposal:" + run.id());
      assertThat(world.state(ACME, id)).isEqualTo(CallState.ARCHIVED);

      world.round();
      assertThat(world.stored(ACME, id)).as("asked too soon").isEqualTo(4);
      world.clock.pass(Duration.ofDays(1).plusSeconds(1));
      world.round();
      assertThat(world.state(ACME, id)).isEqualTo(CallState.DISPOSED);
      assertThat(world.alarms).doesNotContain("disposal-refused disposal:" + run.id());
      assertThat(world.audited(ACME)).containsEntry("done", 1L);
    }
  }
}
