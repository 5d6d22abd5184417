package io.earwitness.recorder.sip;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import io.earwitness.fuzz.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What reads SIP, given anything: it is read, or refused and told of; nothing else. */
public class SipFuzzTest {
  /** What means something in SIP. */
  public static final List<String> TOKENS =
      List.of(
          "\r\n",
          "\r\n\r\n",
          "\r\n ",
          ":",
          ";",
          ",",
          "=",
          "\"",
          "\\",
          "<",
          ">",
          "(",
          ")",
          "%00",
          "@",
          "?",
          "sip:",
          "sips:",
          "tel:+1",
          "<sip:a@b;lr>",
          "[::1]",
          " SIP/2.0",
          "SIP/2.0 200 OK\r\n",
          "INVITE sip:a@b SIP/2.0\r\n",
          "CANCEL",
          "ACK",
          "Via: SIP/2.0/UDP h;branch=z9hG4bKx\r\n",
          "Via: SIP/2.0/TCP h;maddr=192.0.2.1;ttl=1;received=x;rport\r\n",
          "From: <sip:a@b>;tag=1\r\n",
          "To: <sip:a@b>;tag=2\r\n",
          "CSeq: 1 INVITE\r\n",
          "Call-ID: x\r\n",
          "Contact: *\r\n",
          "Contact: <sip:a@b>;+sip.src\r\n",
          "Content-Length: 0\r\n",
          "l: 5\r\n",
          "Content-Type: multipart/mixed;boundary=b\r\n",
          "Record-Route: <sip:a@b;lr>\r\n",
          "Route: <sip:a@b;lr>\r\n",
          "Require: siprec\r\n",
          "RAck: 1 1 INVITE\r\n",
          "Replaces: a;to-tag=1;from-tag=2\r\n",
          "Date: Sat, 13 Nov 2010 23:29:00 GMT\r\n",
          "Authorization: Digest a=b\r\n",
          "Accept-Language: da\r\n",
          "Event: x\r\n",
          "Reason: Q.850;cause=16\r\n");

  /** The samples and the torture messages. */
  public static List<byte[]> samples() throws IOException {
    List<byte[]> samples = new ArrayList<>();
    for (String folder : List.of("/siprec", "/sip/torture")) {
      try (Stream<Path> files = Files.walk(Path.of(resource(folder)))) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          samples.add(Files.readAllBytes(file));
        }
      }
    }
    return samples;
  }

  private static java.net.URI resource(String folder) throws IOException {
    try {
      return Objects.requireNonNull(SipFuzzTest.class.getResource(folder)).toURI();
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private final List<SipHandler.Unreadable> unreadable = new ArrayList<>();
  private final Intake intake = new Intake(InstantSource.system(), unreadable::add);
  private final Origin origin =
      new Origin(new InetSocketAddress("127.0.0.1", 5060), Transport.UDP, null, answer -> {});

  @Test
  void messages() throws Exception {
    Fuzz.run("sip-message", samples(), TOKENS, this::message);
  }

  private void message(byte[] input) throws Exception {
    unreadable.clear();
    int end = HeaderSection.end(input, 0, input.length);
    RawMessage raw = intake.message(input, end < 0 ? input.length : end, origin);
    try {
      HeaderSection.contentLength(input, raw.bodyStart(), SipLimits.DEFAULT);
    } catch (FramingException e) {
      intake.reject(raw, e.status(), e.problem());
      assertThat(unreadable).hasSize(1);
      return;
    }
    read(intake.tag(raw, () -> {}), input);
  }

  private void read(byte[] tagged, byte @Nullable [] input) throws Exception {
    SIPMessage message =
        new GuardedParser(intake)
            .parseSIPMessage(tagged, false, false, (problem, target, type, header, whole) -> {});
    if (message == null) {
      assertThat(unreadable).as("told of").hasSize(1);
      return;
    }
    assertThat(unreadable).isEmpty();
    if (message instanceof SIPRequest request) {
      SipRequest ours = JainMessages.request(request, SipEndpointConfig.Omission.NONE);
      assertAsReceived(ours.raw(), input);
      assertThat(request.getTransactionId()).isNotEmpty();
      ours.headers()
          .all("Contact")
          .forEach(value -> NameAddress.parse(value).uriOver(Transport.TCP));
      SIPResponse answer = request.createResponse(200);
      JainMessages.fill(
          answer,
          SipAnswer.of(200, "OK").withBody(new SipBody("application/sdp", new byte[10])),
          "Earwitness");
      assertThat(answer.encodeAsBytes("UDP")).isNotEmpty();
    } else {
      assertAsReceived(
          JainMessages.response((SIPResponse) message, SipEndpointConfig.Omission.NONE).raw(),
          input);
    }
  }

  private static void assertAsReceived(byte[] raw, byte @Nullable [] input) {
    if (input != null) {
      assertThat(raw).isEqualTo(input);
    }
  }

  @Test
  void streams() throws Exception {
    List<byte[]> streams = new ArrayList<>(samples());
    int single = streams.size();
    for (int i = 0; i + 3 < single; i += 3) {
      ByteArrayOutputStream several = new ByteArrayOutputStream();
      several.writeBytes(streams.get(i));
      several.writeBytes(new byte[] {'\r', '\n', '\r', '\n'});
      several.writeBytes(streams.get(i + 1));
      several.writeBytes(streams.get(i + 2));
      streams.add(several.toByteArray());
    }
    Fuzz.run("sip-stream", streams, TOKENS, this::stream);
  }

  private void stream(byte[] input) throws Exception {
    unreadable.clear();
    int piece = 1 + input.length % 1500;
    InputStream pieces =
        new ByteArrayInputStream(input) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, piece));
          }
        };
    try (Socket socket = new Socket();
        SipFramer framer = new SipFramer(socket, pieces, intake, SipLimits.DEFAULT, origin)) {
      // Longer than any header section, so that one reading is one message
      byte[] buffer = new byte[SipLimits.DEFAULT.headerBytes() * 2];
      int count;
      while ((count = framer.read(buffer)) >= 0) {
        read(Arrays.copyOf(buffer, count), null);
        unreadable.clear();
      }
      // The last message, if its end never came
      assertThat(unreadable).hasSizeLessThanOrEqualTo(1);
    } catch (FramingException e) {
      assertThat(unreadable).hasSize(1);
    }
  }
}
