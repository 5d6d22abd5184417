package io.earwitness.recorder.srs;

import io.earwitness.call.Codec;
import io.earwitness.call.StreamDescription;
import io.earwitness.recorder.sdp.MediaDescription;
import io.earwitness.recorder.sdp.MediaDirection;
import io.earwitness.recorder.sdp.RtcpOffer;
import io.earwitness.recorder.sdp.SdpWriter;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the recorder offers when it is asked to: to go on receiving as agreed. */
final class OwnOffer {
  private OwnOffer() {}

  static byte[] write(
      long sessionId,
      long version,
      InetAddress address,
      List<StreamDescription> streams,
      StreamKeys keys,
      Map<Integer, List<String>> keying,
      Map<Integer, Offer.Reports> reports) {
    return SdpWriter.write(
        sessionId,
        version,
        address,
        streams.stream()
            .map(
                stream ->
                    media(
                        stream,
                        Objects.requireNonNullElse(keys.profile(stream.index()), "RTP/AVP"),
                        keying.getOrDefault(stream.index(), List.of()),
                        reports.getOrDefault(stream.index(), Offer.Reports.NONE).mux()))
            .toList());
  }

  private static MediaDescription media(
      StreamDescription stream, String profile, List<String> keying, boolean mux) {
    List<String> attributes = new ArrayList<>();
    for (Codec codec : stream.codecs()) {
      String channels = codec.channels() == 1 ? "" : "/" + codec.channels();
      if (!codec.name().equals("UNKNOWN")) {
        attributes.add(
            "rtpmap:%d %s/%d%s"
                .formatted(codec.payloadType(), codec.name(), codec.clockRate(), channels));
      }
      if (codec.fmtp() != null) {
        attributes.add("fmtp:%d %s".formatted(codec.payloadType(), codec.fmtp()));
      }
    }
    attributes.addAll(keying);
    if (mux) {
      attributes.add(RtcpOffer.MUX);
    }
    attributes.add(MediaDirection.RECVONLY.attribute());
    if (stream.label() != null) {
      attributes.add("label:" + stream.label());
    }
    List<String> formats =
        stream.codecs().stream().map(codec -> Integer.toString(codec.payloadType())).toList();
    return new MediaDescription(
        stream.media(),
        stream.localPort(),
        profile,
        formats.isEmpty() ? List.of("0") : formats,
        stream.codecs(),
        MediaDirection.RECVONLY,
        stream.label(),
        null,
        true,
        attributes);
  }
}
