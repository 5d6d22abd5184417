package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.archive.catalog.Deliveries.Arrived;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What waits for tenants' own storage, and what is known of it. */
class DeliveriesTest {
  private final DatabaseConfig.External server = TestServer.bundled().newDatabase();
  private final CatalogDatabase database = CatalogDatabase.open(server, Clock.systemUTC());
  private final Deliveries deliveries = database.deliveries();

  DeliveriesTest() {
    database
        .directory()
        .addTenant(new Directory.Tenant(ACME, "Acme", ZoneOffset.UTC, Set.of(), 1), "test");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static DeliveryTarget vault(String address) {
    return new DeliveryTarget(
        ACME,
        "vault",
        DeliveryTarget.Kind.FOLDER,
        address,
        "",
        null,
        "",
        "",
        null,
        false,
        DeliveryTarget.Terms.USUAL);
  }

  private CallSummary archived() {
    CallSummary call = TestCalls.as(TestCalls.live(ACME), CallState.CLOSED);
    database.calls().report(call);
    database.calls().archived(TestCalls.archived(call, 0, CallState.ARCHIVED));
    return call;
  }

  private List<CatalogConditions.Found> late(Duration later) {
    return found(later, AlarmKind.DELIVERY_BEHIND);
  }

  private List<CatalogConditions.Found> found(Duration later, AlarmKind kind) {
    CatalogConditions.Limits limits =
        CatalogConditions.Limits.of(Duration.ofDays(9), Duration.ofDays(9));
    return new CatalogConditions(
            database.transactions(),
            database.nodes(),
            database.drains(),
            Clock.offset(Clock.systemUTC(), later),
            limits)
        .find().stream().filter(found -> found.kind() == kind).toList();
  }

  @Test
  void aTargetThatGoesElsewhereGetsAllAnewAndOtherwiseKeepsWhatIsKnown() {
    CallSummary call = archived();
    assertThat(deliveries.set(vault("one"), "test")).isTrue();
    assertThat(deliveries.set(vault("one"), "test")).as("it is so already").isFalse();
    while (deliveries.queue()) {}
    assertThat(deliveries.next(vault("one"), 9))
        .extracting(Deliveries.Waiting::id)
        .containsExactly(call.id());
    deliveries.delivered(
        vault("one"), call.id(), 0, List.of(new Arrived("media.cms", 7, "a".repeat(64))));
    assertThat(deliveries.next(vault("one"), 9)).isEmpty();
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    assertThat(deliveries.unindexed(vault("one"), Instant.now())).hasSize(1);
    List<Deliveries.Delivered> arrived = deliveries.arrived(vault("one"), today, null, 9);
    assertThat(arrived)
        .singleElement()
        .satisfies(each -> assertThat(each.call().parties()).isEqualTo(call.parties()));
    deliveries.indexed(vault("one"), today, arrived.getFirst().at());
    assertThat(deliveries.unindexed(vault("one"), Instant.now())).isEmpty();

    deliveries.set(vault("two"), "test");
    while (deliveries.queue()) {}
    assertThat(deliveries.next(vault("two"), 9)).hasSize(1);
    assertThat(deliveries.list(ACME).getFirst().delivered()).isZero();
    assertThatThrownBy(
            () ->
                deliveries.set(
                    new DeliveryTarget(
                        GLOBEX,
                        "x",
                        DeliveryTarget.Kind.FOLDER,
                        "x",
                        "",
                        null,
                        "",
                        "",
                        null,
                        false,
                        DeliveryTarget.Terms.USUAL),
                    "test"))
        .as("no such tenant")
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTargetThatTakesNothingOrIsBehindIsAnAlarmAndAPausedOneIsNone() {
    CallSummary call = archived();
    deliveries.set(vault("one"), "test");
    while (deliveries.queue()) {}
    assertThat(late(Duration.ofMinutes(30))).as("it just began").isEmpty();
    assertThat(late(Duration.ofHours(2)))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.tenant()).isEqualTo(ACME);
              assertThat(found.detail()).isEqualTo("target vault, 1 recordings wait");
            });
    deliveries.failed(vault("one"), call.id(), Instant.now(), "answer\n403", true);
    assertThat(late(Duration.ofMinutes(20))).hasSize(1);
    assertThat(deliveries.list(ACME).getFirst().problem()).isEqualTo("answer 403");
    assertThat(deliveries.failing(ACME, "vault", 9))
        .extracting(Deliveries.Waiting::attempts)
        .containsExactly(1);
    deliveries.pause(ACME, "vault", true, "test");
    assertThat(late(Duration.ofHours(2))).isEmpty();
    deliveries.pause(ACME, "vault", false, "test");
    deliveries.delivered(vault("one"), call.id(), 0, List.of());
    assertThat(late(Duration.ofHours(2))).isEmpty();
  }

  @Test
  void whatWasDamagedThereWaitsAgainAndIsAnAlarmForADay() {
    CallSummary call = archived();
    deliveries.set(vault("one"), "test");
    while (deliveries.queue()) {}
    deliveries.delivered(vault("one"), call.id(), 0, List.of(new Arrived("media.cms", 7, "a")));
    DeliveryCare care = deliveries.care();
    assertThat(care.unchecked(vault("one"), Instant.now().minusSeconds(60), 9)).isEmpty();
    assertThat(care.unchecked(vault("one"), Instant.now().plusSeconds(60), 9))
        .extracting(DeliveryCare.There::id)
        .containsExactly(call.id());
    care.checked(vault("one"), call.id());
    assertThat(found(Duration.ZERO, AlarmKind.DELIVERY_DAMAGED)).isEmpty();
    care.damaged(vault("one"), call.id(), "media.cms was missing");
    assertThat(found(Duration.ofHours(1), AlarmKind.DELIVERY_DAMAGED))
        .singleElement()
        .satisfies(found -> assertThat(found.detail()).isEqualTo("target vault"));
    assertThat(found(Duration.ofHours(25), AlarmKind.DELIVERY_DAMAGED)).isEmpty();
    assertThat(deliveries.next(vault("one"), 9)).hasSize(1);
    Deliveries.After after = deliveries.list(ACME).getFirst().after();
    assertThat(after.checked()).isEqualTo(2);
    assertThat(after.damaged()).isEqualTo(1);
  }

  @Test
  void aTargetSaysWhatIsWrongWithIt() {
    for (String address :
        List.of("ftp://host/x", "https://host", "https://user:secret@host/bucket", "no address")) {
      assertThatThrownBy(
              () ->
                  new DeliveryTarget(
                      ACME,
                      "x",
                      DeliveryTarget.Kind.S3,
                      address,
                      "a",
                      null,
                      "r",
                      "",
                      null,
                      false,
                      DeliveryTarget.Terms.USUAL))
          .as(address)
          .isInstanceOf(IllegalArgumentException.class);
    }
    DeliveryTarget deep =
        new DeliveryTarget(
            ACME,
            "x",
            DeliveryTarget.Kind.S3,
            "https://host:9000/bucket/a/b",
            "a",
            null,
            "r",
            "",
            null,
            false,
            DeliveryTarget.Terms.USUAL);
    assertThat(deep.bucket()).isEqualTo("bucket");
    assertThat(deep.prefix()).isEqualTo("a/b/");
    assertThat(deep.toString()).doesNotContain("secret");
  }
}
