package io.earwitness.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says SIP over one TCP connection, word by word, as a peer that is not ours. */
final class TcpSip implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("(?im)^content-length:\\s*(\\d+)");
  private static final Pattern STATUS = Pattern.compile("SIP/2\\.0 (\\d{3}) ([^\\r\\n]*)");
  private static final Pattern TO = Pattern.compile("(?im)^To:\\s*(.*?)\\r?$");

  private final Socket socket;

  /** A response. */
  record Answer(int status, String text) {
    String to() {
      Matcher to = TO.matcher(text);
      if (!to.find()) {
        throw new AssertionError("no To in " + text);
      }
      return to.group(1);
    }
  }

  TcpSip(InetSocketAddress recorder) throws IOException {
    this.socket = new Socket();
    socket.connect(recorder, 5_000);
    socket.setSoTimeout(20_000);
  }

  /** An INVITE with headers and body of the caller's choice. */
  static String invite(String callId, String headers, String contentType, String body) {
    return request("INVITE", callId, 1, "<sip:recorder@127.0.0.1>", headers, contentType, body);
  }

  static String request(
      String method,
      String callId,
      int cseq,
      String to,
      String headers,
      String contentType,
      String body) {
    return """
        %s sip:recorder@127.0.0.1 SIP/2.0
        Via: SIP/2.0/TCP 127.0.0.1:5999;branch=z9hG4bK%s-%d-%s
        Max-Forwards: 70
        From: <sip:src@127.0.0.1>;tag=src-%s
        To: %s
        Call-ID: %s
        CSeq: %d %s
        Contact: <sip:src@127.0.0.1:5999;transport=tcp>;+sip.src
        %s%sContent-Length: %d

        %s"""
        .formatted(
            method,
            token(callId),
            cseq,
            method,
            token(callId),
            to,
            callId,
            cseq,
            method,
            headers,
            contentType.isEmpty() ? "" : "Content-Type: " + contentType + "\n",
            body.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1).length,
            body)
        .replace("\n", "\r\n");
  }

  /** A Call-ID may hold characters that a branch or a tag may not (RFC 3261 §25.1). */
  private static String token(String callId) {
    return callId.replaceAll("[^A-Za-z0-9-]", "-");
  }

  /** An SDP offer with these m-lines and their attributes. */
  static String sdp(String mediaLines) {
    return """
        v=0
        o=- 1 1 IN IP4 127.0.0.1
        s=-
        c=IN IP4 127.0.0.1
        t=0 0
        """
        + mediaLines;
  }

  void send(String message) throws IOException {
    socket.getOutputStream().write(message.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** The next final response; provisional ones are passed over. */
  Answer answer() throws IOException {
    while (true) {
      String text = message();
      Matcher status = STATUS.matcher(text);
      if (status.lookingAt() && Integer.parseInt(status.group(1)) >= 200) {
        return new Answer(Integer.parseInt(status.group(1)), text);
      }
    }
  }

  private String message() throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the recorder closed the connection after: " + text);
      }
      bytes.write(next);
      text = bytes.toString(StandardCharsets.ISO_8859_1);
    }
    Matcher length = LENGTH.matcher(text);
    int body = length.find() ? Integer.parseInt(length.group(1)) : 0;
    return text + new String(in.readNBytes(body), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
