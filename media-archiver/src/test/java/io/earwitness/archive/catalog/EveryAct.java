package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;

import io.earwitness.access.Holder;
import io.earwitness.access.MatterKind;
import io.earwitness.access.Right;
import io.earwitness.access.Role;
import io.earwitness.access.Target;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.AskedAct;
import io.earwitness.approval.Delegation;
import io.earwitness.archive.catalog.MisplacedCalls.HandOver;
import io.earwitness.archive.catalog.MisplacedCalls.HandOverState;
import io.earwitness.archive.catalog.ProvisionedPeople.Group;
import io.earwitness.archive.catalog.ProvisionedPeople.Profile;
import io.earwitness.archive.catalog.ProvisionedPeople.RemovalLimit;
import io.earwitness.call.CallLimits;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.HolderKind;
import io.earwitness.call.Jurisdiction;
import io.earwitness.call.Licence;
import io.earwitness.call.MatchingRule;
import io.earwitness.call.PauseSettings;
import io.earwitness.call.Persona;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.RetentionRule;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Does everything that is written to the journal, in a catalog that was empty. */
final class EveryAct {
  private static final String BY = "user:ann@acme";
  private static final RemovalLimit ALL = new RemovalLimit(100);

  private final CatalogDatabase database;
  private final Clock clock;
  private final Consumer<Duration> wait;
  private final List<CallSummary> calls = new ArrayList<>();

  /**
   * @param wait moves the clock on
   */
  EveryAct(CatalogDatabase database, Clock clock, Consumer<Duration> wait) {
    this.database = database;
    this.clock = clock;
    this.wait = wait;
  }

  /** The calls of which something is in the store. */
  List<CallSummary> calls() {
    return calls;
  }

  void run() {
    tenants();
    people();
    provisioned();
    numbers();
    signIn();
    UUID matter = access();
    guests(matter);
    approvals();
    policies();
    recordings();
    EveryRetentionAct retention = new EveryRetentionAct(database, clock, wait);
    retention.run(matter);
    calls.addAll(retention.calls());
  }

  private void tenants() {
    Directory directory = database.directory();
    for (TenantSlug tenant : List.of(TenantSlug.PLATFORM, ACME, GLOBEX)) {
      directory.addTenant(
          new Directory.Tenant(
              tenant,
              tenant.value() + " \u0000 \\u0000",
              ZoneId.of("Europe/Berlin"),
              Set.of("Www." + tenant + ".example"),
              7),
          BY);
    }
    directory.setCallLimits(ACME, new CallLimits(5, 9), BY);
    directory.setNumberScreening(ACME, false, BY);
    directory.addKey(
        new Directory.Key(ACME, "0".repeat(64), "-----BEGIN", "customer-held", true), BY);
    directory.addSrc(new RecorderSnapshot.Src("sbc-1", "10.0.0.0/8", ACME), BY);
    directory.setSrc(new RecorderSnapshot.Src("sbc-1", "10.1.0.0/16", GLOBEX), BY);
    directory.setRules(
        List.of(
            new MatchingRule("host", MatchingRule.Kind.REQUEST_URI, null, "a.example", ACME),
            new MatchingRule("header", MatchingRule.Kind.HEADER, "X-Tenant", "globex", GLOBEX)),
        BY);
    database
        .pauses()
        .setSettings(
            ACME, new PauseSettings(60, false, "*71", null, PauseSettings.CodeSide.OWN), BY);
    database.access().allowOwnCalls(ACME, true, BY);
    database.access().allowOwnCalls(ACME, false, BY);
  }

  private void user(TenantSlug tenant, String id, Role... roles) {
    database
        .directory()
        .addUser(
            new Directory.User(
                id, tenant, id, "Name of " + id, "$argon2id$" + id, Set.of(roles), true),
            BY);
  }

