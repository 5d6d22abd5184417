package io.earwitness.portal;

import io.earwitness.archive.catalog.AnnouncementPlays;
import io.earwitness.call.CallSummary;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Nothing was played, and no call was judged: what is kept is tested with a database. */
final class FakeAnnouncementPlays implements AnnouncementPlays {
  @Override
  public String promptsVersion() {
    return "";
  }

  @Override
  public List<OwnedPrompt> promptsInUse() {
    return List.of();
  }

  @Override
  public boolean enter(PlayedAnnouncement play) {
    return false;
  }

  @Override
  public Recent enteredByOthers(String node, Instant since, int most) {
    return new Recent(List.of(), since);
  }

  @Override
  public List<PlayedAnnouncement> of(CallSummary call) {
    return List.of();
  }

  @Override
  public Report report(TenantSlug tenant, Instant from, Instant to, int most) {
    return new Report(Map.of(), 0, List.of(), false);
  }
}
