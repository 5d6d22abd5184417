package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Licences;
import io.earwitness.call.Licence;
import io.earwitness.call.LicenceTerms;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sets what a tenant has of a class of licence, so that its recording may stop. */
final class LicenceAct implements ApprovedAct {
  private static final String LICENCE = "licence";
  private static final String EXTENSIONS = "extensions";
  private static final String UNTIL = "until";
  private static final String GRACE = "graceDays";
  private static final String SUSPENDED = "suspended";
  private static final String STOPS = "stopsRecording";
  private static final String ENDLESS = "no end";

  private final Licences licences;

  LicenceAct(Licences licences) {
    this.licences = licences;
  }

  static String object(TenantSlug tenant, Licence licence) {
    return "licence:%s/%s".formatted(tenant, licence.wireName());
  }

  static SortedMap<String, String> facts(LicenceTerms terms) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put(LICENCE, terms.licence().wireName());
    facts.put(EXTENSIONS, Integer.toString(terms.extensions()));
    facts.put(UNTIL, terms.until() == null ? ENDLESS : terms.until().toString());
    facts.put(GRACE, Integer.toString(terms.graceDays()));
    facts.put(SUSPENDED, Boolean.toString(terms.suspended()));
    facts.put(STOPS, Boolean.toString(terms.stopsRecording()));
    return facts;
  }

  private static LicenceTerms terms(AskedAct act) {
    SortedMap<String, String> facts = act.after();
    String until = Facts.required(facts, UNTIL);
    return new LicenceTerms(
        WireName.parse(Licence.class, Facts.required(facts, LICENCE)),
        Integer.parseInt(Facts.required(facts, EXTENSIONS)),
        until.equals(ENDLESS) ? null : Instant.parse(until),
        Integer.parseInt(Facts.required(facts, GRACE)),
        Boolean.parseBoolean(Facts.required(facts, SUSPENDED)),
        Boolean.parseBoolean(Facts.required(facts, STOPS)));
  }

  /** What there is of a class; nothing where nothing was set. */
  static SortedMap<String, String> present(Licences licences, TenantSlug tenant, Licence licence) {
    for (Licences.Status status : licences.of(tenant)) {
      LicenceTerms terms = status.terms();
      if (status.licence() == licence && terms != null) {
        return facts(terms);
      }
    }
    return new TreeMap<>();
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return present(licences, act.tenant(), terms(act).licence());
  }

  @Override
  public void run(AskedAct act, String actor) {
    licences.set(act.tenant(), terms(act), actor);
  }

  @Override
  public String action(AskedAct act) {
    return "licence.set";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return facts(terms(act));
  }
}
