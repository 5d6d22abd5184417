package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.generated.Tables.APP_USER;
import static io.earwitness.archive.catalog.generated.Tables.PROVISIONED_USER;

import io.earwitness.access.AccountKind;
import io.earwitness.archive.catalog.ProvisionedPeople.Contact;
import io.earwitness.archive.catalog.ProvisionedPeople.Page;
import io.earwitness.archive.catalog.ProvisionedPeople.Profile;
import io.earwitness.archive.catalog.ProvisionedPeople.Sought;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Reads people as an identity provider sees them. */
final class ProvisionedProfiles {
  private ProvisionedProfiles() {}

  /** As they are kept. */
  record Contacts(@Nullable List<Contact> emails, @Nullable List<Contact> phoneNumbers) {
    static final Contacts NONE = new Contacts(null, null);
  }

  private static Condition seen(TenantSlug tenant) {
    return APP_USER
        .TENANT
        .eq(tenant.value())
        .and(APP_USER.KIND.eq(AccountKind.PERSON.wireName()))
        .and(PROVISIONED_USER.DELETED_AT.isNull());
  }

  static Condition named(String name) {
    return DSL.lower(APP_USER.NAME).eq(DSL.lower(Text.clean(name)));
  }

  static Page<Profile> find(
      DSLContext sql, TenantSlug tenant, Sought sought, int offset, int limit) {
    Condition which = seen(tenant);
    if (sought.id() != null) {
      which = which.and(APP_USER.ID.eq(Text.clean(sought.id())));
    }
    if (sought.name() != null) {
      which = which.and(named(sought.name()));
    }
    if (sought.displayName() != null) {
      which =
          which.and(
              DSL.lower(APP_USER.DISPLAY_NAME).eq(DSL.lower(Text.clean(sought.displayName()))));
    }
    if (sought.externalId() != null) {
      which = which.and(PROVISIONED_USER.EXTERNAL_ID.eq(Text.clean(sought.externalId())));
    }
    if (sought.active() != null) {
      which = which.and(APP_USER.ACTIVE.eq(sought.active()));
    }
    int total =
        Objects.requireNonNull(
            sql.selectCount()
                .from(APP_USER)
                .leftJoin(PROVISIONED_USER)
                .on(
                    PROVISIONED_USER.TENANT.eq(APP_USER.TENANT),
                    PROVISIONED_USER.USER_ID.eq(APP_USER.ID))
                .where(which)
                .fetchSingle()
                .value1());
    List<Profile> items =
        limit == 0
            ? List.of()
            : rows(sql, which)
                .orderBy(APP_USER.NAME, APP_USER.ID)
                .offset(offset)
                .limit(limit)
                .fetch(ProvisionedProfiles::profile);
    return new Page<>(total, items);
  }

  static Optional<Profile> get(DSLContext sql, TenantSlug tenant, String id) {
    return rows(sql, seen(tenant).and(APP_USER.ID.eq(Text.clean(id))))
        .fetchOptional(ProvisionedProfiles::profile);
  }

  static SelectConditionStep<Record> rows(DSLContext sql, Condition which) {
    return sql.select()
        .from(APP_USER)
        .leftJoin(PROVISIONED_USER)
        .on(PROVISIONED_USER.TENANT.eq(APP_USER.TENANT), PROVISIONED_USER.USER_ID.eq(APP_USER.ID))
        .where(which);
  }

  static Profile profile(Record row) {
    Contacts contacts = contacts(row.get(PROVISIONED_USER.CONTACTS));
    Instant modified = row.get(PROVISIONED_USER.MODIFIED_AT);
    return new Profile(
        row.get(APP_USER.ID),
        row.get(APP_USER.NAME),
        row.get(APP_USER.DISPLAY_NAME),
        row.get(PROVISIONED_USER.EXTERNAL_ID),
        row.get(PROVISIONED_USER.GIVEN_NAME),
        row.get(PROVISIONED_USER.FAMILY_NAME),
        contacts.emails() == null ? List.of() : contacts.emails(),
        contacts.phoneNumbers() == null ? List.of() : contacts.phoneNumbers(),
        row.get(APP_USER.ACTIVE),
        row.get(APP_USER.ADDED_AT),
        modified == null ? row.get(APP_USER.ADDED_AT) : modified);
  }

  private static Contacts contacts(@Nullable JSONB json) {
    try {
      return json == null
          ? Contacts.NONE
          : Json.read(json.data().getBytes(StandardCharsets.UTF_8), Contacts.class);
    } catch (IOException e) {
      throw new UncheckedIOException("contacts of a person in the catalog", e);
    }
  }
}
