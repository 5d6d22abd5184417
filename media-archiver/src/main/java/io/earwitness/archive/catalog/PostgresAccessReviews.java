package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ACCESS_REVIEW;

import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** {@link AccessReviews} in PostgreSQL. */
final class PostgresAccessReviews implements AccessReviews {
  private final Transactions transactions;

  PostgresAccessReviews(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public void add(AccessReview review, byte[] report) {
    transactions.inTenant(
        review.tenant(),
        sql -> {
          sql.insertInto(ACCESS_REVIEW)
              .set(ACCESS_REVIEW.TENANT, review.tenant().value())
              .set(ACCESS_REVIEW.ID, review.id())
              .set(ACCESS_REVIEW.AT, CallRows.micros(review.at()))
              .set(ACCESS_REVIEW.REVIEWER_ID, review.reviewerId())
              .set(ACCESS_REVIEW.REVIEWER, Text.clean(review.reviewer()))
              .set(ACCESS_REVIEW.STATEMENT, Text.clean(review.statement()))
              .set(ACCESS_REVIEW.PEOPLE, review.people())
              .set(ACCESS_REVIEW.GRANTS, review.grants())
              .set(ACCESS_REVIEW.UNUSED, review.unused())
              .set(ACCESS_REVIEW.REPORT, report)
              .execute();
          Journal.write(
              sql,
              review.tenant(),
              review.at(),
              "user:" + review.reviewerId(),
              "access-review.sign",
              signed(review, report));
          return true;
        });
  }

  private static Map<String, Object> signed(AccessReview review, byte[] report) {
    Map<String, Object> signed = new TreeMap<>();
    signed.put("id", review.id());
    signed.put("reviewerId", review.reviewerId());
    signed.put("reviewer", review.reviewer());
    signed.put("statement", review.statement());
    signed.put("people", review.people());
    signed.put("grants", review.grants());
    signed.put("unused", review.unused());
    signed.put("report", report);
    return signed;
  }

  @Override
  public List<AccessReview> list(TenantSlug tenant, int limit) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(
                    ACCESS_REVIEW.ID,
                    ACCESS_REVIEW.AT,
                    ACCESS_REVIEW.REVIEWER_ID,
                    ACCESS_REVIEW.REVIEWER,
                    ACCESS_REVIEW.STATEMENT,
                    ACCESS_REVIEW.PEOPLE,
                    ACCESS_REVIEW.GRANTS,
                    ACCESS_REVIEW.UNUSED)
                .from(ACCESS_REVIEW)
                .where(ACCESS_REVIEW.TENANT.eq(tenant.value()))
                .orderBy(ACCESS_REVIEW.AT.desc(), ACCESS_REVIEW.ID)
                .limit(limit)
                .fetch(
                    row ->
                        new AccessReview(
                            row.value1(),
                            tenant,
                            row.value2(),
                            row.value3(),
                            row.value4(),
                            row.value5(),
                            row.value6(),
                            row.value7(),
                            row.value8())));
  }

  @Override
  public Optional<byte[]> report(TenantSlug tenant, UUID id) {
    return transactions.inTenant(
        tenant,
        sql ->
            sql.select(ACCESS_REVIEW.REPORT)
                .from(ACCESS_REVIEW)
                .where(ACCESS_REVIEW.TENANT.eq(tenant.value()))
                .and(ACCESS_REVIEW.ID.eq(id))
                .fetchOptional(ACCESS_REVIEW.REPORT));
  }
}
