package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.inDialog;
import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.sdp.CryptoLine;
import io.earwitness.recorder.sdp.MediaDescription;
import io.earwitness.recorder.sdp.SdpParser;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpReceiver;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 4240 §3: prompts are played to those who may send calls, and are evidence afterwards. */
class AnnouncementServiceTest extends CallFixture {
  private static final String PLAY = "play=acme/recording/en/v1";
  private DatagramSocket media;
  private int calls;

  @BeforeEach
  void listen() throws Exception {
    media = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
    media.setReceiveBufferSize(1 << 20);
    media.setSoTimeout(60_000);
  }

  @AfterEach
  void hangUp() {
    media.close();
  }

  private String audio(String profile, String formats, String... attributes) {
    return sdp(
        "m=audio %d %s %s".formatted(media.getLocalPort(), profile, formats)
            + (attributes.length == 0 ? "" : "\r\na=" + String.join("\r\na=", attributes)));
  }

  private SipPeer.Message ask(String parameters, String sdp, String... headers) throws Exception {
    calls++;
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    String type = sdp.isEmpty() ? "" : "Content-Type: application/sdp\r\n";
    peer.send(
        "INVITE sip:annc@127.0.0.1;%s SIP/2.0\r\n".formatted(parameters)
            + peer.via("annc" + calls)
            + "Max-Forwards: 70\r\nFrom: <sip:+12025550199@sbc.example>;tag=a%d\r\n"
                .formatted(calls)
            + "To: <sip:annc@127.0.0.1>\r\nCall-ID: annc-%d\r\nCSeq: 1 INVITE\r\n".formatted(calls)
            + "Contact: <sip:sbc@127.0.0.1:%d;transport=tcp>\r\n".formatted(peer.localPort())
            + more
            + type
            + "Content-Length: %d\r\n\r\n%s".formatted(sdp.length(), sdp));
    return peer.receiveFinal();
  }

  private void acknowledge(SipPeer.Message answer, String body) throws Exception {
    peer.send(inDialog(peer, answer, "ACK", 1, body.isEmpty() ? "" : SDP_TYPE, body));
  }

  private byte[] packet() throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
    media.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  private List<byte[]> packets(int count) throws Exception {
    List<byte[]> packets = new ArrayList<>();
    while (packets.size() < count) {
      packets.add(packet());
    }
    return packets;
  }

  private static List<byte[]> payloads(List<byte[]> packets) {
    return packets.stream().map(packet -> Arrays.copyOfRange(packet, 12, packet.length)).toList();
  }

  private static MediaDescription line(SipPeer.Message answer, int index) throws Exception {
    return SdpParser.parse(answer.body()).media().get(index);
  }

  private PlayedAnnouncement played() throws Exception {
    until(() -> !fixture.played.isEmpty());
    return fixture.played.getFirst();
  }

  @Test
  void aPromptIsPlayedInTheCodecThatIsLikedBestAndEndsWithABye() throws Exception {
    SipPeer.Message answer = ask(PLAY, audio("RTP/AVP", "18 8 0", "rtpmap:18 G729/8000"));
    assertThat(answer.status()).isEqualTo(200);
    MediaDescription line = line(answer, 0);
    assertThat(line.formats()).containsExactly("8");
    assertThat(line.attributes()).contains("sendonly", "ptime:20", "rtpmap:8 PCMA/8000");
    acknowledge(answer, "");

    List<byte[]> packets = packets(25);
    assertThat(payloads(packets)).usingRecursiveComparison().isEqualTo(ServerFixture.PROMPT);
    for (int i = 0; i < packets.size(); i++) {
      ByteBuffer packet = ByteBuffer.wrap(packets.get(i));
      ByteBuffer first = ByteBuffer.wrap(packets.getFirst());
      assertThat(packet.get(0)).isEqualTo((byte) 0x80);
      assertThat(packet.get(1)).isEqualTo((byte) (i == 0 ? 0x88 : 8));
      assertThat((short) (packet.getShort(2) - first.getShort(2))).isEqualTo((short) i);
      assertThat(packet.getInt(4) - first.getInt(4)).isEqualTo(160 * i);
      assertThat(packet.getInt(8)).isEqualTo(first.getInt(8));
    }
    SipPeer.Message bye = requested("BYE");
    assertThat(bye.header("Call-ID")).isEqualTo("annc-1");
    answer(bye, 200);
    PlayedAnnouncement played = played();
    assertThat(played.complete()).isTrue();
    assertThat(played.prompt()).isEqualTo("recording/en/v1");
    assertThat(played.callIds()).contains("annc-1");
    assertThat(played.detail()).contains("PCMA", "25 packets");
    until(fixture.server::isIdle);
    // It is no recording, and no refusal either
    assertThat(fixture.captures.refusals).isEmpty();
    assertThat(fixture.server.activeRecordings()).isZero();
  }

