package io.earwitness.recorder.sip;

import java.time.Duration;

/**
 * What one peer may ask of us.
 *
 * @param headerBytes of a whole header section
 * @param lineBytes of one header line
 * @param headerLines lines of a header section
 * @param bodyBytes of a body
 * @param messageTime from a message's first byte on a stream to its last
 * @param connections stream connections at a time
 * @param unsentBytes that may wait for a peer that reads slowly
 * @param stallTime how long a write may make no progress
 * @param handshakeTime how long a TLS handshake may take
 */
public record SipLimits(
    int headerBytes,
    int lineBytes,
    int headerLines,
    int bodyBytes,
    Duration messageTime,
    int connections,
    int unsentBytes,
    Duration stallTime,
    Duration handshakeTime) {
  public static final SipLimits DEFAULT =
      new SipLimits(
          65_536,
          16_384,
          256,
          262_144,
          Duration.ofSeconds(10),
          2_000,
          1 << 20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5));

  public SipLimits withMessageTime(Duration time) {
    return new SipLimits(
        headerBytes,
        lineBytes,
        headerLines,
        bodyBytes,
        time,
        connections,
        unsentBytes,
        stallTime,
        handshakeTime);
  }

  public SipLimits withConnections(int count) {
    return new SipLimits(
        headerBytes,
        lineBytes,
        headerLines,
        bodyBytes,
        messageTime,
        count,
        unsentBytes,
        stallTime,
        handshakeTime);
  }

  public SipLimits withUnsent(int bytes, Duration stall) {
    return new SipLimits(
        headerBytes,
        lineBytes,
        headerLines,
        bodyBytes,
        messageTime,
        connections,
        bytes,
        stall,
        handshakeTime);
  }

  public SipLimits withHandshakeTime(Duration time) {
    return new SipLimits(
        headerBytes,
        lineBytes,
        headerLines,
        bodyBytes,
        messageTime,
        connections,
        unsentBytes,
        stallTime,
        time);
  }
}
