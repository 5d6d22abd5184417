package io.earwitness.recorder.sdp;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an m-line says of its RTCP.
 *
 * @param address where reports shall go, if that is not the media's address; as given, so maybe no
 *     IP literal
 * @param port where reports shall go: the port of RTP where both share it, else the one of {@code
 *     a=rtcp} (RFC 3605 §2.1), else the one above that of RTP (RFC 3550 §11)
 * @param mux whether RTP and RTCP share a port (RFC 5761 §5.1.1)
 * @param reports whether receiver reports may be sent
 */
public record RtcpOffer(@Nullable String address, int port, boolean mux, boolean reports) {
  /** As in an {@code a=} line. */
  public static final String MUX = "rtcp-mux";

  /** {@code "a=rtcp:" port [nettype SP addrtype SP connection-address]}. */
  private static final Pattern RTCP =
      Pattern.compile("rtcp:\\s*([0-9]{1,5})(?:\\s+IN\\s+IP[46]\\s+(\\S+))?.*");

  public static RtcpOffer of(MediaDescription media) {
    if (isMuxed(media)) {
      return new RtcpOffer(null, media.port(), true, media.receiverReports());
    }
    for (String attribute : media.attributes()) {
      Matcher matcher = RTCP.matcher(attribute);
      if (matcher.matches()) {
        int port = Integer.parseInt(matcher.group(1));
        if (port > 0 && port <= 65535) {
          return new RtcpOffer(matcher.group(2), port, false, media.receiverReports());
        }
      }
    }
    return new RtcpOffer(null, media.port() + 1, false, media.receiverReports());
  }

  static boolean isMuxed(MediaDescription media) {
    return media.attributes().contains(MUX);
  }
}
