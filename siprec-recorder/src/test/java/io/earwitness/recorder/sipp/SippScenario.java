package io.earwitness.recorder.sipp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A SIPp scenario put together from the samples of what SRCs send. Their bodies and their own
 * headers go out as they stand; what ties a message to its dialog, its connection and its media
 * ports is filled in by SIPp.
 */
public final class SippScenario {
  private static final String VIA =
      "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]";
  private static final String TAG = ";tag=[pid]-[call_number]";

  private final StringBuilder steps = new StringBuilder();
  private String from = "";
  private String to = "";
  private int sequence;

  /** Begins with an INVITE, which must be answered 200. */
  public static SippScenario invite(String sample) throws IOException {
    SippScenario scenario = new SippScenario();
    String text = sample(sample);
    scenario.from = line(text, "From").replaceFirst(";tag=[^;>]*$", "") + TAG;
    scenario.to = line(text, "To");
    scenario.send(scenario.rewritten(text, "sip:srs@[remote_ip]:[remote_port]"));
    scenario.answered();
    scenario.acknowledge();
    return scenario;
  }

  /**
   * An SBC that has an announcement played (RFC 4240) and hears it until the BYE.
   *
   * @param parameters of the request URI
   */
  public static SippScenario announcement(String parameters) {
    SippScenario scenario = new SippScenario();
    scenario.from = "From: <sip:ivr@[local_ip]:[local_port]>" + TAG;
    scenario.to = "To: <sip:annc@[remote_ip]>";
    scenario.sequence = 1;
    scenario.send(
        """
        INVITE sip:annc@[remote_ip]:[remote_port];%s SIP/2.0
        %s
        Max-Forwards: 70
        %s
        %s
        Call-ID: [call_id]
        CSeq: 1 INVITE
        Contact: <sip:ivr@[local_ip]:[local_port];transport=[transport]>
        Content-Type: application/sdp
        Content-Length: [len]

        v=0
        o=- 1 1 IN IP4 [local_ip]
        s=-
        c=IN IP4 [media_ip]
        t=0 0
        m=audio [media_port] RTP/AVP 8
        """
            .formatted(parameters, VIA, scenario.from, scenario.to));
    scenario.answered();
    scenario.acknowledge();
    scenario.steps.append("  <recv request=\"BYE\" timeout=\"60000\"/>\n");
    scenario.send(
        """
        SIP/2.0 200 OK
        [last_Via:]
        [last_From:]
        [last_To:]
        [last_Call-ID:]
        [last_CSeq:]
        Content-Length: 0

        """);
    return scenario;
  }

  /** A re-INVITE or UPDATE of the same dialog, which must be answered 200. */
  public SippScenario then(String sample) throws IOException {
    String text = sample(sample);
    send(rewritten(text, "[next_url]"));
    answered();
    if (text.startsWith("INVITE")) {
      acknowledge();
    }
    return this;
  }

  /** A request of the same dialog, which must be answered 200. */
  public SippScenario request(String method, List<String> headers, String body) {
    sequence++;
    send(inDialog(method, sequence, headers) + "\n" + body);
    answered();
    return this;
  }

  /** Plays both voices and waits for their end. */
  public SippScenario voices() {
    steps.append(
        """
          <nop><action><exec play_pcap_audio="two-voices.pcap"/></action></nop>
          <pause/>
        """);
    return this;
  }

  /** Hangs up. */
  public SippScenario bye() {
    return request("BYE", List.of(), "");
  }

  String xml() {
    return """
        <?xml version="1.0" encoding="ISO-8859-1"?>
        <!DOCTYPE scenario SYSTEM "sipp.dtd">
        <scenario name="of samples">
        %s</scenario>
        """
        .formatted(steps);
  }

  private void acknowledge() {
    send(inDialog("ACK", sequence, List.of()) + "\n");
  }

  private void answered() {
    steps.append(
        """
          <recv response="100" optional="true"/>
          <recv response="200" rrs="true"/>
        """);
  }

  private void send(String message) {
    String again =
        message.startsWith("ACK") || message.startsWith("SIP/") ? "" : " retrans=\"500\"";
    steps.append("  <send%s><![CDATA[\n%s\n]]></send>\n".formatted(again, message));
  }

  private String inDialog(String method, int number, List<String> headers) {
    List<String> lines = new ArrayList<>();
    lines.add(method + " [next_url] SIP/2.0");
    lines.add(VIA);
    lines.add("Max-Forwards: 70");
    lines.add(from);
    lines.add(to + "[peer_tag_param]");
    lines.add("Call-ID: [call_id]");
    lines.add("CSeq: " + number + " " + method);
    lines.add("[routes]");
    lines.addAll(headers);
    lines.add("Content-Length: [len]");
    return String.join("\n", lines) + "\n";
  }

  /** A sample as SIPp shall send it. */
  private String rewritten(String text, String target) {
    int end = text.indexOf("\n\n");
    List<String> lines = new ArrayList<>();
    for (String line : text.substring(0, end).split("\n", -1)) {
      String name = line.substring(0, Math.max(0, line.indexOf(':')));
      if (lines.isEmpty()) {
        lines.add(line.substring(0, line.indexOf(' ')) + " " + target + " SIP/2.0");
      } else {
        lines.add(
            switch (name) {
              case "Via" -> VIA;
              case "From" -> from;
              case "To" -> target.equals("[next_url]") ? to + "[peer_tag_param]" : to;
              case "Call-ID" -> "Call-ID: [call_id]";
              case "CSeq" -> sequence(line);
              case "Contact" ->
                  line.replaceAll("192\\.0\\.2\\.[0-9]+:5060", "[local_ip]:[local_port]")
                      .replace("transport=tcp", "transport=[transport]");
              case "Content-Length" -> "Content-Length: [len]";
              default -> line;
            });
      }
    }
    return String.join("\n", lines) + "\n\n" + media(text.substring(end + 2));
  }

  /** Some SRCs begin with another number than 1; within the dialog each is one more. */
  private String sequence(String line) {
    String number = line.replaceAll("[^0-9]", "");
    sequence = sequence == 0 ? Integer.parseInt(number) : sequence + 1;
    return "CSeq: " + sequence + line.substring(line.lastIndexOf(' '));
  }

  /** Loopback in the session description only: metadata stays as it was written. */
  private static String media(String body) {
    return body.replaceAll("(?m)^([co]=.*IN IP4) 192\\.0\\.2\\.[0-9]+", "$1 [media_ip]")
        .replaceFirst("(?m)^m=audio [0-9]+", "m=audio [media_port]")
        .replaceAll("(?m)^m=audio [0-9]+", "m=audio [second_media_port]");
  }

  private static String line(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name + ":"))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no " + name + " in the sample"));
  }

  private static String sample(String name) throws IOException {
    try (InputStream in = SippScenario.class.getResourceAsStream("/siprec/" + name + ".sip")) {
      if (in == null) {
        throw new IllegalArgumentException("no sample " + name);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      // SIPp writes CRLF
      return text.replace("\r\n", "\n");
    }
  }
}
