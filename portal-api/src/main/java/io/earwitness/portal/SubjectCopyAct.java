package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.ApprovalPayload;
import io.earwitness.archive.catalog.SubjectRequests;
import io.earwitness.archive.catalog.SubjectRequests.Item;
import io.earwitness.archive.catalog.SubjectRequests.Release;
import io.earwitness.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Releases the copy of a subject's request: what was reviewed, for a while. */
final class SubjectCopyAct implements ApprovedAct {
  private final SubjectRequests requests;
  private final InstantSource clock;

  SubjectCopyAct(SubjectRequests requests, InstantSource clock) {
    this.requests = requests;
    this.clock = clock;
  }

  private static SortedMap<String, String> before(
      SubjectRequests.Request request, List<Item> items) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put("state", request.state().wireName());
    // Recordings, channels, spans and the SHA-256 of what was reviewed
    facts.put("copy", ApprovalPayload.sha256(Json.text(items)));
    return facts;
  }

  /**
   * What is asked for.
   *
   * @param items those that are in the copy, as reviewed
   */
  static AskedAct asked(
      SubjectRequests.Request request, List<Item> items, int days, int downloads, String askedBy) {
    SortedMap<String, String> before = before(request, items);
    TreeMap<String, String> after = new TreeMap<>(before);
    after.put("state", "executing");
    after.put("askedBy", askedBy);
    after.put("recordings", Integer.toString(items.size()));
    after.put("days", Integer.toString(days));
    after.put("downloads", Integer.toString(downloads));
    return new AskedAct(request.tenant(), SubjectErasureAct.object(request.id()), before, after);
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return requests
        .find(act.tenant(), SubjectErasureAct.id(act))
        .map(
            request ->
                before(request, SubjectCopyRoutes.inCopy(requests, act.tenant(), request.id())))
        .orElseGet(TreeMap::new);
  }

  @Override
  public void run(AskedAct act, String actor) {
    Instant now = clock.instant();
    requests.release(
        act.tenant(),
        SubjectErasureAct.id(act),
        new Release(
            SubjectErasureAct.approved(act, actor, clock),
            now.plus(Duration.ofDays(number(act, "days"))),
            0,
            number(act, "downloads"),
            null),
        actor);
  }

  private static int number(AskedAct act, String fact) {
    return Integer.parseInt(Facts.required(act.after(), fact));
  }

  @Override
  public String action(AskedAct act) {
    return "subject-copy.release";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return act.after();
  }
}
