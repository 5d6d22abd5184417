package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ANNOUNCEMENT_POLICY;
import static io.earwitness.archive.catalog.generated.Tables.ANNOUNCEMENT_PROMPT;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.earwitness.archive.catalog.generated.tables.records.AnnouncementPolicyRecord;
import io.earwitness.archive.catalog.generated.tables.records.AnnouncementPromptRecord;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.Jurisdiction;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.impl.DSL;

/** {@link Announcements} in PostgreSQL. */
final class PostgresAnnouncements implements Announcements {
  private final Transactions transactions;
  private final Clock clock;

  PostgresAnnouncements(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public List<Prompt> prompts(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(
                    ANNOUNCEMENT_PROMPT.NAME,
                    ANNOUNCEMENT_PROMPT.LANGUAGE,
                    ANNOUNCEMENT_PROMPT.VERSION,
                    ANNOUNCEMENT_PROMPT.TEXT,
                    ANNOUNCEMENT_PROMPT.SHA256,
                    ANNOUNCEMENT_PROMPT.DURATION_MS,
                    ANNOUNCEMENT_PROMPT.ADDED_AT,
                    ANNOUNCEMENT_PROMPT.ADDED_BY,
                    ANNOUNCEMENT_PROMPT.WITHDRAWN_AT,
                    ANNOUNCEMENT_PROMPT.WITHDRAWN_BY)
                .from(ANNOUNCEMENT_PROMPT)
                .where(ANNOUNCEMENT_PROMPT.TENANT.eq(tenant.value()))
                .orderBy(
                    ANNOUNCEMENT_PROMPT.NAME,
                    ANNOUNCEMENT_PROMPT.LANGUAGE,
                    ANNOUNCEMENT_PROMPT.VERSION)
                .fetch(row -> prompt(row.into(ANNOUNCEMENT_PROMPT))));
  }

  private static Prompt prompt(AnnouncementPromptRecord row) {
    return new Prompt(
        new PromptKey(row.getName(), row.getLanguage(), row.getVersion()),
        row.getText(),
        row.getSha256(),
        row.getDurationMs(),
        row.getAddedAt(),
        row.getAddedBy(),
        row.getWithdrawnAt(),
        row.getWithdrawnBy());
  }

  private static Condition is(TenantSlug tenant, PromptKey key) {
    return ANNOUNCEMENT_PROMPT
        .TENANT
        .eq(tenant.value())
        .and(ANNOUNCEMENT_PROMPT.NAME.eq(Text.clean(key.name())))
        .and(ANNOUNCEMENT_PROMPT.LANGUAGE.eq(Text.clean(key.language())))
        .and(ANNOUNCEMENT_PROMPT.VERSION.eq(key.version()));
  }

