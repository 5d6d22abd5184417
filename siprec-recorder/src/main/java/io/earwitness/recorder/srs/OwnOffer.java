package io.earwitness.recorder.srs;

import io.earwitness.call.Codec;
import io.earwitness.call.StreamDescription;
import io.earwitness.recorder.sdp.MediaDescription;
import io.earwitness.recorder.sdp.MediaDirection;
import io.earwitness.recorder.sdp.SdpWriter;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** What the recorder offers when it is asked to: to go on receiving as agreed. */
final class OwnOffer {
  private OwnOffer() {}

  static byte[] write(
      long sessionId, long version, InetAddress address, List<StreamDescription> streams) {
    return SdpWriter.write(
        sessionId, version, address, streams.stream().map(OwnOffer::media).toList());
  }

  private static MediaDescription media(StreamDescription stream) {
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
    attributes.add(MediaDirection.RECVONLY.attribute());
    if (stream.label() != null) {
      attributes.add("label:" + stream.label());
    }
    List<String> formats =
        stream.codecs().stream().map(codec -> Integer.toString(codec.payloadType())).toList();
    return new MediaDescription(
        stream.media(),
        stream.localPort(),
        "RTP/AVP",
        formats.isEmpty() ? List.of("0") : formats,
        stream.codecs(),
        MediaDirection.RECVONLY,
        stream.label(),
        null,
        attributes);
  }
}
