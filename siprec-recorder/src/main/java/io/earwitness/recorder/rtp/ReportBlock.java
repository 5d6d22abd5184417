package io.earwitness.recorder.rtp;

/**
 * What a receiver reports of a source (RFC 3550 §6.4.1).
 *
 * @param source its SSRC
 * @param fractionLost since the last report, in 1/256; 0 to 255
 * @param cumulativeLost in this run of numbers, signed 24 bit: duplicates make it negative
 * @param highest sequence number, extended by its cycles
 * @param jitter in clock units
 */
record ReportBlock(int source, int fractionLost, int cumulativeLost, int highest, int jitter) {}
