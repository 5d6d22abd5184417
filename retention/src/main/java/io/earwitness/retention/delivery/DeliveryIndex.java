package io.earwitness.retention.delivery;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.Deliveries.Arrived;
import io.earwitness.archive.catalog.Deliveries.Delivered;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.JournalShipper.Sealer;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says day by day what was delivered: JSON lines, signed by us, encrypted for the tenant. Format:
 * {@code docs/formats/delivery.md}.
 */
final class DeliveryIndex {
  static final String FORMAT = "earwitness-delivery-index-1";

  /** How often the present day's is written anew. */
  private static final Duration PAUSE = Duration.ofHours(1);

  private static final int PAGE = 1_000;

  /** The first line. */
  record Head(String format, TenantSlug tenant, String target, LocalDate day) {}

  /** A party, as far as somebody is found by it. */
  record IndexedParty(@Nullable Side side, @Nullable String number, @Nullable String name) {
    static IndexedParty of(Party party) {
      return new IndexedParty(party.side(), party.number(), party.name());
    }
  }

  /** Any other line. */
  record Line(
      RecordingId recording,
      int generation,
      Instant start,
      @Nullable Instant end,
      long durationMs,
      Direction direction,
      List<IndexedParty> parties,
      @Nullable Instant keepUntil,
      List<Arrived> objects) {
    static Line of(Delivered delivered) {
      return new Line(
          delivered.call().id(),
          delivered.generation(),
          delivered.call().start(),
          delivered.call().end(),
          delivered.durationMs(),
          delivered.call().direction(),
          delivered.call().parties().stream().map(IndexedParty::of).toList(),
          delivered.keepUntil(),
          delivered.objects());
    }
  }

  private final Deliveries deliveries;
  private final Sealer sealer;
  private final InstantSource clock;

  DeliveryIndex(Deliveries deliveries, Sealer sealer, InstantSource clock) {
    this.deliveries = deliveries;
    this.sealer = sealer;
    this.clock = clock;
  }

  List<LocalDate> due(DeliveryTarget target) {
    return deliveries.unindexed(target, clock.instant().minus(PAUSE));
  }

  /** Writes a day's index in place of the one that is there. */
  void write(DeliveryTarget target, LocalDate day, Shipment shipment) throws IOException {
    JsonLines lines = new JsonLines();
    lines.add(new Head(FORMAT, target.tenant(), target.name(), day));
    Delivered last = null;
    List<Delivered> page;
    do {
      page = deliveries.arrived(target, day, last, PAGE);
      for (Delivered delivered : page) {
        lines.add(Line.of(delivered));
      }
      last = page.isEmpty() ? last : page.getLast();
    } while (page.size() == PAGE);
    String key = ObjectKeys.deliveryIndex(target.tenant(), day);
    byte[] sealed = sealer.seal(target.tenant(), key, lines.bytes());
    shipment.ship(key, () -> new ByteArrayInputStream(sealed));
    deliveries.indexed(target, day, last == null ? null : last.at());
  }
}
