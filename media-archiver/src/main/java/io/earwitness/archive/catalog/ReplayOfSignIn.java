package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.BREAK_GLASS_CODE;
import static io.earwitness.archive.catalog.generated.Tables.BREAK_GLASS_USE;
import static io.earwitness.archive.catalog.generated.Tables.IDENTITY_LINK;
import static io.earwitness.archive.catalog.generated.Tables.TOTP;
import static io.earwitness.archive.catalog.generated.Tables.TOTP_RECOVERY_CODE;

import io.earwitness.archive.catalog.IdentityProviders.Provider;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import org.jooq.Condition;

/** Applies again what was done about signing in: second factors, providers, break-glass. */
final class ReplayOfSignIn {
  /** In place of a code's hash, which the journal has not: no code has it. */
  private static final String NO_HASH = "$argon2id$not-restored";

  private ReplayOfSignIn() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("user.enrol-totp", ReplayOfSignIn::enrol);
    kinds.put("user.set-recovery-codes", ReplayOfSignIn::setRecoveryCodes);
    kinds.put("user.take-recovery-code", ReplayOfSignIn::takeRecoveryCode);
    kinds.put("user.reset-totp", ReplayOfSignIn::resetTotp);
    kinds.put("identity-provider.set", ReplayOfSignIn::setProvider);
    kinds.put("identity-provider.remove", ReplayOfSignIn::removeProvider);
    kinds.put("user.mark-provider", ReplayOfSignIn::mark);
    kinds.put("user.link-provider", ReplayOfSignIn::link);
    kinds.put("user.unlink-provider", ReplayOfSignIn::unlink);
    kinds.put("break-glass.create", ReplayOfSignIn::createCodes);
    kinds.put("break-glass.use", ReplayOfSignIn::useCode);
    kinds.put("break-glass.review", ReplayOfSignIn::review);
    kinds.put("break-glass.bind", ReplayOfSignIn::bind);
  }

  private static boolean enrol(Replayed entry) {
    long step = entry.has("step") ? Long.parseLong(entry.text("step")) : 0;
    entry
        .sql()
        .insertInto(TOTP)
        .set(TOTP.TENANT, entry.tenantName())
        .set(TOTP.USER_ID, entry.text("user"))
        .set(TOTP.SECRET, entry.text("sealed"))
        .set(TOTP.ENROLLED_AT, entry.at())
        .set(TOTP.LAST_STEP, step)
        .onConflict(TOTP.TENANT, TOTP.USER_ID)
        .doUpdate()
        .set(TOTP.SECRET, entry.text("sealed"))
        .set(TOTP.ENROLLED_AT, entry.at())
        .set(TOTP.LAST_STEP, step)
        .execute();
    return setRecoveryCodes(entry);
  }

  private static boolean setRecoveryCodes(Replayed entry) {
    PostgresSecondFactors.keep(
        entry.sql(), entry.tenant(), entry.text("user"), new HashSet<>(entry.texts("codes")));
    return true;
  }

  private static boolean takeRecoveryCode(Replayed entry) {
    return entry
            .sql()
            .update(TOTP_RECOVERY_CODE)
            .set(TOTP_RECOVERY_CODE.USED_AT, entry.at())
            .where(TOTP_RECOVERY_CODE.TENANT.eq(entry.tenantName()))
            .and(TOTP_RECOVERY_CODE.USER_ID.eq(entry.text("user")))
            .and(TOTP_RECOVERY_CODE.CODE_HASH.eq(entry.text("code")))
            .execute()
        > 0;
  }

  private static boolean resetTotp(Replayed entry) {
    // Set-ups that were begun and not finished are in no entry, so there may be no row
    entry
        .sql()
        .deleteFrom(TOTP)
        .where(TOTP.TENANT.eq(entry.tenantName()))
        .and(TOTP.USER_ID.eq(entry.text("user")))
        .execute();
    return true;
  }

  private static boolean setProvider(Replayed entry) {
    PostgresIdentityProviders.write(entry.sql(), entry.as(Provider.class), entry.at());
    return true;
  }

  private static boolean removeProvider(Replayed entry) {
    return PostgresIdentityProviders.end(
            entry.sql(), entry.tenant(), entry.text("provider"), entry.at())
        > 0;
  }

  private static Condition link(Replayed entry, String provider) {
    return IDENTITY_LINK
        .TENANT
        .eq(entry.tenantName())
        .and(IDENTITY_LINK.USER_ID.eq(entry.text("user")))
        .and(IDENTITY_LINK.PROVIDER.eq(provider));
  }

  private static boolean mark(Replayed entry) {
    entry
        .sql()
        .insertInto(IDENTITY_LINK)
        .set(IDENTITY_LINK.TENANT, entry.tenantName())
        .set(IDENTITY_LINK.USER_ID, entry.text("user"))
        .set(IDENTITY_LINK.PROVIDER, entry.text("provider"))
        .set(IDENTITY_LINK.MARKED_AT, entry.at())
        .execute();
    return true;
  }

  private static boolean link(Replayed entry) {
    return entry
            .sql()
            .update(IDENTITY_LINK)
            .set(IDENTITY_LINK.ISSUER, entry.text("issuer"))
            .set(IDENTITY_LINK.SUBJECT, entry.text("subject"))
            .set(IDENTITY_LINK.LINKED_AT, entry.at())
            .where(link(entry, entry.text("provider")))
            .execute()
        > 0;
  }

  private static boolean unlink(Replayed entry) {
    return entry
            .sql()
            .deleteFrom(IDENTITY_LINK)
            .where(link(entry, entry.text("provider")))
            .execute()
        > 0;
  }

  /** Codes come back as far as their use needs them, and none of them can be used again. */
  private static boolean createCodes(Replayed entry) {
    if (!entry.has("times")) {
      return true;
    }
    for (Replayed code : entry.list("times", entry::in)) {
      Instant created = code.instant("createdAt");
      addCode(entry, code.text("selector"), created, code.instant("expiresAt"));
    }
    return true;
  }

  private static void addCode(Replayed entry, String selector, Instant created, Instant expires) {
    entry
        .sql()
        .insertInto(BREAK_GLASS_CODE)
        .set(BREAK_GLASS_CODE.TENANT, entry.tenantName())
        .set(BREAK_GLASS_CODE.SELECTOR, selector)
        .set(BREAK_GLASS_CODE.HASH, NO_HASH)
        .set(BREAK_GLASS_CODE.CREATED_AT, created)
        .set(BREAK_GLASS_CODE.CREATED_BY, entry.actor())
        .set(BREAK_GLASS_CODE.EXPIRES_AT, expires)
        .onConflictDoNothing()
        .execute();
  }

  private static boolean useCode(Replayed entry) {
    BreakGlass.Use use = entry.as(BreakGlass.Use.class);
    // Older entries of codes say nothing of their times
    addCode(entry, use.selector(), entry.at(), CallRows.micros(use.until()));
    entry
        .sql()
        .update(BREAK_GLASS_CODE)
        .set(BREAK_GLASS_CODE.USED_AT, entry.at())
        .where(BREAK_GLASS_CODE.TENANT.eq(entry.tenantName()))
        .and(BREAK_GLASS_CODE.SELECTOR.eq(use.selector()))
        .execute();
    entry
        .sql()
        .insertInto(BREAK_GLASS_USE)
        .set(BREAK_GLASS_USE.TENANT, entry.tenantName())
        .set(BREAK_GLASS_USE.ID, use.id())
        .set(BREAK_GLASS_USE.SELECTOR, use.selector())
        .set(BREAK_GLASS_USE.USER_ID, use.userId())
        .set(BREAK_GLASS_USE.USER_NAME, Text.clean(use.userName()))
        .set(BREAK_GLASS_USE.USED_AT, entry.at())
        .set(BREAK_GLASS_USE.ROLE_UNTIL, CallRows.micros(use.until()))
        .set(BREAK_GLASS_USE.REVIEW_BY, CallRows.micros(use.reviewBy()))
        .execute();
    return true;
  }

  private static boolean review(Replayed entry) {
    return entry
            .sql()
            .update(BREAK_GLASS_USE)
            .set(BREAK_GLASS_USE.REVIEWED_AT, entry.at())
            .set(BREAK_GLASS_USE.REVIEWED_BY, entry.actor())
            .set(BREAK_GLASS_USE.REVIEW_NOTE, entry.text("note"))
            .where(BREAK_GLASS_USE.TENANT.eq(entry.tenantName()))
            .and(BREAK_GLASS_USE.ID.eq(entry.uuid("use")))
            .execute()
        > 0;
  }

  private static boolean bind(Replayed entry) {
    return PostgresBreakGlass.bind(
            entry.sql(), entry.tenant(), entry.text("by"), entry.text("user"), entry.at())
        > 0;
  }
}