  private void people() {
    AccessDirectory access = database.access();
    user(TenantSlug.PLATFORM, "op", Role.OPERATOR);
    user(GLOBEX, "gil", Role.TENANT_ADMIN);
    for (String name : List.of("ann", "ben", "cleo", "dan")) {
      user(ACME, name, Role.USER, Role.TENANT_ADMIN);
    }
    access.setRoles(
        ACME, "ben", Map.of(Role.AUDITOR, clock.instant().plus(Duration.ofDays(9))), BY);
    access.setRoles(
        ACME, "ben", Map.of(Role.AUDITOR, clock.instant().plus(Duration.ofDays(8))), BY);
    database.directory().addTeam(new Directory.Team("t-all", ACME, "All", null), BY);
    database.directory().addTeam(new Directory.Team("t-desk", ACME, "Desk", "t-all"), BY);
    access.moveTeam(ACME, "t-desk", null, BY);
    access.moveTeam(ACME, "t-desk", "t-all", BY);
    access.addMember(ACME, "t-desk", "ann", null, BY);
    access.addMember(ACME, "t-desk", "ann", clock.instant().plus(Duration.ofDays(3)), BY);
    access.addMember(ACME, "t-all", "ben", null, BY);
    access.removeMember(ACME, "t-all", "ben", BY);
    database
        .imports()
        .apply(
            ACME,
            List.of(
                new DirectoryImport.Step.Rename("ben", "Benjamin"),
                new DirectoryImport.Step.AddTeam("t-new", "New", "t-all")),
            BY);
    access.setActive(ACME, "dan", false, BY);
    access.setActive(ACME, "dan", true, BY);
  }

  private static Profile profile(String name, String external, boolean active) {
    return new Profile(
        "",
        name,
        name + "!",
        external,
        "Given",
        null,
        List.of(),
        List.of(),
        active,
        Instant.EPOCH,
        Instant.EPOCH);
  }

  private static UnaryOperator<Profile> called(String name, boolean active) {
    return before ->
        new Profile(
            before.id(),
            name,
            name + "?",
            before.externalId(),
            null,
            "Family",
            List.of(),
            List.of(),
            active,
            before.created(),
            before.modified());
  }

  private void provisioned() {
    ProvisionedPeople people = database.provisioned();
    String eve = people.addUser(ACME, profile("eve", "x-eve", true), "scim:idp").id();
    String fay = people.addUser(ACME, profile("fay", "x-fay", true), "scim:idp").id();
    people.changeUser(ACME, eve, called("eva", false), ALL, "scim:idp");
    people.changeUser(ACME, eve, called("eva", true), ALL, "scim:idp");
    grant(new Holder.OfUser(fay), new Target.WholeTenant());
    people.removeUser(ACME, fay, before -> before, ALL, "scim:idp");
    people.undo(ACME, fay, BY);
    people.removeUser(ACME, fay, before -> before, ALL, "scim:idp");
    people.addUser(ACME, profile("fay", "y-fay", true), "scim:idp"); // the name was given up
    Group group =
        people.addGroup(
            ACME,
            new Group(
                "", "Group", "x-group", new TreeSet<>(Set.of(eve)), Instant.EPOCH, Instant.EPOCH),
            "scim:idp");
    people.changeGroup(
        ACME,
        group.id(),
        before ->
            new Group(
                before.id(),
                "Grouped",
                null,
                new TreeSet<>(Set.of("ben")),
                before.created(),
                before.modified()),
        "scim:idp");
    grant(new Holder.OfTeam(group.id()), new Target.OfTeam("t-all"));
    people.removeGroup(ACME, group.id(), before -> before, "scim:idp");
    holdRemovals();
  }

  /** More people are put out of use at once than may be, so an administrator decides. */
  private void holdRemovals() {
    ProvisionedPeople people = database.provisioned();
    RemovalLimit little = new RemovalLimit(1);
    for (int i = 0; i < 7; i++) {
      String name = "many-" + i;
      String id = people.addUser(ACME, profile(name, name, true), "scim:idp").id();
      try {
        people.removeUser(ACME, id, before -> before, little, "scim:idp");
      } catch (ProvisioningRefusedException _) {
        for (ProvisionedPeople.Hold hold : people.holds(ACME)) {
          people.decide(ACME, hold.id(), 3, BY);
        }
      }
    }
  }

  private void numbers() {
    Directory directory = database.directory();
    Instant from = clock.instant().minus(Duration.ofDays(400));
    directory.addNumber(new Directory.NumberRange(ACME, "+4989", true, null, from), BY);
    directory.addNumber(new Directory.NumberRange(ACME, "+49891", false, "dan", from), BY);
    directory.addNumber(
        new Directory.NumberRange(ACME, "+49891", false, "ben", from.plusSeconds(9)), BY);
    directory.addNumbers(List.of(new Directory.NumberRange(GLOBEX, "+4930", true, null, from)), BY);
    database
        .imports()
        .applyNumbers(ACME, List.of(new DirectoryImport.Number("+49892", false, "dan")), true, BY);
    database.access().leave(ACME, "dan", "ann", BY);
  }