  @Test
  void bySrtpNobodyElseHearsIt() throws Exception {
    SrtpKey ours = SrtpKey.draw(SrtpSuite.AES_CM_128_HMAC_SHA1_80, new SecureRandom());
    SipPeer.Message answer = ask(PLAY, audio("RTP/SAVP", "0", CryptoLine.attribute(3, ours)));
    assertThat(answer.status()).isEqualTo(200);
    MediaDescription line = line(answer, 0);
    assertThat(line.protocol()).isEqualTo("RTP/SAVP");
    CryptoLine crypto = Objects.requireNonNull(CryptoLine.choose(line));
    assertThat(crypto.tag()).isEqualTo(3);
    acknowledge(answer, "");
    SrtpReceiver receiver = new SrtpReceiver(crypto.key());
    for (int i = 0; i < 25; i++) {
      byte[] packet = packet();
      assertThat(packet).hasSize(12 + 160 + 10);
      assertThat(receiver.unprotect(MemorySegment.ofArray(packet), 0, packet.length))
          .isEqualTo(SrtpReceiver.Outcome.PLAIN);
      byte[] plain =
          receiver.packet().asSlice(12, receiver.length() - 12).toArray(ValueLayout.JAVA_BYTE);
      assertThat(plain).isEqualTo(ServerFixture.PROMPT.get(i));
    }
    receiver.close();
  }

  @Test
  void whatCantBePlayedIsRefusedWithTheReason() throws Exception {
    String pcmu = audio("RTP/AVP", "0");
    for (String unknown :
        List.of("play=acme/other/en", "play=globex/recording", "play=acme/recording/de")) {
      SipPeer.Message answer = ask(unknown, pcmu);
      assertThat(answer.status()).as(unknown).isEqualTo(404);
      assertThat(answer.header("Warning")).contains("there is no prompt");
    }
    assertThat(ask("play=http://host/a.wav", pcmu).status()).isEqualTo(404);
    assertThat(ask("repeat=2", pcmu).status()).isEqualTo(400);
    assertThat(ask(PLAY + ";repeat=often", pcmu).header("Warning")).contains("repeat=often");
    assertThat(ask(PLAY, audio("RTP/AVP", "18")).status()).isEqualTo(488);
    assertThat(ask(PLAY, audio("RTP/SAVP", "0")).header("Warning")).contains("no crypto line");
    assertThat(ask(PLAY, "v=0").status()).isEqualTo(488);
    // Each of them is found again
    assertThat(fixture.captures.refusals).hasSize(9);
    assertThat(fixture.server.activeAnnouncements()).isZero();
  }

  @Test
  void noMoreArePlayedAtATimeThanMayBe() throws Exception {
    String endless = PLAY + ";repeat=forever";
    SipPeer.Message first = ask(endless, audio("RTP/AVP", "0"));
    assertThat(first.status()).isEqualTo(200);
    assertThat(ask(endless, audio("RTP/AVP", "0")).status()).isEqualTo(200);
    SipPeer.Message third = ask(endless, audio("RTP/AVP", "0"));
    assertThat(third.status()).isEqualTo(503);
    assertThat(third.header("Retry-After")).isEqualTo("10");
    peer.send(inDialog(peer, first, "BYE", 2));
    assertThat(finalOf("2 BYE").status()).isEqualTo(200);
    assertThat(ask(endless, audio("RTP/AVP", "0")).status()).isEqualTo(200);
  }

  @Test
  void whileTheRecorderIsBusyRecordingsComeFirst() throws Exception {
    fixture.server.drain();
    assertThat(ask(PLAY, audio("RTP/AVP", "0")).status()).isEqualTo(503);
  }

  @Test
  void strangersAndOtherTenantsHearNothing() throws Exception {
    fixture.close();
    fixture = new ServerFixture(ServerFixture.snapshot("192.0.2.0/24"), 2);
    peer = fixture.peer(Transport.TCP);
    assertThat(ask(PLAY, audio("RTP/AVP", "0")).status()).isEqualTo(403);
    fixture.close();
    RecorderSnapshot ofAll = ServerFixture.snapshot("127.0.0.0/8");
    TenantSlug globex = new TenantSlug("globex");
    List<RecorderSnapshot.Tenant> tenants = new ArrayList<>(ofAll.tenants());
    tenants.add(new RecorderSnapshot.Tenant(globex, ZoneOffset.UTC, Set.of(), List.of()));
    fixture =
        new ServerFixture(
            new RecorderSnapshot(
                "v1", tenants, List.of(new RecorderSnapshot.Src("sbc", "127.0.0.0/8", globex))),
            2);
    peer = fixture.peer(Transport.TCP);
    assertThat(ask(PLAY, audio("RTP/AVP", "0")).status()).isEqualTo(404);
  }

