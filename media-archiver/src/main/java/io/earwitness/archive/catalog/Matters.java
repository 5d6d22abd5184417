package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.MATTER;
import static io.earwitness.archive.catalog.generated.Tables.MATTER_RECORDING;

import io.earwitness.access.MatterKind;
import io.earwitness.archive.catalog.AccessDirectory.Opened;
import io.earwitness.archive.catalog.generated.tables.records.MatterRecord;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Matters and their lists of recordings. */
final class Matters {
  private static final int MAX_NAME = 200;

  private final Transactions transactions;
  private final Clock clock;

  Matters(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  Opened add(
      TenantSlug tenant, String name, MatterKind kind, @Nullable String ownerId, String actor) {
    String clean = Text.clean(name.strip());
    if (clean.isEmpty() || clean.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "a matter needs a name of at most %d characters".formatted(MAX_NAME));
    }
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          AccessVersions.change(sql, tenant, now);
          PostgresDirectory.demandTenant(sql, tenant);
          MatterRecord present =
              sql.selectFrom(MATTER)
                  .where(MATTER.TENANT.eq(tenant.value()))
                  .and(MATTER.NAME.eq(clean))
                  .fetchOne();
          if (present != null) {
            if (present.getClosedAt() != null || !present.getKind().equals(kind.wireName())) {
              throw new IllegalArgumentException(
                  "there is a matter '%s' already: %s, %s"
                      .formatted(
                          clean,
                          present.getKind(),
                          present.getClosedAt() == null ? "open" : "closed"));
            }
            return new Opened(present.getId(), false);
          }
          UUID id = UUID.randomUUID();
          sql.insertInto(MATTER)
              .set(MATTER.TENANT, tenant.value())
              .set(MATTER.ID, id)
              .set(MATTER.NAME, clean)
              .set(MATTER.KIND, kind.wireName())
              .set(MATTER.CREATED_AT, now)
              .set(MATTER.CREATED_BY, Text.clean(actor))
              .execute();
          Map<String, Object> data =
              new TreeMap<>(Map.of("id", id, "name", clean, "kind", kind.wireName()));
          if (ownerId != null) {
            Assignments.demandUser(sql, tenant, ownerId);
            MatterOwners.begin(sql, tenant, id, ownerId, now);
            data.put("owner", ownerId);
          }
          Journal.write(sql, tenant, now, actor, "matter.add", data);
          return new Opened(id, true);
        });
  }

  int addRecordings(
      TenantSlug tenant, UUID matter, Collection<RecordingId> recordings, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          AccessVersions.change(sql, tenant, now);
          demandOpen(sql, tenant, matter);
          Set<UUID> listed =
              sql.select(MATTER_RECORDING.CALL)
                  .from(MATTER_RECORDING)
                  .where(MATTER_RECORDING.TENANT.eq(tenant.value()))
                  .and(MATTER_RECORDING.MATTER.eq(matter))
                  .and(MATTER_RECORDING.VALID_UNTIL.isNull())
                  .fetchSet(MATTER_RECORDING.CALL);
          List<UUID> added = new ArrayList<>();
          for (RecordingId recording : new LinkedHashSet<>(recordings)) {
            if (!listed.contains(recording.value())) {
              added.add(recording.value());
            }
          }
          if (listed.size() + added.size() > AccessDirectory.MAX_RECORDINGS) {
            throw new IllegalArgumentException(
                "a matter lists at most %d recordings; this one has %d, and %d more are too many"
                    .formatted(AccessDirectory.MAX_RECORDINGS, listed.size(), added.size()));
          }
          if (added.isEmpty()) {
            return 0;
          }
          sql.batch(
                  added.stream()
                      .map(
                          call ->
                              sql.insertInto(MATTER_RECORDING)
                                  .set(MATTER_RECORDING.TENANT, tenant.value())
                                  .set(MATTER_RECORDING.MATTER, matter)
                                  .set(MATTER_RECORDING.CALL, call)
                                  .set(MATTER_RECORDING.VALID_FROM, now))
                      .toList())
              .execute();
          Map<String, Object> data = Map.of("matter", matter, "recordings", added);
          Journal.write(sql, tenant, now, actor, "matter.add-recordings", data);
          return added.size();
        });
  }

  boolean removeRecording(TenantSlug tenant, UUID matter, RecordingId recording, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          AccessVersions.change(sql, tenant, now);
          demandOpen(sql, tenant, matter);
          int rows =
              sql.update(MATTER_RECORDING)
                  .set(MATTER_RECORDING.VALID_UNTIL, Periods.end(MATTER_RECORDING.VALID_FROM, now))
                  .where(MATTER_RECORDING.TENANT.eq(tenant.value()))
                  .and(MATTER_RECORDING.MATTER.eq(matter))
                  .and(MATTER_RECORDING.CALL.eq(recording.value()))
                  .and(MATTER_RECORDING.VALID_UNTIL.isNull())
                  .execute();
          if (rows > 0) {
            Map<String, Object> data = Map.of("matter", matter, "recording", recording);
            Journal.write(sql, tenant, now, actor, "matter.remove-recording", data);
          }
          return rows > 0;
        });
  }

  boolean close(TenantSlug tenant, UUID matter, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          AccessVersions.change(sql, tenant, now);
          if (demand(sql, tenant, matter).getClosedAt() != null) {
            return false;
          }
          sql.update(MATTER)
              .set(MATTER.CLOSED_AT, now)
              .set(MATTER.CLOSED_BY, Text.clean(actor))
              .where(MATTER.TENANT.eq(tenant.value()))
              .and(MATTER.ID.eq(matter))
              .execute();
          Journal.write(sql, tenant, now, actor, "matter.close", Map.of("matter", matter));
          return true;
        });
  }

  static void demandOpen(DSLContext sql, TenantSlug tenant, UUID id) {
    MatterRecord matter = demand(sql, tenant, id);
    if (matter.getClosedAt() != null) {
      throw new IllegalArgumentException(
          "the matter '%s' was closed at %s".formatted(matter.getName(), matter.getClosedAt()));
    }
  }

  private static MatterRecord demand(DSLContext sql, TenantSlug tenant, UUID id) {
    return sql.selectFrom(MATTER)
        .where(MATTER.TENANT.eq(tenant.value()))
        .and(MATTER.ID.eq(id))
        .fetchOptional()
        .orElseThrow(
            () -> new IllegalArgumentException("tenant %s has no matter %s".formatted(tenant, id)));
  }
}
