package io.earwitness.portal;

import io.earwitness.access.AccessRules;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.AccessedCall;
import io.earwitness.access.Grant;
import io.earwitness.access.Holder;
import io.earwitness.access.Right;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.Plays;
import io.earwitness.call.RecordingId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which grants nobody uses. */
final class GrantUse {
  private static final int AT_ONCE = 500;

  private final Plays plays;
  private final CallCatalog calls;

  GrantUse(PortalParts parts) {
    this.plays = parts.plays();
    this.calls = parts.calls();
  }

  /** Those to listen that are so old, and of whose calls no holder has played one since. */
  List<Grant> unused(Principal asking, List<Grant> grants, Duration age) {
    Instant since = asking.asked().minus(age);
    List<Grant> old =
        grants.stream()
            .filter(grant -> grant.rights().contains(Right.LISTEN))
            .filter(grant -> !grant.validity().from().isAfter(since))
            .toList();
    if (old.isEmpty()) {
      return old;
    }
    List<Plays.Heard> heard = plays.heard(asking.slug(), since);
    Map<RecordingId, AccessedCall> facts = new HashMap<>();
    List<RecordingId> ids = heard.stream().map(Plays.Heard::recording).distinct().toList();
    for (int i = 0; i < ids.size(); i += AT_ONCE) {
      calls
          .find(asking.slug(), ids.subList(i, Math.min(ids.size(), i + AT_ONCE)))
          .forEach(e -> facts.put(e.summary().id(), AccessedCall.of(e.summary())));
    }
    return old.stream()
        .filter(
            grant -> heard.stream().noneMatch(play -> uses(asking.directory(), play, grant, facts)))
        .toList();
  }

  private static boolean uses(
      AccessSnapshot directory,
      Plays.Heard play,
      Grant grant,
      Map<RecordingId, AccessedCall> facts) {
    AccessedCall call = facts.get(play.recording());
    boolean holds =
        switch (grant.holder()) {
          case Holder.OfUser user -> user.id().equals(play.userId());
          case Holder.OfTeam team ->
              directory.teamsOf(play.userId(), play.last()).contains(team.id());
        };
    return holds && call != null && AccessRules.covers(directory, grant.on(), call, play.last());
  }
}
