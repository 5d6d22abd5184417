package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.SubjectRequests;
import io.earwitness.archive.catalog.SubjectRequests.Approved;
import io.earwitness.archive.catalog.SubjectRequests.Count;
import io.earwitness.archive.catalog.SubjectRequests.Decision;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lets the recordings of a subject's request be erased, or restricted as long as they are kept. */
final class SubjectErasureAct implements ApprovedAct {
  private static final String OBJECT = "subject-request:";
  private static final String STATE = "state";

  private final SubjectRequests requests;
  private final InstantSource clock;

  SubjectErasureAct(SubjectRequests requests, InstantSource clock) {
    this.requests = requests;
    this.clock = clock;
  }

  static String object(UUID request) {
    return OBJECT + request;
  }

  static UUID id(AskedAct act) {
    return UUID.fromString(act.object().substring(OBJECT.length()));
  }

  private static SortedMap<String, String> before(SubjectRequests.Request request) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put("kind", request.kind().wireName());
    facts.put(STATE, request.state().wireName());
    facts.put("version", Integer.toString(request.version()));
    return facts;
  }

  /** What is asked for. */
  static AskedAct asked(SubjectRequests.Request request, List<Count> counts, String askedBy) {
    SortedMap<String, String> after = before(request);
    after.put(STATE, "executing");
    after.put("askedBy", askedBy);
    for (Decision decision : Decision.values()) {
      int recordings =
          counts.stream()
              .filter(count -> count.decision() == decision)
              .mapToInt(Count::recordings)
              .sum();
      if (recordings > 0) {
        after.put(decision.wireName(), Integer.toString(recordings));
      }
    }
    return new AskedAct(request.tenant(), object(request.id()), before(request), after);
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return requests
        .find(act.tenant(), id(act))
        .map(SubjectErasureAct::before)
        .orElseGet(TreeMap::new);
  }

  @Override
  public void run(AskedAct act, String actor) {
    requests.execute(act.tenant(), id(act), approved(act, actor, clock), actor);
  }

  static Approved approved(AskedAct act, @Nullable String actor, InstantSource clock) {
    return new Approved(
        clock.instant(), Facts.required(act.after(), "askedBy"), String.valueOf(actor));
  }

  @Override
  public String action(AskedAct act) {
    return "subject-request.execute";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return act.after();
  }
}
