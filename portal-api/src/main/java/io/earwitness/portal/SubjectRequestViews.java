package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Person;
import io.earwitness.archive.catalog.SubjectRequests;
import io.earwitness.archive.catalog.SubjectRequests.Approved;
import io.earwitness.archive.catalog.SubjectRequests.CopyPlan;
import io.earwitness.archive.catalog.SubjectRequests.Count;
import io.earwitness.archive.catalog.SubjectRequests.Decision;
import io.earwitness.archive.catalog.SubjectRequests.Found;
import io.earwitness.archive.catalog.SubjectRequests.Item;
import io.earwitness.archive.catalog.SubjectRequests.Kind;
import io.earwitness.archive.catalog.SubjectRequests.Outcome;
import io.earwitness.archive.catalog.SubjectRequests.Release;
import io.earwitness.archive.catalog.SubjectRequests.Said;
import io.earwitness.archive.catalog.SubjectRequests.State;
import io.earwitness.call.RecordingId;
import io.earwitness.portal.LegalHoldViews.NamedView;
import io.earwitness.retention.ErasurePlans.Fate;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Subjects' requests as the API shows them. */
final class SubjectRequestViews {
  private SubjectRequestViews() {}

  /** A release without the code's hash. */
  record ReleaseView(
      Approved by, Instant expires, boolean expired, int downloads, int most, boolean hasCode) {
    static ReleaseView of(Release release, Instant now) {
      return new ReleaseView(
          release.by(),
          release.expires(),
          !release.expires().isAfter(now),
          release.downloads(),
          release.most(),
          release.codeHash() != null);
    }
  }

  /** A request with how its recordings stand. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record RequestView(
      UUID id,
      Kind kind,
      State state,
      String name,
      @Nullable String contact,
      List<String> numbers,
      @Nullable NamedView person,
      LocalDate received,
      Instant due,
      boolean overdue,
      Instant openedAt,
      String openedBy,
      @Nullable Said extended,
      @Nullable Said identified,
      @Nullable Found found,
      @Nullable Approved approved,
      @Nullable ReleaseView release,
      @Nullable Said closed,
      List<Count> counts) {
    static RequestView of(
        AccessSnapshot directory,
        SubjectRequests.Request request,
        List<Count> counts,
        Instant now) {
      String person = request.subject().person();
      return new RequestView(
          request.id(),
          request.kind(),
          request.state(),
          request.subject().name(),
          request.subject().contact(),
          request.subject().numbers(),
          person == null ? null : named(directory, person),
          request.received(),
          request.due(),
          !request.state().closed() && !request.due().isAfter(now),
          request.openedAt(),
          request.openedBy(),
          request.extended(),
          request.identified(),
          request.found(),
          request.approved(),
          request.release() == null ? null : ReleaseView.of(request.release(), now),
          request.closed(),
          counts);
    }

    private static NamedView named(AccessSnapshot directory, String id) {
      Person person = directory.people().get(id);
      return new NamedView(id, person == null ? id : person.displayName());
    }
  }

  /** A page of requests. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record PageView(List<RequestView> items, @Nullable String next) {}

  /**
   * A recording of a request.
   *
   * @param keeps what would keep it from being erased now; null if nothing does, or it is of no
   *     importance
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ItemView(
      RecordingId recording,
      Instant start,
      @Nullable Instant end,
      List<Integer> channels,
      @Nullable Decision decision,
      @Nullable String reason,
      Outcome outcome,
      @Nullable Instant until,
      @Nullable String because,
      @Nullable CopyPlan plan,
      @Nullable KeepsView keeps) {
    static ItemView of(Item item, @Nullable Fate fate) {
      return new ItemView(
          item.recording(),
          item.start(),
          item.end(),
          item.channels(),
          item.decision(),
          item.reason(),
          item.outcome(),
          item.until(),
          item.because(),
          item.plan(),
          fate instanceof Fate.Kept kept
              ? new KeepsView(kept.until(), kept.because(), kept.immutable())
              : null);
    }
  }

  /** What keeps a recording. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record KeepsView(@Nullable Instant until, String because, boolean immutable) {}

  /** A page of a request's recordings. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ItemsView(List<ItemView> items, @Nullable String next) {}

  /**
   * The code by which the subject fetches the copy, shown once.
   *
   * @param link to the page that takes it
   */
  record CodeView(String code, String link, Instant expires, int most) {}
}