  @Test
  void aPeerThatHangsUpEarlyHasNotHeardIt() throws Exception {
    SipPeer.Message answer = ask("play=acme/recording/en", audio("RTP/AVP", "0"));
    acknowledge(answer, "");
    packets(10);
    peer.send(inDialog(peer, answer, "BYE", 2));
    finalOf("2 BYE");
    PlayedAnnouncement played = played();
    assertThat(played.complete()).isFalse();
    assertThat(played.detail()).contains("ended by the peer");
  }

  @Test
  void itIsRepeatedAndEndsWhenItsDurationIsOver() throws Exception {
    SipPeer.Message answer =
        ask(PLAY + ";repeat=forever;delay=100;duration=1400", audio("RTP/AVP", "0"));
    acknowledge(answer, "");
    List<byte[]> packets = packets(50);
    int gap =
        ByteBuffer.wrap(packets.get(25)).getInt(4) - ByteBuffer.wrap(packets.get(24)).getInt(4);
    assertThat(gap).isEqualTo(160 * 6);
    answer(requested("BYE"), 200);
    assertThat(played().complete()).isTrue();
    assertThat(played().detail()).contains("its longest duration was over");
  }

  @Test
  void aReInviteHoldsItAndLetsItGoOn() throws Exception {
    SipPeer.Message answer = ask(PLAY + ";repeat=forever", audio("RTP/AVP", "0"));
    acknowledge(answer, "");
    packets(5);
    SipPeer.Message held =
        request(answer, "INVITE", 2, SDP_TYPE, audio("RTP/AVP", "0", "inactive"));
    assertThat(line(held, 0).attributes()).contains("inactive");
    media.setSoTimeout(300);
    try {
      while (true) {
        packet();
      }
    } catch (SocketTimeoutException e) {
      // Silent now
    }
    media.setSoTimeout(60_000);
    SipPeer.Message on = request(answer, "INVITE", 3, SDP_TYPE, audio("RTP/AVP", "0"));
    assertThat(line(on, 0).attributes()).contains("sendonly");
    packet();
    // A refresh without an offer is answered with ours
    SipPeer.Message offered = request(answer, "INVITE", 4);
    assertThat(offered.status()).isEqualTo(200);
    assertThat(line(offered, 0).formats()).containsExactly("0");
  }

  @Test
  void whoeverSendsNoOfferIsMadeOne() throws Exception {
    SipPeer.Message answer = ask(PLAY, "");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(line(answer, 0).formats()).containsExactly("8", "0", "9", "111");
    acknowledge(answer, audio("RTP/AVP", "9", "recvonly"));
    assertThat(packet()[1] & 0x7f).isEqualTo(9);
  }

  @Test
  void itIsEvidenceInTheRecordingThatBeginsAfterIt() throws Exception {
    SipPeer.Message answer =
        ask(
            PLAY + ";call-id=" + SESSION.replace("+", "%2B").replace("=", "%3D"),
            audio("RTP/AVP", "0"));
    acknowledge(answer, "");
    packets(25);
    answer(requested("BYE"), 200);
    PlayedAnnouncement played = played();

    begin(sample());

    untilTold(played.line());
    untilTold("the announcement has ended, as told by the announcement service of recorder-1");
    // Told once more, such as by the catalog: nothing new
    int lines = capture().timeline().size();
    fixture.server.announcementPlayed(played);
    assertThat(capture().timeline()).hasSize(lines);
  }

  @Test
  void itIsEvidenceInTheRecordingThatRunsByBothNumbersOnly() throws Exception {
    begin(sample());
    CallSummary call = fixture.captures.only().summary();
    List<String> numbers = PlayedAnnouncement.numbersOf(call);
    assertThat(numbers).hasSize(2);
    String both = ";from=%s;to=%s".formatted(numbers.get(0), numbers.get(1));
    String other = ";from=%s;to=+4930123456".formatted(numbers.get(0));
    for (String who : List.of(other, both)) {
      SipPeer.Message answer = ask(PLAY + who, audio("RTP/AVP", "0"));
      acknowledge(answer, "");
      packets(25);
      answer(requested("BYE"), 200);
    }
    until(() -> fixture.played.size() == 2);
    untilTold(fixture.played.get(1).line());
    assertThat(capture().timeline()).noneMatch(line -> line.contains(fixture.played.get(0).line()));
  }
}
