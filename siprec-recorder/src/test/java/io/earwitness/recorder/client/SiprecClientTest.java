package io.earwitness.recorder.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.json.Json;
import io.earwitness.recorder.metadata.MetadataChange;
import io.earwitness.recorder.metadata.MetadataParser;
import io.earwitness.recorder.metadata.MetadataState;
import io.earwitness.recorder.metadata.RecordingMetadata;
import io.earwitness.recorder.sip.SipRequest;
import io.earwitness.recorder.sip.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Execution(ExecutionMode.CONCURRENT)
class SiprecClientTest {
  private final SiprecClient client = new SiprecClient(InstantSource.system());
  private FakeRecorder recorder;

  @BeforeEach
  void open() throws IOException {
    recorder = new FakeRecorder();
  }

  @AfterEach
  void close() {
    recorder.close();
  }

  @ParameterizedTest
  @CsvSource({"UDP,PCMU", "TCP,PCMU", "UDP,PCMA", "TCP,PCMA"})
  void sendsBothVoicesExactlyAsReported(Transport transport, G711 codec) throws Exception {
    ClientOptions options =
        ClientOptions.to(recorder.uri())
            .withTransport(transport)
            .withCodec(codec)
            .withLength(Duration.ofMillis(600));

    ClientResult result = client.run(options);

    assertThat(result.failed()).as(Json.text(result)).isZero();
    ClientResult.Call call = result.results().getFirst();
    assertThat(call.status()).isEqualTo(200);
    assertThat(call.callId()).isEqualTo(recorder.requests("INVITE").getFirst().callId());
    assertThat(recorder.requests("BYE")).hasSize(1);
    assertThat(recorder.requests("BYE").getFirst().transport()).isEqualTo(transport);
    assertThat(call.streams())
        .extracting(ClientResult.Stream::side)
        .containsExactly("left", "right");
    for (int i = 0; i < 2; i++) {
      ClientResult.Stream stream = call.streams().get(i);
      List<FakeRecorder.Packet> packets = awaitPackets(i, 30);
      assertThat(stream.packets()).isEqualTo(30);
      assertThat(stream.bytes()).isEqualTo(30 * 172);
      assertThat(stream.samples()).isEqualTo(4800);
      assertThat(stream.refused()).isZero();
      assertThat(packets.getFirst().source().getPort()).isEqualTo(stream.localPort()).isEven();
      FakeRecorder.Packet first = packets.getFirst();
      for (int n = 0; n < packets.size(); n++) {
        FakeRecorder.Packet packet = packets.get(n);
        assertThat(packet.bytes()[0]).isEqualTo((byte) 0x80);
        assertThat(packet.bytes()[1] & 0xff).isEqualTo(codec.payloadType() | (n == 0 ? 0x80 : 0));
        assertThat(packet.sequence()).isEqualTo(first.sequence() + n & 0xffff);
        assertThat(packet.timestamp()).isEqualTo(first.timestamp() + n * 160L & 0xffff_ffffL);
      }
      short[] expected = side(Speech.dialogue(0), i).heard(codec, 30);
      assertThat(decode(packets, codec)).isEqualTo(expected);
      assertThat(stream.pcmSha256()).isEqualTo(sha256(expected));
    }
    assertThat(call.streams().get(0).pcmSha256()).isNotEqualTo(call.streams().get(1).pcmSha256());
  }

  @Test
  void theInviteIsThatOfAnSrcWithMetadataForBothStreams() throws Exception {
    client.run(
        ClientOptions.to(recorder.uri())
            .withParties(
                CallParty.parse("\"Anna <&> Berg\" <+4721000001>".replace("<&>", "&")),
                CallParty.parse("sip:bob@example.net"))
            .withLength(Duration.ofMillis(40)));

    SipRequest invite = recorder.requests("INVITE").getFirst();
    assertThat(invite.headers().hasToken("Require", "siprec")).isTrue();
    assertThat(invite.headers().first("Contact").orElseThrow()).contains(";+sip.src");
    assertThat(invite.contentType()).startsWith("multipart/mixed");
    RecordingMetadata metadata = metadata(invite);
    assertThat(metadata.malformed()).isFalse();
    assertThat(metadata.remarks()).isEmpty();
    MetadataState state = new MetadataState();
    state.apply(metadata);
    assertThat(state.parties(List.of("1", "2")))
        .extracting(
            party -> party.name() + "|" + party.number() + "|" + party.aor() + "|" + party.label())
        .containsExactly(
            "Anna & Berg|+4721000001|tel:+4721000001|1", "null|null|sip:bob@example.net|2");
    assertThat(new String(invite.body(), StandardCharsets.UTF_8))
        .contains("a=label:1\r\n", "a=label:2\r\n", "a=sendonly\r\n", "c=IN IP4 127.0.0.1\r\n");
  }

