package io.earwitness.portal;

import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.Restrictions.Restricted;
import io.earwitness.archive.catalog.Restrictions.Restriction;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.RecordingId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Restricts a recording, opens its original for a while, or lifts the restriction. */
final class RestrictionAct implements ApprovedAct {
  static final String PREFIX = "recording:";
  private static final String STATE = "state";
  private static final String BASIS = "legalBasis";
  private static final String SPANS = "spans";
  private static final String USERS = "userIds";
  private static final String HOURS = "hours";
  private static final String OPENED_ON = "openedOn";

  private final Restrictions restrictions;

  RestrictionAct(Restrictions restrictions) {
    this.restrictions = restrictions;
  }

  static SortedMap<String, String> facts(Optional<Restricted> present) {
    return present
        .map(each -> restricted(each.restriction().legalBasis(), each.restriction().spans()))
        .orElseGet(() -> new TreeMap<>(Map.of(STATE, "not-restricted")));
  }

  static SortedMap<String, String> restricted(String legalBasis, List<MaskedSpan> spans) {
    return new TreeMap<>(
        Map.of(STATE, "restricted", BASIS, legalBasis, SPANS, MaskedSpan.text(spans)));
  }

  static SortedMap<String, String> opened(
      Restricted present, String legalBasis, Set<String> users, String names, Duration lasts) {
    SortedMap<String, String> facts = facts(Optional.of(present));
    facts.put(OPENED_ON, legalBasis);
    facts.put("openedFor", names);
    facts.put(USERS, String.join(" ", users.stream().sorted().toList()));
    facts.put(HOURS, Long.toString(lasts.toHours()));
    return facts;
  }

  static RecordingId recording(AskedAct act) {
    return RecordingId.parse(act.object().substring(PREFIX.length()));
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return facts(restrictions.of(act.tenant(), recording(act)));
  }

  @Override
  public void run(Approval approval, String actor) {
    AskedAct act = approval.act();
    SortedMap<String, String> after = act.after();
    if (approval.kind() == ApprovalKind.RECORDING_LIFT_RESTRICTION) {
      restrictions.lift(act.tenant(), recording(act), actor);
    } else if (approval.kind() == ApprovalKind.RECORDING_OPEN_RESTRICTED) {
      restrictions.open(
          act.tenant(),
          recording(act),
          approval.id(),
          Set.of(Facts.required(after, USERS).split(" ")),
          Duration.ofHours(Long.parseLong(Facts.required(after, HOURS))),
          approval.reason(),
          Facts.required(after, OPENED_ON),
          actor);
    } else {
      restrictions.restrict(
          act.tenant(),
          recording(act),
          new Restriction(
              approval.reason(),
              Facts.required(after, BASIS),
              MaskedSpan.parse(Facts.required(after, SPANS))),
          approval.id(),
          actor);
    }
  }

  @Override
  public String action(AskedAct act) {
    if (act.after().containsKey(HOURS)) {
      return "recording.open-restricted";
    }
    return act.after().containsKey(BASIS) ? "recording.restrict" : "recording.lift-restriction";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return act.after();
  }
}
