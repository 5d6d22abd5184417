package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.Holder.OfUser;
import io.earwitness.access.Right;
import io.earwitness.access.Target;
import io.earwitness.archive.catalog.NumberHolding.Change;
import io.earwitness.archive.catalog.NumberHolding.Effect;
import io.earwitness.archive.catalog.NumberHolding.Holder;
import io.earwitness.archive.catalog.NumberHolding.Holding;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.HolderKind;
import io.earwitness.call.Licence;
import io.earwitness.call.Party;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Holders of numbers, in the past and to come, and the calls that follow them. */
class NumberHoldingTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  private static final Instant LAST_YEAR = Instant.parse("2025-01-01T00:00:00Z");
  private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
  private static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");
  private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");
  private static final String NUMBER = "+4989555";

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.fixed(NOW, ZoneOffset.UTC));
  private final NumberHolding holders = database.holders();

  @BeforeEach
  void people() {
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneOffset.UTC, Set.of(), 1), "t");
    }
    Directory directory = database.directory();
    for (String name : List.of("ana", "ben")) {
      directory.addUser(
          new Directory.User(
              "u-" + name, ACME, name, name.toUpperCase(Locale.ROOT), null, Set.of(), true),
          "t");
      directory.addTeam(new Directory.Team("t-" + name, ACME, name + "s", null), "t");
      directory.addMember(ACME, name + "s", name, "t");
    }
    directory.addNumber(new Directory.NumberRange(ACME, "+4989", true, null, LAST_YEAR), "t");
    directory.addNumber(new Directory.NumberRange(GLOBEX, "+4930", true, null, LAST_YEAR), "t");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static Holder person(String id) {
    return new Holder(HolderKind.PERSON, id, null, Licence.STANDARD);
  }

  private static Change held(
      @Nullable Holder holder, Instant from, @Nullable Instant until, boolean replace) {
    return new Change(NUMBER, false, holder, from, until, replace);
  }

  private CallSummary call(Instant start) {
    CallSummary call = TestCalls.as(TestCalls.live(ACME, start), CallState.CLOSED);
    database.calls().report(call);
    database.calls().archived(TestCalls.archived(call, 0, CallState.ARCHIVED));
    return call;
  }

  private Party called(CallSummary call) {
    return database.calls().find(ACME, call.id()).orElseThrow().summary().parties().get(1);
  }

  private List<Holding> times() {
    return holders.list(ACME).stream().filter(each -> each.digits().equals(NUMBER)).toList();
  }

  private static String text(Holding each) {
    String user = Objects.requireNonNull(each.holder()).userId();
    return user + " " + each.from() + " " + each.until();
  }

  @Test
  void a_back_dated_holder_is_told_what_it_changes_and_then_the_calls_are_that_persons() {
    CallSummary before = call(MAY.minusSeconds(1));
    CallSummary within = call(MAY);
    CallSummary after = call(JUNE);
    database
        .access()
        .addGrant(
            ACME,
            new AccessDirectory.NewGrant(
                UUID.randomUUID(),
                new OfUser("u-ana"),
                Set.of(Right.LISTEN),
                new Target.OfUser("u-ben"),
                null,
                null),
            "t");
    database
        .audit()
        .append(
            new AuditEntry(
                UUID.randomUUID(),
                NOW,
                ACME,
                "user:ana@acme",
                "recording.play",
                "recording:" + within.id(),
                null,
                null,
                Map.of()));
    Change change = held(person("u-ben"), MAY, JUNE, false);

    Effect preview = holders.preview(ACME, change);
    assertThat(preview.recordings()).isEqualTo(1);
    assertThat(preview.cdrRows()).isEqualTo(1);
    assertThat(preview.grants()).isEqualTo(1);
    assertThat(preview.locks()).isEqualTo(1);
    assertThat(preview.heard())
        .singleElement()
        .satisfies(
            heard -> {
              assertThat(heard.recording()).isEqualTo(within.id());
              assertThat(heard.who()).isEqualTo("user:ana@acme");
            });
    assertThat(times()).as("a preview changes nothing").isEmpty();
    assertThat(called(within).userId()).isEqualTo("u-bo");

    long version = database.calls().find(ACME, within.id()).orElseThrow().version();
    assertThat(holders.apply(ACME, change, "user:admin@acme")).isEqualTo(preview);
    assertThat(called(within))
        .as("Ben was in no team yet when it began")
        .isEqualTo(new Party(called(before).side(), NUMBER, "BEN", "sip:bo@b", "u-ben", List.of()));
    assertThat(called(before).userId()).isEqualTo("u-bo");
    assertThat(called(after).userId()).isEqualTo("u-bo");
    assertThat(database.calls().find(ACME, within.id()).orElseThrow().version())
        .as("the index and the lake read it again")
        .isGreaterThan(version);
    assertThat(holders.apply(ACME, change, "user:admin@acme").changed())
        .as("the same again")
        .isFalse();
  }

  @Test
  void a_number_is_never_held_twice_in_one_moment() {
    holders.apply(ACME, held(person("u-ana"), MAY, null, false), "t");
    assertThatThrownBy(() -> holders.apply(ACME, held(person("u-ben"), JUNE, JULY, false), "t"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(NUMBER)
        .hasMessageContaining("user u-ana")
        .hasMessageContaining("one holder at a moment");
    assertThat(times()).hasSize(1);

    holders.apply(ACME, held(person("u-ben"), JUNE, JULY, true), "t");
    assertThat(times())
        .extracting(NumberHoldingTest::text)
        .containsExactly(
            "u-ana %s %s".formatted(MAY, JUNE),
            "u-ben %s %s".formatted(JUNE, JULY),
            "u-ana %s null".formatted(JULY));
    // Whoever comes directly after is no second one
    holders.apply(ACME, held(null, JULY, null, true), "t");
    holders.apply(ACME, held(person("u-ben"), JULY, null, false), "t");
    assertThat(times())
        .extracting(NumberHoldingTest::text)
        .containsExactly("u-ana %s %s".formatted(MAY, JUNE), "u-ben %s null".formatted(JUNE));
  }

  @Test
  void a_queue_has_a_name_and_a_licence_and_recorders_know_it() {
    Holder queue = new Holder(HolderKind.QUEUE, null, "Sales", Licence.EXTENDED);
    CallSummary call = call(JUNE);
    holders.apply(ACME, held(queue, MAY, null, false), "t");
    assertThat(called(call).name()).isEqualTo("Sales");
    assertThat(called(call).userId()).isNull();
    assertThat(times()).singleElement().extracting(Holding::holder).isEqualTo(queue);
    assertThat(database.directory().snapshot().tenants())
        .filteredOn(tenant -> tenant.slug().equals(ACME))
        .flatExtracting(RecorderSnapshot.Tenant::numbers)
        .contains(new RecorderSnapshot.Number(NUMBER, false, null, "Sales", List.of()));
    assertThatThrownBy(() -> new Holder(HolderKind.PLACE, "u-ana", null, null))
        .hasMessageContaining("has a name and no account");
  }

  @Test
  void only_numbers_of_the_tenant_get_a_holder() {
    Change foreign = new Change("+493012", false, person("u-ana"), MAY, null, false);
    assertThatThrownBy(() -> holders.preview(ACME, foreign))
        .hasMessageContaining("lies in no range of this tenant");
    assertThatThrownBy(() -> holders.apply(ACME, held(person("u-nobody"), MAY, null, false), "t"))
        .hasMessageContaining("no user 'u-nobody'");
    assertThatThrownBy(() -> held(null, JUNE, MAY, false)).hasMessageContaining("not after");
    assertThat(holders.list(GLOBEX)).extracting(Holding::digits).containsExactly("+4930");
  }

  @Test
  void the_journal_keeps_what_calls_were_and_became() {
    CallSummary call = call(JUNE);
    holders.apply(ACME, held(person("u-ben"), MAY, null, false), "user:admin@acme");
    String data =
        database
            .transactions()
            .inTenant(
                ACME,
                sql ->
                    sql.fetchSingle(
                            "select data::text from earwitness.journal_entry where kind = 'recording.reattribute'")
                        .get(0, String.class));
    assertThat(data).contains(call.id().toString()).contains("u-bo").contains("u-ben");
  }
}
