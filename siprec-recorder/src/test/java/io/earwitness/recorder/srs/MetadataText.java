package io.earwitness.recorder.srs;

/** Recording metadata of the standard's form (RFC 7865), put together in a test. */
final class MetadataText {
  private MetadataText() {}

  static String complete(String... elements) {
    return document("complete", elements);
  }

  static String partial(String... elements) {
    return document("partial", elements);
  }

  private static String document(String mode, String... elements) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + "<recording xmlns=\"urn:ietf:params:xml:ns:recording:1\">\n<datamode>"
        + mode
        + "</datamode>\n"
        + String.join("\n", elements)
        + "\n</recording>\n";
  }

  static String group(String id) {
    return "<group group_id=\"%s\"/>".formatted(id);
  }

  static String session(String id, String group, String... content) {
    return "<session session_id=\"%s\"><group-ref>%s</group-ref>%s</session>"
        .formatted(id, group, String.join("", content));
  }

  static String ended(String session) {
    return "<session session_id=\"%s\"><stop-time>2026-11-20T10:00:00Z</stop-time></session>"
        .formatted(session);
  }

  static String person(String id, String aor, String name, String... content) {
    return "<participant participant_id=\"%s\"><nameID aor=\"%s\"><name>%s</name></nameID>%s"
            .formatted(id, aor, name, String.join("", content))
        + "</participant>";
  }

  /** Oracle's way of saying something of a participant. */
  static String vendor(String content) {
    return "<extensiondata xmlns:apkt=\"http://acmepacket.com/siprec/extensiondata\">%s"
            .formatted(content)
        + "</extensiondata>";
  }

  static String takesPart(String person, String session) {
    return "<participantsessionassoc participant_id=\"%s\" session_id=\"%s\"/>"
        .formatted(person, session);
  }

  static String leaves(String person, String session) {
    return ("<participantsessionassoc participant_id=\"%s\" session_id=\"%s\">"
            + "<disassociate-time>2026-11-20T10:00:00Z</disassociate-time>"
            + "</participantsessionassoc>")
        .formatted(person, session);
  }

  static String stream(String id, String session, String label) {
    return "<stream stream_id=\"%s\" session_id=\"%s\"><label>%s</label></stream>"
        .formatted(id, session, label);
  }

  /**
   * Which streams a person sends and receives; either may be empty.
   *
   * @param send one stream
   * @param recv one stream
   */
  static String media(String person, String send, String recv) {
    return "<participantstreamassoc participant_id=\"%s\">%s%s</participantstreamassoc>"
        .formatted(
            person,
            send.isEmpty() ? "" : "<send>" + send + "</send>",
            recv.isEmpty() ? "" : "<recv>" + recv + "</recv>");
  }

  /** An offer of streams that only send. */
  static String sdp(String... labels) {
    StringBuilder sdp =
        new StringBuilder("v=0\r\no=- 7 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0");
    for (int i = 0; i < labels.length; i++) {
      sdp.append("\r\nm=audio %d RTP/AVP 0\r\na=sendonly\r\na=label:".formatted(40_000 + 2 * i))
          .append(labels[i]);
    }
    return sdp.append("\r\n").toString();
  }
}
