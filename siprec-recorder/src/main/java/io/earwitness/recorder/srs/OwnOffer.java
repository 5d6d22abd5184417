package io.earwitness.recorder.srs;

import io.earwitness.call.AnswerMode;
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
import org.jspecify.annotations.Nullable;

/**
 * What the recorder offers when it is asked to: in a call, to go on receiving as agreed; at its
 * beginning, to receive both sides in whatever codec the SRC has.
 */
final class OwnOffer {
  /** RFC 7866 §8.3.1: at least two audio streams for a call. */
  static final int STREAMS = 2;

  /** Stands for a port that is not known yet: the discard service's. */
  private static final int UNKNOWN_PORT = 9;

  /** Every codec of telephony: what can't be decoded is kept as received. */
  private static final List<Codec> CODECS =
      List.of(
          new Codec(0, "PCMU", 8000, 1, null),
          new Codec(8, "PCMA", 8000, 1, null),
          new Codec(9, "G722", 8000, 1, null),
          new Codec(18, "G729", 8000, 1, null),
          new Codec(3, "GSM", 8000, 1, null),
          new Codec(96, "OPUS", 48000, 2, null),
          new Codec(97, "AMR-WB", 16000, 1, null),
          new Codec(98, "AMR", 8000, 1, null),
          new Codec(13, "CN", 8000, 1, null),
          new Codec(101, "TELEPHONE-EVENT", 8000, 1, "0-15"));

  private OwnOffer() {}

  /** The streams of a first offer: labelled, from wherever the answer will say. */
  static List<StreamDescription> firstStreams() {
    List<StreamDescription> streams = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      streams.add(
          new StreamDescription(
              i, "audio", Integer.toString(i + 1), CODECS, false, 0, null, UNKNOWN_PORT));
    }
    return streams;
  }

  static byte[] write(
      long sessionId,
      long version,
      InetAddress address,
      AnswerMode mode,
      List<StreamDescription> streams,
      StreamKeys keys,
      Map<Integer, List<String>> keying,
      Map<Integer, Offer.Reports> reports,
      boolean receive) {
    MediaDirection direction = receive ? MediaDirection.RECVONLY : MediaDirection.INACTIVE;
    return SdpWriter.write(
        sessionId,
        version,
        address,
        streams.stream()
            .map(
                stream ->
                    media(
                        stream,
                        mode.answered(stream.codecs()),
                        keys.profile(stream.index()),
                        keying.getOrDefault(stream.index(), List.of()),
                        reports.getOrDefault(stream.index(), Offer.Reports.NONE),
                        direction))
            .toList());
  }

  private static MediaDescription media(
      StreamDescription stream,
      List<Codec> codecs,
      @Nullable String secureProfile,
      List<String> keying,
      Offer.Reports reports,
      MediaDirection direction) {
    List<String> feedback = reports.feedback().attributes();
    String plainProfile = feedback.isEmpty() ? "RTP/AVP" : "RTP/AVPF";
    List<String> attributes = new ArrayList<>();
    for (Codec codec : codecs) {
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
    attributes.addAll(feedback);
    attributes.addAll(keying);
    if (reports.mux()) {
      attributes.add(RtcpOffer.MUX);
    }
    attributes.add(direction.attribute());
    if (stream.label() != null) {
      attributes.add("label:" + stream.label());
    }
    List<String> formats =
        codecs.stream().map(codec -> Integer.toString(codec.payloadType())).toList();
    return new MediaDescription(
        stream.media(),
        stream.localPort(),
        Objects.requireNonNullElse(secureProfile, plainProfile),
        formats.isEmpty() ? List.of("0") : formats,
        codecs,
        direction,
        stream.label(),
        null,
        true,
        attributes);
  }
}
