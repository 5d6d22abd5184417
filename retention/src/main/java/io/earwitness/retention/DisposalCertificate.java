package io.earwitness.retention;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.Disposals.Count;
import io.earwitness.archive.catalog.Disposals.Item;
import io.earwitness.archive.catalog.Disposals.ItemState;
import io.earwitness.archive.catalog.Disposals.ManifestHash;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Run;
import io.earwitness.archive.catalog.Tombstones.Tombstone;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a run of disposal did, to be signed: {@code docs/formats/disposal-certificate.md}.
 *
 * @param reason of a correction within the settling time; null for other runs
 * @param policies versions of the policy of retention by which recordings fell due
 * @param recordings that were deleted
 * @param left that were announced and stay
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record DisposalCertificate(
    String format,
    TenantSlug tenant,
    UUID run,
    Mode mode,
    String approvedBy,
    Instant approvedAt,
    Instant announcedAt,
    Instant startedAt,
    Instant endedAt,
    @Nullable String reason,
    List<Integer> policies,
    int count,
    long objects,
    long bytes,
    List<Disposed> recordings,
    List<Left> left) {
  static final String FORMAT = "earwitness-disposal-certificate-1";

  /** A recording that was deleted. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Disposed(
      RecordingId id,
      Instant start,
      @Nullable Instant end,
      String keep,
      @Nullable String rule,
      int policy,
      Instant until,
      Instant disposedAt,
      int objects,
      long bytes,
      List<ManifestHash> manifests) {
    static Disposed of(Tombstone stone) {
      return new Disposed(
          stone.recording(),
          stone.start(),
          stone.end(),
          stone.basis().keep(),
          stone.basis().rule(),
          stone.basis().policy(),
          stone.until(),
          stone.at(),
          stone.found().objects(),
          stone.found().bytes(),
          stone.found().manifests());
    }
  }

  /** A recording that was announced and stays. */
  record Left(RecordingId id, ItemState state) {}

  static DisposalCertificate of(Run run, List<Tombstone> stones, List<Item> left, Instant now) {
    return new DisposalCertificate(
        FORMAT,
        run.tenant(),
        run.id(),
        run.mode(),
        Objects.requireNonNull(run.approvedBy()),
        Objects.requireNonNull(run.approvedAt()),
        run.openedAt(),
        Objects.requireNonNull(run.startedAt()),
        now,
        run.reason(),
        stones.stream().map(stone -> stone.basis().policy()).distinct().sorted().toList(),
        stones.size(),
        stones.stream().mapToLong(stone -> stone.found().objects()).sum(),
        stones.stream().mapToLong(stone -> stone.found().bytes()).sum(),
        stones.stream().map(Disposed::of).toList(),
        left.stream().map(item -> new Left(item.recording(), item.state())).toList());
  }

  /** Whether nothing of a run is still to be done. */
  static boolean isReady(List<Count> counts) {
    return counts.stream()
        .map(Count::state)
        .allMatch(
            state ->
                state == ItemState.GONE || state == ItemState.KEPT || state == ItemState.VETOED);
  }
}
