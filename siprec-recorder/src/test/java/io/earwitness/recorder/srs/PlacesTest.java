package io.earwitness.recorder.srs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.earwitness.call.CallLimits;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private static final TenantSlug ACME = new TenantSlug("acme");
  private static final TenantSlug GLOBEX = new TenantSlug("globex");
  private static final TenantSlug NOBODYS = TenantSlug.PLATFORM;

  private static RecorderSnapshot snapshot(Map<TenantSlug, CallLimits> limits) {
    return new RecorderSnapshot(
        "v1",
        limits.entrySet().stream()
            .map(
                one ->
                    new RecorderSnapshot.Tenant(
                        one.getKey(), ZoneOffset.UTC, Set.of(), List.of(), one.getValue()))
            .toList(),
        List.of());
  }

  private static String refusal(
      Places places, TenantSlug tenant, RecorderSnapshot snapshot, @Nullable String overload) {
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> places.take(tenant, snapshot, overload));
    assertThat(refused).as("%s got a place", tenant).isNotNull();
    assertThat(refused.status()).isEqualTo(503);
    return refused.reason();
  }

  private static List<Places.Place> take(
      Places places, int count, TenantSlug tenant, RecorderSnapshot snapshot)
      throws RefusedException {
    List<Places.Place> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(places.take(tenant, snapshot, null));
    }
    return taken;
  }

  @Test
  void withoutLimitsAnybodyTakesAllThereAre() throws RefusedException {
    Places places = new Places(3);
    RecorderSnapshot snapshot = snapshot(Map.of(ACME, CallLimits.NONE));
    List<Places.Place> taken = take(places, 3, ACME, snapshot);
    assertThat(refusal(places, GLOBEX, snapshot, null)).contains("3 calls are being recorded");
    places.giveBack(taken.getFirst());
    places.giveBack(taken.getFirst());
    assertThat(places.taken()).isEqualTo(2);
    take(places, 1, GLOBEX, snapshot);
    refusal(places, GLOBEX, snapshot, null);
  }

  @Test
  void aTenantAtItsHighestNumberIsRefusedHoweverManyPlacesAreFree() throws RefusedException {
    Places places = new Places(100);
    RecorderSnapshot snapshot = snapshot(Map.of(ACME, new CallLimits(1, 2)));
    List<Places.Place> taken = take(places, 2, ACME, snapshot);
    assertThat(refusal(places, ACME, snapshot, null))
        .isEqualTo("2 calls of tenant acme are being recorded here, and no more are allowed to it");
    take(places, 5, GLOBEX, snapshot);
    places.giveBack(taken.getLast());
    take(places, 1, ACME, snapshot);
  }

  @Test
  void whatIsGuaranteedToOneNoOtherTakesNotEvenTheQuarantine() throws RefusedException {
    Places places = new Places(10);
    RecorderSnapshot snapshot =
        snapshot(Map.of(ACME, new CallLimits(4, null), GLOBEX, new CallLimits(2, null)));
    // 10 less 4 and 2: nobody's calls get what nobody is guaranteed
    take(places, 4, NOBODYS, snapshot);
    assertThat(refusal(places, NOBODYS, snapshot, null))
        .isEqualTo(
            "the 6 places that are free are guaranteed to other tenants; tenant platform has 4"
                + " calls");
    List<Places.Place> acme = take(places, 4, ACME, snapshot);
    // Above its own guarantee it is one of the others
    assertThat(refusal(places, ACME, snapshot, null)).contains("the 2 places");
    take(places, 2, GLOBEX, snapshot);
    assertThat(places.taken()).isEqualTo(10);
    assertThat(refusal(places, GLOBEX, snapshot, null)).contains("10 calls are being recorded");
    places.giveBack(acme.getFirst());
    // It is acme's again
    assertThat(refusal(places, GLOBEX, snapshot, null)).contains("guaranteed to other tenants");
    take(places, 1, ACME, snapshot);
  }

  @Test
  void anOverloadSparesWhoIsBelowItsGuarantee() throws RefusedException {
    Places places = new Places(10);
    RecorderSnapshot snapshot = snapshot(Map.of(ACME, new CallLimits(1, null)));
    places.take(ACME, snapshot, "too busy");
    assertThat(refusal(places, ACME, snapshot, "too busy")).isEqualTo("too busy");
    assertThat(refusal(places, GLOBEX, snapshot, "too busy")).isEqualTo("too busy");
  }

  @Test
  void aCallThatLeavesQuarantineTakesItsPlaceAlong() throws RefusedException {
    Places places = new Places(10);
    RecorderSnapshot snapshot =
        snapshot(Map.of(ACME, new CallLimits(0, 1), NOBODYS, new CallLimits(0, 1)));
    Places.Place place = places.take(NOBODYS, snapshot, null);
    refusal(places, NOBODYS, snapshot, null);
    places.move(place, ACME);
    places.move(place, ACME);
    assertThat(places.taken()).isOne();
    assertThat(refusal(places, ACME, snapshot, null)).contains("1 calls of tenant acme");
    places.take(NOBODYS, snapshot, null);
    places.giveBack(place);
    places.move(place, NOBODYS);
    places.take(ACME, snapshot, null);
    assertThat(places.taken()).isEqualTo(2);
  }

  @Test
  void aNewSnapshotHoldsAtOnce() throws RefusedException {
    Places places = new Places(10);
    take(places, 3, ACME, snapshot(Map.of()));
    assertThat(refusal(places, ACME, snapshot(Map.of(ACME, new CallLimits(0, 3))), null))
        .contains("3 calls of tenant acme");
    take(places, 1, ACME, snapshot(Map.of(ACME, new CallLimits(0, 4))));
  }

  @Test
  void moreGuaranteesThanPlacesHoldWhileThereArePlaces() throws RefusedException {
    Places places = new Places(3);
    RecorderSnapshot snapshot =
        snapshot(Map.of(ACME, new CallLimits(3, null), GLOBEX, new CallLimits(3, null)));
    take(places, 2, ACME, snapshot);
    take(places, 1, GLOBEX, snapshot);
    assertThat(refusal(places, GLOBEX, snapshot, null)).contains("3 calls are being recorded");
  }
}
