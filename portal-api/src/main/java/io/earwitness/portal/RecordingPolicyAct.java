package io.earwitness.portal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.RecordingPolicies;
import io.earwitness.archive.catalog.RecordingPolicies.ConflictException;
import io.earwitness.archive.catalog.RecordingPolicies.PolicyVersion;
import io.earwitness.call.Persona;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.RecordingRule;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes a policy of recording that may record some calls less than before. */
final class RecordingPolicyAct implements ApprovedAct {
  private static final String OBJECT = "recording-policy:";
  private static final String VERSION = "version";
  private static final String PERSONAS = "personas";
  private static final String RULES = "rules";

  private final RecordingPolicies policies;

  RecordingPolicyAct(RecordingPolicies policies) {
    this.policies = policies;
  }

  static String object(TenantSlug tenant) {
    return OBJECT + tenant;
  }

  /** The newest policy. */
  static RecordingPolicy newest(RecordingPolicies policies, TenantSlug tenant) {
    return policies.versions(tenant).stream()
        .findFirst()
        .map(PolicyVersion::policy)
        .orElseGet(RecordingPolicy::none);
  }

  /** A whole policy. */
  static SortedMap<String, String> facts(RecordingPolicy policy) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put(VERSION, Integer.toString(policy.version()));
    facts.put(PERSONAS, Json.text(policy.personas()));
    facts.put(RULES, Json.text(policy.rules()));
    return facts;
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return facts(newest(policies, act.tenant()));
  }

  private static RecordingPolicy wanted(AskedAct act) {
    try {
      return new RecordingPolicy(
          Integer.parseInt(Facts.required(act.after(), VERSION)),
          Json.mapper()
              .readValue(
                  Facts.required(act.after(), PERSONAS), new TypeReference<List<Persona>>() {}),
          Json.mapper()
              .readValue(
                  Facts.required(act.after(), RULES), new TypeReference<List<RecordingRule>>() {}));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("what was asked for says rules that can't be read", e);
    }
  }

  @Override
  public void run(AskedAct act, String actor) {
    RecordingPolicy next = wanted(act);
    try {
      policies.set(
          act.tenant(),
          Integer.parseInt(Facts.required(act.before(), VERSION)),
          next.personas(),
          next.rules(),
          actor);
    } catch (ConflictException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public String action(AskedAct act) {
    return "recording-policy.set";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return RecordingPolicyRoutes.changes(newest(policies, act.tenant()), wanted(act));
  }
}
