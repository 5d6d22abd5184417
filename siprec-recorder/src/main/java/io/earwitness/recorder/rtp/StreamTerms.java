package io.earwitness.recorder.rtp;

import io.earwitness.recorder.dtls.DtlsTerms;
import io.earwitness.recorder.srtp.SrtpKey;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What offer and answer agree on for a stream beside its description, which, unlike this, is
 * written down.
 *
 * @param theirKey under which its packets come; null for plain RTP
 * @param ownKey under which our reports go; null for plain RTP
 * @param reportsTo where receiver reports go; null if none are to be sent
 * @param rtcpMux whether RTCP shares the port of RTP (RFC 5761)
 * @param dtls the handshake that keys come by, in which case there are none yet; null for none
 * @param fullIntraRequest whether its sender takes a full intra request (RFC 5104 §4.3.1) by RTCP
 * @param pictureLoss whether its sender takes a picture loss indication (RFC 4585 §6.3.1) by RTCP
 */
public record StreamTerms(
    @Nullable SrtpKey theirKey,
    @Nullable SrtpKey ownKey,
    @Nullable InetSocketAddress reportsTo,
    boolean rtcpMux,
    @Nullable DtlsTerms dtls,
    boolean fullIntraRequest,
    boolean pictureLoss) {
  /** Plain RTP, of which nothing is reported. */
  public static final StreamTerms UNREPORTED = new StreamTerms(null, null, null, false, null);

  /** Of a stream that has no pictures. */
  public StreamTerms(
      @Nullable SrtpKey theirKey,
      @Nullable SrtpKey ownKey,
      @Nullable InetSocketAddress reportsTo,
      boolean rtcpMux,
      @Nullable DtlsTerms dtls) {
    this(theirKey, ownKey, reportsTo, rtcpMux, dtls, false, false);
  }
}