  @Override
  public Optional<String> sound(TenantSlug tenant, PromptKey key) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(ANNOUNCEMENT_PROMPT.SEALED)
                .from(ANNOUNCEMENT_PROMPT)
                .where(is(tenant, key))
                .fetchOptional(ANNOUNCEMENT_PROMPT.SEALED));
  }

  @Override
  public Prompt add(TenantSlug tenant, Prompt prompt, Sealer sealer, String actor) {
    AnnouncementRule.demandPromptName(prompt.key().name());
    AnnouncementRule.demandLanguage(prompt.key().language());
    return transactions.inTenant(
        tenant,
        sql -> {
          lock(sql, tenant);
          AnnouncementPromptRecord newest =
              sql.selectFrom(ANNOUNCEMENT_PROMPT)
                  .where(ANNOUNCEMENT_PROMPT.TENANT.eq(tenant.value()))
                  .and(ANNOUNCEMENT_PROMPT.NAME.eq(prompt.key().name()))
                  .and(ANNOUNCEMENT_PROMPT.LANGUAGE.eq(prompt.key().language()))
                  .orderBy(ANNOUNCEMENT_PROMPT.VERSION.desc())
                  .limit(1)
                  .fetchOne();
          if (newest != null
              && newest.getWithdrawnAt() == null
              && newest.getSha256().equals(prompt.sha256())) {
            return prompt(newest);
          }
          PromptKey key =
              new PromptKey(
                  prompt.key().name(),
                  prompt.key().language(),
                  newest == null ? 1 : newest.getVersion() + 1);
          Instant now = CallRows.micros(clock.instant());
          AnnouncementPromptRecord row = new AnnouncementPromptRecord();
          row.setTenant(tenant.value());
          row.setName(key.name());
          row.setLanguage(key.language());
          row.setVersion(key.version());
          row.setText(Text.cleanOrNull(prompt.text()));
          row.setSha256(prompt.sha256());
          row.setDurationMs(prompt.durationMs());
          row.setSealed(sealer.seal(key));
          row.setAddedAt(now);
          row.setAddedBy(Text.clean(actor));
          sql.insertInto(ANNOUNCEMENT_PROMPT).set(row).execute();
          Map<String, Object> data = new LinkedHashMap<>();
          data.put("prompt", key);
          data.put("text", row.getText());
          data.put("sha256", row.getSha256());
          data.put("durationMs", row.getDurationMs());
          data.put("sealed", row.getSealed());
          Journal.write(sql, tenant, now, actor, "announcement-prompt.add", data);
          return prompt(row);
        });
  }

  /** Versions of one tenant come one behind the other. */
  private static void lock(DSLContext sql, TenantSlug tenant) {
    PostgresDirectory.demandTenant(sql, tenant);
    sql.execute(
        "select pg_advisory_xact_lock(hashtextextended({0}, 0))",
        DSL.val("announcements|" + tenant.value()));
  }

  @Override
  public boolean withdraw(TenantSlug tenant, PromptKey key, String actor) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          int rows =
              sql.update(ANNOUNCEMENT_PROMPT)
                  .set(
                      ANNOUNCEMENT_PROMPT.WITHDRAWN_AT,
                      DSL.greatest(DSL.val(now), ANNOUNCEMENT_PROMPT.ADDED_AT))
                  .set(ANNOUNCEMENT_PROMPT.WITHDRAWN_BY, Text.clean(actor))
                  .where(is(tenant, key))
                  .and(ANNOUNCEMENT_PROMPT.WITHDRAWN_AT.isNull())
                  .execute();
          if (rows > 0) {
            Journal.write(
                sql, tenant, now, actor, "announcement-prompt.withdraw", Map.of("prompt", key));
          }
          return rows > 0;
        });
  }

  @Override
  public List<PolicyVersion> policies(TenantSlug tenant) {
    return transactions.inTenant(tenant, sql -> policies(sql, tenant));
  }

  /** The policy in force of every tenant that made one, by slug. */
  static Map<String, AnnouncementPolicy> newest(DSLContext sql) {
    return sql
        .select(ANNOUNCEMENT_POLICY.asterisk())
        .distinctOn(ANNOUNCEMENT_POLICY.TENANT)
        .from(ANNOUNCEMENT_POLICY)
        .orderBy(ANNOUNCEMENT_POLICY.TENANT, ANNOUNCEMENT_POLICY.VERSION.desc())
        .fetchInto(ANNOUNCEMENT_POLICY)
        .stream()
        .collect(
            Collectors.toMap(AnnouncementPolicyRecord::getTenant, row -> version(row).policy()));
  }

  private static List<PolicyVersion> policies(DSLContext sql, TenantSlug tenant) {
    return sql.selectFrom(ANNOUNCEMENT_POLICY)
        .where(ANNOUNCEMENT_POLICY.TENANT.eq(tenant.value()))
        .orderBy(ANNOUNCEMENT_POLICY.VERSION.desc())
        .fetch(PostgresAnnouncements::version);
  }

  private static PolicyVersion version(AnnouncementPolicyRecord row) {
    try {
      return new PolicyVersion(
          Json.mapper().readValue(row.getPolicy().data(), AnnouncementPolicy.class),
          row.getValidFrom(),
          row.getChangedBy());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a policy of announcement can't be read", e);
    }
  }

  @Override
  public AnnouncementPolicy setPolicy(
      TenantSlug tenant,
      int expected,
      List<Jurisdiction> jurisdictions,
      List<AnnouncementRule> rules,
      String actor) {
    AnnouncementPolicy next = new AnnouncementPolicy(expected + 1, jurisdictions, rules);
    return transactions.inTenant(
        tenant,
        sql -> {
          lock(sql, tenant);
          List<PolicyVersion> versions = policies(sql, tenant);
          AnnouncementPolicy present =
              versions.isEmpty() ? AnnouncementPolicy.none() : versions.getFirst().policy();
          if (present.version() != expected) {
            throw new ConflictException(
                "the policy is at version %d by now, not %d; look at it again before you change it"
                    .formatted(present.version(), expected));
          }
          if (present.rules().equals(next.rules())
              && present.jurisdictions().equals(next.jurisdictions())) {
            return present;
          }
          Instant now = CallRows.micros(clock.instant());
          sql.insertInto(ANNOUNCEMENT_POLICY)
              .set(ANNOUNCEMENT_POLICY.TENANT, tenant.value())
              .set(ANNOUNCEMENT_POLICY.VERSION, next.version())
              .set(ANNOUNCEMENT_POLICY.VALID_FROM, now)
              .set(ANNOUNCEMENT_POLICY.CHANGED_BY, Text.clean(actor))
              .set(ANNOUNCEMENT_POLICY.POLICY, JSONB.valueOf(Json.text(next)))
              .execute();
          Journal.write(sql, tenant, now, actor, "announcement-policy.set", next);
          return next;
        });
  }
}
