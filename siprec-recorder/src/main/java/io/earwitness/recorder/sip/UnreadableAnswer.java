package io.earwitness.recorder.sip;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds the answer to a request that the stack can't read (RFC 3261 §8.2.6). */
final class UnreadableAnswer {
  private UnreadableAnswer() {}

  /** Null if the message is no request that may be answered, or lacks what an answer needs. */
  static byte @Nullable [] to(RawMessage message, int status, String problem) {
    if (message.startsWith("SIP/") || message.startsWith("ACK ")) {
      return null;
    }
    SipHeaders headers = message.headers();
    List<String> vias = headers.all("Via");
    if (vias.isEmpty()) {
      return null;
    }
    StringBuilder answer = new StringBuilder();
    answer.append("SIP/2.0 ").append(status).append(' ').append(reason(problem)).append("\r\n");
    vias.forEach(via -> answer.append("Via: ").append(via).append("\r\n"));
    for (String name : List.of("From", "To", "Call-ID", "CSeq")) {
      Optional<String> value = headers.first(name);
      if (value.isEmpty()) {
        return null;
      }
      answer.append(name).append(": ").append(value.get());
      if (name.equals("To") && !value.get().contains(";tag=")) {
        answer.append(";tag=").append(Tokens.tag());
      }
      answer.append("\r\n");
    }
    answer.append("Content-Length: 0\r\n\r\n");
    return answer.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String reason(String problem) {
    String printable = problem.replaceAll("[^ -~]", "?");
    return printable.length() > 120 ? printable.substring(0, 120) : printable;
  }
}
