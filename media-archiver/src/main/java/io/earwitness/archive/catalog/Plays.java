package io.earwitness.archive.catalog;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Plays of recordings: each is opened once, with its audit entry, and then serves many requests.
 */
public interface Plays {
  /**
   * A play.
   *
   * @param reason why the person listens, where the tenant asks
   * @param closed null while it is open
   * @param opening of a restricted original, if it is one that is played
   */
  record Play(
      UUID id,
      TenantSlug tenant,
      RecordingId recording,
      String userId,
      @Nullable String reason,
      Instant opened,
      @Nullable Instant closed,
      @Nullable UUID opening) {
    /** Of what is played without an opening. */
    public Play(
        UUID id,
        TenantSlug tenant,
        RecordingId recording,
        String userId,
        @Nullable String reason,
        Instant opened,
        @Nullable Instant closed) {
      this(id, tenant, recording, userId, reason, opened, closed, null);
    }
  }

  /** A guest's invitation gives no further play; the message says how many it gave. */
  final class NoPlayLeftException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoPlayLeftException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Opens a play; opening one with the same id again changes nothing. A guest's is counted in the
   * same transaction.
   *
   * @throws NoPlayLeftException if it is a guest's, and none is left
   */
  void open(Play play);

  /**
   * The last play of a recording that this person opened within {@code within} and not closed.
   *
   * @param opening of a restricted original, if it is one that is played
   */
  Optional<Play> findOpen(
      TenantSlug tenant,
      RecordingId recording,
      String userId,
      Duration within,
      @Nullable UUID opening);

  /** A play of a tenant, open or closed. */
  Optional<Play> find(TenantSlug tenant, UUID id);

  /** Somebody who opened plays of a recording, and when the last time. */
  record Heard(String userId, RecordingId recording, Instant last) {}

  /** Who opened plays of what, from then on; one entry for each person and recording. */
  List<Heard> heard(TenantSlug tenant, Instant since);

  /**
   * A play that was not closed.
   *
   * @param userName of whose it is
   */
  record Overdue(Play play, String userName) {}

  /** Plays of every tenant that were opened before then and not closed, the oldest first. */
  List<Overdue> openedBefore(Instant instant, int limit);

  /** Closes a play; a closed one stays as it is. */
  void close(TenantSlug tenant, UUID id);
}
