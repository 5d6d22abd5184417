package io.earwitness.archive.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Directory.Key;
import io.earwitness.archive.catalog.Directory.NumberRange;
import io.earwitness.archive.catalog.Directory.Team;
import io.earwitness.archive.catalog.Directory.Tenant;
import io.earwitness.archive.catalog.Directory.User;
import io.earwitness.call.AnswerMode;
import io.earwitness.call.CallLimits;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.SrcProof;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a directory does, on whichever PostgreSQL. Each test has tenants of its own. */
interface DirectoryContract {
  AtomicInteger NEXT = new AtomicInteger();
  Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");

  CatalogDatabase database();

  private Directory directory() {
    return database().directory();
  }

  /** A new tenant; its numbers may begin with {@code +} and its own three digits. */
  private TenantSlug tenant() {
    int n = 100 + NEXT.incrementAndGet();
    TenantSlug slug = new TenantSlug("tenant-" + n);
    Tenant tenant =
        new Tenant(slug, "Tenant " + n, ZoneId.of("Asia/Tokyo"), Set.of("t" + n + ".example"), 7);
    assertThat(directory().addTenant(tenant, "cli:test")).isTrue();
    return slug;
  }

  private static String digits(TenantSlug tenant) {
    return "+" + tenant.value().substring("tenant-".length());
  }

  private User user(TenantSlug tenant, String name) {
    User user =
        new User(
            "u-" + name,
            tenant,
            name,
            name.toUpperCase(java.util.Locale.ROOT),
            "$argon2id$…",
            Set.of(Role.SUPERVISOR, Role.USER),
            true);
    assertThat(directory().addUser(user, "cli:test")).isTrue();
    return user;
  }

  private boolean number(TenantSlug tenant, String rest, boolean prefix, @Nullable String user) {
    return directory()
        .addNumber(
            new NumberRange(tenant, digits(tenant) + rest, prefix, user, BEFORE), "cli:test");
  }

