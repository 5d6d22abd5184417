package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.Role;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Failed sign-ins, second factors and identity providers. */
class SignInTest {
  private static final SignInFailures.Policy THREE =
      new SignInFailures.Policy(2, 4, Duration.ofMinutes(15), Duration.ofHours(1));
  private static final TestClock CLOCK = new TestClock();
  private static CatalogDatabase database;
  private static SignInFailures failures;
  private static SecondFactors factors;
  private static IdentityProviders providers;

  private static final class TestClock extends Clock {
    private volatile Instant now = Instant.parse("2026-11-20T12:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @BeforeAll
  static void open() {
    database = CatalogDatabase.open(TestServer.bundled().newDatabase(), CLOCK);
    failures = database.signInFailures();
    factors = database.secondFactors();
    providers = database.identityProviders();
    for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
      database
          .directory()
          .addTenant(
              new Directory.Tenant(tenant, tenant.value(), ZoneOffset.UTC, Set.of(), 1), "t");
      for (String user : List.of("ana", "bo", "cem", "dora")) {
        database
            .directory()
            .addUser(new Directory.User(user, tenant, user, user, null, Set.of(), true), "t");
      }
    }
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static void fail(String user, String device, int failures) {
    SignInFailures.Attempt attempt = failures(user, device);
    assertThat(attempt).isEqualTo(new SignInFailures.Attempt(failures, null));
  }

  private static SignInFailures.Attempt failures(String user, String device) {
    return failures.attempt(ACME, user, device, THREE);
  }

  @Test
  void failures_in_a_row_lock_an_account_for_a_time_and_then_it_takes_as_many_again() {
    fail("ana", "", 1);
    fail("ana", "", 2);
    assertThat(failures("ana", "").waitUntil()).isEqualTo(CLOCK.now.plusSeconds(1));
    CLOCK.now = CLOCK.now.plusSeconds(1);
    fail("ana", "", 3);
    assertThat(failures("ana", "").waitUntil()).isEqualTo(CLOCK.now.plusSeconds(2));
    CLOCK.now = CLOCK.now.plusSeconds(2);
    assertThat(failures.lockedUntil(ACME, "ana", THREE)).isEmpty();
    fail("ana", "", 4);
    Instant until = CLOCK.now.plus(Duration.ofMinutes(15));
    assertThat(failures.lockedUntil(ACME, "ana", THREE)).contains(until);
    assertThat(failures.lockedUntil(GLOBEX, "ana", THREE)).isEmpty();
    CLOCK.now = CLOCK.now.plusSeconds(60);
    assertThat(failures("ana", "")).isEqualTo(new SignInFailures.Attempt(4, until));
    fail("ana", "a known browser", 1);

    CLOCK.now = until;
    assertThat(failures.lockedUntil(ACME, "ana", THREE)).isEmpty();
    fail("ana", "", 1);
    fail("ana", "", 2);
    assertThat(failures("ana", "").waitUntil()).isNotNull();
    assertThat(failures.unlock(GLOBEX, "ana")).isFalse();
    assertThat(failures.unlock(ACME, "ana")).isTrue();
    assertThat(failures.unlock(ACME, "ana")).isFalse();
    fail("ana", "", 1);
  }

  @Test
  void failures_are_forgotten_after_a_success_and_after_their_time() {
    fail("bo", "d1", 1);
    failures.succeeded(ACME, "bo", "d1");
    fail("bo", "d1", 1);
    fail("bo", "d2", 1);
    CLOCK.now = CLOCK.now.plus(Duration.ofMinutes(61));
    fail("bo", "d1", 1);
    fail("bo", "d1", 2);
  }

  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);

