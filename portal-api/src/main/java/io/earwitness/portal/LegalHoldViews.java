package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Matter;
import io.earwitness.access.Person;
import io.earwitness.access.Team;
import io.earwitness.archive.catalog.LegalHolds.Candidate;
import io.earwitness.archive.catalog.LegalHolds.Hold;
import io.earwitness.call.HoldQuery;
import io.earwitness.call.HoldScope;
import io.earwitness.call.RecordingId;
import io.earwitness.retention.HoldMatching.Placed;
import io.earwitness.retention.HoldMatching.Preview;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Legal holds as the API shows them. */
final class LegalHoldViews {
  private static final int GONE = 100;

  private LegalHoldViews() {}

  /** Something with a name. */
  record NamedView(String id, String name) {}

  /** A scope with the names of today. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ScopeView(
      List<NamedView> persons,
      List<NamedView> teams,
      List<String> numbers,
      @Nullable HoldQuery query,
      List<RecordingId> recordings,
      @Nullable Instant from,
      @Nullable Instant until) {
    static ScopeView of(AccessSnapshot directory, HoldScope scope) {
      return new ScopeView(
          scope.persons().stream()
              .map(
                  id -> {
                    Person person = directory.people().get(id);
                    return new NamedView(id, person == null ? id : person.displayName());
                  })
              .sorted(Comparator.comparing(NamedView::name))
              .toList(),
          scope.teams().stream()
              .map(
                  id -> {
                    Team team = directory.teams().get(id);
                    return new NamedView(id, team == null ? id : team.name());
                  })
              .sorted(Comparator.comparing(NamedView::name))
              .toList(),
          scope.numbers(),
          scope.query(),
          scope.recordings().stream().sorted().toList(),
          scope.from(),
          scope.until());
    }
  }

  /** A hold; members without a value are null. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record HoldView(
      UUID id,
      String name,
      @Nullable NamedView matter,
      String reason,
      int graceDays,
      ScopeView scope,
      String state,
      Instant placedAt,
      String placedBy,
      @Nullable Instant releasedAt,
      @Nullable String releasedBy,
      @Nullable Instant ends,
      long recordings) {
    static HoldView of(AccessSnapshot directory, Hold hold, Instant now) {
      UUID matterId = hold.matter();
      Matter matter = matterId == null ? null : directory.matters().get(matterId);
      Instant ends = hold.ends();
      return new HoldView(
          hold.id(),
          hold.name(),
          matterId == null
              ? null
              : new NamedView(
                  matterId.toString(), matter == null ? matterId.toString() : matter.name()),
          hold.reason(),
          hold.graceDays(),
          ScopeView.of(directory, hold.scope()),
          ends == null ? "in-force" : now.isBefore(ends) ? "in-grace" : "ended",
          hold.placedAt(),
          hold.placedBy(),
          hold.releasedAt(),
          hold.releasedBy(),
          ends,
          hold.recordings());
    }
  }

  /** A page of holds. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record PageView(List<HoldView> items, @Nullable String next) {}

  /** What was gone already; of the recordings at most a hundred. */
  record GoneView(int count, List<RecordingId> recordings) {}

  /** A hold that was placed. */
  record PlacedView(HoldView hold, GoneView gone) {
    static PlacedView of(AccessSnapshot directory, Placed placed, Instant now) {
      return new PlacedView(
          HoldView.of(directory, placed.hold(), now),
          new GoneView(placed.gone().size(), placed.gone().stream().limit(GONE).toList()));
    }
  }

  /** A recording as an example. */
  record ExampleView(RecordingId id, Instant start, long bytes, Instant keepUntil) {
    static ExampleView of(Candidate call) {
      return new ExampleView(call.id(), call.start(), call.bytes(), call.keepUntil());
    }
  }

  /** What a hold would be on. */
  record PreviewView(
      long recordings, long bytes, List<ExampleView> newest, List<ExampleView> nextDue) {
    static PreviewView of(Preview preview) {
      return new PreviewView(
          preview.recordings(),
          preview.bytes(),
          preview.newest().stream().map(ExampleView::of).toList(),
          preview.nextDue().stream().map(ExampleView::of).toList());
    }
  }

  /** A page of a hold's recordings; of those that one may not find only the number is told. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record RecordingsView(
      List<CallViews.RecordingView> items, int hidden, long total, @Nullable String next) {}
}
