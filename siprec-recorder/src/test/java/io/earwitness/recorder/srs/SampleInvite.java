package io.earwitness.recorder.srs;

import io.earwitness.recorder.sip.SipPeer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A sample message, its addresses rewritten to loopback, as a peer of a test sends it. */
final class SampleInvite {
  private String head;
  private String body;

  private SampleInvite(String head, String body) {
    this.head = head;
    this.body = body;
  }

  static SampleInvite load(String name) throws IOException {
    try (InputStream in = SampleInvite.class.getResourceAsStream("/siprec/" + name + ".sip")) {
      String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      text = text.contains("\r\n") ? text : text.replace("\n", "\r\n");
      int end = text.indexOf("\r\n\r\n") + 4;
      return new SampleInvite(text.substring(0, end), text.substring(end));
    }
  }

  SampleInvite withBody(String newBody) {
    body = newBody;
    return this;
  }

  String body() {
    return body;
  }

  SampleInvite replaceInHead(String regex, String replacement) {
    head = head.replaceAll(regex, replacement);
    return this;
  }

  SampleInvite replaceInBody(String text, String replacement) {
    body = body.replace(text, replacement);
    return this;
  }

  byte[] bytes(SipPeer peer) {
    String local = "127.0.0.1:" + peer.localPort();
    String rewritten =
        head.replace("SIP/2.0/TCP", "SIP/2.0/" + peer.transport())
            .replaceAll("(?m)^Via: (SIP/2.0/...) [0-9.]+:5060", "Via: $1 " + local)
            .replaceAll("(?m)^(Contact: .*)192\\.0\\.2\\.[0-9]+:5060", "$1" + local)
            .replace("transport=tcp", "transport=" + peer.transport().parameter());
    // Loopback in the session descriptions only: metadata stays as it was written
    String media = body.replaceAll("(?m)^([co]=.*IN IP4) 192\\.0\\.2\\.[0-9]+", "$1 127.0.0.1");
    rewritten =
        rewritten.replaceAll("(?m)^Content-Length: [0-9]+", "Content-Length: " + media.length());
    return (rewritten + media).getBytes(StandardCharsets.ISO_8859_1);
  }
}