  @Test
  void a_second_factor_is_in_force_once_it_was_proven_and_each_code_is_taken_once() {
    factors.begin(ACME, "ana", "one");
    factors.begin(ACME, "ana", "two");
    assertThat(factors.totp(ACME, "ana")).contains(new SecondFactors.Totp("two", null, null, 0));
    assertThat(factors.take(ACME, "ana", 5)).as("nothing in force").isFalse();
    assertThat(factors.enrol(ACME, "ana", "one", 7, Set.of(A), "t")).as("replaced").isFalse();
    assertThat(factors.enrol(ACME, "ana", "two", 7, Set.of(A, B), "t")).isTrue();
    assertThat(factors.totp(ACME, "ana"))
        .contains(new SecondFactors.Totp(null, "two", CLOCK.now, 7));
    assertThat(factors.totp(GLOBEX, "ana")).isEmpty();

    assertThat(factors.take(ACME, "ana", 7)).as("the code of the enrolment").isFalse();
    assertThat(factors.take(ACME, "ana", 8)).isTrue();
    assertThat(factors.take(ACME, "ana", 8)).isFalse();
    assertThat(factors.take(ACME, "ana", 6)).isFalse();

    assertThat(factors.recoveryCodes(ACME, "ana")).isEqualTo(2);
    assertThat(factors.takeRecoveryCode(ACME, "ana", A)).isTrue();
    assertThat(factors.takeRecoveryCode(ACME, "ana", A)).isFalse();
    assertThat(factors.takeRecoveryCode(ACME, "bo", B)).isFalse();
    assertThat(factors.recoveryCodes(ACME, "ana")).isOne();
    assertThat(factors.replaceRecoveryCodes(ACME, "ana", Set.of(A), "t")).isTrue();
    assertThat(factors.takeRecoveryCode(ACME, "ana", B)).isFalse();
    assertThat(factors.takeRecoveryCode(ACME, "ana", A)).isTrue();
    assertThat(factors.replaceRecoveryCodes(ACME, "bo", Set.of(A), "t")).isFalse();

    assertThat(factors.remove(GLOBEX, "ana", "t")).isFalse();
    assertThat(factors.remove(ACME, "ana", "t")).isTrue();
    assertThat(factors.remove(ACME, "ana", "t")).isFalse();
    assertThat(factors.totp(ACME, "ana")).isEmpty();
    assertThat(factors.recoveryCodes(ACME, "ana")).isZero();
  }

  private static IdentityProviders.Provider provider(String id, @Nullable String secret) {
    return new IdentityProviders.Provider(
        ACME,
        id,
        "Acme's directory",
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

  @Test
  void a_provider_is_set_found_changed_and_removed_and_its_past_is_kept() throws Exception {
    assertThat(providers.set(provider("one", "s1"), "t")).isTrue();
    assertThat(providers.set(provider("one", "s1"), "t")).isFalse();
    assertThat(providers.find(ACME, "one")).contains(provider("one", "s1"));
    assertThat(providers.set(provider("one", null), "t")).isTrue();
    assertThat(providers.list(ACME)).contains(provider("one", null));
    assertThat(providers.find(GLOBEX, "one")).isEmpty();
    assertThat(providers.remove(GLOBEX, "one", "t")).isFalse();
    assertThat(providers.remove(ACME, "one", "t")).isTrue();
    assertThat(providers.remove(ACME, "one", "t")).isFalse();
    assertThat(providers.find(ACME, "one")).isEmpty();
    int versions =
        database
            .transactions()
            .asWorker(
                sql ->
                    sql.fetchCount(
                        io.earwitness.archive.catalog.generated.Tables.JOURNAL_ENTRY,
                        io.earwitness.archive.catalog.generated.Tables.JOURNAL_ENTRY.KIND.like(
                            "identity-provider.%")));
    assertThat(versions).isGreaterThanOrEqualTo(3);
    assertThatThrownBy(() -> providers.set(provider("Not An Id", null), "t"))
        .hasMessageContaining("'Not An Id'");
  }

  @Test
  void an_account_is_linked_once_where_it_is_marked_and_to_one_subject_only() {
    assertThat(providers.link(ACME, "cem", "idp", "https://i", "s", "t")).as("unmarked").isFalse();
    assertThat(providers.mark(ACME, "cem", "idp", "t")).isTrue();
    assertThat(providers.mark(ACME, "cem", "idp", "t")).isFalse();
    assertThat(providers.linked(ACME, "idp", "https://i", "s")).isEmpty();
    assertThat(providers.link(ACME, "cem", "other", "https://i", "s", "t")).isFalse();
    assertThat(providers.link(ACME, "cem", "idp", "https://i", "s", "t")).isTrue();
    assertThat(providers.link(ACME, "cem", "idp", "https://i", "s2", "t")).isFalse();
    assertThat(providers.linked(ACME, "idp", "https://i", "s")).contains("cem");
    assertThat(providers.linked(ACME, "idp", "https://j", "s")).isEmpty();
    assertThat(providers.linked(ACME, "other", "https://i", "s")).isEmpty();
    assertThat(providers.linked(GLOBEX, "idp", "https://i", "s")).isEmpty();
    assertThat(providers.links(ACME, "cem"))
        .containsExactly(new IdentityProviders.Link("idp", "https://i", "s", CLOCK.now, CLOCK.now));

    providers.mark(ACME, "dora", "idp", "t");
    assertThatThrownBy(() -> providers.link(ACME, "dora", "idp", "https://i", "s", "t"))
        .as("another person's subject")
        .hasMessageContaining("duplicate key");
    assertThat(providers.unlink(ACME, "cem", "idp", "t")).isTrue();
    assertThat(providers.unlink(ACME, "cem", "idp", "t")).isFalse();
    assertThat(providers.linked(ACME, "idp", "https://i", "s")).isEmpty();
    assertThatThrownBy(() -> providers.mark(ACME, "nobody", "idp", "t"))
        .hasMessageContaining("has no user 'nobody'");
  }
}
