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
 */
public record RecorderSnapshot(String version, List<Tenant> tenants, List<Src> srcs) {
  public RecorderSnapshot {
    tenants = List.copyOf(tenants);
    srcs = List.copyOf(srcs);
  }

  /**
   * A tenant as the recorder sees it.
   *
   * @param zone in which its calls are shown
   * @param domains host names of its users' addresses of record and of its request URIs
   * @param numbers its number ranges
   * @param limits of its calls; {@link CallLimits#NONE} in place of null, as older snapshots have
   *     it
   */
  public record Tenant(
      TenantSlug slug, ZoneId zone, Set<String> domains, List<Number> numbers, CallLimits limits) {
    public Tenant {
      domains = Set.copyOf(domains);
      numbers = List.copyOf(numbers);
      limits = limits == null ? CallLimits.NONE : limits;
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
   * @param userName the holder's display name
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
