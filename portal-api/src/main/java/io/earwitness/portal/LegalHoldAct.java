package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.LegalHolds.Hold;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Releases a legal hold. */
final class LegalHoldAct implements ApprovedAct {
  private static final String OBJECT = "hold:";
  private static final String STATE = "state";

  private final LegalHolds holds;

  LegalHoldAct(LegalHolds holds) {
    this.holds = holds;
  }

  static String object(UUID hold) {
    return OBJECT + hold;
  }

  static SortedMap<String, String> facts(Hold hold, boolean released) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put("name", hold.name());
    facts.put("placedFor", hold.reason());
    facts.put("placedBy", hold.placedBy());
    facts.put("placedAt", hold.placedAt().toString());
    facts.put("graceDays", Integer.toString(hold.graceDays()));
    facts.put(STATE, released ? "released" : "in-force");
    return facts;
  }

  private static UUID id(AskedAct act) {
    return UUID.fromString(act.object().substring(OBJECT.length()));
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return holds
        .find(act.tenant(), id(act))
        .map(hold -> facts(hold, hold.releasedAt() != null))
        .orElseGet(TreeMap::new);
  }

  @Override
  public void run(AskedAct act, String actor) {
    holds.release(act.tenant(), id(act), actor);
  }

  @Override
  public String action(AskedAct act) {
    return "hold.release";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return act.before();
  }
}
