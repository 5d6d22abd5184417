package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.access.AccessSnapshot;
import io.earwitness.access.Person;
import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Disposals.Count;
import io.earwitness.archive.catalog.Disposals.Found;
import io.earwitness.archive.catalog.Disposals.Item;
import io.earwitness.archive.catalog.Disposals.ItemState;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Run;
import io.earwitness.archive.catalog.Disposals.RunState;
import io.earwitness.archive.catalog.Disposals.Settings;
import io.earwitness.archive.catalog.Tombstones.Tombstone;
import io.earwitness.call.RecordingId;
import io.earwitness.portal.LegalHoldViews.NamedView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Disposal in JSON. */
final class DisposalViews {
  private DisposalViews() {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record OfficerView(String id, String name) {
    static OfficerView of(String id, AccessSnapshot directory) {
      Person person = directory.people().get(id);
      return new OfficerView(id, person == null ? id : person.name());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  record SettingsView(
      int version,
      Mode mode,
      List<OfficerView> officers,
      CdrFate cdr,
      int everyDays,
      @Nullable Instant changedAt,
      @Nullable String changedBy) {
    static SettingsView of(Settings settings, AccessSnapshot directory) {
      return new SettingsView(
          settings.version(),
          settings.mode(),
          settings.officers().stream().map(id -> OfficerView.of(id, directory)).toList(),
          settings.cdr(),
          settings.everyDays(),
          settings.changedAt(),
          settings.changedBy());
    }
  }

  /** A run with how many recordings are in which state. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record RunView(
      UUID id,
      RunState state,
      Mode mode,
      Instant openedAt,
      Instant notBefore,
      @Nullable Instant approvedAt,
      @Nullable String approvedBy,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable String reason,
      List<Count> counts) {
    static RunView of(Run run, List<Count> counts) {
      return new RunView(
          run.id(),
          run.state(),
          run.mode(),
          run.openedAt(),
          run.notBefore(),
          run.approvedAt(),
          run.approvedBy(),
          run.startedAt(),
          run.endedAt(),
          run.reason(),
          counts);
    }
  }

  /**
   * A recording of a run, or one that falls due.
   *
   * @param heldBy the legal holds on it, for those who may read holds
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ItemView(
      RecordingId recording,
      ItemState state,
      Instant start,
      Instant end,
      Instant until,
      String keep,
      @Nullable String rule,
      int policy,
      long bytes,
      @Nullable String problem,
      @Nullable Instant triedAgainAt,
      List<NamedView> heldBy) {
    static List<ItemView> of(List<Item> items, Map<RecordingId, List<NamedView>> holds) {
      return items.stream()
          .map(item -> of(item, holds.getOrDefault(item.recording(), List.of())))
          .toList();
    }

    static ItemView of(Item item, List<NamedView> heldBy) {
      return new ItemView(
          item.recording(),
          item.state(),
          item.start(),
          item.end(),
          item.until(),
          item.basis().keep(),
          item.basis().rule(),
          item.basis().policy(),
          item.bytes(),
          item.problem(),
          item.notBefore(),
          heldBy);
    }
  }

  /**
   * A page.
   *
   * @param next where the next one begins; null if this is the last
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ItemsView(List<ItemView> items, @Nullable String next) {}

  /** What falls due of one class. */
  record ClassView(String keep, long recordings, long bytes) {}

  /**
   * What falls due and is in no run yet.
   *
   * @param more whether there is more than was looked at
   * @param items the first of them
   */
  record PreviewView(
      Instant until,
      long recordings,
      long bytes,
      boolean more,
      List<ClassView> classes,
      List<ItemView> items) {}

  /** What is left of a recording. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record TombstoneView(
      RecordingId recording,
      Instant start,
      @Nullable Instant end,
      Instant disposedAt,
      UUID run,
      String keep,
      @Nullable String rule,
      int policy,
      Instant until,
      String approvedBy,
      Found found) {
    static TombstoneView of(Tombstone stone) {
      return new TombstoneView(
          stone.recording(),
          stone.start(),
          stone.end(),
          stone.at(),
          stone.run(),
          stone.basis().keep(),
          stone.basis().rule(),
          stone.basis().policy(),
          stone.until(),
          stone.approvedBy(),
          stone.found());
    }
  }
}
