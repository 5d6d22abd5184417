package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.MATCHING_RULE;
import static io.earwitness.archive.catalog.generated.Tables.TENANT_DOMAIN;

import io.earwitness.archive.catalog.generated.tables.records.MatchingRuleRecord;
import io.earwitness.call.MatchingRule;
import io.earwitness.call.Network;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** The operator's rules that say whose a call is. They are always changed as a whole. */
final class MatchingRuleRows {
  private MatchingRuleRows() {}

  static List<MatchingRule> list(DSLContext sql) {
    return sql.selectFrom(MATCHING_RULE)
        .orderBy(MATCHING_RULE.POSITION)
        .fetch(MatchingRuleRows::of);
  }

  private static MatchingRule of(MatchingRuleRecord row) {
    return new MatchingRule(
        row.getName(),
        WireName.parse(MatchingRule.Kind.class, row.getKind()),
        row.getHeader(),
        row.getValue(),
        new TenantSlug(row.getTenant()));
  }

  static boolean set(DSLContext sql, List<MatchingRule> wanted, Instant now, String actor) {
    // Ranges are compared with, so they stay as they are for as long
    NumberHolders.lock(sql);
    if (list(sql).equals(wanted)) {
      return false;
    }
    Set<String> names = new HashSet<>();
    for (int i = 0; i < wanted.size(); i++) {
      MatchingRule rule = wanted.get(i);
      PostgresDirectory.demandTenant(sql, rule.tenant());
      if (!names.add(rule.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("two rules are called '%s'".formatted(rule.name()));
      }
      for (MatchingRule before : wanted.subList(0, i)) {
        refuseOverlap(before, rule);
      }
      refuseForeign(sql, rule, now);
    }
    replace(sql, wanted);
    Journal.write(sql, TenantSlug.PLATFORM, now, actor, "matching-rules.set", wanted);
    return true;
  }

  /** Puts these rules in the place of all that there are. */
  static void replace(DSLContext sql, List<MatchingRule> wanted) {
    sql.deleteFrom(MATCHING_RULE).execute();
    int position = 0;
    for (MatchingRule rule : wanted) {
      sql.insertInto(MATCHING_RULE)
          .set(MATCHING_RULE.POSITION, position++)
          .set(MATCHING_RULE.NAME, Text.clean(rule.name()))
          .set(MATCHING_RULE.KIND, rule.kind().wireName())
          .set(MATCHING_RULE.HEADER, rule.header())
          .set(MATCHING_RULE.VALUE, Text.clean(rule.value()))
          .set(MATCHING_RULE.TENANT, rule.tenant().value())
          .execute();
    }
  }

  /** Two rules that look for the same, or for networks or numbers that overlap for two tenants. */
  private static void refuseOverlap(MatchingRule before, MatchingRule rule) {
    if (before.isSameCondition(rule)) {
      throw new IllegalArgumentException(
          "rule '%s' looks for the same as '%s' (%s)"
              .formatted(rule.name(), before.name(), before.text()));
    }
    if (!before.tenant().equals(rule.tenant()) && before.kind() == rule.kind()) {
      boolean overlaps =
          switch (rule.kind()) {
            case SOURCE -> Network.parse(before.value()).overlaps(Network.parse(rule.value()));
            case NUMBER -> numbersOverlap(before.value(), rule.value());
            // One name, one host, one value: none lies within another
            case TLS_IDENTITY, REQUEST_URI, HEADER, METADATA_DOMAIN -> false;
          };
      if (overlaps) {
        throw new IllegalArgumentException(
            "rule '%s' (%s) overlaps rule '%s' (%s)"
                .formatted(rule.name(), rule.text(), before.name(), before.text()));
      }
    }
  }

  /** A range that a rule by number gives to another tenant. */
  static void refuseTaken(DSLContext sql, Directory.NumberRange range) {
    String wanted = range.digits() + (range.prefix() ? "*" : "");
    for (MatchingRule rule : list(sql)) {
      if (rule.kind() == MatchingRule.Kind.NUMBER
          && !rule.tenant().equals(range.tenant())
          && numbersOverlap(wanted, rule.value())) {
        throw new IllegalArgumentException(
            "%s overlaps rule '%s' (%s)".formatted(wanted, rule.name(), rule.text()));
      }
    }
  }

  private static boolean numbersOverlap(String one, String other) {
    return within(one, other) || within(other, one);
  }

  private static boolean within(String inner, String outer) {
    return outer.endsWith("*")
        ? inner.startsWith(outer.substring(0, outer.length() - 1))
        : outer.equals(inner);
  }

  /** A rule takes no number and no domain that is another tenant's. */
  private static void refuseForeign(DSLContext sql, MatchingRule rule, Instant now) {
    if (rule.kind() == MatchingRule.Kind.NUMBER) {
      boolean prefix = rule.value().endsWith("*");
      String digits = prefix ? rule.value().substring(0, rule.value().length() - 1) : rule.value();
      Numbers.refuseOverlap(
          sql,
          new Directory.NumberRange(rule.tenant(), digits, prefix, null, now),
          "rule '%s'".formatted(rule.name()));
    }
    if (rule.kind() == MatchingRule.Kind.METADATA_DOMAIN) {
      Condition foreign = TENANT_DOMAIN.TENANT.ne(rule.tenant().value());
      for (var row : sql.selectFrom(TENANT_DOMAIN).where(foreign).fetch()) {
        int star = rule.value().indexOf('*');
        boolean taken =
            star < 0
                ? row.getDomain().equals(rule.value())
                : row.getDomain().startsWith(rule.value().substring(0, star))
                    && row.getDomain().endsWith(rule.value().substring(star + 1));
        if (taken) {
          throw new IllegalArgumentException(
              "rule '%s' (%s) takes the domain %s of tenant %s"
                  .formatted(rule.name(), rule.text(), row.getDomain(), row.getTenant()));
        }
      }
    }
  }
}
