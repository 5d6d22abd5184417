package io.earwitness.capture;

/**
 * How old content was when it was sure to survive a power cut: the time from when the oldest of a
 * written portion was handed to the spool to the end of the sync behind it.
 *
 * @param portions written portions that the figures are of
 * @param p50Millis half of them were at most so old
 * @param p99Millis 99 of 100 were at most so old
 * @param maxMillis the oldest
 */
public record Durability(long portions, double p50Millis, double p99Millis, double maxMillis) {}
