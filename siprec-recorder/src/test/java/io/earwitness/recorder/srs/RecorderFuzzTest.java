package io.earwitness.recorder.srs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.earwitness.call.AnswerMode;
import io.earwitness.call.StreamDescription;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.fuzz.Fuzz;
import io.earwitness.json.Json;
import io.earwitness.recorder.mime.Body;
import io.earwitness.recorder.sdp.SdpParser;
import io.earwitness.recorder.sip.SipFuzzTest;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.SipRequest;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The recorder, given anything as a message, an offer or metadata. */
class RecorderFuzzTest {
  private static final List<String> SDP_TOKENS =
      List.of(
          "\r\n",
          "v=0\r\n",
          "m=audio 49170 RTP/AVP 0 8 101\r\n",
          "m=audio 49170 RTP/SAVP 0\r\n",
          "m=video 1/2 RTP/AVP 31\r\n",
          "c=IN IP4 0.0.0.0\r\n",
          "c=IN IP6 ::1\r\n",
          "c=IN IP4 host.example.com\r\n",
          "a=label:1\r\n",
          "a=sendonly\r\n",
          "a=inactive\r\n",
          "a=rtpmap:0 PCMU/8000\r\n",
          "a=rtpmap:96 L16/999999999/2\r\n",
          "a=fmtp:101 0-16\r\n",
          "a=crypto:1 AES_CM_128_HMAC_SHA1_80"
              + " inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4\r\n",
          "inline:",
          "--rs-part-9c1\r\n",
          "--rs-part-9c1--\r\n",
          "Content-Type: application/sdp\r\n\r\n",
          "Content-Type: application/rs-metadata+xml\r\n\r\n",
          "boundary=\"",
          ";");

  private static final List<String> XML_TOKENS =
      List.of(
          "<",
          "</",
          "/>",
          "&",
          "&#0;",
          "&#xD800;",
          "&#xFFFFFFFFFF;",
          "&lol;",
          "<!--",
          "-->",
          "<![CDATA[",
          "]]>",
          "<?xml version='1.0' encoding='UTF-16'?>",
          "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
          "xmlns='urn:ietf:params:xml:ns:recording:1'",
          "<participant participant_id='x'>",
          "<nameID aor='sip:",
          "<nameID aor='tel:",
          "<session session_id='",
          "<stream stream_id='s'><label>1</label></stream>",
          "<participantstreamassoc participant_id='x'><send>s</send>",
          "<associate-time>2026-13-45T99:99:99Z</associate-time>",
          "<datamode>partial</datamode>",
          "<apkt:ucid>",
          "\ud83d\ude00");

  private ServerFixture fixture = new ServerFixture(ServerFixture.snapshot("127.0.0.0/8"), 100_000);
  private SipPeer datagrams = fixture.peer(Transport.UDP);
  private SipPeer ordinary = fixture.peer(Transport.TCP);
  private int inputs;
  private int calls;

  RecorderFuzzTest() throws IOException {}

