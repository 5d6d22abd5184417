package io.earwitness.recorder.sdp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds the recorder's answer (RFC 3264 §6, RFC 7866 §7.2): every m-line of the offer in its
 * place, with every offered payload type and the same rtpmap and fmtp (SRCs hang up on less), only
 * to receive, or inactive where the offer doesn't send.
 */
public final class SdpAnswer {
  /** RTP profiles without protection. */
  private static final Set<String> PLAIN = Set.of("RTP/AVP", "RTP/AVPF");

  private SdpAnswer() {}

  /** Whether an offered m-line can be received and kept. Its codec doesn't matter. */
  public static boolean canBeStored(MediaDescription offered) {
    return isAudio(offered)
        && (PLAIN.contains(offered.protocol().toUpperCase(Locale.ROOT))
            || (offered.isSecure() && CryptoLine.choose(offered) != null));
  }

  /** Whether an m-line could be stored if only one of its crypto lines could be used. */
  public static boolean lacksKey(MediaDescription offered) {
    return isAudio(offered) && offered.isSecure() && CryptoLine.choose(offered) == null;
  }

  private static boolean isAudio(MediaDescription offered) {
    return offered.port() != 0 && offered.media().equals("audio") && !offered.codecs().isEmpty();
  }

  /**
   * Writes the answer.
   *
   * @param address where media shall be sent
   * @param ports a port for each offered m-line; 0 for one that is not received
   * @param crypto the crypto attribute of m-lines that are secure, by their position
   */
  public static byte[] write(
      long sessionId,
      long version,
      InetAddress address,
      SessionDescription offer,
      List<Integer> ports,
      Map<Integer, String> crypto) {
    List<MediaDescription> answers = new ArrayList<>();
    for (int i = 0; i < offer.media().size(); i++) {
      answers.add(answer(offer.media().get(i), ports.get(i), crypto.get(i)));
    }
    return SdpWriter.write(sessionId, version, address, answers);
  }

  private static MediaDescription answer(
      MediaDescription offered, int port, @Nullable String crypto) {
    MediaDirection direction =
        offered.direction().sends() ? MediaDirection.RECVONLY : MediaDirection.INACTIVE;
    List<String> attributes = new ArrayList<>();
    if (port != 0) {
      for (String attribute : offered.attributes()) {
        if (attribute.startsWith("rtpmap:") || attribute.startsWith("fmtp:")) {
          attributes.add(attribute);
        }
      }
      if (crypto != null) {
        attributes.add(crypto);
      }
      if (RtcpOffer.isMuxed(offered)) {
        attributes.add(RtcpOffer.MUX);
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
        true,
        attributes);
  }
}
