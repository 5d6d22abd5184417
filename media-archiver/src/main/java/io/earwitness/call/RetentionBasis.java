package io.earwitness.call;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * By what it was decided, when a recording was archived, until when it is kept. Manifests have it
 * among their policies, in text. Immutable.
 *
 * @param policyVersion 0 if the tenant had no policy
 * @param rule the name of the rule that decided; null if none applied
 * @param licences under which numbers of the parties were recorded at the call's start
 */
public record RetentionBasis(
    int policyVersion, RetentionClass keep, @Nullable String rule, Set<Licence> licences) {
  private static final String CLASS = "retention";
  private static final String VERSION = "retentionPolicy";
  private static final String RULE = "retentionRule";
  private static final String LICENCES = "retentionLicences";

  /** How manifests name the class of tenants without a policy: this and a number of years. */
  private static final String WITHOUT_POLICY = "calendar-years-";

  public RetentionBasis {
    licences = Set.copyOf(Objects.requireNonNullElse(licences, Set.of()));
  }

  /** Of a decision. */
  public static RetentionBasis of(RetentionPolicy.Decision decision, Set<Licence> licences) {
    return new RetentionBasis(decision.policyVersion(), decision.keep(), decision.rule(), licences);
  }

  /** As a manifest's policies have it. */
  public Map<String, String> policies() {
    Map<String, String> policies = new TreeMap<>();
    if (policyVersion == 0) {
      policies.put(CLASS, WITHOUT_POLICY + keep.count());
    } else {
      policies.put(CLASS, keep.toString());
      policies.put(VERSION, Integer.toString(policyVersion));
      if (rule != null) {
        policies.put(RULE, rule);
      }
    }
    if (!licences.isEmpty()) {
      policies.put(
          LICENCES,
          licences.stream().map(Licence::wireName).sorted().collect(Collectors.joining(",")));
    }
    return policies;
  }

  /** Of a manifest's policies; null if they don't have it. */
  public static @Nullable RetentionBasis of(Map<String, String> policies) {
    String named = policies.get(CLASS);
    if (named == null) {
      return null;
    }
    Set<Licence> licences = EnumSet.noneOf(Licence.class);
    String list = policies.get(LICENCES);
    if (list != null) {
      Arrays.stream(list.split(","))
          .map(name -> WireName.parse(Licence.class, name))
          .forEach(licences::add);
    }
    if (named.startsWith(WITHOUT_POLICY)) {
      int years = Integer.parseInt(named.substring(WITHOUT_POLICY.length()));
      return new RetentionBasis(0, RetentionClass.years(years), null, licences);
    }
    return new RetentionBasis(
        Integer.parseInt(policies.getOrDefault(VERSION, "0")),
        RetentionClass.parse(named),
        policies.get(RULE),
        licences);
  }
}
