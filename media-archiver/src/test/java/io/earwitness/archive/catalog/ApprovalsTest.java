package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Role;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.ApprovalRules;
import io.earwitness.approval.ApprovalRules.Authority;
import io.earwitness.approval.ApprovalRules.Question;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.AskedAct;
import io.earwitness.approval.Delegation;
import io.earwitness.call.TenantSlug;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Acts that need a second person, and sealed codes, in PostgreSQL. */
class ApprovalsTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  private static final Duration WEEK = Duration.ofDays(7);
  private static final Set<ApprovalState> OPEN =
      Set.of(ApprovalState.REQUESTED, ApprovalState.WAITING);

  private DatabaseConfig.External server;
  private CatalogDatabase database;
  private Approvals approvals;
  private volatile Instant now = START;

  private final Clock clock =
      new Clock() {
        @Override
        public Instant instant() {
          return now;
        }

        @Override
        public ZoneId getZone() {
          return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
          throw new UnsupportedOperationException();
        }
      };

  @BeforeEach
  void open() {
    server = TestServer.bundled().newDatabase();
    database = CatalogDatabase.open(server, clock);
    approvals = database.approvals();
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneId.of("UTC"), Set.of(), 1), "test");
      user(tenant, "ann", Role.TENANT_ADMIN);
      user(tenant, "bob", Role.TENANT_ADMIN);
      user(tenant, "rec", Role.RECORDING_ADMIN);
      user(tenant, "joe", Role.USER);
    }
    now = START.plusSeconds(60);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void user(TenantSlug tenant, String name, Role... roles) {
    database
        .directory()
        .addUser(new Directory.User(name, tenant, name, name, null, Set.of(roles), true), "test");
  }

  private Approval ask(TenantSlug tenant, ApprovalState state) {
    AskedAct act =
        new AskedAct(
            tenant,
            "alarm-channel:desk",
            Map.of(),
            Map.of("type", "email", "address", "a@acme.example"));
    String payload = ApprovalPayload.text(ApprovalKind.DELIVERY_TARGET_SET, act);
    Approval approval =
        new Approval(
            UUID.randomUUID(),
            tenant,
            ApprovalKind.DELIVERY_TARGET_SET,
            state,
            act,
            payload,
            ApprovalPayload.sha256(payload),
            "ann",
            "user:ann@" + tenant,
            Set.of("joe"),
            "new desk",
            now,
            now.plus(WEEK),
            state == ApprovalState.WAITING ? now.plus(WEEK) : null,
            List.of());
    approvals.add(approval);
    return approvals.find(tenant, approval.id()).orElseThrow();
  }

  private Approval.Step step(ApprovalState state, @Nullable String user) {
    return new Approval.Step(state, now, user, user == null ? "job" : "user:" + user, null, "");
  }

  @Test
  void what_was_asked_is_kept_as_it_was_shown_with_every_step() {
    Approval asked = ask(ACME, ApprovalState.REQUESTED);
    assertThat(asked.payload())
        .isEqualTo(
            "{\"after\":{\"address\":\"a@acme.example\",\"type\":\"email\"},\"before\":{},"
                + "\"kind\":\"delivery-target.set\",\"object\":\"alarm-channel:desk\",\"tenant\":\"acme\"}");
    assertThat(asked.sha256()).isEqualTo(ApprovalPayload.sha256(asked.payload()));
    assertThat(asked.act().after()).containsEntry("type", "email");
    now = now.plusSeconds(5);
    Approval approved =
        approvals.step(ACME, asked.id(), OPEN, step(ApprovalState.APPROVED, "bob")).orElseThrow();
    assertThat(approved.approver()).isEqualTo("user:bob");
    assertThat(approvals.step(ACME, asked.id(), OPEN, step(ApprovalState.REJECTED, "rec")))
        .as("decided already")
        .isEmpty();
    assertThat(approvals.find(ACME, asked.id()).orElseThrow().steps())
        .extracting(Approval.Step::state)
        .containsExactly(ApprovalState.REQUESTED, ApprovalState.APPROVED);
    assertThat(approvals.list(ACME, true, 10)).containsExactly(approved);
    assertThat(approvals.find(GLOBEX, asked.id())).isEmpty();
    assertThat(approvals.list(GLOBEX, false, 10)).isEmpty();
  }

  @Test
  void the_database_itself_refuses_an_approval_by_the_asker_or_whom_it_benefits() {
    Approval asked = ask(ACME, ApprovalState.REQUESTED);
    for (String user : List.of("ann", "joe")) {
      assertThatThrownBy(
              () -> approvals.step(ACME, asked.id(), OPEN, step(ApprovalState.APPROVED, user)))
          .as(user)
          .isInstanceOf(RuntimeException.class);
    }
    assertThat(approvals.find(ACME, asked.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.REQUESTED);
  }

  @Test
  void two_executors_at_once_do_it_once() throws Exception {
    Approval asked = ask(ACME, ApprovalState.REQUESTED);
    approvals.step(ACME, asked.id(), OPEN, step(ApprovalState.APPROVED, "bob"));
    AtomicInteger done = new AtomicInteger();
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(2)) {
      Future<Boolean> first =
          threads.submit(
              () ->
                  approvals.execute(
                      ACME,
                      asked.id(),
                      _ -> {
                        done.incrementAndGet();
                        inside.countDown();
                        try {
                          assertThat(leave.await(20, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                        return step(ApprovalState.EXECUTED, null);
                      }));
      assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
      boolean second =
          approvals.execute(
              ACME,
              asked.id(),
              _ -> {
                done.incrementAndGet();
                return step(ApprovalState.EXECUTED, null);
              });
      leave.countDown();
      assertThat(second).isFalse();
      assertThat(first.get(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(done).hasValue(1);
    assertThat(approvals.execute(ACME, asked.id(), _ -> step(ApprovalState.EXECUTED, null)))
        .as("done already")
        .isFalse();
    assertThat(approvals.find(ACME, asked.id()).orElseThrow().state())
        .isEqualTo(ApprovalState.EXECUTED);
  }

  @Test
  void what_breaks_off_is_due_again() {
    Approval asked = ask(ACME, ApprovalState.REQUESTED);
    approvals.step(ACME, asked.id(), OPEN, step(ApprovalState.APPROVED, "bob"));
    assertThatThrownBy(
            () ->
                approvals.execute(
                    ACME,
                    asked.id(),
                    _ -> {
                      throw new IllegalStateException("power cut");
                    }))
        .hasMessageContaining("power cut");
    assertThat(approvals.due()).extracting(Approval::id).containsExactly(asked.id());
  }

  @Test
  void what_waits_is_due_when_its_time_has_come_and_what_nobody_decided_when_it_expires() {
    Approval waits = ask(ACME, ApprovalState.WAITING);
    Approval expires = ask(GLOBEX, ApprovalState.REQUESTED);
    assertThat(database.conditions(limits()).find())
        .filteredOn(found -> found.kind() == AlarmKind.APPROVAL_WAITING)
        .extracting(CatalogConditions.Found::tenant)
        .containsExactly(ACME);
    now = waits.askedAt().plus(WEEK).minusMillis(1);
    assertThat(approvals.due()).isEmpty();
    assertThat(approvals.execute(ACME, waits.id(), _ -> step(ApprovalState.EXECUTED, null)))
        .isFalse();
    now = waits.askedAt().plus(WEEK);
    assertThat(approvals.due())
        .extracting(Approval::id)
        .containsExactlyInAnyOrder(waits.id(), expires.id());
    assertThat(approvals.execute(ACME, waits.id(), _ -> step(ApprovalState.EXECUTED, null)))
        .isTrue();
    assertThat(approvals.step(GLOBEX, expires.id(), OPEN, step(ApprovalState.EXPIRED, null)))
        .isPresent();
    assertThat(approvals.due()).isEmpty();
  }

  private static CatalogConditions.Limits limits() {
    return CatalogConditions.Limits.of(Duration.ofMinutes(5), Duration.ofHours(1));
  }

  private Authority decide(Question question, String user) {
    AccessSnapshot directory = database.access().snapshot(ACME);
    return ApprovalRules.approve(
        directory, question, approvals.delegations(ACME), user, directory.present(now));
  }

  private Authority reject(Question question, ApprovalState state, String user) {
    AccessSnapshot directory = database.access().snapshot(ACME);
    return ApprovalRules.reject(
        directory, question, state, approvals.delegations(ACME), user, directory.present(now));
  }

  private boolean isDecidable(Question question) {
    AccessSnapshot directory = database.access().snapshot(ACME);
    return ApprovalRules.isDecidable(
        directory, question, approvals.delegations(ACME), directory.present(now));
  }

  private static Question question(String askedBy, Instant at, String... benefits) {
    return new Question(ApprovalKind.DELIVERY_TARGET_SET, askedBy, Set.of(benefits), at);
  }

  @Test
  void nobody_decides_the_own_request_or_what_benefits_oneself_or_gets_the_role_for_it() {
    Question question = question("ann", now);
    assertThat(decide(question, "ann")).isInstanceOf(Authority.Missing.class);
    assertThat(decide(question, "bob")).isEqualTo(new Authority.Given(null));
    assertThat(decide(question, "rec")).isInstanceOf(Authority.Missing.class);
    assertThat(decide(question("ann", now, "bob"), "bob")).isInstanceOf(Authority.Missing.class);
    assertThat(isDecidable(question)).isTrue();

    now = now.plusSeconds(60);
    user(ACME, "sock", Role.TENANT_ADMIN);
    assertThat(decide(question, "sock"))
        .as("made after it was asked for")
        .isInstanceOf(Authority.Missing.class);
    database.access().setActive(ACME, "bob", false, "test");
    assertThat(decide(question, "bob")).isInstanceOf(Authority.Missing.class);
    assertThat(isDecidable(question)).isFalse();
    // Nobody decides, but privileged people may stop what waits
    assertThat(reject(question, ApprovalState.WAITING, "rec")).isInstanceOf(Authority.Given.class);
    assertThat(reject(question, ApprovalState.REQUESTED, "rec"))
        .isInstanceOf(Authority.Missing.class);
    assertThat(reject(question, ApprovalState.WAITING, "ann"))
        .isInstanceOf(Authority.Missing.class);
    assertThat(reject(question, ApprovalState.WAITING, "joe"))
        .isInstanceOf(Authority.Missing.class);
  }

  private Delegation delegate(String from, String to) {
    Delegation delegation =
        new Delegation(UUID.randomUUID(), ACME, from, to, now, now.plus(Duration.ofDays(2)));
    approvals.delegate(delegation, "user:" + from);
    return delegation;
  }

  /** Who came to the role too late to decide in the own place. */
  @Test
  void a_delegate_with_the_role_decides_in_anothers_place_until_it_ends_and_delegates_no_further() {
    Question question = question("ann", now);
    now = now.plusSeconds(10);
    user(ACME, "new", Role.TENANT_ADMIN);
    user(ACME, "new2", Role.TENANT_ADMIN);
    Delegation toNew = delegate("bob", "new");
    delegate("new", "new2");
    delegate("bob", "rec");
    delegate("bob", "joe");
    delegate("bob", "ann");
    assertThat(decide(question, "new")).isEqualTo(new Authority.Given("bob"));
    assertThat(decide(question, "new2")).as("second hand").isInstanceOf(Authority.Missing.class);
    assertThat(decide(question, "rec")).as("not the role").isInstanceOf(Authority.Missing.class);
    assertThat(decide(question, "joe")).as("not privileged").isInstanceOf(Authority.Missing.class);
    assertThat(decide(question, "ann")).as("asked").isInstanceOf(Authority.Missing.class);
    // The asker's own delegate takes the asker's place, who decides nothing here
    delegate("ann", "new2");
    assertThat(decide(question, "new2")).isInstanceOf(Authority.Missing.class);

    assertThat(approvals.endDelegation(ACME, toNew.id(), "ann", "user:ann")).isFalse();
    assertThat(approvals.endDelegation(ACME, toNew.id(), "bob", "user:bob")).isTrue();
    assertThat(approvals.endDelegation(ACME, toNew.id(), "bob", "user:bob")).isFalse();
    assertThat(decide(question, "new")).isInstanceOf(Authority.Missing.class);
    delegate("bob", "new");
    assertThat(decide(question, "new")).isInstanceOf(Authority.Given.class);
    now = now.plus(Duration.ofDays(2));
    assertThat(decide(question, "new")).as("over").isInstanceOf(Authority.Missing.class);
    assertThat(approvals.delegations(ACME)).isEmpty();
    assertThatThrownBy(
            () ->
                approvals.delegate(
                    new Delegation(UUID.randomUUID(), ACME, "bob", "rec", now, now), "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private BreakGlass.Code code(TenantSlug tenant, String selector) {
    return new BreakGlass.Code(
        tenant, selector, "$argon2id$v=19$x", now, now.plus(Duration.ofDays(366)), null);
  }

  private BreakGlass.Use use(String selector) {
    return new BreakGlass.Use(
        UUID.randomUUID(),
        ACME,
        selector,
        "joe",
        "joe",
        now,
        now.plus(Duration.ofHours(24)),
        now.plus(Duration.ofDays(5)),
        null);
  }

  @Test
  void a_code_is_spent_once_and_its_use_stays_an_alarm_until_it_is_reviewed() {
    BreakGlass glass = database.breakGlass();
    glass.addCodes(ACME, List.of(code(ACME, "AAAAAAAA"), code(ACME, "BBBBBBBB")), "cli:root");
    assertThat(glass.code(GLOBEX, "AAAAAAAA")).isEmpty();
    BreakGlass.Use use = use("AAAAAAAA");
    assertThat(glass.use(use, "user:joe@acme")).isTrue();
    assertThat(glass.use(use("AAAAAAAA"), "user:joe@acme")).as("spent").isFalse();
    assertThat(glass.use(use("CCCCCCCC"), "user:joe@acme")).as("no such").isFalse();
    assertThat(glass.code(ACME, "AAAAAAAA").orElseThrow().usedAt()).isEqualTo(now);
    assertThat(glass.isHeld(ACME, "joe")).isTrue();
    assertThat(glass.isHeld(ACME, "ann")).isFalse();
    assertThat(alarms()).containsExactly(AlarmKind.BREAK_GLASS_USED);
    glass.bind(ACME, "ann", "free", "user:ann@acme");
    glass.bind(ACME, "joe", "sock", "user:joe@acme");
    glass.bind(ACME, "joe", "sock", "user:joe@acme");
    glass.bind(ACME, "sock", "sock2", "user:sock@acme");
    assertThat(glass.isHeld(ACME, "free")).as("made by somebody whom nothing binds").isFalse();
    assertThat(glass.isHeld(ACME, "sock")).isTrue();
    assertThat(glass.isHeld(ACME, "sock2")).isTrue();
    assertThat(glass.isHeld(GLOBEX, "sock")).isFalse();
    now = now.plus(Duration.ofHours(24));
    assertThat(glass.isHeld(ACME, "joe")).isFalse();
    assertThat(glass.isHeld(ACME, "sock")).as("until it is reviewed").isTrue();
    now = use.reviewBy().plusSeconds(1);
    assertThat(alarms())
        .containsExactlyInAnyOrder(AlarmKind.BREAK_GLASS_USED, AlarmKind.BREAK_GLASS_UNREVIEWED);
    BreakGlass.Review review = new BreakGlass.Review(now, "user:bob@acme", "all in order");
    assertThat(glass.review(GLOBEX, use.id(), review)).isEmpty();
    assertThat(glass.review(ACME, use.id(), review).orElseThrow().review()).isEqualTo(review);
    assertThat(
            glass
                .review(ACME, use.id(), new BreakGlass.Review(now, "user:rec@acme", "too"))
                .orElseThrow()
                .review())
        .as("who was first stays")
        .isEqualTo(review);
    assertThat(alarms()).isEmpty();
    assertThat(glass.isHeld(ACME, "sock")).as("reviewed").isFalse();
    now = now.plus(Duration.ofDays(366));
    assertThat(glass.use(use("BBBBBBBB"), "user:joe@acme")).as("expired").isFalse();
  }

  private List<AlarmKind> alarms() {
    return database.conditions(limits()).find().stream()
        .map(CatalogConditions.Found::kind)
        .filter(kind -> kind.wireName().startsWith("break-glass"))
        .toList();
  }

  @Test
  void row_level_security_holds_whatever_a_query_asks_and_nothing_is_deleted() throws Exception {
    ask(GLOBEX, ApprovalState.REQUESTED);
    approvals.delegate(
        new Delegation(UUID.randomUUID(), GLOBEX, "bob", "rec", now, now.plus(WEEK)), "x");
    database.breakGlass().addCodes(GLOBEX, List.of(code(GLOBEX, "AAAAAAAA")), "cli:root");
    String app = new Roles(server).app();
    for (String table :
        List.of("approval", "approval_step", "approval_delegation", "break_glass_code")) {
      assertThat(rows(app, "globex", "select count(*) from earwitness." + table))
          .as(table)
          .isEqualTo(1);
      assertThat(rows(app, "acme", "select count(*) from earwitness." + table)).as(table).isZero();
      assertThatThrownBy(
              () -> rows(app, "globex", "delete from earwitness." + table + " returning 1"))
          .as(table)
          .hasMessageContaining("permission denied");
    }
    assertThatThrownBy(
            () -> rows(app, "globex", "update earwitness.approval set payload = 'x' returning 1"))
        .hasMessageContaining("permission denied");
    String worker = new Roles(server).worker();
    assertThatThrownBy(
            () -> rows(worker, "globex", "select count(*) from earwitness.break_glass_code"))
        .hasMessageContaining("permission denied");
  }

  private int rows(String role, String tenant, String query) throws SQLException {
    try (Connection connection = TestServer.connect(server, role);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select set_config('earwitness.tenant', '" + tenant + "', true)");
      try (var row = statement.executeQuery(query)) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
