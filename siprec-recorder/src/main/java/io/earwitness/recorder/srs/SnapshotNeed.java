package io.earwitness.recorder.srs;

import io.earwitness.recorder.sip.SipRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When to ask an SRC for a full metadata snapshot (RFC 7866 §9.2): when it is needed, the SRC takes
 * UPDATE, and it was not asked too lately or too often. Not thread-safe.
 */
final class SnapshotNeed {
  /** Between two requests in a call. */
  static final Duration INTERVAL = Duration.ofSeconds(10);

  /** Requests in a call: an SRC whose snapshots can't be read either will not change. */
  static final int LIMIT = 3;

  private @Nullable Boolean allowsUpdate;
  private boolean sentUpdate;
  private boolean established;
  private @Nullable String reason;
  private boolean told;
  private int asked;
  private boolean asking;
  private boolean awaited;
  private Instant mayAskFrom = Instant.MIN;

  /** Looks at a request of the SRC: what it allows, and that the dialog stands. */
  void heard(SipRequest request) {
    if (request.headers().first("Allow").isPresent()) {
      allowsUpdate = request.headers().hasToken("Allow", "update");
    }
    sentUpdate |= request.method().equals("UPDATE");
    established |= request.toTag() != null;
  }

  /** RFC 3261 §20.5: without an Allow nothing is known; who sends UPDATE takes it as well. */
  private boolean mayAsk() {
    return allowsUpdate == null ? sentUpdate : allowsUpdate;
  }

  /**
   * The metadata has a hole.
   *
   * @param why for people and for the SRC
   * @return what to tell people: once, if the SRC can't be asked
   */
  Optional<String> arise(String why) {
    if (reason == null) {
      reason = why;
    }
    if (mayAsk() || told) {
      return Optional.empty();
    }
    told = true;
    return Optional.of(why + "; the SRC can't be asked for all of it: it does not allow UPDATE");
  }

  /** All of the metadata came; whether because it was asked for. */
  boolean met() {
    boolean answer = awaited;
    awaited = false;
    reason = null;
    return answer;
  }

  /** Why the SRC is to be asked now, which {@link #done} must follow; empty if it isn't. */
  Optional<String> take(Instant now) {
    String why = reason;
    boolean due = established && mayAsk() && asked < LIMIT && !now.isBefore(mayAskFrom);
    if (why == null || asking || !due) {
      return Optional.empty();
    }
    asked++;
    asking = true;
    awaited = true;
    reason = null;
    mayAskFrom = now.plus(INTERVAL);
    return Optional.of(why);
  }

  /**
   * The request was answered, or given up.
   *
   * @param refused whether the SRC doesn't know the method (405, 501): it is not asked again
   */
  void done(boolean refused) {
    asking = false;
    if (refused) {
      allowsUpdate = false;
    }
  }
}