  @Test
  default void a_tenant_is_found_with_every_field_and_added_once() {
    TenantSlug slug = tenant();
    Tenant tenant = directory().tenant(slug).orElseThrow();
    assertThat(tenant.name()).startsWith("Tenant ");
    assertThat(tenant.zone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    assertThat(tenant.retentionYears()).isEqualTo(7);
    assertThat(tenant.domains()).hasSize(1);
    assertThat(directory().tenants()).contains(tenant);
    assertThat(directory().addTenant(tenant, "cli:test")).isFalse();
  }

  @Test
  default void a_tenants_calls_have_limits_that_reach_the_recorders() throws Exception {
    TenantSlug slug = tenant();
    assertThat(directory().tenant(slug).orElseThrow().limits()).isEqualTo(CallLimits.NONE);
    String before = directory().snapshot().version();
    CallLimits limits = new CallLimits(20, 100);
    assertThat(directory().setCallLimits(slug, limits, "cli:test")).isTrue();
    assertThat(directory().setCallLimits(slug, limits, "cli:test")).isFalse();
    assertThat(directory().tenant(slug).orElseThrow().limits()).isEqualTo(limits);
    RecorderSnapshot snapshot = directory().snapshot();
    assertThat(snapshot.version()).isNotEqualTo(before);
    assertThat(snapshot.tenants())
        .filteredOn(each -> each.slug().equals(slug))
        .extracting(RecorderSnapshot.Tenant::limits)
        .containsExactly(limits);
    // From its file on a recorder's disk it comes back the same
    assertThat(Json.read(Json.bytes(snapshot), RecorderSnapshot.class)).isEqualTo(snapshot);
    assertThat(directory().setCallLimits(slug, new CallLimits(20, null), "cli:test")).isTrue();
    assertThat(directory().tenant(slug).orElseThrow().limits().max()).isNull();
    assertThat(directory().setCallLimits(slug, CallLimits.NONE, "cli:test")).isTrue();
    assertThatThrownBy(
            () -> directory().setCallLimits(new TenantSlug("no-such"), limits, "cli:test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no tenant 'no-such'");
    // Calls of nobody are the platform's, which has limits too
    assertThat(directory().setCallLimits(TenantSlug.PLATFORM, limits, "cli:test")).isTrue();
    assertThat(directory().setCallLimits(TenantSlug.PLATFORM, CallLimits.NONE, "cli:test"))
        .isTrue();
  }

  @Test
  default void the_platforms_own_tenant_is_there_from_the_beginning() {
    assertThat(directory().tenant(TenantSlug.PLATFORM)).isPresent();
    assertThat(directory().tenants()).extracting(Tenant::slug).contains(TenantSlug.PLATFORM);
  }

  @Test
  default void a_domain_belongs_to_one_tenant() {
    Tenant first = directory().tenant(tenant()).orElseThrow();
    TenantSlug slug = new TenantSlug("grabber-" + NEXT.incrementAndGet());
    String domain = first.domains().iterator().next().toUpperCase(java.util.Locale.ROOT);
    Tenant second = new Tenant(slug, "Second", ZoneId.of("UTC"), Set.of(domain), 1);
    assertThatThrownBy(() -> directory().addTenant(second, "cli:test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(first.domains().iterator().next());
    assertThat(directory().tenant(slug)).isEmpty();
  }

  @Test
  default void a_user_is_found_with_every_field_by_its_own_tenant_only() {
    TenantSlug tenant = tenant();
    User ana = user(tenant, "ana");
    assertThat(directory().user(tenant, "ana")).contains(ana);
    assertThat(directory().users(tenant)).containsExactly(ana);
    assertThat(directory().user(tenant(), "ana")).isEmpty();
    assertThat(directory().addUser(ana, "cli:test")).isFalse();
  }

  @Test
  default void a_user_of_an_unknown_tenant_is_refused() {
    User stray = new User("u", new TenantSlug("no-such"), "ana", "Ana", null, Set.of(), true);
    assertThatThrownBy(() -> directory().addUser(stray, "cli:test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no tenant 'no-such'");
  }

  @Test
  default void teams_of_a_person_include_their_ancestors() {
    TenantSlug tenant = tenant();
    User ana = user(tenant, "ana");
    directory().addTeam(new Team("t-1", tenant, "Bank", null), "cli:test");
    directory().addTeam(new Team("t-2", tenant, "Trading", "Bank"), "cli:test");
    directory().addTeam(new Team("t-3", tenant, "Bonds", "t-2"), "cli:test");
    directory().addTeam(new Team("t-4", tenant, "Shares", "t-2"), "cli:test");
    assertThat(directory().addMember(tenant, "Bonds", "ana", "cli:test")).isTrue();
    assertThat(directory().addMember(tenant, "t-3", "ana", "cli:test")).isFalse();
    assertThat(directory().teamsOf(tenant, ana.id()))
        .containsExactlyInAnyOrder("t-1", "t-2", "t-3");
    assertThat(directory().teams(tenant))
        .contains(new Team("t-3", tenant, "Bonds", "t-2"))
        .hasSize(4);
    assertThatThrownBy(() -> directory().addMember(tenant, "Gold", "ana", "cli:test"))
        .hasMessage("there is no team 'Gold'");
    assertThatThrownBy(() -> directory().addMember(tenant, "Bonds", "bo", "cli:test"))
        .hasMessageContaining("no user 'bo'");
  }

  @Test
  default void a_number_is_listed_with_its_holder_and_added_once() {
    TenantSlug tenant = tenant();
    user(tenant, "ana");
    assertThat(number(tenant, "", true, null)).isTrue();
    assertThat(number(tenant, "55", false, "ana")).isTrue();
    assertThat(number(tenant, "55", false, "ana")).isFalse();
    assertThat(directory().numbers(tenant))
        .containsExactly(
            new NumberRange(tenant, digits(tenant), true, null, BEFORE),
            new NumberRange(tenant, digits(tenant) + "55", false, "ana", BEFORE));
  }

  @Test
  default void a_new_holder_follows_the_former_one() {
    TenantSlug tenant = tenant();
    user(tenant, "ana");
    user(tenant, "bo");
    number(tenant, "1", false, "ana");
    NumberRange later =
        new NumberRange(tenant, digits(tenant) + "1", false, "bo", BEFORE.plusSeconds(1));
    assertThat(directory().addNumber(later, "cli:test")).isTrue();
    assertThat(directory().numbers(tenant)).containsExactly(later);
    NumberRange tooEarly = new NumberRange(tenant, digits(tenant) + "1", false, "ana", BEFORE);
    assertThatThrownBy(() -> directory().addNumber(tooEarly, "cli:test"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void ranges_of_two_tenants_never_overlap() {
    TenantSlug owner = tenant();
    TenantSlug other = tenant();
    number(owner, "77", true, null);
    number(owner, "88", false, null);
    record Try(String rest, boolean prefix) {}
    for (Try each :
        List.of(
            new Try("77", true),
            new Try("77", false),
            new Try("771", true),
            new Try("7712345", false),
            new Try("7", true),
            new Try("", true),
            new Try("88", false),
            new Try("88", true))) {
      assertThatThrownBy(
              () ->
                  directory()
                      .addNumber(
                          new NumberRange(
                              other, digits(owner) + each.rest(), each.prefix(), null, BEFORE),
                          "cli:test"))
          .as(each.toString())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("of tenant " + owner);
    }
    for (Try each : List.of(new Try("7", false), new Try("78", true), new Try("881", true))) {
      assertThat(
              directory()
                  .addNumber(
                      new NumberRange(
                          other, digits(owner) + each.rest(), each.prefix(), null, BEFORE),
                      "cli:test"))
          .as(each.toString())
          .isTrue();
    }
  }

  @Test
  default void what_is_no_number_is_refused() {
    TenantSlug tenant = tenant();
    for (String bad : List.of("", "+", "12a", "1 2", "++1", "1".repeat(33), "%")) {
      assertThatThrownBy(
              () ->
                  directory()
                      .addNumber(new NumberRange(tenant, bad, false, null, BEFORE), "cli:test"))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is no number");
    }
  }

  @Test
  default void an_src_is_listed_and_its_network_checked() {
    String name = "sbc-" + NEXT.incrementAndGet();
    RecorderSnapshot.Src src = new RecorderSnapshot.Src(name, "2001:db8::/32", null);
    assertThat(directory().addSrc(src, "cli:test")).isTrue();
    assertThat(directory().addSrc(src, "cli:test")).isFalse();
    assertThat(directory().srcs()).contains(src);
    RecorderSnapshot.Src changed =
        new RecorderSnapshot.Src(
            name,
            List.of("192.0.2.0/24", "2001:db8::/32"),
            tenant(),
            new SrcProfile(SrcProof.STRICT, "sbc.example", AnswerMode.ONE_CODEC, false));
    String version = directory().snapshot().version();
    assertThat(directory().addSrc(changed, "cli:test")).as("there already").isFalse();
    assertThat(directory().snapshot().version()).isEqualTo(version);
    assertThat(directory().setSrc(changed, "cli:test")).isTrue();
    assertThat(directory().setSrc(changed, "cli:test")).isFalse();
    assertThat(directory().srcs()).contains(changed).doesNotContain(src);
    assertThat(directory().snapshot().srcs()).contains(changed);
    assertThat(directory().snapshot().version()).isNotEqualTo(version);
    assertThatThrownBy(
            () -> directory().setSrc(new RecorderSnapshot.Src("none", "::1", null), "cli:test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no SRC 'none'");
    for (String bad :
        List.of("", "sbc.example", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "::/129")) {
      assertThatThrownBy(
              () -> directory().addSrc(new RecorderSnapshot.Src("bad", bad, null), "cli:test"))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is no network");
    }
  }

  @Test
  default void keys_are_listed_for_their_tenant() {
    TenantSlug tenant = tenant();
    Key key = new Key(tenant, "0f".repeat(32), "-----BEGIN CERTIFICATE-----", "managed", true);
    assertThat(directory().addKey(key, "cli:test")).isTrue();
    assertThat(directory().addKey(key, "cli:test")).isFalse();
    assertThat(directory().keys(tenant)).containsExactly(key);
    assertThat(directory().keys(tenant())).isEmpty();
    assertThatThrownBy(
            () -> directory().addKey(new Key(tenant, "0F".repeat(32), "x", "managed", true), "t"))
        .hasMessageContaining("is no key id");
    assertThatThrownBy(
            () -> directory().addKey(new Key(tenant, "0f".repeat(32), "x", "mine", true), "t"))
        .hasMessageContaining("is no custody");
  }

  @Test
  default void the_snapshot_has_all_that_a_recorder_needs_and_its_version_follows_its_content() {
    TenantSlug tenant = tenant();
    user(tenant, "ana");
    directory().addTeam(new Team("t-1", tenant, "Bank", null), "cli:test");
    directory().addTeam(new Team("t-2", tenant, "Trading", "Bank"), "cli:test");
    directory().addMember(tenant, "Trading", "ana", "cli:test");
    number(tenant, "5", false, "ana");
    directory()
        .addNumber(
            new NumberRange(
                tenant, digits(tenant) + "6", false, null, Instant.now().plusSeconds(86_400)),
            "cli:test");
    RecorderSnapshot snapshot = directory().snapshot();
    assertThat(snapshot.tenants())
        .filteredOn(each -> each.slug().equals(tenant))
        .containsExactly(
            new RecorderSnapshot.Tenant(
                tenant,
                ZoneId.of("Asia/Tokyo"),
                directory().tenant(tenant).orElseThrow().domains(),
                List.of(
                    new RecorderSnapshot.Number(
                        digits(tenant) + "5", false, "u-ana", "ANA", List.of("t-1", "t-2")))));
    assertThat(directory().snapshot()).isEqualTo(snapshot);
    number(tenant, "7", true, null);
    assertThat(directory().snapshot().version()).isNotEqualTo(snapshot.version());
  }
}
