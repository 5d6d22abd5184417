package io.earwitness.recorder.sip;

import io.earwitness.call.TlsIdentity;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request as received.
 *
 * @param method in upper case
 * @param requestUri as received
 * @param headers all header fields
 * @param body the body's bytes, untouched
 * @param raw the whole message's bytes, untouched
 * @param toTag null outside a dialog
 * @param sequence the CSeq number
 * @param source where it came from
 * @param certificate what the certificate says that the peer has proven to be its own; null without
 * @param received when its last byte arrived, by this host's clock
 */
public record SipRequest(
    String method,
    String requestUri,
    SipHeaders headers,
    byte[] body,
    byte[] raw,
    String callId,
    @Nullable String fromTag,
    @Nullable String toTag,
    long sequence,
    InetSocketAddress source,
    Transport transport,
    @Nullable TlsIdentity certificate,
    Instant received) {

  /** The Content-Type, or the empty text. */
  public String contentType() {
    return headers.first("Content-Type").orElse("");
  }

  /** The source as {@code address:port}. */
  public String peer() {
    return Peer.text(source);
  }
}
