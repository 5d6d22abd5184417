package io.earwitness.portal;

import io.earwitness.archive.catalog.Plays;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Plays in memory. */
final class FakePlays implements Plays {
  final List<Play> plays = new CopyOnWriteArrayList<>();
  private final Clock clock;

  FakePlays(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void open(Play play) {
    plays.add(play);
  }

  @Override
  public Optional<Play> findOpen(
      TenantSlug tenant,
      RecordingId recording,
      String userId,
      Duration within,
      @Nullable UUID opening) {
    return plays.reversed().stream()
        .filter(play -> play.tenant().equals(tenant) && play.recording().equals(recording))
        .filter(play -> play.userId().equals(userId) && play.closed() == null)
        .filter(play -> Objects.equals(play.opening(), opening))
        .filter(play -> play.opened().plus(within).isAfter(clock.instant()))
        .findFirst();
  }

  @Override
  public Optional<Play> find(TenantSlug tenant, UUID id) {
    return plays.stream()
        .filter(play -> play.tenant().equals(tenant) && play.id().equals(id))
        .findFirst();
  }

  @Override
  public List<Overdue> openedBefore(Instant instant, int limit) {
    return plays.stream()
        .filter(play -> play.closed() == null && play.opened().isBefore(instant))
        .limit(limit)
        .map(play -> new Overdue(play, play.userId().replaceFirst("u-[a-z]+-", "")))
        .toList();
  }

  @Override
  public List<Heard> heard(TenantSlug tenant, Instant since) {
    return plays.stream()
        .filter(play -> play.tenant().equals(tenant) && !play.opened().isBefore(since))
        .map(play -> new Heard(play.userId(), play.recording(), play.opened()))
        .toList();
  }

  @Override
  public void close(TenantSlug tenant, UUID id) {
    plays.replaceAll(
        play ->
            play.id().equals(id) && play.closed() == null
                ? new Play(
                    play.id(),
                    play.tenant(),
                    play.recording(),
                    play.userId(),
                    play.reason(),
                    play.opened(),
                    clock.instant(),
                    play.opening())
                : play);
  }
}