  @Test
  void repeatsAndCutsSpeechToTheLengthAskedFor(@TempDir Path directory) throws Exception {
    Path left = wav(directory.resolve("left.wav"), 100, 200, 300);
    Path right = wav(directory.resolve("right.wav"), new int[200]);
    ClientOptions options =
        ClientOptions.to(recorder.uri()).withCodec(G711.PCMA).withSpeech(left, right);

    ClientResult.Call natural = client.run(options).results().getFirst();
    ClientResult.Call longer =
        client.run(options.withLength(Duration.ofMillis(120))).results().getFirst();

    // 3 and 200 samples: two packets each
    assertThat(natural.streams()).extracting(ClientResult.Stream::packets).containsExactly(2L, 2L);
    assertThat(longer.streams()).extracting(ClientResult.Stream::packets).containsExactly(6L, 6L);
    assertThat(longer.streams().getFirst().speech()).isEqualTo(left.toString());
    short[] heard = decode(awaitPackets(2, 6), G711.PCMA);
    for (int repetition = 0; repetition < 3; repetition++) {
      assertThat(heard[repetition * 320]).isEqualTo((short) 104);
      assertThat(heard[repetition * 320 + 1]).isEqualTo((short) 200);
      assertThat(heard[repetition * 320 + 2]).isEqualTo((short) 296);
      assertThat(heard[repetition * 320 + 3]).isEqualTo((short) 8);
    }
  }

  @Test
  void placesManyCallsEachWithItsOwnPortsAndDialogue() throws Exception {
    ClientResult result =
        client.run(
            ClientOptions.to(recorder.uri())
                .withTransport(Transport.TCP)
                .withCalls(20, 200)
                .withLength(Duration.ofMillis(100)));

    assertThat(result.failed()).as(Json.text(result)).isZero();
    assertThat(result.results()).extracting(ClientResult.Call::callId).doesNotHaveDuplicates();
    assertThat(result.results())
        .flatExtracting(ClientResult.Call::streams)
        .extracting(ClientResult.Stream::localPort)
        .doesNotHaveDuplicates();
    assertThat(result.results())
        .flatExtracting(ClientResult.Call::streams)
        .extracting(ClientResult.Stream::speech)
        .contains("balance-caller", "order-agent", "card-caller", "transfer-agent");
    assertThat(recorder.requests("BYE")).hasSize(20);
  }

  @Test
  void aHoldPausesTheCallersStreamAndGoesOnAfterIt() throws Exception {
    ClientResult result =
        client.run(
            ClientOptions.to(recorder.uri()).withLength(Duration.ofMillis(600)).withHold(true));

    assertThat(result.failed()).as(Json.text(result)).isZero();
    List<SipRequest> invites = recorder.requests("INVITE");
    assertThat(invites).hasSize(3);
    assertThat(directions(invites.get(1))).containsExactly("a=inactive", "a=sendonly");
    assertThat(directions(invites.get(2))).containsExactly("a=sendonly", "a=sendonly");
    MetadataState state = new MetadataState();
    state.apply(metadata(invites.get(0)));
    assertThat(state.apply(metadata(invites.get(1))))
        .extracting(MetadataChange::kind, MetadataChange::label)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(MetadataChange.Kind.HELD, "1"));
    assertThat(state.apply(metadata(invites.get(2))))
        .extracting(MetadataChange::kind)
        .containsExactly(MetadataChange.Kind.RESUMED);

