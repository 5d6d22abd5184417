package io.earwitness.access;

import io.earwitness.call.RecordingId;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A named list of recordings.
 *
 * @param owner id of the person who answers for it; null if that is nobody
 * @param open from its creation until it was closed
 * @param recordings since when, and until when, each was on the list
 */
public record Matter(
    UUID id,
    String name,
    MatterKind kind,
    @Nullable String owner,
    Validity open,
    Map<RecordingId, Set<Validity>> recordings) {
  public Matter {
    recordings =
        recordings.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> Set.copyOf(e.getValue())));
  }

  /** One that nobody in particular answers for. */
  public Matter(
      UUID id,
      String name,
      MatterKind kind,
      Validity open,
      Map<RecordingId, Set<Validity>> recordings) {
    this(id, name, kind, null, open, recordings);
  }

  /** The recordings that an open matter lists at a moment. */
  public Set<RecordingId> recordings(Instant when) {
    return open.at(when)
        ? recordings.entrySet().stream()
            .filter(entry -> entry.getValue().stream().anyMatch(each -> each.at(when)))
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet())
        : Set.of();
  }

  /** Whether an open matter lists anything at a moment. */
  public boolean listsAny(Instant when) {
    return open.at(when)
        && recordings.values().stream().anyMatch(each -> each.stream().anyMatch(v -> v.at(when)));
  }

  /** Whether an open matter lists a recording at a moment. */
  public boolean lists(RecordingId id, Instant when) {
    return open.at(when)
        && recordings.getOrDefault(id, Set.of()).stream().anyMatch(each -> each.at(when));
  }
}
