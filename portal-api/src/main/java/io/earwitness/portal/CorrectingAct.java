package io.earwitness.portal;

import io.earwitness.approval.Approval;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.Restrictions.Correcting;
import io.earwitness.archive.catalog.Restrictions.Restricted;
import io.earwitness.call.MaskedSpan;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Removes a recording within its settling time, or has a masked derivative replace it. */
final class CorrectingAct implements ApprovedAct {
  private static final String STATE = "state";
  private static final String SETTLING = "settlingUntil";
  private static final String SPANS = "spans";

  private final Restrictions restrictions;

  CorrectingAct(Restrictions restrictions) {
    this.restrictions = restrictions;
  }

  /** As it is: what is corrected already, or until when it may be. */
  static SortedMap<String, String> facts(
      Optional<Restricted> present, Optional<Instant> settlingUntil) {
    Correcting correcting = present.map(Restricted::correcting).orElse(null);
    if (correcting != null) {
      return corrected(present.orElseThrow().restriction().spans());
    }
    TreeMap<String, String> facts = new TreeMap<>(Map.of(STATE, "kept"));
    facts.put(SETTLING, settlingUntil.map(Instant::toString).orElse("it is over"));
    return facts;
  }

  /**
   * As it is to be.
   *
   * @param spans none to remove all of it
   */
  static SortedMap<String, String> corrected(List<MaskedSpan> spans) {
    TreeMap<String, String> facts =
        new TreeMap<>(Map.of(STATE, spans.isEmpty() ? "removed" : "replaced"));
    if (!spans.isEmpty()) {
      facts.put(SPANS, MaskedSpan.text(spans));
    }
    return facts;
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return facts(
        restrictions.of(act.tenant(), RestrictionAct.recording(act)),
        restrictions.settling(act.tenant(), RestrictionAct.recording(act)));
  }

  @Override
  public void run(Approval approval, String actor) {
    AskedAct act = approval.act();
    String spans = act.after().get(SPANS);
    restrictions.correct(
        act.tenant(),
        RestrictionAct.recording(act),
        approval.reason(),
        spans == null ? List.of() : MaskedSpan.parse(spans),
        approval.id(),
        approval.asker(),
        actor);
  }

  @Override
  public String action(AskedAct act) {
    return act.after().containsKey(SPANS) ? "recording.replace" : "recording.remove";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return act.after();
  }
}
