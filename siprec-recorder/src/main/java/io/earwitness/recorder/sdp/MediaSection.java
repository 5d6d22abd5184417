package io.earwitness.recorder.sdp;

import io.earwitness.call.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An m-line while its section is read. */
final class MediaSection {
  private final String media;
  private final int port;
  private final String protocol;
  private final List<String> formats;
  final List<String> attributes = new ArrayList<>();
  @Nullable String connection;
  @Nullable Boolean receiverReports;

  private MediaSection(String media, int port, String protocol, List<String> formats) {
    this.media = media;
    this.port = port;
    this.protocol = protocol;
    this.formats = formats;
  }

  /** {@code media-field = media SP port ["/" integer] SP proto 1*(SP fmt)} (RFC 8866 §9). */
  static MediaSection parse(String value, int line) throws SdpException {
    String[] words = value.split("\\s+");
    if (words.length < 3) {
      throw new SdpException("line %d of the SDP: 'm=%s' is incomplete".formatted(line, value));
    }
    String port = words[1].split("/", -1)[0];
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
      throw new SdpException("line %d of the SDP: '%s' is no port".formatted(line, words[1]));
    }
    return new MediaSection(
        words[0].toLowerCase(Locale.ROOT),
        Integer.parseInt(port),
        words[2],
        Arrays.asList(words).subList(3, words.length));
  }

  MediaDescription description(
      @Nullable String sessionConnection,
      @Nullable MediaDirection sessionDirection,
      boolean sessionReports,
      List<String> sessionDtls) {
    for (String kind : List.of(DtlsOffer.FINGERPRINT, DtlsOffer.SETUP)) {
      if (attributes.stream().noneMatch(own -> own.startsWith(kind))) {
        sessionDtls.stream().filter(one -> one.startsWith(kind)).forEach(attributes::add);
      }
    }

    MediaDirection direction = sessionDirection;
    String label = null;
    Map<String, String> rtpmaps = new HashMap<>();
    Map<String, String> fmtps = new HashMap<>();
    for (String attribute : attributes) {
      MediaDirection named = MediaDirection.of(attribute);
      if (named != null) {
        direction = named;
      } else if (attribute.startsWith("label:")) {
        label = attribute.substring("label:".length()).strip();
      } else if (attribute.startsWith("rtpmap:")) {
        keep(rtpmaps, attribute.substring("rtpmap:".length()));
      } else if (attribute.startsWith("fmtp:")) {
        keep(fmtps, attribute.substring("fmtp:".length()));
      }
    }
    return new MediaDescription(
        media,
        port,
        protocol,
        formats,
        codecs(rtpmaps, fmtps),
        direction == null ? MediaDirection.SENDRECV : direction,
        label,
        connection == null ? sessionConnection : connection,
        receiverReports == null ? sessionReports : receiverReports,
        attributes);
  }

  private static void keep(Map<String, String> byFormat, String value) {
    String[] words = value.strip().split("\\s+", 2);
    if (words.length == 2) {
      byFormat.putIfAbsent(words[0], words[1].strip());
    }
  }

  private List<Codec> codecs(Map<String, String> rtpmaps, Map<String, String> fmtps) {
    List<Codec> codecs = new ArrayList<>();
    for (String format : formats) {
      if (format.matches("[0-9]{1,3}") && Integer.parseInt(format) <= 127) {
        codecs.add(codec(Integer.parseInt(format), rtpmaps.get(format), fmtps.get(format)));
      }
    }
    return codecs;
  }

  /** {@code rtpmap-value = payload-type SP encoding-name "/" clock-rate [ "/" channels ]}. */
  private static Codec codec(int payloadType, @Nullable String rtpmap, @Nullable String fmtp) {
    String[] words = rtpmap == null ? new String[0] : rtpmap.split("/", -1);
    if (words.length < 2 || !words[1].strip().matches("[1-9][0-9]{0,8}")) {
      return StaticPayloadTypes.codec(payloadType, fmtp);
    }
    boolean channels = words.length > 2 && words[2].strip().matches("[1-9][0-9]{0,2}");
    return new Codec(
        payloadType,
        words[0].strip().toUpperCase(Locale.ROOT),
        Integer.parseInt(words[1].strip()),
        channels ? Integer.parseInt(words[2].strip()) : 1,
        fmtp);
  }
}
