package io.earwitness.recorder.rtp;

import java.time.Duration;

/**
 * How busy the media plane is.
 *
 * @param lag how much later than meant its sockets were looked at, at the worst since this was last
 *     asked
 * @param lostPackets packets that our own buffers or the kernel's dropped since the start
 * @param freePorts even ports that no recording holds
 * @param ports even ports that there are
 */
public record ReceiveLoad(Duration lag, long lostPackets, int freePorts, int ports) {}
