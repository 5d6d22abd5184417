package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.Corrections.Correcting;
import io.earwitness.archive.catalog.Corrections.Correction;
import io.earwitness.archive.catalog.Corrections.Named;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Corrected parties: what was and what became of it. */
class CorrectionsTest {
  private static CatalogDatabase database;
  private static Corrections corrections;

  @BeforeAll
  static void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
    corrections = database.corrections();
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneOffset.UTC, Set.of(), 1), "t");
    }
    database
        .directory()
        .addUser(new Directory.User("u-ana", ACME, "ana", "Ana", null, Set.of(), true), "t");
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static CallSummary call() {
    CallSummary call = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    database.calls().report(call);
    return call;
  }

  private static List<Party> parties(CallSummary call) {
    return database.calls().find(ACME, call.id()).orElseThrow().summary().parties();
  }

  private static Correcting swap(String reason) {
    return new Correcting(null, true, reason);
  }

  @Test
  void both_the_original_and_each_correction_stay() {
    CallSummary call = call();
    Correction swapped = corrections.correct(ACME, call.id(), swap("heard it"), "user:o@acme");
    assertThat(parties(call)).extracting(Party::side).containsExactly(Side.RIGHT, Side.LEFT);
    assertThat(parties(call)).extracting(Party::name).containsExactly("Ana Ruiz", "Bo Chen");

    Correction named =
        corrections.correct(
            ACME,
            call.id(),
            new Correcting(
                List.of(new Named("+49 30 901820", null, "u-ana"), new Named(null, "Eve", null)),
                false,
                "it was Ana"),
            "user:o@acme");
    assertThat(parties(call))
        .containsExactly(
            new Party(Side.RIGHT, "+4930901820", "Ana", "sip:+4930901820@a", "u-ana", List.of()),
            new Party(Side.LEFT, null, "Eve", "sip:bo@b", null, List.of()));
    assertThat(corrections.of(ACME, call.id())).containsExactly(swapped, named);
    assertThat(swapped.before()).isEqualTo(call.parties());
    assertThat(named.number()).isEqualTo(2);
    assertThat(named.before()).isEqualTo(swapped.after());
    assertThat(corrections.of(GLOBEX, call.id())).as("a tenant sees only itself").isEmpty();
  }

  @Test
  void what_can_not_be_corrected_is_refused_with_its_reason() {
    CallSummary call = call();
    assertThatThrownBy(
            () ->
                corrections.correct(
                    ACME, call.id(), new Correcting(List.of(), false, "x"), "user:o@acme"))
        .hasMessageContaining("2 parties, not 0");
    assertThatThrownBy(
            () ->
                corrections.correct(
                    ACME, call.id(), new Correcting(null, false, "x"), "user:o@acme"))
        .hasMessageContaining("nothing would change");
    assertThatThrownBy(() -> corrections.correct(GLOBEX, call.id(), swap("x"), "user:o@globex"))
        .hasMessageContaining("no such recording");
    Named nobody = new Named(null, null, "u-nobody");
    assertThatThrownBy(
            () ->
                corrections.correct(
                    ACME,
                    call.id(),
                    new Correcting(List.of(nobody, nobody), false, "x"),
                    "user:o@acme"))
        .hasMessageContaining("no user 'u-nobody'");
    CallSummary live = TestCalls.live(ACME);
    database.calls().report(live);
    assertThatThrownBy(() -> corrections.correct(ACME, live.id(), swap("x"), "user:o@acme"))
        .hasMessageContaining("still runs");
    assertThat(corrections.of(ACME, call.id())).isEmpty();
  }
}
