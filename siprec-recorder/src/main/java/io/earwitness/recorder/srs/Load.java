package io.earwitness.recorder.srs;

/**
 * How busy a recorder is, at one look. A figure that could not be measured is NaN.
 *
 * @param cpuPercent of all processors' time, what this process used over the last seconds
 * @param receiveLagMillis how much later than meant the receive loop looked at its sockets, at the
 *     worst over the last seconds
 * @param lostPacketsPerSecond packets dropped by our own buffers, or the kernel's, over the last
 *     seconds
 * @param bufferPercent of the memory between the receive loop and the disk, what is taken
 * @param unsyncedSeconds age of the oldest content of the spool that may not survive a power cut
 * @param freePortsPercent of the RTP ports, what is free
 */
public record Load(
    double cpuPercent,
    double receiveLagMillis,
    double lostPacketsPerSecond,
    double bufferPercent,
    double unsyncedSeconds,
    double freePortsPercent) {}
