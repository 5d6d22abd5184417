package io.earwitness.call;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Matches by one configuration snapshot. Immutable and thread-safe.
 *
 * <p>The first rule that matches decides:
 *
 * <ol>
 *   <li>the SRC that sent the call is bound to a tenant (which SRC that is, {@link #src} says): a
 *       customer's own SBC leads to no other tenant, whatever it sends;
 *   <li>the first of the operator's {@linkplain MatchingRule rules} that matches;
 *   <li>the host of the request URI is a domain of a tenant;
 *   <li>the host of a party's address of record is a domain of a tenant: first of the called party,
 *       then of the calling party, then of the others;
 *   <li>a party's number lies in a range of a tenant: the longest range of all parties, a whole
 *       number before a prefix; between equals in the order as above.
 * </ol>
 *
 * Otherwise the call is the platform's (quarantine). The called party goes first because calls come
 * in to a tenant by its own numbers, while a calling number can be anything.
 *
 * <p>Numbers are compared digit by digit. A number without plus also matches E.164 ranges if it has
 * the length of an E.164 number, with or without {@code 00} in front.
 *
 * <p>The direction follows from which of the first two parties belongs to the tenant, by number or
 * domain. A party whose number somebody holds gets that holder's id, name and teams.
 *
 * <p>A tenant's call claims a number that isn't the tenant's, if a party with an address in one of
 * its domains has a number outside of its ranges, or if no party belongs to it, although they have
 * numbers. That is looked at where the tenant is screened and has ranges.
 */
public final class SnapshotTenantMatcher implements TenantMatcher {
  private record BoundNetwork(Network network, RecorderSnapshot.Src src) {}

  /** How the name of a rule by number begins; the number follows. */
  public static final String NUMBER_RULE = "number ";

  /** How the name of one of the operator's rules begins; the rule's name follows. */
  public static final String OPERATOR_RULE = "rule ";

  private final List<BoundNetwork> networks = new ArrayList<>();
  private final Map<TenantSlug, RecorderSnapshot.Tenant> tenants = new HashMap<>();
  private final Map<String, RecorderSnapshot.Tenant> domains = new HashMap<>();
  private final MatchingRules rules;
  private final NumberRanges ranges;
  private final Map<TenantSlug, NumberRanges> rangesOf = new HashMap<>();

  /**
   * Prepares a snapshot.
   *
   * @throws IllegalArgumentException if an SRC's network can't be read, or its tenant or that of a
   *     rule is not in the snapshot
   */
  public SnapshotTenantMatcher(RecorderSnapshot snapshot) {
    for (RecorderSnapshot.Tenant tenant : snapshot.tenants()) {
      tenants.put(tenant.slug(), tenant);
      rangesOf.put(tenant.slug(), new NumberRanges(List.of(tenant)));
      tenant.domains().forEach(domain -> domains.putIfAbsent(lowerCase(domain), tenant));
    }
    ranges = new NumberRanges(snapshot.tenants());
    for (RecorderSnapshot.Src src : snapshot.srcs()) {
      if (src.tenant() != null && !tenants.containsKey(src.tenant())) {
        throw new IllegalArgumentException(
            "SRC '%s' is bound to tenant '%s', which is not in configuration %s"
                .formatted(src.name(), src.tenant(), snapshot.version()));
      }
      src.networks().forEach(text -> networks.add(new BoundNetwork(Network.parse(text), src)));
    }
    for (MatchingRule rule : snapshot.rules()) {
      if (!tenants.containsKey(rule.tenant())) {
        throw new IllegalArgumentException(
            "rule '%s' is of tenant '%s', which is not in configuration %s"
                .formatted(rule.name(), rule.tenant(), snapshot.version()));
      }
    }
    rules = new MatchingRules(snapshot.rules());
    // The longest first; between equals one that demands no identity, which the other may not prove
    networks.sort(
        Comparator.comparingInt((BoundNetwork bound) -> -bound.network.prefixLength())
            .thenComparing(bound -> bound.src.profile().tlsIdentity() != null));
  }

  @Override
  public Set<String> headers() {
    return rules.headers();
  }

  @Override
  public boolean isKnown(InetAddress source) {
    return networks.stream().anyMatch(bound -> bound.network.contains(source));
  }

  /**
   * Of the SRCs whose networks hold the address, the one whose required identity was proven, else
   * the one with the longest network. So the certificate decides where networks overlap, and who
   * proves nothing is never taken for somebody with a wider network.
   */
  @Override
  public Optional<RecorderSnapshot.Src> src(InetAddress source, @Nullable TlsIdentity identity) {
    RecorderSnapshot.Src longest = null;
    for (BoundNetwork bound : networks) {
      if (bound.network.contains(source)) {
        String required = bound.src.profile().tlsIdentity();
        if (required != null && identity != null && identity.fulfils(required)) {
          return Optional.of(bound.src);
        }
        longest = longest == null ? bound.src : longest;
      }
    }
    return Optional.ofNullable(longest);
  }

  @Override
  public Match match(Attributes attributes) {
    RecorderSnapshot.Src src = src(attributes.source(), attributes.identity()).orElse(null);
    if (src != null && src.tenant() != null) {
      return decided(src.tenant(), "SRC " + src.name(), attributes);
    }
    MatchingRule rule = rules.first(attributes).orElse(null);
    if (rule != null) {
      return decided(rule.tenant(), OPERATOR_RULE + rule.name(), attributes);
    }
    String host = AddressOfRecord.parse(attributes.requestUri()).host();
    RecorderSnapshot.Tenant byHost = host == null ? null : domains.get(host);
    if (byHost != null) {
      return decided(byHost.slug(), "request URI host " + host, attributes);
    }
    List<Party> parties = calledFirst(attributes.parties());
    for (Party party : parties) {
      String domain = domain(party);
      RecorderSnapshot.Tenant byDomain = domain == null ? null : domains.get(domain);
      if (byDomain != null) {
        return decided(byDomain.slug(), "party domain " + domain, attributes);
      }
    }
    NumberRanges.Hit best = null;
    for (Party party : parties) {
      NumberRanges.Hit hit = ranges.find(party.number()).orElse(null);
      if (hit != null && (best == null || hit.rank() > best.rank())) {
        best = hit;
      }
    }
    if (best != null) {
      return decided(best.tenant().slug(), text(best), attributes);
    }
    return decided(TenantSlug.PLATFORM, "no rule matched", attributes);
  }

  @Override
  public List<Match> others(TenantSlug owner, Attributes attributes) {
    RecorderSnapshot.Src src = src(attributes.source(), attributes.identity()).orElse(null);
    if (owner.equals(TenantSlug.PLATFORM) || src == null || src.tenant() != null) {
      return List.of();
    }
    Map<TenantSlug, String> rules = new TreeMap<>();
    for (Party party : attributes.parties()) {
      String domain = domain(party);
      RecorderSnapshot.Tenant byDomain = domain == null ? null : domains.get(domain);
      NumberRanges.Hit hit = ranges.find(party.number()).orElse(null);
      if (byDomain != null) {
        rules.putIfAbsent(byDomain.slug(), "also party domain " + domain);
      } else if (hit != null) {
        rules.putIfAbsent(hit.tenant().slug(), "also " + text(hit));
      }
    }
    rules.remove(owner);
    return rules.entrySet().stream()
        .map(other -> decided(other.getKey(), other.getValue(), attributes))
        .toList();
  }

  private static String text(NumberRanges.Hit hit) {
    return NUMBER_RULE + hit.range().digits() + (hit.range().prefix() ? "…" : "");
  }

  @Override
  public Match decided(TenantSlug owner, String rule, Attributes attributes) {
    NumberRanges own = rangesOf.get(owner);
    if (own == null) {
      return new Match(owner, rule, Direction.UNKNOWN, attributes.parties());
    }
    List<Party> parties = new ArrayList<>();
    for (Party party : attributes.parties()) {
      NumberRanges.Hit hit = own.find(party.number()).orElse(null);
      parties.add(hit == null ? party : Attribution.withHolder(party, hit.range()));
    }
    return new Match(
        owner,
        rule,
        direction(owner, attributes.parties()),
        parties,
        foreignNumber(owner, attributes.parties()));
  }

  private @Nullable String foreignNumber(TenantSlug slug, List<Party> parties) {
    RecorderSnapshot.Tenant tenant = tenants.get(slug);
    NumberRanges own = rangesOf.get(slug);
    if (tenant == null || own == null || !tenant.screened() || tenant.numbers().isEmpty()) {
      return null;
    }
    String first = null;
    boolean anyOwn = false;
    for (Party party : parties) {
      String number = party.number();
      boolean owned = own.find(number).isPresent();
      anyOwn |= owned || belongs(party, slug);
      if (number != null && !owned) {
        String domain = domain(party);
        if (domain != null && tenant.equals(domains.get(domain))) {
          return number;
        }
        first = first == null ? number : first;
      }
    }
    return anyOwn ? null : first;
  }

  private Direction direction(TenantSlug slug, List<Party> parties) {
    boolean calling = !parties.isEmpty() && belongs(parties.get(0), slug);
    boolean called = parties.size() > 1 && belongs(parties.get(1), slug);
    if (calling) {
      return called ? Direction.INTERNAL : Direction.OUTBOUND;
    }
    return called ? Direction.INBOUND : Direction.UNKNOWN;
  }

  private boolean belongs(Party party, TenantSlug slug) {
    RecorderSnapshot.Tenant tenant = tenants.get(slug);
    NumberRanges own = rangesOf.get(slug);
    if (tenant == null || own == null) {
      return false;
    }
    String domain = domain(party);
    return own.find(party.number()).isPresent()
        || (domain != null && tenant.equals(domains.get(domain)));
  }

  private static List<Party> calledFirst(List<Party> parties) {
    List<Party> ordered = new ArrayList<>(parties);
    if (ordered.size() > 1) {
      Collections.swap(ordered, 0, 1);
    }
    return ordered;
  }

  private static @Nullable String domain(Party party) {
    return party.aor() == null ? null : AddressOfRecord.parse(party.aor()).host();
  }

  private static String lowerCase(String domain) {
    return domain.toLowerCase(Locale.ROOT);
  }
}