  private void signIn() {
    SecondFactors factors = database.secondFactors();
    Set<String> codes = Set.of("a".repeat(64), "b".repeat(64));
    for (String name : List.of("ann", "ben")) {
      factors.begin(ACME, name, "sealed-" + name);
      factors.enrol(ACME, name, "sealed-" + name, 7, codes, BY);
    }
    factors.takeRecoveryCode(ACME, "ann", "a".repeat(64));
    factors.replaceRecoveryCodes(ACME, "cleo", codes, BY);
    factors.replaceRecoveryCodes(ACME, "ben", Set.of("c".repeat(64)), BY);
    factors.begin(ACME, "cleo", "sealed-cleo");
    factors.enrol(ACME, "cleo", "sealed-cleo", 8, codes, BY);
    factors.remove(ACME, "cleo", BY);
    IdentityProviders providers = database.identityProviders();
    providers.set(provider("one", "secret"), BY);
    providers.set(provider("one", null), BY);
    providers.set(provider("two", null), BY);
    providers.remove(ACME, "two", BY);
    for (String name : List.of("ann", "ben")) {
      providers.mark(ACME, name, "one", BY);
      providers.link(ACME, name, "one", "https://idp.example/one", "s-" + name, BY);
    }
    providers.unlink(ACME, "ben", "one", BY);
    breakGlass();
  }

  private static IdentityProviders.Provider provider(String id, @Nullable String secret) {
    return new IdentityProviders.Provider(
        ACME,
        id,
        "Directory",
        "https://idp.example/" + id,
        "earwitness",
        secret,
        List.of("profile"),
        "",
        "groups",
        Map.of("officers", Set.of(Role.COMPLIANCE_OFFICER)),
        Map.of("desk", Set.of("t-desk")),
        true,
        true);
  }

  private void breakGlass() {
    Instant now = CallRows.micros(clock.instant());
    List<BreakGlass.Code> codes = new ArrayList<>();
    for (String selector : List.of("AAAAAAAA", "BBBBBBBB")) {
      codes.add(
          new BreakGlass.Code(
              ACME, selector, "$argon2id$x", now, now.plus(Duration.ofDays(300)), null));
    }
    database.breakGlass().addCodes(ACME, codes, BY);
    BreakGlass.Use use =
        new BreakGlass.Use(
            UUID.randomUUID(),
            ACME,
            "AAAAAAAA",
            "ben",
            "ben",
            now,
            now.plus(Duration.ofHours(4)),
            now.plus(Duration.ofHours(48)),
            null);
    database.breakGlass().use(use, "break-glass:AAAAAAAA");
    database.breakGlass().bind(ACME, "ben", "cleo", BY);
    database
        .breakGlass()
        .review(ACME, use.id(), new BreakGlass.Review(clock.instant(), BY, "it was needed"));
  }

  private UUID grant(Holder holder, Target on) {
    UUID id = UUID.randomUUID();
    database
        .access()
        .addGrant(
            ACME,
            new AccessDirectory.NewGrant(
                id,
                holder,
                Set.of(Right.LISTEN, Right.SEARCH),
                on,
                null,
                clock.instant().plus(Duration.ofDays(90))),
            BY);
    return id;
  }

  private UUID access() {
    AccessDirectory access = database.access();
    UUID matter = access.addMatter(ACME, "Case 7", MatterKind.SAMPLE, "cleo", BY).id();
    UUID closed = access.addMatter(ACME, "Case 8", MatterKind.HOLD, BY).id();
    RecordingId one = RecordingId.draw(TestCalls.START);
    access.addRecordings(ACME, matter, List.of(one, RecordingId.draw(TestCalls.START)), BY);
    access.removeRecording(ACME, matter, one, BY);
    access.closeMatter(ACME, closed, BY);
    grant(new Holder.OfUser("ann"), new Target.OfUser("ben"));
    access.revokeGrant(ACME, grant(new Holder.OfUser("cleo"), new Target.InMatter(matter)), BY);
    grant(new Holder.OfUser("cleo"), new Target.WholeTenant());
    access.leave(ACME, "cleo", "ann", BY);
    database
        .accessReviews()
        .add(
            new AccessReviews.AccessReview(
                UUID.randomUUID(),
                ACME,
                CallRows.micros(clock.instant()),
                "ann",
                "Ann",
                "as it should be",
                3,
                2,
                1),
            new byte[] {1, 2, 3});
    return matter;
  }

