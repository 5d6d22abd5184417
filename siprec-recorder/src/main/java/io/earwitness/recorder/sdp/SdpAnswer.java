package io.earwitness.recorder.sdp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Builds the recorder's answer (RFC 3264 §6, RFC 7866 §7.2): every m-line of the offer in its
 * place, with every offered payload type and the same rtpmap and fmtp (SRCs hang up on less), only
 * to receive, or inactive where the offer doesn't send.
 */
public final class SdpAnswer {
  /** RTP profiles whose packets can be kept as they come: without protection. */
  private static final Set<String> PROTOCOLS = Set.of("RTP/AVP", "RTP/AVPF");

  private SdpAnswer() {}

  /** Whether an offered m-line can be received and kept. Its codec doesn't matter. */
  public static boolean canBeStored(MediaDescription offered) {
    return offered.port() != 0
        && offered.media().equals("audio")
        && PROTOCOLS.contains(offered.protocol().toUpperCase(java.util.Locale.ROOT))
        && !offered.codecs().isEmpty();
  }

  /**
   * Writes the answer.
   *
   * @param address where media shall be sent
   * @param ports a port for each offered m-line; 0 for one that is not received
   */
  public static byte[] write(
      long sessionId,
      long version,
      InetAddress address,
      SessionDescription offer,
      List<Integer> ports) {
    List<MediaDescription> answers = new ArrayList<>();
    for (int i = 0; i < offer.media().size(); i++) {
      answers.add(answer(offer.media().get(i), ports.get(i)));
    }
    return SdpWriter.write(sessionId, version, address, answers);
  }

  private static MediaDescription answer(MediaDescription offered, int port) {
    MediaDirection direction =
        offered.direction().sends() ? MediaDirection.RECVONLY : MediaDirection.INACTIVE;
    List<String> attributes = new ArrayList<>();
    if (port != 0) {
      for (String attribute : offered.attributes()) {
        if (attribute.startsWith("rtpmap:") || attribute.startsWith("fmtp:")) {
          attributes.add(attribute);
        }
      }
      attributes.add(direction.attribute());
    }
    if (offered.label() != null) {
      attributes.add("label:" + offered.label());
    }
    List<String> formats = offered.formats().isEmpty() ? List.of("0") : offered.formats();
    return new MediaDescription(
        offered.media(),
        port,
        offered.protocol(),
        formats,
        offered.codecs(),
        direction,
        offered.label(),
        null,
        attributes);
  }
}
