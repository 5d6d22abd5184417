package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.ACCESS_GRANT;
import static io.earwitness.archive.catalog.generated.Tables.ACCESS_REVIEW;
import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.GUEST;
import static io.earwitness.archive.catalog.generated.Tables.IDENTITY_LINK;
import static io.earwitness.archive.catalog.generated.Tables.MATTER;
import static io.earwitness.archive.catalog.generated.Tables.MATTER_RECORDING;
import static io.earwitness.archive.catalog.generated.Tables.SUPPORT_REQUEST;

import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.Right;
import io.earwitness.access.Target;
import io.earwitness.access.Validity;
import io.earwitness.call.WireName;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.UUID;
import org.jooq.Condition;
import org.jspecify.annotations.Nullable;

/** Applies again who was given which access: grants, matters, guests, support, reviews of it. */
final class ReplayOfAccess {
  private ReplayOfAccess() {}

  static void register(Map<String, Replayed.Handler> kinds) {
    kinds.put("grant.add", ReplayOfAccess::addGrant);
    kinds.put("grant.revoke", ReplayOfAccess::revokeGrant);
    kinds.put("matter.add", ReplayOfAccess::addMatter);
    kinds.put("matter.close", ReplayOfAccess::closeMatter);
    kinds.put("matter.add-recordings", ReplayOfAccess::addRecordings);
    kinds.put("matter.remove-recording", ReplayOfAccess::removeRecording);
    kinds.put("matter.set-owner", ReplayOfAccess::setOwner);
    kinds.put("guest.invite", ReplayOfAccess::invite);
    kinds.put("guest.renew-invitation", entry -> true); // its code does not come back
    kinds.put("guest.accept", ReplayOfAccess::accept);
    kinds.put("guest.extend", ReplayOfAccess::extend);
    kinds.put("guest.count-play", ReplayOfAccess::countPlay);
    kinds.put("guest.end", ReplayOfAccess::end);
    kinds.put("support.ask", ReplayOfAccess::askSupport);
    kinds.put("support.decide", ReplayOfAccess::decideSupport);
    kinds.put("access-review.sign", ReplayOfAccess::signReview);
  }

  private static boolean addGrant(Replayed entry) {
    EnumSet<Right> rights = EnumSet.noneOf(Right.class);
    entry.texts("rights").forEach(right -> rights.add(WireName.parse(Right.class, right)));
    Grant grant =
        new Grant(
            entry.uuid("id"),
            holder(entry.text("holder")),
            rights,
            target(entry.text("on")),
            new Validity(entry.instant("from"), entry.instantOrNull("until")));
    Grants.insert(entry.sql(), entry.tenant(), grant, entry.at(), entry.actor());
    return true;
  }

  private static Holder holder(String text) {
    String id = text.substring(text.indexOf(':') + 1);
    return text.startsWith("team:") ? new Holder.OfTeam(id) : new Holder.OfUser(id);
  }

  private static Target target(String text) {
    String id = text.substring(text.indexOf(':') + 1);
    return switch (text.substring(0, text.length() - id.length())) {
      case "user:" -> new Target.OfUser(id);
      case "team:" -> new Target.OfTeam(id);
      case "matter:" -> new Target.InMatter(UUID.fromString(id));
      default -> new Target.WholeTenant();
    };
  }

  private static boolean revokeGrant(Replayed entry) {
    return entry
            .sql()
            .update(ACCESS_GRANT)
            .set(ACCESS_GRANT.REVOKED_AT, entry.at())
            .set(ACCESS_GRANT.REVOKED_BY, entry.actor())
            .where(ACCESS_GRANT.TENANT.eq(entry.tenantName()))
            .and(ACCESS_GRANT.ID.eq(entry.uuid("id")))
            .execute()
        > 0;
  }

  private static Condition matter(Replayed entry, UUID id) {
    return MATTER.TENANT.eq(entry.tenantName()).and(MATTER.ID.eq(id));
  }

  private static boolean addMatter(Replayed entry) {
    UUID id = entry.uuid("id");
    entry
        .sql()
        .insertInto(MATTER)
        .set(MATTER.TENANT, entry.tenantName())
        .set(MATTER.ID, id)
        .set(MATTER.NAME, entry.text("name"))
        .set(MATTER.KIND, entry.text("kind"))
        .set(MATTER.CREATED_AT, entry.at())
        .set(MATTER.CREATED_BY, entry.actor())
        .execute();
    if (entry.has("owner")) {
      MatterOwners.begin(entry.sql(), entry.tenant(), id, entry.text("owner"), entry.at());
    }
    return true;
  }

