package io.earwitness.call;

import java.time.Instant;
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
 * @param firstLock until when it was locked at first; null if for as long as it is kept
 * @param trial whether that is because the tenant was on trial, and not for its settling time
 * @param moving whether it is because its audio is to be moved to the tenant's storage
 */
public record RetentionBasis(
    int policyVersion,
    RetentionClass keep,
    @Nullable String rule,
    Set<Licence> licences,
    @Nullable Instant firstLock,
    boolean trial,
    boolean moving) {
  private static final String CLASS = "retention";
  private static final String VERSION = "retentionPolicy";
  private static final String RULE = "retentionRule";
  private static final String LICENCES = "retentionLicences";
  private static final String FIRST_LOCK = "retentionFirstLock";
  private static final String TRIAL = "retentionTrial";
  private static final String MOVING = "retentionMoving";

  /** How manifests name the class of tenants without a policy: this and a number of years. */
  private static final String WITHOUT_POLICY = "calendar-years-";

  public RetentionBasis {
    licences = Set.copyOf(Objects.requireNonNullElse(licences, Set.of()));
  }

  /** Of what is locked for as long as it is kept. */
  public RetentionBasis(
      int policyVersion, RetentionClass keep, @Nullable String rule, Set<Licence> licences) {
    this(policyVersion, keep, rule, licences, null, false, false);
  }

  /** Of a decision. */
  public static RetentionBasis of(RetentionPolicy.Decision decision, Set<Licence> licences) {
    return new RetentionBasis(decision.policyVersion(), decision.keep(), decision.rule(), licences);
  }

  /** Whether it is kept without an end. */
  public boolean endless() {
    return keep.equals(RetentionClass.INDEFINITE);
  }

  /** The same with a short first lock. */
  public RetentionBasis lockedFirst(@Nullable Instant until, boolean onTrial) {
    return new RetentionBasis(policyVersion, keep, rule, licences, until, onTrial, false);
  }

  /** The same with a short first lock, as its audio is to be moved to the tenant's storage. */
  public RetentionBasis toBeMoved(Instant firstLock) {
    return new RetentionBasis(policyVersion, keep, rule, licences, firstLock, false, true);
  }

  /** The same, locked at first as another one. */
  public RetentionBasis lockedAs(RetentionBasis was) {
    return new RetentionBasis(
        policyVersion, keep, rule, licences, was.firstLock, was.trial, was.moving);
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
    if (firstLock != null) {
      policies.put(FIRST_LOCK, firstLock.toString());
      if (trial) {
        policies.put(TRIAL, "true");
      }
      if (moving) {
        policies.put(MOVING, "true");
      }
    }
    return policies;
  }

  /** The first lock by a manifest's policies; null if it is for as long as it is kept. */
  public static @Nullable Instant firstLock(Map<String, String> policies) {
    String first = policies.get(FIRST_LOCK);
    return first == null ? null : Instant.parse(first);
  }

  /** Whether that is for another reason than its settling time, by a manifest's policies. */
  public static boolean notSettling(Map<String, String> policies) {
    return is(policies, TRIAL) || is(policies, MOVING);
  }

  private static boolean is(Map<String, String> policies, String name) {
    return Boolean.parseBoolean(policies.get(name));
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
    Instant firstLock = firstLock(policies);
    boolean trial = is(policies, TRIAL);
    boolean moving = is(policies, MOVING);
    if (named.startsWith(WITHOUT_POLICY)) {
      int years = Integer.parseInt(named.substring(WITHOUT_POLICY.length()));
      return new RetentionBasis(
          0, RetentionClass.years(years), null, licences, firstLock, trial, moving);
    }
    return new RetentionBasis(
        Integer.parseInt(policies.getOrDefault(VERSION, "0")),
        RetentionClass.parse(named),
        policies.get(RULE),
        licences,
        firstLock,
        trial,
        moving);
  }
}
