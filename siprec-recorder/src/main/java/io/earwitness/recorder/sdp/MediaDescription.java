package io.earwitness.recorder.sdp;

import io.earwitness.call.Codec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One m-line and what belongs to it (RFC 8866 §5.14).
 *
 * @param media {@code audio}, {@code video} …
 * @param port 0 if it is rejected or removed
 * @param protocol such as {@code RTP/AVP}
 * @param formats the format list as received
 * @param codecs the formats that are RTP payload types, in the same order
 * @param direction its own attribute, else the session's, else {@code sendrecv}
 * @param label RFC 4574; opaque
 * @param connection its own connection address, else the session's; null if there is none
 * @param receiverReports whether RTCP receiver reports may be sent: unless its own {@code b=RR:0},
 *     or the session's, says no (RFC 3556 §2)
 * @param attributes every {@code a=} value, in order, the ones above included; where the section
 *     has no fingerprint or setup of its own, the session's
 */
public record MediaDescription(
    String media,
    int port,
    String protocol,
    List<String> formats,
    List<Codec> codecs,
    MediaDirection direction,
    @Nullable String label,
    @Nullable String connection,
    boolean receiverReports,
    List<String> attributes) {
  public MediaDescription {
    formats = List.copyOf(formats);
    codecs = List.copyOf(codecs);
    attributes = List.copyOf(attributes);
  }

  /**
   * Whether media may come: on hold by the old way, {@code c=0.0.0.0} (RFC 2543 B.5), none does.
   */
  public boolean isPaused() {
    return !direction.sends() || "0.0.0.0".equals(connection) || "::".equals(connection);
  }

  /** The RTCP CNAMEs of its sources: {@code ssrc:<ssrc-id> cname:<value>} (RFC 5576 §6.1). */
  public List<String> cnames() {
    return attributes.stream()
        .filter(attribute -> attribute.startsWith("ssrc:") && attribute.contains(" cname:"))
        .map(attribute -> attribute.substring(attribute.indexOf(" cname:") + 7).strip())
        .filter(cname -> !cname.isEmpty())
        .distinct()
        .limit(10)
        .toList();
  }

  /** Whether it has a direction attribute of its own. */
  public boolean hasOwnDirection() {
    return attributes.stream().anyMatch(attribute -> MediaDirection.of(attribute) != null);
  }

  /** Whether its packets are SRTP (RFC 3711 §12, RFC 5124, RFC 5764 §8). */
  public boolean isSecure() {
    return protocol.equalsIgnoreCase("RTP/SAVP")
        || protocol.equalsIgnoreCase("RTP/SAVPF")
        || isDtls();
  }

  /** Whether its keys come by DTLS, as its profile says. */
  public boolean isDtls() {
    return protocol.equalsIgnoreCase("UDP/TLS/RTP/SAVP")
        || protocol.equalsIgnoreCase("UDP/TLS/RTP/SAVPF");
  }

  /** Without the attributes, which may hold keys. */
  @Override
  public String toString() {
    return "%s %d %s".formatted(media, port, protocol);
  }
}
