package io.earwitness.recorder.srs;

import io.earwitness.recorder.rtp.StreamPulse;
import io.earwitness.recorder.sip.SipRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When to ask an SRC by INFO for a full frame of its video (RFC 5168): when one is needed that
 * could not be asked for by RTCP, the SRC takes INFO, and it was not asked too lately. Not
 * thread-safe.
 */
final class FullFrameNeed {
  /** Between two requests in a call: each costs the SRC many times the bandwidth for a moment. */
  static final Duration INTERVAL = Duration.ofSeconds(10);

  private @Nullable Boolean allowsInfo;
  private boolean established;
  private long counted;
  private boolean needed;
  private boolean told;
  private boolean asking;
  private Instant mayAskFrom = Instant.MIN;

  /** Looks at a request of the SRC: what it allows, and that the dialog stands. */
  void heard(SipRequest request) {
    if (request.headers().first("Allow").isPresent()) {
      allowsInfo = request.headers().hasToken("Allow", "info");
    }
    established |= request.toTag() != null;
  }

  /**
   * Looks at the streams.
   *
   * @return what to tell people: once, if the SRC can't be asked
   */
  Optional<String> look(List<StreamPulse> pulses) {
    long wanted = pulses.stream().mapToLong(StreamPulse::framesWanted).sum();
    needed |= wanted > counted;
    counted = wanted;
    if (!needed || told || !Boolean.FALSE.equals(allowsInfo)) {
      return Optional.empty();
    }
    told = true;
    return Optional.of(
        "a full video frame is needed, and the SRC can't be asked for it: it offers no feedback by"
            + " RTCP and does not allow INFO");
  }

  /** Whether to ask now; {@link #done} must follow then. */
  boolean take(Instant now) {
    boolean due = established && !Boolean.FALSE.equals(allowsInfo) && !now.isBefore(mayAskFrom);
    if (!needed || asking || !due) {
      return false;
    }
    needed = false;
    asking = true;
    mayAskFrom = now.plus(INTERVAL);
    return true;
  }

  /**
   * The request was answered, or given up.
   *
   * @param refused whether the SRC doesn't know such a request: it is not asked again
   */
  void done(boolean refused) {
    asking = false;
    if (refused) {
      allowsInfo = false;
      told = true;
    }
  }
}
