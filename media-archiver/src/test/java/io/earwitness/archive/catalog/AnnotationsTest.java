package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.Annotations.Author;
import io.earwitness.archive.catalog.Annotations.Note;
import io.earwitness.archive.catalog.Annotations.Tagging;
import io.earwitness.archive.catalog.Annotations.Version;
import io.earwitness.archive.catalog.generated.Tables;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.RetentionRule;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnnotationsTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Author ANNA = new Author("u-anna", "user:anna@acme");
  private static final Author BERND = new Author("u-bernd", "user:bernd@acme");

  private final CatalogDatabase database =
      CatalogDatabase.open(TestServer.bundled().newDatabase(), Clock.systemUTC());
  private final Annotations annotations = database.annotations();

  AnnotationsTest() throws Exception {}

  @BeforeAll
  void tenants() {
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(new Directory.Tenant(tenant, tenant.value(), BERLIN, Set.of(), 1), "test");
    }
    database
        .retention()
        .set(
            ACME,
            0,
            RetentionClass.ONE_YEAR,
            List.of(
                rule("Fraud", RetentionClass.SEVEN_YEARS, "fraud"),
                rule("Trial", RetentionClass.INDEFINITE, "trial"),
                rule("Spam", RetentionClass.days(1), "spam")),
            "test");
  }

  private static RetentionRule rule(String name, RetentionClass keep, String tag) {
    return new RetentionRule(name, Set.of(), List.of(), Set.of(), Set.of(), keep, Set.of(tag));
  }

  @AfterAll
  void close() {
    database.close();
  }

  private CallSummary closed() {
    // Later than the policy
    CallSummary call = TestCalls.as(TestCalls.live(ACME, Instant.now()), CallState.CLOSED);
    database.calls().report(call);
    return call;
  }

  private CallCatalog.CallEntry found(RecordingId id) {
    return database.calls().find(ACME, id).orElseThrow();
  }

  private List<String> journalled(RecordingId id) {
    return database
        .transactions()
        .inTenant(
            ACME,
            sql ->
                sql.select(Tables.JOURNAL_ENTRY.KIND)
                    .from(Tables.JOURNAL_ENTRY)
                    .where(DSL.condition("cast(data as text) like {0}", DSL.val("%" + id + "%")))
                    .orderBy(Tables.JOURNAL_ENTRY.POSITION)
                    .fetch(row -> row.value1()));
  }

  @Test
  void tagsComeAndGoAndWhatWasStays() {
    RecordingId id = closed().id();
    long version = found(id).version();

    assertThat(annotations.tag(ACME, id, "vip", "user:anna@acme")).isTrue();
    assertThat(annotations.tag(ACME, id, "vip", "user:bernd@acme")).isFalse();
    assertThat(annotations.tag(ACME, id, "complaint", "user:bernd@acme")).isTrue();
    assertThat(found(id).tags()).containsExactly("complaint", "vip");
    assertThat(found(id).version()).isEqualTo(version + 2);
    assertThat(annotations.untag(ACME, id, "vip", "user:bernd@acme")).isTrue();
    assertThat(annotations.untag(ACME, id, "vip", "user:bernd@acme")).isFalse();
    assertThat(annotations.tag(ACME, id, "vip", "user:anna@acme")).isTrue();

    assertThat(annotations.tags(ACME, id))
        .extracting(Tagging::tag, Tagging::addedBy, Tagging::removedBy)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("vip", "user:anna@acme", "user:bernd@acme"),
            org.assertj.core.groups.Tuple.tuple("complaint", "user:bernd@acme", null),
            org.assertj.core.groups.Tuple.tuple("vip", "user:anna@acme", null));
    assertThat(journalled(id)).containsExactly("tag.add", "tag.add", "tag.remove", "tag.add");
    assertThat(annotations.tags(GLOBEX, id)).isEmpty();
    assertThatThrownBy(() -> annotations.tag(GLOBEX, id, "vip", "user:eve@globex"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no such recording");
  }

  @Test
  void aNoteKeepsWhatItSaidAndIsItsAuthorsAlone() {
    RecordingId id = closed().id();

    Note made = annotations.note(ACME, id, ANNA, "He names the price.", 12_500L);
    annotations.note(ACME, id, BERND, "Second opinion", null);
    Note changed = annotations.change(ACME, id, made.id(), 1, ANNA, "She names the price.");
    assertThatThrownBy(() -> annotations.change(ACME, id, made.id(), 1, ANNA, "x"))
        .hasMessageContaining("version 2 by now, not 1");
    assertThatThrownBy(() -> annotations.change(ACME, id, made.id(), 2, BERND, null))
        .hasMessageContaining("only user:anna@acme");
    Note withdrawn = annotations.change(ACME, id, made.id(), 2, ANNA, null);

    assertThat(changed.offsetMs()).isEqualTo(12_500);
    assertThat(withdrawn.isWithdrawn()).isTrue();
    assertThat(withdrawn.versions())
        .extracting(Version::text)
        .containsExactly("He names the price.", "She names the price.", null);
    assertThat(annotations.notes(ACME, id))
        .extracting(Note::author, Note::isWithdrawn)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("u-anna", true),
            org.assertj.core.groups.Tuple.tuple("u-bernd", false));
    assertThatThrownBy(() -> annotations.change(ACME, id, made.id(), 3, ANNA, "again"))
        .hasMessageContaining("was withdrawn");
    assertThatThrownBy(() -> annotations.change(ACME, id, UUID.randomUUID(), 1, ANNA, "x"))
        .hasMessage("there is no such note");
    assertThat(journalled(id))
        .containsExactly("note.add", "note.add", "note.change", "note.withdraw");
    assertThat(annotations.notes(GLOBEX, id)).isEmpty();
  }

  /** By the tenant's calendar: what a rule says from the call's end on. */
  private static Instant years(CallSummary call, int years) {
    return CallRows.micros(
        Objects.requireNonNull(call.end()).atZone(BERLIN).plusYears(years).toInstant());
  }

  @Test
  void aTagLengthensAndItsRemovalShortensNothing() {
    CallSummary call = closed();
    RecordingId id = call.id();
    Instant first = years(call, 1);
    CallCatalog.ArchivedCall archived = TestCalls.archived(call, 0, CallState.ARCHIVED);
    database.calls().archived(keptUntil(archived, first));

    annotations.tag(ACME, id, "spam", "user:anna@acme");
    assertThat(keepUntil(id)).isEqualTo(first);
    annotations.tag(ACME, id, "fraud", "user:anna@acme");
    assertThat(keepUntil(id)).isEqualTo(years(call, 7));
    annotations.untag(ACME, id, "fraud", "user:anna@acme");
    assertThat(keepUntil(id)).isEqualTo(years(call, 7));
    annotations.tag(ACME, id, "trial", "user:anna@acme");
    assertThat(keepUntil(id)).isEqualTo(years(call, 100));

    assertThat(journalled(id))
        .containsExactly(
            "licence.count",
            "tag.add",
            "tag.add",
            "retention.lengthen",
            "tag.remove",
            "tag.add",
            "retention.lengthen");
    assertThat(found(id).tags()).containsExactlyInAnyOrder("spam", "trial");
  }

  @Test
  void aTagThatComesBeforeTheArchiveLengthensAsItIsArchived() {
    CallSummary call = closed();
    annotations.tag(ACME, call.id(), "fraud", "user:anna@acme");
    CallCatalog.ArchivedCall archived = TestCalls.archived(call, 0, CallState.ARCHIVED);

    database.calls().archived(keptUntil(archived, years(call, 1)));

    assertThat(keepUntil(call.id())).isEqualTo(years(call, 7));
    assertThat(journalled(call.id())).containsExactly("tag.add", "retention.lengthen");
  }

  /** The database itself refuses it, to whoever has its password. */
  @Test
  void nothingShortensUntilWhenARecordingIsKept() {
    CallSummary call = closed();
    database
        .calls()
        .archived(keptUntil(TestCalls.archived(call, 0, CallState.ARCHIVED), years(call, 1)));

    assertThatThrownBy(
            () ->
                database
                    .transactions()
                    .inTenant(
                        ACME,
                        sql ->
                            sql.update(Tables.CALL_ARCHIVE)
                                .set(Tables.CALL_ARCHIVE.KEEP_UNTIL, years(call, 0))
                                .where(Tables.CALL_ARCHIVE.ID.eq(call.id().value()))
                                .execute()))
        .rootCause()
        .hasMessageContaining("can only be made later");
    assertThat(keepUntil(call.id())).isEqualTo(years(call, 1));
  }

  private Instant keepUntil(RecordingId id) {
    return Objects.requireNonNull(found(id).archive()).keepUntil();
  }

  private static CallCatalog.ArchivedCall keptUntil(
      CallCatalog.ArchivedCall archived, Instant until) {
    return new CallCatalog.ArchivedCall(
        archived.id(),
        archived.tenant(),
        archived.outcome(),
        archived.generation(),
        archived.attempt(),
        archived.manifestKey(),
        archived.manifestVersionId(),
        archived.archivedAt(),
        until,
        archived.audioStart(),
        archived.durationMs(),
        archived.channels(),
        archived.codec(),
        archived.mediaBytes(),
        archived.quality(),
        archived.flags(),
        archived.verifiedAt());
  }
}
