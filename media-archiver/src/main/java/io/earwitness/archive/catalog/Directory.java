package io.earwitness.archive.catalog;

import io.earwitness.access.AccountKind;
import io.earwitness.access.Role;
import io.earwitness.call.CallLimits;
import io.earwitness.call.MatchingRule;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tenants, people, numbers, SRCs and public keys. Every change is written with its journal entry in
 * one transaction; {@code add…} of what is there already changes nothing and returns false.
 * Thread-safe.
 */
public interface Directory {
  /**
   * A tenant. {@code domains} are host names of its addresses of record.
   *
   * @param numberScreening whether calls that claim a number outside of its ranges are flagged
   */
  record Tenant(
      TenantSlug slug,
      String name,
      ZoneId zone,
      Set<String> domains,
      int retentionYears,
      CallLimits limits,
      boolean numberScreening) {
    /** A tenant without limits of its calls, whose numbers are screened. */
    public Tenant(
        TenantSlug slug, String name, ZoneId zone, Set<String> domains, int retentionYears) {
      this(slug, name, zone, domains, retentionYears, CallLimits.NONE, true);
    }
  }

  /**
   * A person with an account, or a program with one.
   *
   * @param passwordHash in the PHC string format; null for one who can't sign in by password
   */
  record User(
      String id,
      TenantSlug tenant,
      String name,
      String displayName,
      @Nullable String passwordHash,
      Set<Role> roles,
      boolean active,
      AccountKind kind) {
    public User {
      if (kind == AccountKind.SERVICE && passwordHash != null) {
        throw new IllegalArgumentException("a service account has no password");
      }
    }

    /** A person. */
    public User(
        String id,
        TenantSlug tenant,
        String name,
        String displayName,
        @Nullable String passwordHash,
        Set<Role> roles,
        boolean active) {
      this(id, tenant, name, displayName, passwordHash, roles, active, AccountKind.PERSON);
    }
  }

  /** A team; {@code parent} is the team that it belongs to. */
  record Team(String id, TenantSlug tenant, String name, @Nullable String parent) {}

  /**
   * A number or range of a tenant.
   *
   * @param digits digits, a leading {@code +} for E.164
   * @param userName the account name of its holder
   */
  record NumberRange(
      TenantSlug tenant, String digits, boolean prefix, @Nullable String userName, Instant from) {}

  /**
   * A public key of a tenant: an encryption recipient.
   *
   * @param id SHA-256 of the certificate's DER form, hex
   * @param certificate PEM
   * @param custody {@code managed} or {@code customer-held}
   */
  record Key(TenantSlug tenant, String id, String certificate, String custody, boolean active) {}

  /**
   * A key with its age.
   *
   * @param addedAt since when recordings are encrypted for it
   */
  record KeptKey(Key key, Instant addedAt) {}

  List<Tenant> tenants();

  Optional<Tenant> tenant(TenantSlug slug);

  boolean addTenant(Tenant tenant, String actor);

  /**
   * Sets how many calls of a tenant a recorder records at a time.
   *
   * @return false if they were so already
   * @throws IllegalArgumentException if there is no such tenant
   */
  boolean setCallLimits(TenantSlug tenant, CallLimits limits, String actor);

  /**
   * Sets whether calls of a tenant that claim a number outside of its ranges are flagged.
   *
   * @return false if it was so already
   * @throws IllegalArgumentException if there is no such tenant
   */
  boolean setNumberScreening(TenantSlug tenant, boolean screened, String actor);

  List<User> users(TenantSlug tenant);

  Optional<User> user(TenantSlug tenant, String name);

  /** A person of a tenant by {@link User#id()}. */
  Optional<User> userById(TenantSlug tenant, String id);

  boolean addUser(User user, String actor);

  List<Team> teams(TenantSlug tenant);

  boolean addTeam(Team team, String actor);

  boolean addMember(TenantSlug tenant, String team, String userName, String actor);

  /**
   * Ids of the teams that a person is a member of, without their ancestors: whoever leads a team
   * has access to those below it (their calls carry its id), never to those above.
   */
  Set<String> memberships(TenantSlug tenant, String userId);

  /** Ids of the teams of a person, ancestors included. */
  Set<String> teamsOf(TenantSlug tenant, String userId);

  List<NumberRange> numbers(TenantSlug tenant);

  /**
   * @throws IllegalArgumentException if the range overlaps one of another tenant, naming it
   */
  boolean addNumber(NumberRange range, String actor);

  /**
   * Makes numbers and ranges tenants', all of them or none; whoever holds one that is there already
   * goes on to.
   *
   * @return how many were not there
   * @throws IllegalArgumentException as {@link #addNumber}
   */
  int addNumbers(List<NumberRange> ranges, String actor);

  /** The operator's rules that say whose a call is, in their order. */
  List<MatchingRule> rules();

  /**
   * Makes these the operator's rules, in this order, in place of those that are there.
   *
   * @return false if they were so already
   * @throws IllegalArgumentException if two of a name, two that look for the same, or one that
   *     takes what is another tenant's, saying which
   */
  boolean setRules(List<MatchingRule> rules, String actor);

  List<RecorderSnapshot.Src> srcs();

  /**
   * @throws IllegalArgumentException if one of its networks is none
   */
  boolean addSrc(RecorderSnapshot.Src src, String actor);

  /**
   * Makes the SRC of this name be as given; false if it was so already.
   *
   * @throws IllegalArgumentException as {@link #addSrc}, or if there is no SRC of this name
   */
  boolean setSrc(RecorderSnapshot.Src src, String actor);

  List<Key> keys(TenantSlug tenant);

  /** The same, the oldest first, with their ages. */
  List<KeptKey> keptKeys(TenantSlug tenant);

  boolean addKey(Key key, String actor);

  /** What recorders need, with a version that changes with its content. */
  RecorderSnapshot snapshot();
}