  private void guests(UUID matter) {
    Guests guests = database.guests();
    Instant ends = clock.instant().plus(Duration.ofDays(30));
    Guests.Terms terms = new Guests.Terms(matter, true, "audit", ends, 5);
    int number = 1;
    for (String name : List.of("gus", "hal", "ida")) {
      String provider = name.equals("hal") ? "one" : null;
      String hash = "%064x".formatted(number++);
      guests.invite(new Guests.Invitation(name, ACME, name, name, provider, terms, hash), BY);
      if (!name.equals("ida")) {
        guests.accept(
            ACME,
            hash,
            provider == null
                ? new Guests.Acceptance.Password("$argon2id$" + name)
                : new Guests.Acceptance.Identity("https://idp.example/one", "s-hal"),
            "user:" + name);
      }
    }
    guests.renew(ACME, "ida", "%064x".formatted(9), BY);
    guests.countDownload(ACME, "gus");
    guests.extend(ACME, "gus", ends.plusSeconds(60), 9, BY);
    guests.extend(ACME, "ida", ends.plusSeconds(60), 9, BY);
    guests.end(ACME, "hal", BY);
    SupportRequests support = database.supportRequests();
    Guests.Terms brief =
        new Guests.Terms(matter, false, "a fault", clock.instant().plus(Duration.ofHours(9)), 5);
    UUID consented = UUID.randomUUID();
    UUID refused = UUID.randomUUID();
    support.ask(ACME, consented, "op", "op", "a fault", "user:op@platform");
    support.ask(ACME, refused, "op", "op", "another", "user:op@platform");
    support.consent(ACME, consented, brief, BY);
    support.close(ACME, refused, SupportRequests.Decision.REFUSED, "no", BY);
  }

  private UUID ask(TenantSlug tenant, String askedBy, ApprovalState state, @Nullable Instant at) {
    AskedAct act = new AskedAct(tenant, "alarm-channel:desk", Map.of(), Map.of("type", "email"));
    String payload = ApprovalPayload.text(ApprovalKind.DELIVERY_TARGET_SET, act);
    Instant now = database.approvals().now();
    Approval approval =
        new Approval(
            UUID.randomUUID(),
            tenant,
            ApprovalKind.DELIVERY_TARGET_SET,
            state,
            act,
            payload,
            ApprovalPayload.sha256(payload),
            askedBy,
            "user:" + askedBy,
            Set.of("joe", "eve"),
            "new desk",
            now,
            now.plus(Duration.ofDays(7)),
            at,
            List.of());
    database.approvals().add(approval);
    return approval.id();
  }

  private void step(TenantSlug tenant, UUID id, ApprovalState state, @Nullable String user) {
    database
        .approvals()
        .step(
            tenant,
            id,
            Set.of(ApprovalState.values()),
            new Approval.Step(
                state,
                database.approvals().now(),
                user,
                "user:" + user,
                user == null ? null : "cleo",
                "as agreed"));
  }

  private void approvals() {
    Instant soon = database.approvals().now().plus(Duration.ofDays(1));
    ask(ACME, "ann", ApprovalState.WAITING, soon);
    step(ACME, ask(ACME, "ann", ApprovalState.REQUESTED, null), ApprovalState.REJECTED, "ben");
    for (UUID delegation : List.of(UUID.randomUUID(), UUID.randomUUID())) {
      database
          .approvals()
          .delegate(
              new Delegation(
                  delegation,
                  ACME,
                  "ann",
                  "ben",
                  clock.instant().plusSeconds(60),
                  clock.instant().plus(Duration.ofDays(5))),
              BY);
      database.approvals().endDelegation(ACME, delegation, "ann", BY);
    }
  }

