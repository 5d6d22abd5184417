package io.earwitness.call;

import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that a recorder must know to answer an INVITE, as one versioned document on its own disk, so
 * that it answers without database or network.
 *
 * @param version changes with every change of the content; each recording keeps it
 * @param rules which calls are whose, in their order; none in place of null, as older snapshots
 *     have it
 */
public record RecorderSnapshot(
    String version, List<Tenant> tenants, List<Src> srcs, List<MatchingRule> rules) {
  public RecorderSnapshot {
    tenants = List.copyOf(tenants);
    srcs = List.copyOf(srcs);
    rules = rules == null ? List.of() : List.copyOf(rules);
  }

  /** One without rules of the operator's. */
  public RecorderSnapshot(String version, List<Tenant> tenants, List<Src> srcs) {
    this(version, tenants, srcs, List.of());
  }

  /**
   * A tenant as the recorder sees it.
   *
   * @param zone in which its calls are shown
   * @param domains host names of its users' addresses of record and of its request URIs
   * @param numbers its number ranges
   * @param limits of its calls; {@link CallLimits#NONE} in place of null, as older snapshots have
   *     it
   * @param numberScreening whether calls that claim a number outside of its ranges are flagged; so
   *     it is in place of null too
   * @param recording what is recorded of its calls; null for everything, as in older snapshots
   * @param announcements its policy of announcement; null if it made none
   * @param pause how its recordings are paused; {@link PauseSettings#DEFAULT} in place of null
   */
  public record Tenant(
      TenantSlug slug,
      ZoneId zone,
      Set<String> domains,
      List<Number> numbers,
      CallLimits limits,
      @Nullable Boolean numberScreening,
      @Nullable RecordingPolicy recording,
      @Nullable AnnouncementPolicy announcements,
      PauseSettings pause) {
    public Tenant {
      domains = Set.copyOf(domains);
      numbers = List.copyOf(numbers);
      limits = limits == null ? CallLimits.NONE : limits;
      numberScreening = numberScreening == null || numberScreening;
      pause = pause == null ? PauseSettings.DEFAULT : pause;
    }

    /** The same tenant with what is announced, and how it is paused. */
    public Tenant with(@Nullable AnnouncementPolicy policy, PauseSettings settings) {
      return new Tenant(
          slug, zone, domains, numbers, limits, numberScreening, recording, policy, settings);
    }

    /** The same tenant with what is recorded. */
    public Tenant with(RecordingPolicy policy) {
      return new Tenant(
          slug, zone, domains, numbers, limits, numberScreening, policy, announcements, pause);
    }

    /** {@link #numberScreening} in all snapshots. */
    public boolean screened() {
      return numberScreening == null || numberScreening;
    }

    /** Its policy of recording. */
    public RecordingPolicy policy() {
      return recording == null ? RecordingPolicy.none() : recording;
    }

    /** One without policies. */
    public Tenant(
        TenantSlug slug,
        ZoneId zone,
        Set<String> domains,
        List<Number> numbers,
        CallLimits limits,
        @Nullable Boolean numberScreening) {
      this(
          slug, zone, domains, numbers, limits, numberScreening, null, null, PauseSettings.DEFAULT);
    }

    public Tenant(
        TenantSlug slug,
        ZoneId zone,
        Set<String> domains,
        List<Number> numbers,
        CallLimits limits) {
      this(slug, zone, domains, numbers, limits, true);
    }

    public Tenant(TenantSlug slug, ZoneId zone, Set<String> domains, List<Number> numbers) {
      this(slug, zone, domains, numbers, CallLimits.NONE);
    }
  }

  /**
   * A number, or all numbers with a prefix, and who holds it.
   *
   * @param digits digits, with a leading {@code +} for E.164
   * @param prefix whether every number that begins so is meant
   * @param userId the holder, if a person
   * @param userName the holder's display name, also of one that is no person
   * @param teamIds the holder's teams, ancestors included
   */
  public record Number(
      String digits,
      boolean prefix,
      @Nullable String userId,
      @Nullable String userName,
      List<String> teamIds) {
    public Number {
      teamIds = List.copyOf(teamIds);
    }
  }

  /**
   * A session recording client (an SBC) that may send calls.
   *
   * @param name for people
   * @param networks its addresses, each as an address or in CIDR form; at least one
   * @param tenant the tenant of all its calls; null where the call itself tells
   * @param profile how it is treated; {@link SrcProfile#DEFAULT} in snapshots that are older than
   *     profiles
   */
  public record Src(
      String name, List<String> networks, @Nullable TenantSlug tenant, SrcProfile profile) {
    public Src {
      networks = List.copyOf(networks);
      profile = Objects.requireNonNullElse(profile, SrcProfile.DEFAULT);
      if (networks.isEmpty()) {
        throw new IllegalArgumentException("SRC '%s' has no network".formatted(name));
      }
    }

    /** One with a single network and the default profile. */
    public Src(String name, String network, @Nullable TenantSlug tenant) {
      this(name, List.of(network), tenant, SrcProfile.DEFAULT);
    }
  }
}
