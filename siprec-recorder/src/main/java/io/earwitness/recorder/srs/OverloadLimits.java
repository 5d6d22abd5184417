package io.earwitness.recorder.srs;

/**
 * From where on new calls are refused; the figures are those of {@link Load}, and 0 means that one
 * is not looked at.
 *
 * @param cpuPercent at or above this; spares tenants below what they are guaranteed
 * @param receiveLagMillis at or above this
 * @param lostPacketsPerSecond at or above this
 * @param bufferPercent at or above this
 * @param unsyncedSeconds at or above this
 * @param freePortsPercent at or below this
 */
public record OverloadLimits(
    int cpuPercent,
    int receiveLagMillis,
    int lostPacketsPerSecond,
    int bufferPercent,
    int unsyncedSeconds,
    int freePortsPercent) {
  /**
   * Limits at which running calls are about to lose audio: the kernel's buffers hold several
   * seconds of a stream, so a stall of one second harms nobody. The processors are not looked at:
   * archiving in the same process takes all that is idle, and gives way.
   */
  public static final OverloadLimits DEFAULT = new OverloadLimits(0, 3_000, 100, 80, 20, 2);
}