  private void policies() {
    RetentionRule rule =
        new RetentionRule(
            "Extended",
            Set.of(),
            List.of(),
            Set.of(),
            Set.of(Licence.EXTENDED),
            RetentionClass.SEVEN_YEARS);
    database.retention().set(ACME, 0, RetentionClass.SEVEN_YEARS, List.of(rule), BY);
    database.retention().set(ACME, 1, RetentionClass.SEVEN_YEARS, List.of(), BY);
    database
        .recordingPolicies()
        .set(ACME, 0, List.of(new Persona("desk", List.of("+4930100"))), List.of(), BY);
    database
        .announcements()
        .setPolicy(
            ACME,
            0,
            List.of(
                new Jurisdiction("DE", "Germany", List.of(), "a law", LocalDate.of(2026, 1, 1))),
            List.of(),
            BY);
    for (String text : List.of("Hello", "Good day")) {
      var key = new Announcements.PromptKey("greeting", "en", 1);
      Announcements.Prompt prompt =
          database
              .announcements()
              .add(
                  ACME,
                  new Announcements.Prompt(
                      key,
                      text,
                      "%064x".formatted(text.length()),
                      1200,
                      clock.instant(),
                      "",
                      null,
                      null),
                  sealedKey -> "sealed " + sealedKey,
                  BY);
      database.announcements().withdraw(ACME, prompt.key(), BY);
    }
    for (String name : List.of("one", "two")) {
      database
          .alarmChannels()
          .set(
              new AlarmChannel(
                  ACME,
                  name,
                  ChannelType.EMAIL,
                  "a@acme.example",
                  AlarmSeverity.MAJOR,
                  Duration.ofMinutes(5),
                  Set.of(AlarmKind.DISPOSAL_ANNOUNCED, AlarmKind.HOLD_MISSING)),
              BY);
      database
          .auditForwarding()
          .set(
              new AuditForwarding.Destination(ACME, name, "tls://siem.example:6514", true),
              OptionalLong.empty(),
              BY);
    }
    database.alarmChannels().remove(ACME, "two", BY);
    database.auditForwarding().remove(ACME, "two", BY);
  }

  private CallSummary call(@Nullable RecordingDecision policy) {
    CallSummary live = TestCalls.decided(TestCalls.live(ACME), policy);
    CallSummary closed = TestCalls.decided(TestCalls.as(live, CallState.CLOSED), policy);
    database.calls().report(live);
    database.calls().report(closed);
    calls.add(closed);
    return closed;
  }

  private void archive(CallSummary call) {
    database.calls().archived(TestCalls.archived(call, 0, CallState.ARCHIVED));
  }

  private void recordings() {
    CallSummary first = call(null);
    archive(first);
    database
        .corrections()
        .correct(ACME, first.id(), new Corrections.Correcting(null, true, "sides"), BY);
    NumberHolding.Holder holder =
        new NumberHolding.Holder(HolderKind.PERSON, "ann", null, Licence.EXTENDED);
    Instant from = TestCalls.START.minusSeconds(60);
    database
        .holders()
        .apply(ACME, new NumberHolding.Change("+4989555", false, holder, from, null, false), BY);
    NumberHolding.Holder queue = new NumberHolding.Holder(HolderKind.QUEUE, null, "Sales", null);
    database
        .holders()
        .apply(
            ACME,
            new NumberHolding.Change(
                "+4989555", false, queue, from.plusSeconds(9), from.plusSeconds(99), true),
            BY);
    CallSummary kept =
        call(new RecordingDecision(1, RecordingAction.ON_DEMAND, true, "private", 10, "rule 1"));
    database.recordingPolicies().keep(ACME, kept.id(), BY, "a complaint");
    archive(kept);
    CallSummary blocked = call(null);
    archive(blocked);
    CallCatalog.Block block = new CallCatalog.Block(clock.instant(), BY, "not ours", false, false);
    database.misplaced().block(ACME, blocked.id(), block);
    database.misplaced().unblock(ACME, blocked.id(), BY);
    database.misplaced().block(ACME, blocked.id(), block);
    handOver(blocked);
  }

  private void handOver(CallSummary call) {
    UUID giving = ask(ACME, Approval.ofPlatform("op"), ApprovalState.REQUESTED, null);
    UUID taking = ask(GLOBEX, Approval.ofPlatform("op"), ApprovalState.REQUESTED, null);
    step(ACME, giving, ApprovalState.APPROVED, "ben");
    step(GLOBEX, taking, ApprovalState.APPROVED, "gil");
    step(GLOBEX, taking, ApprovalState.EXECUTED, null);
    HandOver handOver =
        new HandOver(
            UUID.randomUUID(),
            call.id(),
            ACME,
            GLOBEX,
            RecordingId.draw(call.start()),
            giving,
            taking,
            CallRows.micros(clock.instant()),
            "user:op@platform",
            "it is theirs",
            HandOverState.ASKED,
            null,
            null);
    database.misplaced().add(handOver);
    database.misplaced().done(handOver, "job:hand-over");
  }
}
