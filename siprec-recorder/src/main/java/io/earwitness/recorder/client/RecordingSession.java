package io.earwitness.recorder.client;

import io.earwitness.recorder.sip.SipBody;
import io.earwitness.recorder.srtp.SrtpKey;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * The offers and the metadata of one recording session with two streams: SDP (RFC 7866 §7.1) and
 * metadata (RFC 7865 §9) in one multipart body. Not thread-safe.
 */
final class RecordingSession {
  private static final String BOUNDARY = "earwitness-client-part";

  private record Side(CallParty party, String participantId, String streamId, RtpStream stream) {}

  private final InetAddress local;
  private final G711 codec;
  private final Side caller;
  private final Side callee;
  private final String groupId = id();
  private final String sessionId = id();
  private final String sipSessionId =
      UUID.randomUUID().toString().replace("-", "")
          + ";remote="
          + UUID.randomUUID().toString().replace("-", "");
  private final long sdpSession = UUID.randomUUID().getMostSignificantBits() >>> 16;
  private int sdpVersion;

  RecordingSession(
      InetAddress local,
      G711 codec,
      CallParty caller,
      RtpStream left,
      CallParty callee,
      RtpStream right) {
    this.local = local;
    this.codec = codec;
    this.caller = new Side(caller, id(), id(), left);
    this.callee = new Side(callee, id(), id(), right);
  }

  /** The first offer, with all metadata. */
  SipBody complete(Instant now) {
    StringBuilder xml = metadata("complete");
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    xml.append(
        "  <group group_id=\"%s\"><associate-time>%s</associate-time></group>\n"
            .formatted(groupId, time));
    xml.append(
        """
          <session session_id="%s">
            <sipSessionID>%s</sipSessionID>
            <group-ref>%s</group-ref>
            <start-time>%s</start-time>
          </session>
        """
            .formatted(sessionId, sipSessionId, groupId, time));
    for (Side side : List.of(caller, callee)) {
      String name = side.party.name();
      xml.append(
          "  <participant participant_id=\"%s\"><nameID aor=\"%s\">%s</nameID></participant>\n"
              .formatted(
                  side.participantId,
                  escaped(side.party.aor()),
                  name == null ? "" : "<name xml:lang=\"en\">" + escaped(name) + "</name>"));
      xml.append(
          "  <stream stream_id=\"%s\" session_id=\"%s\"><label>%s</label></stream>\n"
              .formatted(side.streamId, sessionId, side.stream.label));
      xml.append(
          ("  <participantsessionassoc participant_id=\"%s\" session_id=\"%s\">"
                  + "<associate-time>%s</associate-time></participantsessionassoc>\n")
              .formatted(side.participantId, sessionId, time));
    }
    xml.append(
        ("  <sessionrecordingassoc session_id=\"%s\"><associate-time>%s</associate-time>"
                + "</sessionrecordingassoc>\n")
            .formatted(sessionId, time));
    streams(xml, caller, callee, true, true);
    streams(xml, callee, caller, true, true);
    return body(xml, false);
  }

  /**
   * An offer in which the caller's stream is inactive or active again, with the metadata that says
   * so (RFC 8068 §3.2.2).
   */
  SipBody hold(boolean held) {
    StringBuilder xml = metadata("partial");
    streams(xml, caller, callee, !held, true);
    streams(xml, callee, caller, true, !held);
    return body(xml, held);
  }

  private static StringBuilder metadata(String dataMode) {
    return new StringBuilder()
        .append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        .append("<recording xmlns=\"urn:ietf:params:xml:ns:recording:1\">\n")
        .append("  <datamode>%s</datamode>\n".formatted(dataMode));
  }

  private static void streams(
      StringBuilder xml, Side side, Side other, boolean sends, boolean receives) {
    xml.append("  <participantstreamassoc participant_id=\"%s\">".formatted(side.participantId));
    xml.append(sends ? "<send>%s</send>".formatted(side.streamId) : "");
    xml.append(receives ? "<recv>%s</recv>".formatted(other.streamId) : "");
    xml.append("</participantstreamassoc>\n");
  }

  private SipBody body(StringBuilder xml, boolean callerInactive) {
    xml.append("</recording>\n");
    String body =
        """
        --%1$s
        Content-Type: application/sdp

        %2$s--%1$s
        Content-Type: application/rs-metadata+xml
        Content-Disposition: recording-session

        %3$s--%1$s--
        """
            .formatted(BOUNDARY, sdp(callerInactive), xml);
    return new SipBody(
        "multipart/mixed;boundary=" + BOUNDARY,
        body.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
  }

  private String sdp(boolean callerInactive) {
    sdpVersion++;
    String family = local instanceof Inet6Address ? "IP6" : "IP4";
    String address = local.getHostAddress().replaceFirst("%.*", "");
    StringBuilder sdp = new StringBuilder();
    sdp.append(
        "v=0\no=earwitness %d %d IN %s %s\n".formatted(sdpSession, sdpVersion, family, address));
    sdp.append("s=-\nc=IN %s %s\nt=0 0\n".formatted(family, address));
    for (Side side : List.of(caller, callee)) {
      sdp.append(
          """
          m=audio %d %s %d 101
          a=rtpmap:%d %s/8000
          a=rtpmap:101 telephone-event/8000
          a=fmtp:101 0-15
          a=ptime:20
          a=%s
          a=label:%s
          """
              .formatted(
                  side.stream.localPort(),
                  profile(side.stream),
                  codec.payloadType(),
                  codec.payloadType(),
                  codec.name(),
                  callerInactive && side.equals(caller) ? "inactive" : "sendonly",
                  side.stream.label));
      if (side.stream.offersRtcpMux()) {
        sdp.append("a=rtcp-mux\n");
      }
      if (side.stream.fingerprint() != null) {
        sdp.append("a=fingerprint:%s\na=setup:actpass\n".formatted(side.stream.fingerprint()));
      }
      for (int i = 0; i < side.stream.keys().size(); i++) {
        SrtpKey key = side.stream.keys().get(i);
        sdp.append("a=crypto:%d %s %s\n".formatted(i + 1, key.suite(), key.inline()));
      }
    }
    return sdp.toString();
  }

  private static String profile(RtpStream stream) {
    if (stream.fingerprint() != null) {
      return "UDP/TLS/RTP/SAVP";
    }
    return stream.keys().isEmpty() ? "RTP/AVP" : "RTP/SAVP";
  }

  /** A base64 UUID (RFC 7865 §6.10). */
  private static String id() {
    UUID uuid = UUID.randomUUID();
    return Base64.getEncoder()
        .encodeToString(
            ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array());
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