  private static boolean closeMatter(Replayed entry) {
    return entry
            .sql()
            .update(MATTER)
            .set(MATTER.CLOSED_AT, entry.at())
            .set(MATTER.CLOSED_BY, entry.actor())
            .where(matter(entry, entry.uuid("matter")))
            .execute()
        > 0;
  }

  private static boolean addRecordings(Replayed entry) {
    for (String recording : entry.texts("recordings")) {
      entry
          .sql()
          .insertInto(MATTER_RECORDING)
          .set(MATTER_RECORDING.TENANT, entry.tenantName())
          .set(MATTER_RECORDING.MATTER, entry.uuid("matter"))
          .set(MATTER_RECORDING.CALL, UUID.fromString(recording))
          .set(MATTER_RECORDING.VALID_FROM, entry.at())
          .execute();
    }
    return true;
  }

  private static boolean removeRecording(Replayed entry) {
    return entry
            .sql()
            .update(MATTER_RECORDING)
            .set(MATTER_RECORDING.VALID_UNTIL, Periods.end(MATTER_RECORDING.VALID_FROM, entry.at()))
            .where(MATTER_RECORDING.TENANT.eq(entry.tenantName()))
            .and(MATTER_RECORDING.MATTER.eq(entry.uuid("matter")))
            .and(MATTER_RECORDING.CALL.eq(entry.uuid("recording")))
            .and(MATTER_RECORDING.VALID_UNTIL.isNull())
            .execute()
        > 0;
  }

  private static boolean setOwner(Replayed entry) {
    String successor = entry.text("after");
    for (String matter : entry.texts("matters")) {
      UUID id = UUID.fromString(matter);
      MatterOwners.succeed(entry.sql(), entry.tenant(), id, successor, entry.at());
    }
    return true;
  }

  private static Condition guest(Replayed entry) {
    return GUEST.TENANT.eq(entry.tenantName()).and(GUEST.USER_ID.eq(entry.text("user")));
  }

  private static boolean invite(Replayed entry) {
    // Support is let in by the consent itself
    @Nullable String platformUser = entry.textOrNull("platformUser");
    entry
        .sql()
        .insertInto(GUEST)
        .set(GUEST.TENANT, entry.tenantName())
        .set(GUEST.USER_ID, entry.text("user"))
        .set(GUEST.MATTER, entry.uuid("matter"))
        .set(GUEST.DOWNLOAD, entry.bool("download"))
        .set(GUEST.REASON, entry.text("reason"))
        .set(GUEST.PROVIDER, entry.textOrNull("provider"))
        .set(GUEST.PLATFORM_USER, platformUser)
        .set(GUEST.INVITED_AT, entry.at())
        .set(GUEST.INVITED_BY, entry.actor())
        .set(GUEST.ENDS_AT, entry.instant("ends"))
        .set(GUEST.PLAYS_ALLOWED, entry.integer("plays"))
        .execute();
    if (platformUser != null) {
      letIn(entry);
    }
    return true;
  }

  /** The grant that it brings has an entry of its own. */
  private static void letIn(Replayed entry) {
    ReplayOfPeople.setActive(entry, entry.text("user"), true);
    Assignments.begin(entry.sql(), entry.tenant(), entry.text("user"), entry.at());
    entry.sql().update(GUEST).set(GUEST.ACCEPTED_AT, entry.at()).where(guest(entry)).execute();
  }

  private static boolean accept(Replayed entry) {
    if (entry.has("passwordHash")) {
      entry
          .sql()
          .update(APP_USER)
          .set(APP_USER.PASSWORD_HASH, entry.text("passwordHash"))
          .where(APP_USER.TENANT.eq(entry.tenantName()))
          .and(APP_USER.ID.eq(entry.text("user")))
          .execute();
    } else {
      entry
          .sql()
          .insertInto(IDENTITY_LINK)
          .set(IDENTITY_LINK.TENANT, entry.tenantName())
          .set(IDENTITY_LINK.USER_ID, entry.text("user"))
          .set(
              IDENTITY_LINK.PROVIDER,
              entry
                  .sql()
                  .select(GUEST.PROVIDER)
                  .from(GUEST)
                  .where(guest(entry))
                  .fetchSingle(GUEST.PROVIDER))
          .set(IDENTITY_LINK.ISSUER, entry.text("issuer"))
          .set(IDENTITY_LINK.SUBJECT, entry.text("subject"))
          .set(IDENTITY_LINK.MARKED_AT, entry.at())
          .set(IDENTITY_LINK.LINKED_AT, entry.at())
          .execute();
    }
    letIn(entry);
    return true;
  }

