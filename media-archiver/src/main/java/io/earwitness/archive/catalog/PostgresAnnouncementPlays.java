package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ANNOUNCEMENT_PLAY;
import static io.earwitness.archive.catalog.generated.Tables.ANNOUNCEMENT_PROMPT;
import static io.earwitness.archive.catalog.generated.Tables.CALL;
import static io.earwitness.archive.catalog.generated.Tables.CALL_ARCHIVE;
import static io.earwitness.archive.catalog.generated.Tables.TENANT;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.earwitness.archive.catalog.Announcements.PromptKey;
import io.earwitness.archive.catalog.generated.tables.records.AnnouncementPlayRecord;
import io.earwitness.call.Announcement;
import io.earwitness.call.AnnouncementVerdict;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.json.Json;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record4;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** {@link AnnouncementPlays} in PostgreSQL. */
final class PostgresAnnouncementPlays implements AnnouncementPlays {
  private static final List<AnnouncementVerdict> BAD =
      List.of(
          AnnouncementVerdict.MISSING,
          AnnouncementVerdict.INTERRUPTED,
          AnnouncementVerdict.SIGNALLED_ONLY);

  private final Transactions transactions;

  PostgresAnnouncementPlays(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public String promptsVersion() {
    return transactions.asWorker(
        sql ->
            sql.select(
                    DSL.count(),
                    DSL.max(ANNOUNCEMENT_PROMPT.ADDED_AT),
                    DSL.count(ANNOUNCEMENT_PROMPT.WITHDRAWN_AT),
                    DSL.max(ANNOUNCEMENT_PROMPT.WITHDRAWN_AT))
                .from(ANNOUNCEMENT_PROMPT)
                .fetchSingle(
                    row ->
                        "%s %s %s %s"
                            .formatted(row.value1(), row.value2(), row.value3(), row.value4())));
  }

  @Override
  public List<OwnedPrompt> promptsInUse() {
    return transactions.asWorker(
        sql ->
            sql.select(
                    ANNOUNCEMENT_PROMPT.TENANT,
                    ANNOUNCEMENT_PROMPT.NAME,
                    ANNOUNCEMENT_PROMPT.LANGUAGE,
                    ANNOUNCEMENT_PROMPT.VERSION,
                    ANNOUNCEMENT_PROMPT.SHA256)
                .from(ANNOUNCEMENT_PROMPT)
                .where(ANNOUNCEMENT_PROMPT.WITHDRAWN_AT.isNull())
                .orderBy(
                    ANNOUNCEMENT_PROMPT.TENANT,
                    ANNOUNCEMENT_PROMPT.NAME,
                    ANNOUNCEMENT_PROMPT.LANGUAGE,
                    ANNOUNCEMENT_PROMPT.VERSION)
                .fetch(
                    row ->
                        new OwnedPrompt(
                            new TenantSlug(row.value1()),
                            new PromptKey(row.value2(), row.value3(), row.value4()),
                            row.value5())));
  }

  @Override
  public boolean enter(PlayedAnnouncement play) {
    return transactions.inTenant(
        play.tenant(),
        sql -> {
          if (!sql.fetchExists(TENANT, TENANT.TENANT_.eq(play.tenant().value()))) {
            return false;
          }
          AnnouncementPlayRecord row = new AnnouncementPlayRecord();
          row.setId(play.id());
          row.setTenant(play.tenant().value());
          row.setNode(Text.clean(play.node()));
          row.setPrompt(Text.clean(play.prompt()));
          row.setPlayedFrom(CallRows.micros(play.from()));
          row.setPlayedTo(CallRows.micros(play.to()));
          row.setComplete(play.complete());
          row.setDetail(Text.clean(play.detail()));
          row.setCallIds(
              play.callIds().stream()
                  .map(PlayedAnnouncement::comparable)
                  .map(Text::clean)
                  .toArray(String[]::new));
          row.setNumbers(play.numbers().toArray(String[]::new));
          sql.insertInto(ANNOUNCEMENT_PLAY).set(row).onConflictDoNothing().execute();
          return true;
        });
  }

  @Override
  public Recent enteredByOthers(String node, Instant since, int most) {
    return transactions.asWorker(
        sql -> {
          Instant until = sql.select(DatabaseClock.NOW).fetchSingle(DatabaseClock.NOW);
          return new Recent(
              sql.selectFrom(ANNOUNCEMENT_PLAY)
                  .where(ANNOUNCEMENT_PLAY.RECORDED_AT.ge(since))
                  .and(ANNOUNCEMENT_PLAY.NODE.ne(Text.clean(node)))
                  .orderBy(ANNOUNCEMENT_PLAY.RECORDED_AT)
                  .limit(most)
                  .fetch(PostgresAnnouncementPlays::play),
              until);
        });
  }

  private static PlayedAnnouncement play(AnnouncementPlayRecord row) {
    return new PlayedAnnouncement(
        row.getId(),
        new TenantSlug(row.getTenant()),
        row.getNode(),
        row.getPrompt(),
        row.getPlayedFrom(),
        row.getPlayedTo(),
        row.getComplete(),
        row.getDetail(),
        List.of(row.getCallIds()),
        List.of(row.getNumbers()));
  }

  @Override
  public List<PlayedAnnouncement> of(CallSummary call) {
    Instant oldest = call.start().minus(PlayedAnnouncement.BEFORE_BY_ID);
    Instant end =
        call.end() == null ? call.start().plus(PlayedAnnouncement.BEFORE_BY_ID) : call.end();
    return transactions.inTenant(
        call.tenant(),
        sql ->
            sql
                .selectFrom(ANNOUNCEMENT_PLAY)
                .where(ANNOUNCEMENT_PLAY.TENANT.eq(call.tenant().value()))
                .and(ANNOUNCEMENT_PLAY.PLAYED_TO.ge(oldest))
                .and(ANNOUNCEMENT_PLAY.PLAYED_FROM.le(end))
                .orderBy(ANNOUNCEMENT_PLAY.PLAYED_FROM, ANNOUNCEMENT_PLAY.ID)
                .fetch(PostgresAnnouncementPlays::play)
                .stream()
                .filter(play -> play.isOf(call))
                .toList());
  }

  @Override
  public Report report(TenantSlug tenant, Instant from, Instant to, int most) {
    return transactions.inTenant(tenant, sql -> report(sql, tenant, from, to, most));
  }

  private static Report report(
      DSLContext sql, TenantSlug tenant, Instant from, Instant to, int most) {
    Condition within =
        CALL.TENANT
            .eq(tenant.value())
            .and(CALL.STARTED_AT.ge(CallRows.micros(from)))
            .and(CALL.STARTED_AT.lt(CallRows.micros(to)));
    Field<JSONB> announcement = CALL_ARCHIVE.ANNOUNCEMENT;
    Table<Record4<UUID, Instant, JSONB, String>> newest =
        sql.select(CALL.ID, CALL.STARTED_AT, announcement, worst(announcement).as("worst"))
            .distinctOn(CALL.ID)
            .from(CALL)
            .join(CALL_ARCHIVE)
            .on(CALL_ARCHIVE.ID.eq(CALL.ID))
            .where(within)
            .orderBy(CALL.ID, CALL_ARCHIVE.GENERATION.desc())
            .asTable("newest");
    Field<String> verdict = DSL.field(DSL.name("newest", "worst"), SQLDataType.VARCHAR);
    Map<AnnouncementVerdict, Long> judged = new EnumMap<>(AnnouncementVerdict.class);
    for (AnnouncementVerdict each : AnnouncementVerdict.values()) {
      judged.put(each, 0L);
    }
    sql.select(verdict, DSL.count().cast(SQLDataType.BIGINT))
        .from(newest)
        .where(verdict.isNotNull())
        .groupBy(verdict)
        .forEach(
            row ->
                judged.put(WireName.parse(AnnouncementVerdict.class, row.value1()), row.value2()));
    List<BadCall> bad =
        sql.selectFrom(newest)
            .where(verdict.in(BAD.stream().map(WireName::wireName).toList()))
            .orderBy(newest.field(CALL.STARTED_AT), newest.field(CALL.ID))
            .limit(most + 1)
            .fetch(row -> bad(new RecordingId(row.value1()), row.value2(), row.value3()));
    long waiting =
        sql.fetchCount(
            CALL,
            within.and(CALL.STATE.in(CallState.LIVE.wireName(), CallState.CLOSED.wireName())));
    boolean more = bad.size() > most;
    return new Report(judged, waiting, more ? bad.subList(0, most) : bad, more);
  }

  /** The worst verdict on a party, as {@link Announcement#verdict}; null without a policy. */
  private static Field<String> worst(Field<JSONB> announcement) {
    Field<String> worst =
        DSL.when(announcement.isNotNull(), DSL.inline(AnnouncementVerdict.EXEMPT.wireName()))
            .otherwise(DSL.inline((String) null, SQLDataType.VARCHAR));
    for (AnnouncementVerdict verdict : AnnouncementVerdict.values()) {
      // The later one is the worse
      JSONB party = JSONB.valueOf("[{\"verdict\":\"%s\"}]".formatted(verdict.wireName()));
      worst =
          DSL.when(
                  DSL.condition("{0} -> 'parties' @> {1}", announcement, DSL.inline(party)),
                  DSL.inline(verdict.wireName()))
              .otherwise(worst);
    }
    return worst;
  }

  private static BadCall bad(RecordingId id, Instant start, JSONB json) {
    Announcement announcement;
    try {
      announcement = Json.mapper().readValue(json.data(), Announcement.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the announcement of call %s can't be read".formatted(id), e);
    }
    AnnouncementVerdict verdict = announcement.verdict();
    return new BadCall(
        id,
        start,
        verdict,
        announcement.rule(),
        announcement.policyVersion(),
        announcement.parties().stream()
            .filter(party -> party.verdict() == verdict)
            .map(Announcement.OfParty::reason)
            .findFirst()
            .orElse(""));
  }
}
