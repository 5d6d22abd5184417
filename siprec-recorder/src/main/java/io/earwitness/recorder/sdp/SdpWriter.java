package io.earwitness.recorder.sdp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes session descriptions (RFC 8866 §5). */
public final class SdpWriter {
  private SdpWriter() {}

  /**
   * Writes a description whose media are all at one address.
   *
   * @param sessionId the same for all descriptions of one session
   * @param version one more for each later description (RFC 3264 §5)
   * @param media {@link MediaDescription#attributes()} are written as they are, so they must hold
   *     rtpmap, fmtp, direction and label; {@link MediaDescription#connection()} is not used
   */
  public static byte[] write(
      long sessionId, long version, InetAddress address, List<MediaDescription> media) {
    String type = address instanceof Inet6Address ? "IP6" : "IP4";
    String literal = literal(address);
    StringBuilder sdp = new StringBuilder();
    line(sdp, "v=0");
    line(sdp, "o=- %d %d IN %s %s".formatted(sessionId, version, type, literal));
    line(sdp, "s=-");
    line(sdp, "c=IN %s %s".formatted(type, literal));
    line(sdp, "t=0 0");
    for (MediaDescription description : media) {
      line(
          sdp,
          "m=%s %d %s %s"
              .formatted(
                  description.media(),
                  description.port(),
                  description.protocol(),
                  String.join(" ", description.formats())));
      description.attributes().forEach(attribute -> line(sdp, "a=" + attribute));
    }
    return sdp.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String literal(InetAddress address) {
    String literal = address.getHostAddress();
    int zone = literal.indexOf('%');
    return zone < 0 ? literal : literal.substring(0, zone);
  }

  private static void line(StringBuilder sdp, String text) {
    sdp.append(text).append("\r\n");
  }
}
