package io.earwitness.recorder.rtp;

/**
 * When a video stream needs a full frame, without which nothing behind it can be decoded, and the
 * asking for it (RFC 7866 §8.1.7.1.1). When packets begin, or begin anew after a pause or by
 * another source, by a full intra request (RFC 5104 §4.3.1), which must not be sent for loss; when
 * packets are lost, by a picture loss indication (RFC 4585 §6.3.1). What the stream's sender does
 * not take by RTCP is counted, so that it can be asked for by SIP. For the receive thread.
 */
final class FullFrames {
  /** Between two requests: no source that changes with each packet makes us send more. */
  private static final long PAUSE_NANOS = 1_000_000_000L;

  /** UDP may lose one; those of the same number are one command (RFC 5104 §4.3.1.1). */
  private static final int TIMES = 2;

  private final RtcpSession rtcp;
  private boolean video;
  private boolean begun;
  private boolean lossy;
  private long lost;
  private int command;
  private int timesLeft;
  private boolean anySent;
  private long due;
  private long unasked;

  FullFrames(RtcpSession rtcp) {
    this.rtcp = rtcp;
  }

  void describe(boolean hasPictures) {
    video = hasPictures;
  }

  /** Packets began, or began anew. */
  void begun() {
    begun = video;
  }

  /**
   * How many packets are lost by now.
   *
   * @param total since the stream began
   */
  void lost(long total) {
    lossy |= video && total > lost;
    lost = total;
  }

  /**
   * Asks, if there is reason to and it is time to.
   *
   * @param nanos {@link System#nanoTime} now
   */
  void ask(PortPair ports, StreamAccounting accounting, long now, long nanos) {
    if (!begun && !lossy && timesLeft == 0 || anySent && nanos - due < 0) {
      return;
    }
    anySent = true;
    due = nanos + PAUSE_NANOS;
    if (begun) {
      // The frame that is sent for this serves what was lost before it, too
      begun = false;
      lossy = false;
      command = (command + 1) & 0xff;
      timesLeft = rtcp.takesFullIntraRequests() ? TIMES : 0;
      unasked += timesLeft == 0 ? 1 : 0;
    }
    if (timesLeft > 0) {
      timesLeft--;
      rtcp.fullIntraRequest(ports, accounting, now, command);
    } else if (lossy) {
      lossy = false;
      if (rtcp.takesPictureLoss()) {
        rtcp.pictureLoss(ports, accounting, now);
      } else {
        unasked++;
      }
    }
  }

  /** How often one was needed that could not be asked for by RTCP. */
  long unasked() {
    return unasked;
  }
}
