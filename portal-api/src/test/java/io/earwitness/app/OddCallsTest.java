package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.call.AnswerMode;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.SrcProof;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.client.G711;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Wrong and odd inputs: each gets a clear answer, is in the catalog, and loses nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@WithOwnServer
class OddCallsTest {
  private static final String RECORDING = "Require: siprec\n";
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Pattern MEDIA_PORT = Pattern.compile("m=audio (\\d+)");

  private Path folder = Path.of("");
  private TestServer server;
  private TcpSip peer;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    server = TestServer.start(folder.resolve("data"), Map.of());
    peer = new TcpSip(server.sipAddress());
  }

  @AfterAll
  void stop() throws Exception {
    peer.close();
    server.close();
  }

  /** A call of the catalog by its Call-ID, whoever's it is, once it is in one of these states. */
  private CallEntry await(String callId, CallState... states) throws Exception {
    CallEntry[] found = new CallEntry[1];
    List<String> seen = new ArrayList<>();
    TestServer.await(
        callId + " to be " + List.of(states),
        () -> {
          seen.clear();
          for (CallState state : CallState.values()) {
            List<RecordingId> ids =
                server.server().installation().database().calls().inState(state);
            for (CallEntry entry : server.server().installation().database().calls().load(ids)) {
              seen.add(state + " " + entry.summary().callIds());
              if (entry.summary().callIds().contains(callId) && List.of(states).contains(state)) {
                found[0] = entry;
              }
            }
          }
          return found[0] != null;
        },
        seen::toString);
    return found[0];
  }

  private TcpSip.Answer refused(String callId, String invite) throws Exception {
    peer.send(invite);
    TcpSip.Answer answer = peer.answer();
    peer.send(TcpSip.request("ACK", callId, 1, answer.to(), "", "", ""));
    return answer;
  }

  @Test
  void anOrdinaryCallIsRefusedWithAReasonAndIsInTheCatalog() throws Exception {
    TcpSip.Answer answer =
        refused(
            "ordinary",
            TcpSip.invite("ordinary", "", "application/sdp", TcpSip.sdp("m=audio 4000 RTP/AVP 0\n"))
                .replace(";+sip.src", ""));
    assertThat(answer.status()).isBetween(400, 499);
    CallEntry entry = await("ordinary", CallState.REFUSED);
    assertThat(entry.summary().refusal())
        .isNotNull()
        .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(answer.status()))
        .satisfies(refusal -> assertThat(refusal.reason()).isNotBlank());
  }

  /** What an SRC does otherwise, as its report says it. */
  private JsonNode report(PortalClient operator, String src) throws Exception {
    return operator.json("/srcs/" + src + "/conformance");
  }

  @Test
  void aProfileTakesEffectWhileTheRecorderRunsAndWhatIsToleratedIsReported() throws Exception {
    String sdp = TcpSip.sdp("m=audio 4000 RTP/AVP 0\n");
    String name = "loopback";
    Directory directory = server.server().installation().directory();
    RecorderSnapshot.Src before =
        directory.srcs().stream().filter(src -> src.name().equals(name)).findFirst().orElseThrow();
    try (PortalClient operator =
        new PortalClient(server.server().origin(), server.login(TenantSlug.PLATFORM, "operator"))) {
      directory.setSrc(
          new RecorderSnapshot.Src(
              name,
              before.networks(),
              before.tenant(),
              new SrcProfile(SrcProof.ANY, null, AnswerMode.ALL_CODECS, true)),
          "test");
      server.server().refreshConfiguration();
      int calls = report(operator, name).path("src").path("calls").asInt();
      peer.send(TcpSip.invite("profiled", "", "application/sdp", sdp).replace(";+sip.src", ""));
      TcpSip.Answer answer = peer.answer();
      assertThat(answer.status()).isEqualTo(200);
      peer.send(TcpSip.request("ACK", "profiled", 1, answer.to(), "", "", ""));
      peer.send(TcpSip.request("BYE", "profiled", 2, answer.to(), "", "", ""));
      assertThat(peer.answer().status()).isEqualTo(200);
      RecordingId id = await("profiled", CallState.NO_MEDIA, CallState.CLOSED).summary().id();

      TestServer.await(
          "the call in the report",
          () -> report(operator, name).path("src").path("calls").asInt() > calls,
          () -> report(operator, name).toString());
      JsonNode found = report(operator, name).path("deviations");
      for (String deviation :
          List.of("src-tag-missing", "require-missing", "metadata-missing", "label-missing")) {
        assertThat(found.findValuesAsText("deviation")).contains(deviation);
      }
      assertThat(found.findValuesAsText("lastCall")).contains(id.toString());
    } finally {
      directory.setSrc(before, "test");
      server.server().refreshConfiguration();
    }
    assertThat(
            refused(
                    "profiled-no-more",
                    TcpSip.invite("profiled-no-more", "", "application/sdp", sdp)
                        .replace(";+sip.src", ""))
                .status())
        .isEqualTo(403);
  }

  @Test
  void anOfferWithoutAnyStreamThatCanBeStoredIsAnswered488() throws Exception {
    TcpSip.Answer answer =
        refused(
            "nothing-to-store",
            TcpSip.invite(
                "nothing-to-store",
                RECORDING,
                "application/sdp",
                TcpSip.sdp("m=message 2855 TCP/MSRP *\n")));
    assertThat(answer.status()).isEqualTo(488);
    assertThat(await("nothing-to-store", CallState.REFUSED).summary().refusal())
        .isNotNull()
        .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(488));
  }

  @Test
  void aCodecThatCanNotBeDecodedIsKeptRawAndFlagged() throws Exception {
    String callId = "opus-only";
    String offer =
        TcpSip.sdp(
            """
            m=audio %d RTP/AVP 96
            a=rtpmap:96 opus/48000/2
            a=sendonly
            a=label:1
            """);
    try (DatagramSocket media = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      peer.send(
          TcpSip.invite(
              callId, RECORDING, "application/sdp", offer.formatted(media.getLocalPort())));
      TcpSip.Answer answer = peer.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).contains("a=rtpmap:96 opus/48000/2", "a=recvonly");
      peer.send(TcpSip.request("ACK", callId, 1, answer.to(), "", "", ""));
      send(media, answer.text(), 96, 10);
      peer.send(TcpSip.request("BYE", callId, 2, answer.to(), "", "", ""));
      assertThat(peer.answer().status()).isEqualTo(200);
    }
    CallEntry entry =
        await(callId, CallState.QUARANTINED, CallState.ARCHIVED, CallState.ARCHIVED_PARTIAL);
    assertThat(entry.summary().flags())
        .contains(CallFlag.CODEC_NOT_DECODABLE, CallFlag.METADATA_MISSING, CallFlag.TENANT_UNKNOWN);
    assertThat(entry.archive())
        .isNotNull()
        .extracting(archive -> archive.quality().getFirst().packets())
        .isEqualTo(10L);
  }

  @Test
  void ofACallWithVideoTheAudioIsHeardAndTheVideoIsArchivedAsItCame() throws Exception {
    String callId = "with-video";
    String body =
        body("01-rfc8068-basic-two-mlines")
            .replace(
                "a=label:2\n",
                """
                a=label:2
                m=video 40004 RTP/AVP 99
                a=rtpmap:99 H264/90000
                a=sendonly
                a=label:3
                """);
    peer.send(TcpSip.invite(callId, RECORDING, "multipart/mixed;boundary=rs-part-9c1", body));
    TcpSip.Answer answer = peer.answer();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).containsPattern("m=video [1-9][0-9]+ RTP/AVP 99");
    peer.send(TcpSip.request("ACK", callId, 1, answer.to(), "", "", ""));
    List<Integer> ports =
        Pattern.compile("m=(?:audio|video) (\\d+)")
            .matcher(answer.text())
            .results()
            .map(line -> Integer.valueOf(line.group(1)))
            .toList();
    byte[] loud = {0x00, 0x10};
    byte[] pictures = new byte[1000];
    new Random(3).nextBytes(pictures);
    try (DatagramSocket left = new DatagramSocket(0, LOOPBACK);
        DatagramSocket right = new DatagramSocket(0, LOOPBACK);
        DatagramSocket video = new DatagramSocket(0, LOOPBACK)) {
      for (int i = 0; i < 25; i++) {
        byte[] voice = new byte[160];
        Arrays.fill(voice, loud[0]);
        left.send(rtp(0, i, i * 160, voice, ports.get(0)));
        Arrays.fill(voice, loud[1]);
        right.send(rtp(0, i, i * 160, voice, ports.get(1)));
        video.send(rtp(99, i, i * 1800, pictures, ports.get(2)));
      }
    }
    peer.send(TcpSip.request("BYE", callId, 2, answer.to(), "", "", ""));
    assertThat(peer.answer().status()).isEqualTo(200);

    try (PortalClient globex = server.officer(DemoTenants.GLOBEX)) {
      JsonNode item = TestServer.await(globex, callId, "archived", "archived-partial");
      assertThat(item.path("flags").toString()).contains("codec-not-decodable");
      String id = item.path("id").asText();
      short[][] heard = FlacDecoder.decode(globex.get("/recordings/" + id + "/media"));
      assertThat(heard).hasNumberOfRows(2);
      for (int channel = 0; channel < 2; channel++) {
        short sample = G711.PCMU.decode(loud[channel]);
        int count = 0;
        for (short each : heard[channel]) {
          count += each == sample ? 1 : 0;
        }
        assertThat(count).as("channel " + channel).isEqualTo(25 * 160);
      }
      assertThat(kept(RecordingId.parse(id), pictures)).isEqualTo(25);
    }
    CallEntry entry = await(callId, CallState.ARCHIVED, CallState.ARCHIVED_PARTIAL);
    assertThat(entry.archive())
        .isNotNull()
        .extracting(archive -> archive.quality().stream().map(StreamQuality::packets).toList())
        .isEqualTo(List.of(25L, 25L, 25L));
  }

  /** How often some content is in the packets that were archived as received. */
  private int kept(RecordingId id, byte[] content) throws Exception {
    Path objects = server.data().resolve("objects");
    Path plain = folder.resolve("packets.pcap");
    try (Stream<Path> files =
        Files.walk(objects.resolve(ObjectKeys.recording(DemoTenants.GLOBEX, id)))) {
      int exit =
          Main.run(
              "decrypt",
              "--key",
              server.data().resolve("demo-keys/globex-ec.pem").toString(),
              "-o",
              plain.toString(),
              files.filter(file -> file.endsWith("packets.cms")).findFirst().orElseThrow() + "");
      assertThat(exit).isZero();
    }
    String all = Files.readString(plain, StandardCharsets.ISO_8859_1);
    String part = new String(content, StandardCharsets.ISO_8859_1);
    int found = 0;
    for (int at = all.indexOf(part); at >= 0; at = all.indexOf(part, at + 1)) {
      found++;
    }
    return found;
  }

  private static DatagramPacket rtp(
      int payloadType, int number, int timestamp, byte[] payload, int port) {
    byte[] packet =
        ByteBuffer.allocate(12 + payload.length)
            .put((byte) 0x80)
            .put((byte) payloadType)
            .putShort((short) number)
            .putInt(timestamp)
            .putInt(7)
            .put(payload)
            .array();
    return new DatagramPacket(packet, packet.length, LOOPBACK, port);
  }

  private static void send(DatagramSocket from, String answer, int payloadType, int packets)
      throws Exception {
    Matcher port = MEDIA_PORT.matcher(answer);
    assertThat(port.find()).isTrue();
    for (int i = 0; i < packets; i++) {
      byte[] packet = new byte[12 + 40];
      packet[0] = (byte) 0x80;
      packet[1] = (byte) payloadType;
      packet[3] = (byte) i;
      packet[7] = (byte) i;
      packet[11] = 7;
      from.send(
          new DatagramPacket(
              packet,
              packet.length,
              InetAddress.getByName("127.0.0.1"),
              Integer.parseInt(port.group(1))));
    }
  }

  /** The body of a sample, whose media come from this host. */
  private static String body(String sample) throws IOException {
    try (InputStream in = OddCallsTest.class.getResourceAsStream("/siprec/" + sample + ".sip")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
      return text.substring(text.indexOf("\n\n") + 2).replace("192.0.2.11", "127.0.0.1");
    }
  }

  /** A short call with the body of a sample. */
  private void sample(String callId, String sample, String headers) throws Exception {
    String body = body(sample);
    peer.send(TcpSip.invite(callId, headers, "multipart/mixed;boundary=rs-part-9c1", body));
    TcpSip.Answer answer = peer.answer();
    assertThat(answer.status()).isEqualTo(200);
    peer.send(TcpSip.request("ACK", callId, 1, answer.to(), "", "", ""));
    try (DatagramSocket media = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      send(media, answer.text(), 0, 25);
    }
    peer.send(TcpSip.request("BYE", callId, 2, answer.to(), "", "", ""));
    assertThat(peer.answer().status()).isEqualTo(200);
  }

  @Test
  void aUcidTypedIntoTheSearchBoxFindsTheCallAndTheOtherOfItsConversation() throws Exception {
    String ucid = "User-to-User: 00FA0800A1B2C36AE0D1F2;encoding=hex\n";
    sample("ucid-first", "01-rfc8068-basic-two-mlines", RECORDING + ucid);
    sample("ucid-second", "01-rfc8068-basic-two-mlines", RECORDING + "X-Desk: Desk-14\n");
    try (PortalClient globex = server.officer(DemoTenants.GLOBEX)) {
      String first =
          TestServer.await(globex, "ucid-first", "archived-partial", "archived")
              .path("id")
              .asText();
      String second =
          TestServer.await(globex, "ucid-second", "archived-partial", "archived")
              .path("id")
              .asText();
      for (String text : List.of("00FA0800A1B2C36AE0D1F2", "00161457631793118706")) {
        assertThat(globex.json("/recordings?q=" + text).path("items").findValuesAsText("id"))
            .as(text)
            .containsExactly(first);
      }
      assertThat(globex.json("/recordings?q=desk-14").path("items").findValuesAsText("id"))
          .containsExactly(second);
      JsonNode detail = globex.json("/recordings/" + first);
      assertThat(detail.path("vendorData").toString())
          .isEqualTo(
              "[{\"name\":\"User-to-User\",\"value\":\"00FA0800A1B2C36AE0D1F2;encoding=hex\"}]");
      assertThat(detail.path("interaction").path("recordings").findValuesAsText("id"))
          .contains(first, second);
      assertThat(detail.path("interaction").path("duplicateOf").isNull()).isTrue();
    }
  }

  @Test
  void malformedMetadataCostsNoAudioAndItsRawTextIsShown() throws Exception {
    String callId = "rs-0006-bad0a1@sbc1.example.com";
    sample(callId, "06-malformed-xml", RECORDING);

    // Its parties' numbers, which could be read all the same, are Globex's.
    try (PortalClient globex = server.officer(DemoTenants.GLOBEX)) {
      JsonNode item = TestServer.await(globex, callId, "archived", "archived-partial");
      assertThat(item.path("flags").toString()).contains("metadata-malformed");
      JsonNode detail = globex.json("/recordings/" + item.path("id").asText());
      assertThat(detail.path("rawMetadata").asText()).contains("prefix never declared", "Bob & Co");
      // Alice's number has a holder in the catalog, whose name counts.
      assertThat(detail.path("parties").findValuesAsText("name"))
          .containsExactly("Erik Stone", "Bob & Co");
    }
  }

  @Test
  void wrongPasswordAndUnknownTenantGetTheSameAnswer() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      List<String> answers = new ArrayList<>();
      for (String body :
          List.of(
              "{\"tenant\":\"acme\",\"user\":\"auditor\",\"password\":\"wrong\"}",
              "{\"tenant\":\"nobody\",\"user\":\"auditor\",\"password\":\"wrong\"}",
              "{\"tenant\":\"Not A Slug\",\"user\":\"auditor\",\"password\":\"wrong\"}")) {
        HttpResponse<String> answer =
            http.send(
                HttpRequest.newBuilder(URI.create(server.server().origin() + "/api/v1/session"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
            .startsWith("application/problem+json");
        answers.add(answer.body());
      }
      assertThat(answers).containsOnly(answers.getFirst());
    }
  }

  @Test
  void theOperatorCanNeitherSearchNorListen() throws Exception {
    try (PortalClient operator =
        new PortalClient(server.server().origin(), server.login(TenantSlug.PLATFORM, "operator"))) {
      assertThat(operator.response("/recordings").statusCode()).isEqualTo(403);
    }
  }

  @Test
  void anUnknownRecordingIsNotFound() throws Exception {
    try (PortalClient officer = server.officer(DemoTenants.ACME)) {
      assertThat(officer.response("/recordings/nonsense").statusCode()).isBetween(400, 404);
      assertThat(
              officer
                  .response("/recordings/" + RecordingId.draw(java.time.Instant.now()))
                  .statusCode())
          .isEqualTo(404);
      assertThat(officer.response("/recordings?limit=many").statusCode()).isEqualTo(400);
    }
  }
}