  private static boolean extend(Replayed entry) {
    // Those made at the same moment are its own: older entries stand after them
    entry
        .sql()
        .update(ACCESS_GRANT)
        .set(ACCESS_GRANT.REVOKED_AT, entry.at())
        .set(ACCESS_GRANT.REVOKED_BY, entry.actor())
        .where(ACCESS_GRANT.TENANT.eq(entry.tenantName()))
        .and(ACCESS_GRANT.HOLDER_USER.eq(entry.text("user")))
        .and(ACCESS_GRANT.REVOKED_AT.isNull())
        .and(ACCESS_GRANT.CREATED_AT.lt(entry.at()))
        .execute();
    return entry
            .sql()
            .update(GUEST)
            .set(GUEST.ENDS_AT, entry.instant("ends"))
            .set(GUEST.PLAYS_ALLOWED, entry.integer("plays"))
            .where(guest(entry))
            .execute()
        > 0;
  }

  private static boolean countPlay(Replayed entry) {
    return entry
            .sql()
            .update(GUEST)
            .set(GUEST.PLAYS_USED, GUEST.PLAYS_USED.plus(1))
            .where(guest(entry))
            .execute()
        > 0;
  }

  private static boolean end(Replayed entry) {
    int rows =
        entry
            .sql()
            .update(GUEST)
            .set(GUEST.ENDED_AT, entry.at())
            .set(GUEST.ENDED_BY, entry.actor())
            .where(guest(entry))
            .execute();
    if (ReplayOfPeople.setActive(entry, entry.text("user"), false)) {
      ReplayOfPeople.leave(entry, entry.text("user"));
    }
    return rows > 0;
  }

  private static boolean askSupport(Replayed entry) {
    entry
        .sql()
        .insertInto(SUPPORT_REQUEST)
        .set(SUPPORT_REQUEST.TENANT, entry.tenantName())
        .set(SUPPORT_REQUEST.ID, entry.uuid("id"))
        // Older entries have the name only
        .set(SUPPORT_REQUEST.PERSON_ID, entry.text(entry.has("personId") ? "personId" : "person"))
        .set(SUPPORT_REQUEST.PERSON_NAME, entry.text("person"))
        .set(SUPPORT_REQUEST.REASON, entry.text("reason"))
        .set(SUPPORT_REQUEST.ASKED_AT, entry.at())
        .set(SUPPORT_REQUEST.ASKED_BY, entry.actor())
        .execute();
    return true;
  }

  private static boolean decideSupport(Replayed entry) {
    return entry
            .sql()
            .update(SUPPORT_REQUEST)
            .set(SUPPORT_REQUEST.DECISION, entry.text("decision"))
            .set(SUPPORT_REQUEST.DECIDED_AT, entry.at())
            .set(SUPPORT_REQUEST.DECIDED_BY, entry.actor())
            .set(SUPPORT_REQUEST.NOTE, entry.textOrNull("note"))
            .set(SUPPORT_REQUEST.GUEST, entry.textOrNull("guest"))
            .where(SUPPORT_REQUEST.TENANT.eq(entry.tenantName()))
            .and(SUPPORT_REQUEST.ID.eq(entry.uuid("id")))
            .execute()
        > 0;
  }

  private static boolean signReview(Replayed entry) {
    entry
        .sql()
        .insertInto(ACCESS_REVIEW)
        .set(ACCESS_REVIEW.TENANT, entry.tenantName())
        .set(ACCESS_REVIEW.ID, entry.uuid("id"))
        .set(ACCESS_REVIEW.AT, entry.at())
        .set(ACCESS_REVIEW.REVIEWER_ID, entry.text("reviewerId"))
        .set(ACCESS_REVIEW.REVIEWER, entry.text("reviewer"))
        .set(ACCESS_REVIEW.STATEMENT, entry.text("statement"))
        .set(ACCESS_REVIEW.PEOPLE, entry.integer("people"))
        .set(ACCESS_REVIEW.GRANTS, entry.integer("grants"))
        .set(ACCESS_REVIEW.UNUSED, entry.integer("unused"))
        .set(ACCESS_REVIEW.REPORT, Base64.getDecoder().decode(entry.text("report")))
        .execute();
    return true;
  }
}
