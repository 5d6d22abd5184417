package io.earwitness.recorder.sdp;

import io.earwitness.call.AnswerMode;
import io.earwitness.call.Codec;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Builds the recorder's answer (RFC 3264 §6, RFC 7866 §7.2): every m-line of the offer in its
 * place, with every offered payload type, if the mode says so, and the same rtpmap and fmtp, only
 * to receive, or inactive where the offer doesn't send.
 */
public final class SdpAnswer {
  /** Video is kept as it comes, and never decoded. */
  private static final Set<String> MEDIA = Set.of("audio", "video");

  /** RTP profiles without protection. */
  private static final Set<String> PLAIN = Set.of("RTP/AVP", "RTP/AVPF");

  private SdpAnswer() {}

  /** Whether an offered m-line can be received and kept. Its codec doesn't matter. */
  public static boolean canBeStored(MediaDescription offered) {
    return isRecorded(offered)
        && (PLAIN.contains(offered.protocol().toUpperCase(Locale.ROOT))
            || (offered.isSecure() && hasKey(offered)));
  }

  /** Whether an m-line could be stored if only there were a way to its key. */
  public static boolean lacksKey(MediaDescription offered) {
    return isRecorded(offered) && offered.isSecure() && !hasKey(offered);
  }

  private static boolean hasKey(MediaDescription offered) {
    return CryptoLine.choose(offered) != null || DtlsOffer.terms(offered) != null;
  }

  /** For people: why {@link #lacksKey}. */
  public static String whyNoKey(MediaDescription offered) {
    return offered.isDtls()
        ? "no fingerprint that can be read (RFC 8122)"
        : CryptoLine.whyNone(offered);
  }

  private static boolean isRecorded(MediaDescription offered) {
    return offered.port() != 0 && MEDIA.contains(offered.media()) && !offered.codecs().isEmpty();
  }

  /**
   * Writes the answer.
   *
   * @param address where media shall be sent
   * @param mode which payload types are answered
   * @param ports a port for each offered m-line; 0 for one that is not received
   * @param keying the attributes that m-lines which are secure are keyed by, by their position
   * @param receive whether media is wanted; if not, every m-line is inactive
   */
  public static byte[] write(
      long sessionId,
      long version,
      InetAddress address,
      SessionDescription offer,
      AnswerMode mode,
      List<Integer> ports,
      Map<Integer, List<String>> keying,
      boolean receive) {
    List<MediaDescription> answers = new ArrayList<>();
    for (int i = 0; i < offer.media().size(); i++) {
      answers.add(
          answer(
              offer.media().get(i),
              mode,
              ports.get(i),
              keying.getOrDefault(i, List.of()),
              receive));
    }
    return SdpWriter.write(sessionId, version, address, answers);
  }

  private static MediaDescription answer(
      MediaDescription offered, AnswerMode mode, int port, List<String> keying, boolean receive) {
    MediaDirection direction =
        receive && offered.direction().sends() ? MediaDirection.RECVONLY : MediaDirection.INACTIVE;
    List<Codec> codecs = mode.answered(offered.codecs());
    List<String> formats =
        mode == AnswerMode.ALL_CODECS || codecs.isEmpty()
            ? offered.formats()
            : codecs.stream().map(codec -> Integer.toString(codec.payloadType())).toList();
    List<String> attributes = new ArrayList<>();
    if (port != 0) {
      for (String attribute : offered.attributes()) {
        if (describesOneOf(formats, attribute)) {
          attributes.add(attribute);
        }
      }
      attributes.addAll(RtcpFeedback.of(offered).attributes());
      attributes.addAll(keying);
      if (RtcpOffer.isMuxed(offered)) {
        attributes.add(RtcpOffer.MUX);
      }
      attributes.add(direction.attribute());
    }
    if (offered.label() != null) {
      attributes.add("label:" + offered.label());
    }
    return new MediaDescription(
        offered.media(),
        port,
        offered.protocol(),
        formats.isEmpty() ? List.of("0") : formats,
        codecs,
        direction,
        offered.label(),
        null,
        true,
        attributes);
  }

  private static boolean describesOneOf(List<String> formats, String attribute) {
    if (!attribute.startsWith("rtpmap:") && !attribute.startsWith("fmtp:")) {
      return false;
    }
    String value = attribute.substring(attribute.indexOf(':') + 1).strip();
    return formats.contains(value.split("\\s+", 2)[0]);
  }
}