    ClientResult.Stream left = result.results().getFirst().streams().getFirst();
    assertThat(left.packets()).isEqualTo(30);
    assertThat(left.pauses()).hasSize(1);
    ClientResult.Pause pause = left.pauses().getFirst();
    assertThat(pause.samples()).isGreaterThanOrEqualTo(40 * 160);
    List<FakeRecorder.Packet> packets = awaitPackets(0, 30);
    int resumed = (int) pause.atSample() / 160;
    assertThat(
            packets.get(resumed).timestamp() - packets.get(resumed - 1).timestamp() & 0xffff_ffffL)
        .isEqualTo(160 + pause.samples());
    assertThat(packets.get(resumed).sequence())
        .isEqualTo(packets.get(resumed - 1).sequence() + 1 & 0xffff);
    assertThat(result.results().getFirst().streams().get(1).pauses()).isEmpty();
  }

  @Test
  void aRefusalIsReportedWithItsStatus() throws Exception {
    recorder.refuse(403, "Forbidden");
    ClientResult result = client.run(ClientOptions.to(recorder.uri()).withCalls(2, 100));
    assertThat(result.failed()).isEqualTo(2);
    assertThat(result.results())
        .allSatisfy(
            call -> {
              assertThat(call.status()).isEqualTo(403);
              assertThat(call.error()).isEqualTo("403 Forbidden");
              assertThat(call.streams()).isEmpty();
            });
    assertThat(recorder.requests("BYE")).isEmpty();
  }

  @Test
  void aRefusedConnectionIsReportedPerCall() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    ClientResult result =
        client.run(ClientOptions.to("sip:r@127.0.0.1:" + port + ";transport=tcp"));
    ClientResult.Call call = result.results().getFirst();
    assertThat(call.status()).isZero();
    assertThat(call.error()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({
    "m=audio [0-9]+, m=audio 0, refuses stream 1",
    "RTP/AVP 0 101, RTP/AVP 9, 'takes [9] for stream 1, not PCMU'",
    "recvonly, sendrecv, a=sendrecv for stream 1",
    "127.0.0.1, example.invalid, the address 'example.invalid'",
    "(?s)m=audio(?!.*m=audio).*, '', has 1 m-lines; 2 were offered",
  })
  void anAnswerThatCantBeUsedIsReportedAndTheCallEnded(String from, String to, String error)
      throws Exception {
    recorder.changeSdp(sdp -> sdp.replaceAll(from, to));
    ClientResult.Call call = client.run(ClientOptions.to(recorder.uri())).results().getFirst();
    assertThat(call.status()).isEqualTo(200);
    assertThat(call.error()).contains(error);
    assertThat(recorder.requests("BYE")).hasSize(1);
  }

  @Test
  void mediaForWhichNobodyListensIsReported() throws Exception {
    recorder.changeSdp(
        sdp -> {
          recorder.receivers.forEach(FakeRecorder.Receiver::close);
          return sdp;
        });
    ClientResult.Call call =
        client
            .run(ClientOptions.to(recorder.uri()).withLength(Duration.ofMillis(200)))
            .results()
            .getFirst();
    assertThat(call.error()).contains("no socket at the recorder's port for label 1");
  }

  @Test
  void aCallThatTheRecorderEndsIsReported() throws Exception {
    recorder.hangUp();
    ClientResult.Call call = client.run(ClientOptions.to(recorder.uri())).results().getFirst();
    assertThat(call.status()).isEqualTo(200);
    assertThat(call.error()).isEqualTo("the recorder ended the call");
    assertThat(recorder.requests("BYE")).isEmpty();
  }

  @Test
  void refusesWhatCanBeNoCallAtAll(@TempDir Path directory) throws Exception {
    assertThatThrownBy(() -> client.run(ClientOptions.to("recorder")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'recorder' is no SIP URI");
    assertThatThrownBy(() -> client.run(ClientOptions.to("sip:r@host.invalid")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("host 'host.invalid' is unknown");
    Path missing = directory.resolve("missing.wav");
    assertThatThrownBy(
            () -> client.run(ClientOptions.to(recorder.uri()).withSpeech(missing, missing)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("missing.wav does not exist");
    assertThatThrownBy(() -> ClientOptions.to(recorder.uri()).withCalls(0, 1))
        .hasMessageContaining("at least 1");
    assertThatThrownBy(() -> ClientOptions.to(recorder.uri()).withCalls(1, 0))
        .hasMessageContaining("above 0");
    assertThatThrownBy(() -> ClientOptions.to(recorder.uri()).withSpeech(missing, null))
        .hasMessageContaining("both");
    assertThatThrownBy(() -> CallParty.parse("Anna"))
        .hasMessageContaining("party 'Anna'; expected a number");
  }

  private static List<String> directions(SipRequest invite) {
    return new String(invite.body(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.matches("a=(inactive|sendonly|recvonly|sendrecv)"))
        .collect(Collectors.toList());
  }

  private static RecordingMetadata metadata(SipRequest invite) {
    String body = new String(invite.body(), StandardCharsets.UTF_8);
    int from = body.indexOf("<?xml");
    return MetadataParser.parse(
        body.substring(from, body.indexOf("\r\n--", from)).getBytes(StandardCharsets.UTF_8));
  }

  private static Speech side(Speech.Dialogue dialogue, int index) {
    return index == 0 ? dialogue.left() : dialogue.right();
  }

  private List<FakeRecorder.Packet> awaitPackets(int receiver, int count) throws Exception {
    assertThat(recorder.awaitPackets(receiver, count)).hasSize(count);
    return recorder.receivers.get(receiver).packets;
  }

  private static short[] decode(List<FakeRecorder.Packet> packets, G711 codec) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    packets.forEach(packet -> payload.writeBytes(packet.payload()));
    byte[] codes = payload.toByteArray();
    short[] samples = new short[codes.length];
    for (int i = 0; i < codes.length; i++) {
      samples[i] = codec.decode(codes[i]);
    }
    return samples;
  }

  private static String sha256(short[] samples) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(samples);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
  }

  private static Path wav(Path file, int... samples) throws IOException {
    short[] pcm = new short[samples.length];
    for (int i = 0; i < samples.length; i++) {
      pcm[i] = (short) samples[i];
    }
    return Files.write(file, WavTest.pcm(1, 8000, pcm));
  }
}
