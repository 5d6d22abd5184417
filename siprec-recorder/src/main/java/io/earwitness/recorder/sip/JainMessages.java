package io.earwitness.recorder.sip;

import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Locale;

/** Between the stack's messages and ours. */
final class JainMessages {
  private JainMessages() {}

  static SipRequest request(SIPRequest message, SipEndpointConfig.Omission omission) {
    RawMessage raw = raw(message);
    Content content = Content.of(raw, omission);
    return new SipRequest(
        message.getMethod().toUpperCase(Locale.ROOT),
        requestUri(raw),
        content.headers,
        content.body,
        content.marked,
        message.getCallId().getCallId(),
        message.getFromTag(),
        message.getToTag(),
        message.getCSeq().getSeqNumber(),
        raw.source(),
        raw.transport(),
        raw.origin().certificate(),
        raw.received());
  }

  static SipResponse response(SIPResponse message, SipEndpointConfig.Omission omission) {
    Content content = Content.of(raw(message), omission);
    return new SipResponse(
        message.getStatusCode(),
        message.getReasonPhrase() == null ? "" : message.getReasonPhrase(),
        content.headers,
        content.body,
        content.marked);
  }

  /** What is handed on of a message. */
  private record Content(SipHeaders headers, byte[] body, byte[] marked) {
    static Content of(RawMessage raw, SipEndpointConfig.Omission omission) {
      byte[] stripped = omission.strip(raw.bytes());
      if (stripped == raw.bytes()) {
        return new Content(raw.headers(), raw.body(), raw.bytes());
      }
      int end = HeaderSection.end(stripped, 0, stripped.length);
      int start = end < 0 ? stripped.length : end;
      return new Content(
          SipHeaders.parse(stripped),
          Arrays.copyOfRange(stripped, start, stripped.length),
          omission.mark(raw.bytes()));
    }
  }

  private static RawMessage raw(SIPMessage message) {
    if (message.getApplicationData() instanceof RawMessage raw) {
      return raw;
    }
    throw new IllegalStateException("a message that did not come from the network");
  }

  private static String requestUri(RawMessage raw) {
    String text = new String(raw.bytes(), 0, raw.bodyStart(), StandardCharsets.UTF_8);
    // Some put more than one blank between the words (RFC 4475 §3.1.2.9); the stack allows it too
    String[] words = text.lines().findFirst().orElse("").split(" +", -1);
    return words.length > 1 ? words[1] : "";
  }

  static SIPRequest parseRequest(byte[] text) throws ParseException {
    return (SIPRequest) new StringMsgParser().parseSIPMessage(text, true, false, null);
  }

  /** Puts reason, headers and body of an answer into the stack's response. */
  static void fill(SIPResponse response, SipAnswer answer, String server) throws ParseException {
    HeaderFactoryImpl headers = new HeaderFactoryImpl();
    response.setReasonPhrase(answer.reason());
    response.setHeader(headers.createHeader("Server", server));
    for (SipHeader header : answer.headers().list()) {
      // Not createHeader: that takes no comma-separated lists
      response.addHeader(
          StringMsgParser.parseSIPHeader(header.name() + ": " + header.value() + "\r\n"));
    }
    SipBody body = answer.body();
    if (!body.isEmpty()) {
      response.setHeader(headers.createHeader("Content-Type", body.contentType()));
      response.setMessageContent(body.bytes());
    }
  }
}
