package io.earwitness.recorder.rtp;

import java.net.InetAddress;
import java.time.Duration;

/**
 * Where and how media is received.
 *
 * @param address local address to bind; the unspecified IPv6 address takes IPv4 too
 * @param minPort first port; if odd, the next one is the first
 * @param maxPort last port, the RTCP port of the last pair included
 * @param round pause from one look at every socket to the next; 1 to 200 milliseconds. Longer is
 *     cheaper; packets wait in the kernel meanwhile. Without kernel time stamps at most 20 are used
 * @param receiveBuffer bytes for each stream in the kernel; at least 64 KiB
 * @param kernelTimeStamps whether to use the kernel's time stamps where they can be had; if not,
 *     jitter is not measured
 */
public record RtpSettings(
    InetAddress address,
    int minPort,
    int maxPort,
    Duration round,
    int receiveBuffer,
    boolean kernelTimeStamps) {
  public RtpSettings {
    if (minPort < 1024 || maxPort > 65535 || maxPort - minPort < 3) {
      throw new IllegalArgumentException(
          "RTP ports %d-%d: the range must lie in 1024..65535 and hold at least four ports"
              .formatted(minPort, maxPort));
    }
    if (round.compareTo(Duration.ofMillis(1)) < 0 || round.compareTo(Duration.ofMillis(200)) > 0) {
      throw new IllegalArgumentException(
          "a receive round of %s is not in 1..200 ms".formatted(round));
    }
    if (receiveBuffer < 64 * 1024) {
      throw new IllegalArgumentException(
          "a receive buffer of %d bytes is less than 64 KiB".formatted(receiveBuffer));
    }
  }

  /** Ports 10000 to 29999, rounds of 100 ms, buffers of 1 MiB, kernel time stamps. */
  public static RtpSettings defaults(InetAddress address) {
    return new RtpSettings(address, 10_000, 29_999, Duration.ofMillis(100), 1024 * 1024, true);
  }
}
