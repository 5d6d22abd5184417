package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Disposals.Count;
import io.earwitness.archive.catalog.Disposals.ItemState;
import io.earwitness.archive.catalog.Disposals.Run;
import io.earwitness.archive.catalog.Disposals.RunState;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Lets a run of disposal begin once its notice is over. */
final class DisposalRunAct implements ApprovedAct {
  private static final String OBJECT = "disposal-run:";
  private static final String STATE = "state";

  private final Disposals disposals;

  DisposalRunAct(Disposals disposals) {
    this.disposals = disposals;
  }

  static String object(UUID run) {
    return OBJECT + run;
  }

  private static SortedMap<String, String> before(Run run) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put(
        STATE,
        run.state() == RunState.ANNOUNCED && run.approvedBy() != null
            ? "approved"
            : run.state().wireName());
    return facts;
  }

  /** What is asked for. */
  static AskedAct asked(Run run, List<Count> counts) {
    TreeMap<String, String> after = new TreeMap<>();
    after.put(STATE, "approved");
    after.put("notBefore", run.notBefore().toString());
    long recordings = 0;
    long bytes = 0;
    for (Count count : counts) {
      if (count.state() == ItemState.DUE) {
        recordings = count.recordings();
        bytes = count.bytes();
      }
    }
    after.put("recordings", Long.toString(recordings));
    after.put("bytes", Long.toString(bytes));
    return new AskedAct(run.tenant(), object(run.id()), before(run), after);
  }

  private static UUID id(AskedAct act) {
    return UUID.fromString(act.object().substring(OBJECT.length()));
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return disposals.run(act.tenant(), id(act)).map(DisposalRunAct::before).orElseGet(TreeMap::new);
  }

  @Override
  public void run(AskedAct act, String actor) {
    if (!disposals.approve(act.tenant(), id(act), actor)) {
      throw new IllegalArgumentException("the run is over, or was approved already");
    }
  }

  @Override
  public String action(AskedAct act) {
    return "disposal-run.approve";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return act.after();
  }
}
