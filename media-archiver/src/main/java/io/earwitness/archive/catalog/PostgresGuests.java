package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.GUEST;
import static io.earwitness.archive.catalog.generated.Tables.IDENTITY_LINK;
import static io.earwitness.archive.catalog.generated.Tables.PORTAL_SESSION;

import io.earwitness.access.AccountKind;
import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.Right;
import io.earwitness.access.Target;
import io.earwitness.access.Validity;
import io.earwitness.archive.catalog.generated.tables.records.GuestRecord;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** {@link Guests} in PostgreSQL. */
final class PostgresGuests implements Guests {
  private final Transactions transactions;
  private final Clock clock;

  PostgresGuests(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Runs a change of a tenant, one after the other. */
  private <T> T change(TenantSlug tenant, BiFunction<DSLContext, Instant, T> change) {
    return transactions.inTenant(
        tenant,
        sql -> {
          Instant now = CallRows.micros(clock.instant());
          AccessVersions.change(sql, tenant, now);
          return change.apply(sql, now);
        });
  }

  @Override
  public Guest invite(Invitation invitation, String actor) {
    return change(
        invitation.tenant(),
        (sql, now) -> {
          demand(sql, invitation.tenant(), invitation.terms(), now, LONGEST);
          GuestRecord row =
              row(
                  sql,
                  invitation.tenant(),
                  invitation.userId(),
                  invitation.name(),
                  invitation.displayName(),
                  invitation.terms(),
                  now,
                  actor);
          row.setProvider(invitation.provider());
          row.setCodeHash(invitation.codeHash());
          row.setCodeExpiresAt(expiry(now, invitation.terms().ends()));
          row.insert();
          Journal.write(sql, invitation.tenant(), now, actor, "guest.invite", shown(row));
          return demandGuest(sql, invitation.tenant(), invitation.userId());
        });
  }

  /**
   * Lets a person of the platform in, without an invitation to accept: there is an account already.
   */
  static Guest letIn(
      DSLContext sql,
      TenantSlug tenant,
      SupportRequests.Request request,
      Terms terms,
      Instant now,
      String actor) {
    demand(sql, tenant, terms, now, LONGEST_SUPPORT);
    String userId = UUID.randomUUID().toString();
    GuestRecord row =
        row(
            sql,
            tenant,
            userId,
            "support-%s-%s"
                .formatted(request.personName(), request.id().toString().substring(0, 8)),
            "%s (support of the platform)".formatted(request.personName()),
            terms,
            now,
            actor);
    row.setPlatformUser(request.personId());
    letIn(sql, row, now, actor);
    row.insert();
    Journal.write(sql, tenant, now, actor, "guest.invite", shown(row));
    return demandGuest(sql, tenant, userId);
  }

  private static void demand(
      DSLContext sql, TenantSlug tenant, Terms terms, Instant now, Duration longest) {
    if (tenant.equals(TenantSlug.PLATFORM)) {
      throw new IllegalArgumentException(
          "the platform's own tenant has no guests: nothing that it holds is heard by anybody");
    }
    PostgresDirectory.demandTenant(sql, tenant);
    Matters.demandOpen(sql, tenant, terms.matter());
    demandEnd(terms.ends(), now, longest);
    demandPlays(terms.plays());
  }

  private static void demandEnd(Instant ends, Instant now, Duration longest) {
    Assignments.demandFuture(ends, now);
    if (ends.isAfter(now.plus(longest))) {
      throw new IllegalArgumentException(
          "an end at %s is too far ahead: at most %d hours, so %s"
              .formatted(ends, longest.toHours(), now.plus(longest)));
    }
  }

  private static void demandPlays(int plays) {
    if (plays < 1 || plays > MOST_PLAYS) {
      throw new IllegalArgumentException(
          "%d plays are not possible: from 1 to %d are".formatted(plays, MOST_PLAYS));
    }
  }

  /** The account, made, and the guest's row, not stored yet. */
  private static GuestRecord row(
      DSLContext sql,
      TenantSlug tenant,
      String userId,
      String name,
      String displayName,
      Terms terms,
      Instant now,
      String actor) {
    Directory.User user =
        new Directory.User(
            userId, tenant, name, displayName, null, Set.of(), false, AccountKind.GUEST);
    if (!People.insert(sql, user, now, actor)) {
      throw new IllegalArgumentException("there is an account '%s' already".formatted(name));
    }
    GuestRecord row = sql.newRecord(GUEST);
    row.setTenant(tenant.value());
    row.setUserId(userId);
    row.setMatter(terms.matter());
    row.setDownload(terms.download());
    row.setReason(Text.clean(terms.reason()));
    row.setInvitedAt(now);
    row.setInvitedBy(Text.clean(actor));
    row.setEndsAt(CallRows.micros(terms.ends()));
    row.setPlaysAllowed(terms.plays());
    row.setPlaysUsed(0);
    return row;
  }

  private static Instant expiry(Instant now, Instant ends) {
    Instant expires = now.plus(CODE_VALID);
    return expires.isBefore(ends) ? expires : CallRows.micros(ends);
  }

  /** Not the code's hash: the journal is read by whoever rebuilds a catalog. */
  private static Map<String, Object> shown(GuestRecord row) {
    Map<String, Object> shown = new TreeMap<>();
    shown.put("user", row.getUserId());
    shown.put("matter", row.getMatter());
    shown.put("download", row.getDownload());
    shown.put("reason", row.getReason());
    shown.put("ends", row.getEndsAt());
    shown.put("plays", row.getPlaysAllowed());
    if (row.getProvider() != null) {
      shown.put("provider", row.getProvider());
    }
    if (row.getPlatformUser() != null) {
      shown.put("platformUser", row.getPlatformUser());
    }
    return shown;
  }

  @Override
  public List<Guest> list(TenantSlug tenant) {
    return transactions.inTenant(
        tenant,
        sql ->
            select(sql, GUEST.TENANT.eq(tenant.value()))
                .orderBy(GUEST.INVITED_AT.desc(), GUEST.USER_ID)
                .fetch(PostgresGuests::guest));
  }

  private static org.jooq.SelectConditionStep<? extends Record> select(
      DSLContext sql, Condition which) {
    return sql.select(GUEST.fields())
        .select(APP_USER.NAME, APP_USER.DISPLAY_NAME)
        .from(GUEST)
        .join(APP_USER)
        .on(APP_USER.TENANT.eq(GUEST.TENANT), APP_USER.ID.eq(GUEST.USER_ID))
        .where(which);
  }

  private static Condition is(TenantSlug tenant, String userId) {
    return GUEST.TENANT.eq(tenant.value()).and(GUEST.USER_ID.eq(Text.clean(userId)));
  }

  @Override
  public Optional<Guest> find(TenantSlug tenant, String userId) {
    return transactions.inTenant(tenant, sql -> find(sql, tenant, userId));
  }

  private static Optional<Guest> find(DSLContext sql, TenantSlug tenant, String userId) {
    return select(sql, is(tenant, userId)).fetchOptional(PostgresGuests::guest);
  }

  private static Guest demandGuest(DSLContext sql, TenantSlug tenant, String userId) {
    return find(sql, tenant, userId)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tenant %s has no guest '%s'".formatted(tenant, userId)));
  }

  private static Guest guest(Record record) {
    GuestRecord row = record.into(GUEST);
    return new Guest(
        new TenantSlug(row.getTenant()),
        row.getUserId(),
        record.get(APP_USER.NAME),
        record.get(APP_USER.DISPLAY_NAME),
        new Terms(
            row.getMatter(),
            row.getDownload(),
            row.getReason(),
            row.getEndsAt(),
            row.getPlaysAllowed()),
        row.getProvider(),
        row.getPlatformUser(),
        row.getInvitedAt(),
        row.getInvitedBy(),
        row.getCodeExpiresAt(),
        row.getAcceptedAt(),
        row.getPlaysUsed(),
        row.getEndedAt(),
        row.getEndedBy());
  }

  private static Condition acceptable(TenantSlug tenant, String codeHash, Instant now) {
    return GUEST
        .TENANT
        .eq(tenant.value())
        .and(GUEST.CODE_HASH.eq(codeHash))
        .and(GUEST.CODE_EXPIRES_AT.gt(now))
        .and(GUEST.ENDS_AT.gt(now))
        .and(GUEST.ENDED_AT.isNull());
  }

  @Override
  public Optional<Guest> invited(TenantSlug tenant, String codeHash) {
    return transactions.inTenant(
        tenant,
        sql ->
            select(sql, acceptable(tenant, codeHash, clock.instant()))
                .fetchOptional(PostgresGuests::guest));
  }

  @Override
  public Guest renew(TenantSlug tenant, String userId, String codeHash, String actor) {
    return change(
        tenant,
        (sql, now) -> {
          GuestRecord row = running(sql, tenant, userId, now);
          if (row.getAcceptedAt() != null) {
            throw new IllegalArgumentException(
                "the invitation was accepted at %s; there is none to renew"
                    .formatted(row.getAcceptedAt()));
          }
          row.setCodeHash(codeHash);
          row.setCodeExpiresAt(expiry(now, row.getEndsAt()));
          row.update();
          Journal.write(sql, tenant, now, actor, "guest.renew-invitation", Map.of("user", userId));
          return demandGuest(sql, tenant, userId);
        });
  }

  /** The row of a guest who is not ended, locked. */
  private static GuestRecord running(
      DSLContext sql, TenantSlug tenant, String userId, Instant now) {
    GuestRecord row =
        sql.selectFrom(GUEST)
            .where(is(tenant, userId))
            .forUpdate()
            .fetchOptional()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "tenant %s has no guest '%s'".formatted(tenant, userId)));
    if (row.getEndedAt() != null || !row.getEndsAt().isAfter(now)) {
      throw new IllegalArgumentException(
          "the guest's access ended at %s; invite anew"
              .formatted(row.getEndedAt() == null ? row.getEndsAt() : row.getEndedAt()));
    }
    return row;
  }

  @Override
  public Optional<Guest> accept(TenantSlug tenant, String codeHash, Acceptance by, String actor) {
    return change(
        tenant,
        (sql, now) -> {
          GuestRecord row =
              sql.selectFrom(GUEST).where(acceptable(tenant, codeHash, now)).forUpdate().fetchOne();
          if (row == null) {
            return Optional.empty();
          }
          Matters.demandOpen(sql, tenant, row.getMatter());
          Map<String, Object> data = new TreeMap<>(Map.of("user", row.getUserId()));
          switch (by) {
            case Acceptance.Password password -> {
              demandProvider(row, false);
              data.put("passwordHash", password.hash());
              sql.update(APP_USER)
                  .set(APP_USER.PASSWORD_HASH, password.hash())
                  .where(APP_USER.TENANT.eq(tenant.value()))
                  .and(APP_USER.ID.eq(row.getUserId()))
                  .execute();
            }
            case Acceptance.Identity identity -> {
              demandProvider(row, true);
              data.put("issuer", identity.issuer());
              data.put("subject", identity.subject());
              link(sql, row, identity, now);
            }
          }
          Journal.write(sql, tenant, now, actor, "guest.accept", data);
          letIn(sql, row, now, actor);
          row.update();
          return find(sql, tenant, row.getUserId());
        });
  }

  private static void demandProvider(GuestRecord row, boolean through) {
    if ((row.getProvider() != null) != through) {
      throw new IllegalArgumentException(
          row.getProvider() == null
              ? "the invitation is for an account with a password"
              : "the invitation is accepted by signing in through " + row.getProvider());
    }
  }

  private static void link(
      DSLContext sql, GuestRecord row, Acceptance.Identity identity, Instant now) {
    int rows =
        sql.insertInto(IDENTITY_LINK)
            .set(IDENTITY_LINK.TENANT, row.getTenant())
            .set(IDENTITY_LINK.USER_ID, row.getUserId())
            .set(IDENTITY_LINK.PROVIDER, Objects.requireNonNull(row.getProvider()))
            .set(IDENTITY_LINK.ISSUER, identity.issuer())
            .set(IDENTITY_LINK.SUBJECT, Text.clean(identity.subject()))
            .set(IDENTITY_LINK.MARKED_AT, now)
            .set(IDENTITY_LINK.LINKED_AT, now)
            .onConflictDoNothing()
            .execute();
    if (rows == 0) {
      throw new IllegalArgumentException(
          "whoever signed in through %s has an account in this tenant already"
              .formatted(row.getProvider()));
    }
  }

  /**
   * Lets the account be used, and gives it what the invitation says. The row is not stored here.
   */
  private static void letIn(DSLContext sql, GuestRecord row, Instant now, String actor) {
    TenantSlug tenant = new TenantSlug(row.getTenant());
    sql.update(APP_USER)
        .set(APP_USER.ACTIVE, true)
        .where(APP_USER.TENANT.eq(row.getTenant()))
        .and(APP_USER.ID.eq(row.getUserId()))
        .execute();
    Assignments.begin(sql, tenant, row.getUserId(), now);
    grant(sql, row, now, actor);
    row.setAcceptedAt(now);
    row.setCodeHash(null);
    row.setCodeExpiresAt(null);
  }

  private static void grant(DSLContext sql, GuestRecord row, Instant now, String actor) {
    EnumSet<Right> rights = EnumSet.of(Right.SEARCH, Right.LISTEN);
    if (row.getDownload()) {
      rights.add(Right.DOWNLOAD);
    }
    Grants.make(
        sql,
        new TenantSlug(row.getTenant()),
        new Grant(
            UUID.randomUUID(),
            new Holder.OfUser(row.getUserId()),
            rights,
            new Target.InMatter(row.getMatter()),
            new Validity(now, row.getEndsAt())),
        now,
        actor);
  }

  @Override
  public Guest extend(TenantSlug tenant, String userId, Instant ends, int plays, String actor) {
    return change(
        tenant,
        (sql, now) -> {
          GuestRecord row = running(sql, tenant, userId, now);
          if (row.getPlatformUser() != null) {
            throw new IllegalArgumentException(
                "a consent to support is given once, for its time; end it, or let support ask"
                    + " again");
          }
          demandEnd(ends, now, LONGEST);
          demandPlays(plays);
          if (plays < row.getPlaysUsed()) {
            throw new IllegalArgumentException(
                "%d plays are fewer than the %d that were used"
                    .formatted(plays, row.getPlaysUsed()));
          }
          row.setEndsAt(CallRows.micros(ends));
          row.setPlaysAllowed(plays);
          // Before the grants that it brings
          Journal.write(
              sql,
              tenant,
              now,
              actor,
              "guest.extend",
              Map.of("user", userId, "ends", row.getEndsAt(), "plays", plays));
          if (row.getAcceptedAt() != null) {
            // A grant is made and ended, never changed
            Matters.demandOpen(sql, tenant, row.getMatter());
            Assignments.revokeGrants(sql, tenant, userId, now, actor);
            grant(sql, row, now, actor);
            // Else a session that began before goes on after a sooner end
            sql.update(PORTAL_SESSION)
                .set(PORTAL_SESSION.EXPIRES_AT, row.getEndsAt())
                .where(PORTAL_SESSION.TENANT.eq(tenant.value()))
                .and(PORTAL_SESSION.USER_ID.eq(userId))
                .and(PORTAL_SESSION.EXPIRES_AT.gt(row.getEndsAt()))
                .execute();
          } else if (row.getCodeExpiresAt() != null
              && row.getCodeExpiresAt().isAfter(row.getEndsAt())) {
            row.setCodeExpiresAt(row.getEndsAt());
          }
          row.update();
          return demandGuest(sql, tenant, userId);
        });
  }

  @Override
  public boolean end(TenantSlug tenant, String userId, String actor) {
    return change(
        tenant,
        (sql, now) -> {
          int rows =
              sql.update(GUEST)
                  .set(GUEST.ENDED_AT, now)
                  .set(GUEST.ENDED_BY, Text.clean(actor))
                  .setNull(GUEST.CODE_HASH)
                  .setNull(GUEST.CODE_EXPIRES_AT)
                  .where(is(tenant, userId))
                  .and(GUEST.ENDED_AT.isNull())
                  .execute();
          if (rows == 0) {
            demandGuest(sql, tenant, userId);
            return false;
          }
          int active =
              sql.update(APP_USER)
                  .set(APP_USER.ACTIVE, false)
                  .where(APP_USER.TENANT.eq(tenant.value()))
                  .and(APP_USER.ID.eq(userId))
                  .and(APP_USER.ACTIVE.isTrue())
                  .execute();
          if (active > 0) {
            Assignments.leave(sql, tenant, userId, now, actor);
          }
          Journal.write(sql, tenant, now, actor, "guest.end", Map.of("user", userId));
          return true;
        });
  }

  @Override
  public void countDownload(TenantSlug tenant, String userId) {
    transactions.inTenant(
        tenant,
        sql -> {
          count(sql, tenant, userId, clock.instant());
          return true;
        });
  }

  /** Counts a play; the guest's row is locked from then on, so that none is counted twice. */
  static void count(DSLContext sql, TenantSlug tenant, String userId, Instant now) {
    int rows =
        sql.update(GUEST)
            .set(GUEST.PLAYS_USED, GUEST.PLAYS_USED.plus(1))
            .where(is(tenant, userId))
            .and(GUEST.PLAYS_USED.lt(GUEST.PLAYS_ALLOWED))
            .and(GUEST.ACCEPTED_AT.isNotNull())
            .and(GUEST.ENDED_AT.isNull())
            .and(GUEST.ENDS_AT.gt(now))
            .execute();
    if (rows > 0) {
      Journal.write(
          sql, tenant, now, "job:guest-plays", "guest.count-play", Map.of("user", userId));
      return;
    }
    @Nullable GuestRecord row = sql.selectFrom(GUEST).where(is(tenant, userId)).fetchOne();
    if (row != null) {
      throw new Plays.NoPlayLeftException(
          row.getPlaysUsed() < row.getPlaysAllowed()
              ? "Your access as a guest has ended."
              : "Your invitation gives %d plays, and all of them are used."
                  .formatted(row.getPlaysAllowed()));
    }
  }

  @Override
  public List<Guest> overdue(Instant now, int limit) {
    return transactions.asWorker(
        sql ->
            select(sql, GUEST.ENDED_AT.isNull().and(GUEST.ENDS_AT.le(now)))
                .orderBy(GUEST.ENDS_AT)
                .limit(limit)
                .fetch(PostgresGuests::guest));
  }
}
