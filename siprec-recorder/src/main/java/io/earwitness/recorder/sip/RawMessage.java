package io.earwitness.recorder.sip;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * A message's exact bytes as they came from the network, with where they came from. Travels beside
 * the stack's parsed message, which doesn't keep bytes exactly.
 *
 * @param bodyStart where the body begins
 */
record RawMessage(byte[] bytes, int bodyStart, Origin origin, Instant received) {

  /** Sends bytes back to where the message came from. */
  interface Reply {
    void send(byte[] bytes);
  }

  InetSocketAddress source() {
    return origin.source();
  }

  Transport transport() {
    return origin.transport();
  }

  byte[] body() {
    return Arrays.copyOfRange(bytes, bodyStart, bytes.length);
  }

  SipHeaders headers() {
    return SipHeaders.parse(bytes, bodyStart);
  }

  boolean startsWith(String text) {
    byte[] start = text.getBytes(StandardCharsets.US_ASCII);
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
