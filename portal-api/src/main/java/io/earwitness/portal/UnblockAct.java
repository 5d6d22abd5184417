package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.MisplacedCalls;
import io.earwitness.call.RecordingId;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Lifts the block of a recording. */
final class UnblockAct implements ApprovedAct {
  private static final String PREFIX = "recording:";

  private final MisplacedCalls calls;

  UnblockAct(MisplacedCalls calls) {
    this.calls = calls;
  }

  static SortedMap<String, String> facts(CallCatalog.Block block) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put("blocked", block.reason());
    facts.put("since", block.at().toString());
    return facts;
  }

  private static RecordingId id(AskedAct act) {
    return RecordingId.parse(act.object().substring(PREFIX.length()));
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    CallCatalog.Block block = calls.whole(act.tenant(), id(act)).map(CallEntry::block).orElse(null);
    return block == null ? new TreeMap<>() : facts(block);
  }

  @Override
  public void run(AskedAct act, String actor) {
    calls.unblock(act.tenant(), id(act), actor);
  }

  @Override
  public String action(AskedAct act) {
    return "recording.unblock";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return act.before();
  }
}
