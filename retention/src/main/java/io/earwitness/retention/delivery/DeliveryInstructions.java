package io.earwitness.retention.delivery;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.DeliveryCare;
import io.earwitness.archive.catalog.DeliveryCare.Disposed;
import io.earwitness.archive.catalog.DeliveryCare.Instruction;
import io.earwitness.archive.catalog.DeliveryCare.Untold;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.JournalShipper.Sealer;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells targets of disposals and legal holds: JSON lines, signed by us, encrypted for the tenant,
 * each file written once. Format: {@code docs/formats/delivery.md}.
 */
final class DeliveryInstructions {
  static final String FORMAT = "earwitness-delivery-instructions-1";

  private static final int MOST = 1_000;

  /** The first line. */
  record Head(
      String format,
      TenantSlug tenant,
      String target,
      long sequence,
      long previous,
      Instant writtenAt) {}

  /** What is to be known of a recording. */
  enum Act implements WireName {
    /** It was disposed of. */
    DISPOSE("dispose"),
    /** A legal hold is on it. */
    HOLD("hold"),
    /** None is any more. */
    RELEASE("release");

    private final String wireName;

    Act(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * Any other line; what is null is only said of a disposal.
   *
   * @param run of which the certificate names it
   * @param folder all of which is to be deleted
   * @param objects keys of what was delivered of the newest generation
   */
  record Line(
      RecordingId recording,
      Act act,
      @Nullable Instant disposedAt,
      @Nullable UUID run,
      @Nullable List<Integer> generations,
      @Nullable String folder,
      @Nullable List<String> objects) {
    static Line of(TenantSlug tenant, Untold untold) {
      Disposed disposed = untold.disposed();
      if (disposed == null) {
        Act act = untold.held() ? Act.HOLD : Act.RELEASE;
        return new Line(untold.recording(), act, null, null, null, null, null);
      }
      return new Line(
          untold.recording(),
          Act.DISPOSE,
          disposed.at(),
          disposed.run(),
          disposed.generations(),
          ObjectKeys.recording(tenant, untold.recording()),
          untold.objects().stream()
              .map(object -> ObjectKeys.object(tenant, untold.recording(), object.name()))
              .toList());
    }
  }

  private final DeliveryCare care;
  private final Sealer sealer;
  private final InstantSource clock;

  DeliveryInstructions(DeliveryCare care, Sealer sealer, InstantSource clock) {
    this.care = care;
    this.sealer = sealer;
    this.clock = clock;
  }

  /** The oldest that is not there; if all are, one of what is to be told; empty if nothing is. */
  Optional<Instruction> next(DeliveryTarget target) {
    Optional<Instruction> unsent = care.unsent(target);
    while (unsent.isEmpty()
        && care.instruct(
            target,
            MOST,
            (sequence, previous, untold) -> write(target, sequence, previous, untold))) {
      unsent = care.unsent(target);
    }
    return unsent;
  }

  /** Brings an instruction there. */
  void send(DeliveryTarget target, Instruction instruction, Shipment shipment) throws IOException {
    shipment.ship(instruction.key(), () -> new ByteArrayInputStream(instruction.content()));
    care.sent(target, instruction);
  }

  private Instruction write(
      DeliveryTarget target, long sequence, long previous, List<Untold> untold) {
    TenantSlug tenant = target.tenant();
    Instant now = clock.instant();
    JsonLines lines = new JsonLines();
    lines.add(new Head(FORMAT, tenant, target.name(), sequence, previous, now));
    untold.forEach(each -> lines.add(Line.of(tenant, each)));
    String key =
        ObjectKeys.deliveryInstruction(tenant, LocalDate.ofInstant(now, ZoneOffset.UTC), sequence);
    return new Instruction(sequence, key, untold.size(), sealer.seal(tenant, key, lines.bytes()));
  }
}