  @Test
  void endpoint() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("io.earwitness");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      Fuzz.run(
          "sip-endpoint", SipFuzzTest.samples(), SipFuzzTest.TOKENS, input -> take(input, log));
    } finally {
      logger.detachAppender(log);
      close();
    }
  }

  private void close() throws IOException {
    datagrams.close();
    ordinary.close();
    fixture.close();
  }

  private void take(byte[] input, ListAppender<ILoggingEvent> log) throws Exception {
    if (++inputs % 500 == 0) {
      close();
      fixture = new ServerFixture(ServerFixture.snapshot("127.0.0.0/8"), 100_000);
      datagrams = fixture.peer(Transport.UDP);
      ordinary = fixture.peer(Transport.TCP);
    }
    log.list.clear();
    if (input.length < 65_000 && (Arrays.hashCode(input) & 1) == 0) {
      datagrams.send(input);
    } else {
      try (SipPeer stream = fixture.peer(Transport.TCP)) {
        stream.send(input);
        stream.socket().shutdownOutput();
        stream.readToEnd();
      } catch (java.net.SocketException e) {
        // Refused while it was still being sent
      }
    }
    ordinaryCall();
    assertThat(List.copyOf(log.list))
        .filteredOn(
            event ->
                event.getLevel() == Level.ERROR
                    || event.getMessage().startsWith("A SIP request could not be taken"))
        .isEmpty();
  }

  private void ordinaryCall() throws Exception {
    String callId = "ordinary-" + ++calls;
    ordinary.send(
        SampleInvite.load("01-rfc8068-basic-two-mlines")
            .replaceInHead("Call-ID: [^\r]*", "Call-ID: " + callId)
            .replaceInHead("branch=z9hG4bK", "branch=z9hG4bK" + callId)
            .bytes(ordinary));
    SipPeer.Message answer = answer(callId);
    ordinary.send(ServerFixture.inDialog(ordinary, answer, "ACK", sequence(answer)));
    ordinary.send(ServerFixture.inDialog(ordinary, answer, "BYE", sequence(answer) + 1));
    answer(callId);
  }

  private static int sequence(SipPeer.Message answer) {
    return Integer.parseInt(answer.header("CSeq").split(" ", -1)[0]);
  }

  private SipPeer.Message answer(String callId) throws IOException {
    while (true) {
      SipPeer.Message message = ordinary.receiveFinal();
      if (message.header("Call-ID").equals(callId)) {
        assertThat(message.status()).isEqualTo(200);
        return message;
      }
    }
  }

  @Test
  void offers() throws Exception {
    try {
      Fuzz.run("offer", SipFuzzTest.samples(), SDP_TOKENS, RecorderFuzzTest::offer);
    } finally {
      close();
    }
  }

  /** The body, taken apart; without any part that is SDP, the body as such. */
  private static void offer(byte[] input) throws Exception {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    int end = Math.max(0, text.indexOf("\r\n\r\n") + 4);
    byte[] rest = Arrays.copyOfRange(input, Math.min(end, input.length), input.length);
    SecretMask.mask(input);
    Body body =
        Body.parse(SipHeaders.parse(input).first("Content-Type").orElse("text/plain"), rest);
    body.metadata();
    InetAddress peer = InetAddress.ofLiteral("192.0.2.1");
    Offer offer;
    try {
      offer = Offer.parse(body.sdp().orElse(rest), peer);
    } catch (RefusedException e) {
      assertThat(e.status()).isEqualTo(488);
      return;
    }
    assertThat(offer.storable()).isBetween(0, 64);
    assertThat(offer.whyNothingCanBeStored()).hasSizeLessThan(1_000_000);
    offer.withoutKey();
    offer.withoutAddress();
    offer.reports();
    StreamKeys keys = StreamKeys.NONE.answering(offer);
    keys.answeredBy(offer).changesSince(keys);
    List<StreamDescription> streams = offer.streams(List.of());
    offer.streams(streams);
    Offer.hasUndecodable(streams);
    Json.bytes(new CaptureEvent.Streams(Instant.EPOCH, streams));
    byte[] answer =
        offer.answer(
            1,
            1,
            peer,
            AnswerMode.ALL_CODECS,
            streams,
            keys.attributes(FakeMediaPlane.FINGERPRINT),
            true);
    // As many m-lines, in the same order, or the SRC can't match them (RFC 3264 §6)
    assertThat(SdpParser.parse(answer).media()).hasSameSizeAs(offer.description().media());
  }

  @Test
  void metadata() throws Exception {
    try {
      List<byte[]> documents = new ArrayList<>();
      for (String name :
          List.of(
              "01-rfc8068-basic-two-mlines",
              "02-oracle-style-apkt-extensiondata",
              "03-cisco-cube-style-gtd-guid",
              "04-reinvite-transfer-partial",
              "05-reinvite-hold-partial",
              "06-malformed-xml")) {
        String body = SampleInvite.load(name).body();
        int from = body.indexOf("<?xml");
        documents.add(
            body.substring(from, body.indexOf("\r\n--", from))
                .getBytes(StandardCharsets.ISO_8859_1));
      }
      byte[] first = documents.getFirst();
      Fuzz.run("metadata", documents, XML_TOKENS, input -> metadata(first, input));
    } finally {
      close();
    }
  }

  /** Law 8: whatever the metadata, the call goes on, and what is known of it can be written. */
  private static void metadata(byte[] first, byte[] input) throws Exception {
    CallKnowledge knowledge =
        new CallKnowledge(
            RecorderConfiguration.of(ServerFixture.snapshot("127.0.0.0/8"), _ -> null),
            invite(),
            "node-1");
    List<@Nullable String> labels = new ArrayList<>(Arrays.asList("96", "97", null));
    knowledge.labels(labels);
    for (byte[] document : List.of(input, first, input)) {
      knowledge.learn(
          new RecordingRequest(
              invite(),
              Optional.empty(),
              Optional.of(document),
              "application/rs-metadata+xml",
              List.of()));
      knowledge.contradictions();
      knowledge.freshFindings();
      knowledge.checkMetadata(List.of());
      knowledge.isAnybodyOnHold();
      CaptureEvent event = new CaptureEvent.Updated(Instant.EPOCH, knowledge.live());
      assertThat(Json.read(Json.bytes(event), CaptureEvent.class)).isEqualTo(event);
    }
    assertThat(knowledge.closed(Instant.EPOCH.plusSeconds(1)).parties())
        .hasSizeLessThanOrEqualTo(2_000);
  }

  private static SipRequest invite() {
    return new SipRequest(
        "INVITE",
        "sip:srs@127.0.0.1",
        SipHeaders.NONE,
        new byte[0],
        new byte[0],
        "call-1",
        "f1",
        null,
        1,
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5060),
        Transport.UDP,
        null,
        Instant.EPOCH);
  }
}
