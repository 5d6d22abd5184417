package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.NUMBER_RANGE;
import static io.earwitness.archive.catalog.generated.Tables.TEAM;
import static io.earwitness.archive.catalog.generated.Tables.TEAM_MEMBER;

import io.earwitness.archive.catalog.generated.tables.records.NumberRangeRecord;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.MatchingRule;
import io.earwitness.call.PauseSettings;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.RecordingRule;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What recorders must know, all of it as of one moment. The version is a hash of the content, so
 * the same content always has the same version, on every node.
 */
final class Snapshots {
  /** What calls of a tenant meet whose licences let recording stop. */
  private static final RecordingRule UNLICENSED = never("Licence suspended or ended");

  /** What calls of a tenant meet that is closed. */
  private static final RecordingRule CLOSED = never("Tenant closed");

  private final Transactions transactions;
  private final Clock clock;

  Snapshots(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /** A user, or a team, of a tenant. */
  private record Key(String tenant, String id) {}

  RecorderSnapshot take() {
    return transactions.asWorker(
        sql -> {
          sql.execute("set transaction isolation level repeatable read, read only");
          Map<String, List<RecorderSnapshot.Number>> numbers = numbers(sql);
          Map<String, RecordingPolicy> recording = PostgresRecordingPolicies.newest(sql);
          Map<String, AnnouncementPolicy> announcements = PostgresAnnouncements.newest(sql);
          Map<TenantSlug, RecordingRule> stopped = stopped(sql, clock.instant());
          Map<String, PauseSettings> pauses = PostgresPauses.settings(sql);
          List<RecorderSnapshot.Tenant> tenants =
              PostgresDirectory.tenants(sql).stream()
                  .map(
                      tenant ->
                          new RecorderSnapshot.Tenant(
                              tenant.slug(),
                              tenant.zone(),
                              tenant.domains(),
                              numbers.getOrDefault(tenant.slug().value(), List.of()),
                              tenant.limits(),
                              tenant.numberScreening(),
                              policy(
                                  recording.get(tenant.slug().value()), stopped.get(tenant.slug())),
                              announcements.get(tenant.slug().value()),
                              pauses.getOrDefault(tenant.slug().value(), PauseSettings.DEFAULT)))
                  .toList();
          List<RecorderSnapshot.Src> srcs = Srcs.list(sql);
          List<MatchingRule> rules = MatchingRuleRows.list(sql);
          return new RecorderSnapshot(version(tenants, srcs, rules, stopped), tenants, srcs, rules);
        });
  }

  private static RecordingRule never(String name) {
    return new RecordingRule(
        name,
        Set.of(),
        Set.of(),
        null,
        List.of(),
        List.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        null,
        null,
        RecordingAction.NEVER,
        null,
        null);
  }

  /** Tenants of which nothing is recorded, and why. */
  private static Map<TenantSlug, RecordingRule> stopped(DSLContext sql, Instant now) {
    Map<TenantSlug, RecordingRule> stopped = new HashMap<>();
    PostgresLicences.stopped(sql, now).forEach(tenant -> stopped.put(tenant, UNLICENSED));
    PostgresClosings.stopped(sql, now).forEach(tenant -> stopped.put(tenant, CLOSED));
    return stopped;
  }

  /** Where something stops it nothing is recorded, whatever the tenant's own rules say. */
  private static @Nullable RecordingPolicy policy(
      @Nullable RecordingPolicy own, @Nullable RecordingRule stopping) {
    return stopping == null
        ? own
        : new RecordingPolicy(own == null ? 0 : own.version(), List.of(), List.of(stopping));
  }

  private Map<String, List<RecorderSnapshot.Number>> numbers(DSLContext sql) {
    Map<Key, String> names = new HashMap<>();
    sql.selectFrom(APP_USER)
        .forEach(row -> names.put(new Key(row.getTenant(), row.getId()), row.getDisplayName()));
    Map<String, Map<String, @Nullable String>> parents = new HashMap<>();
    sql.selectFrom(TEAM)
        .forEach(
            row ->
                parents
                    .computeIfAbsent(row.getTenant(), tenant -> new HashMap<>())
                    .put(row.getId(), row.getParent()));
    Map<Key, List<String>> teams = new HashMap<>();
    sql.selectFrom(TEAM_MEMBER)
        .where(Periods.at(TEAM_MEMBER.VALID_FROM, TEAM_MEMBER.VALID_UNTIL, clock.instant()))
        .forEach(
            row ->
                teams
                    .computeIfAbsent(
                        new Key(row.getTenant(), row.getUserId()), key -> new ArrayList<>())
                    .add(row.getTeamId()));
    Map<String, List<RecorderSnapshot.Number>> numbers = new HashMap<>();
    for (NumberRangeRecord row :
        sql.selectFrom(NUMBER_RANGE)
            .where(NUMBER_RANGE.VALID_FROM.le(clock.instant()))
            .and(NUMBER_RANGE.VALID_UNTIL.isNull().or(NUMBER_RANGE.VALID_UNTIL.gt(clock.instant())))
            .orderBy(NUMBER_RANGE.TENANT, NUMBER_RANGE.DIGITS, NUMBER_RANGE.PREFIX)
            .fetch()) {
      Key holder = row.getUserId() == null ? null : new Key(row.getTenant(), row.getUserId());
      TreeSet<String> teamIds = new TreeSet<>();
      if (holder != null) {
        teamIds.addAll(
            People.withAncestors(
                teams.getOrDefault(holder, List.of()),
                parents.getOrDefault(row.getTenant(), Map.of())));
      }
      numbers
          .computeIfAbsent(row.getTenant(), tenant -> new ArrayList<>())
          .add(
              new RecorderSnapshot.Number(
                  row.getDigits(),
                  row.getPrefix(),
                  holder == null ? null : holder.id(),
                  holder == null ? row.getHolderName() : names.get(holder),
                  List.copyOf(teamIds)));
    }
    return numbers;
  }

  private static String version(
      List<RecorderSnapshot.Tenant> tenants,
      List<RecorderSnapshot.Src> srcs,
      List<MatchingRule> rules,
      Map<TenantSlug, RecordingRule> stopped) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (RecorderSnapshot.Tenant tenant : tenants) {
        // A set has no order of its own
        sha256.update(
            Json.bytes(List.of(tenant.slug(), tenant.zone(), new TreeSet<>(tenant.domains()))));
        sha256.update(Json.bytes(tenant.numbers()));
        sha256.update(Json.bytes(tenant.limits()));
        sha256.update(Json.bytes(tenant.screened()));
        AnnouncementPolicy announcements = tenant.announcements();
        // By their versions alone: sets in them have no order of their own
        sha256.update(Json.bytes(tenant.policy().version()));
        sha256.update(Json.bytes(announcements == null ? 0 : announcements.version()));
        sha256.update(Json.bytes(tenant.pause()));
        RecordingRule stopping = stopped.get(tenant.slug());
        if (stopping != null) {
          sha256.update(Json.bytes(stopping.name()));
        }
      }
      sha256.update(Json.bytes(srcs));
      sha256.update(Json.bytes(rules));
      return HexFormat.of().formatHex(sha256.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
