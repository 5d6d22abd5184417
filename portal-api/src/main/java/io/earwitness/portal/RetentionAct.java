package io.earwitness.portal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.archive.catalog.RetentionPolicies.ConflictException;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.RetentionRule;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes a policy of retention that may keep some calls for a shorter time than before. */
final class RetentionAct implements ApprovedAct {
  private static final String OBJECT = "retention-policy:";
  private static final String VERSION = "version";
  private static final String STANDARD = "standard";
  private static final String RULES = "rules";
  private static final String SETTLING = "settlingDays";
  private static final String EXTENDING = "extending";

  private final RetentionPolicies policies;

  RetentionAct(RetentionPolicies policies) {
    this.policies = policies;
  }

  static String object(TenantSlug tenant) {
    return OBJECT + tenant;
  }

  /** A whole policy. */
  static SortedMap<String, String> facts(RetentionPolicy policy) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put(VERSION, Integer.toString(policy.version()));
    facts.put(STANDARD, policy.standard().toString());
    facts.put(RULES, Json.text(policy.rules()));
    if (policy.settlingDays() > 0) {
      facts.put(SETTLING, Integer.toString(policy.settlingDays()));
    }
    if (policy.extending()) {
      facts.put(EXTENDING, "true");
    }
    return facts;
  }

  /** As it is now; whether it once lengthened what was there is no part of that. */
  static SortedMap<String, String> present(RetentionPolicy policy) {
    return facts(policy.as(policy.version(), false));
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return present(policies.history(act.tenant()).newest());
  }

  @Override
  public void run(AskedAct act, String actor) {
    try {
      policies.set(
          act.tenant(),
          Integer.parseInt(Facts.required(act.before(), VERSION)),
          new RetentionPolicy(
              0,
              Boolean.parseBoolean(act.after().get(EXTENDING)),
              RetentionClass.parse(Facts.required(act.after(), STANDARD)),
              Json.mapper()
                  .readValue(
                      Facts.required(act.after(), RULES),
                      new TypeReference<List<RetentionRule>>() {}),
              Integer.parseInt(act.after().getOrDefault(SETTLING, "0"))),
          actor);
    } catch (ConflictException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("what was asked for says rules that can't be read", e);
    }
  }

  @Override
  public String action(AskedAct act) {
    return "retention-policy.set";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return Map.of(
        VERSION,
        Facts.required(act.after(), VERSION),
        STANDARD,
        Facts.required(act.after(), STANDARD));
  }
}
