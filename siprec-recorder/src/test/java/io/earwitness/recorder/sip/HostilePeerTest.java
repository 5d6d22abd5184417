package io.earwitness.recorder.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What peers may send, by mistake or on purpose, and what must not come of it. */
class HostilePeerTest {
  private static final SipLimits LIMITS =
      SipLimits.DEFAULT.withConnections(40).withUnsent(1 << 16, Duration.ofMillis(500));

  /** Only for senders that are meant to be too slow: a busy machine makes any sender slow. */
  private static final SipLimits IMPATIENT = LIMITS.withMessageTime(Duration.ofMillis(400));

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final List<String> handled = new CopyOnWriteArrayList<>();
  private static final List<SipRequest> requests = new CopyOnWriteArrayList<>();
  private static final BlockingQueue<SipHandler.Unreadable> unreadable =
      new LinkedBlockingQueue<>();
  private static SipEndpoint endpoint;
  private static int port;

  @BeforeAll
  static void open() throws IOException {
    endpoint = open(LIMITS);
    port = endpoint.port(Transport.TCP);
  }

  private static SipEndpoint open(SipLimits limits) throws IOException {
    SipHandler handler =
        new SipHandler() {
          @Override
          public void onRequest(SipExchange exchange) {
            handled.add(exchange.request().method() + " " + exchange.request().callId());
            requests.add(exchange.request());
            if (exchange.request().headers().first("X-Explode").isPresent()) {
              throw new StackOverflowError("as a test");
            }
            boolean large = exchange.request().headers().first("X-Large").isPresent();
            SipBody body = large ? new SipBody("text/plain", new byte[60_000]) : SipBody.NONE;
            exchange.answer(SipAnswer.of(200, "OK").withBody(body));
          }

          @Override
          public void onUnreadable(Unreadable message) {
            unreadable.add(message);
          }
        };
    return SipEndpoint.open(
        SipEndpointConfig.of(InetAddress.getByName("127.0.0.1"), 0).withLimits(limits),
        handler,
        InstantSource.system());
  }

  @AfterAll
  static void close() {
    endpoint.close();
  }

  @BeforeEach
  void forget() {
    handled.clear();
    requests.clear();
    unreadable.clear();
  }

  private static String request(
      SipPeer peer, String method, String callId, String extraHeaders, String body) {
    return method
        + " sip:srs@127.0.0.1 SIP/2.0\r\n"
        + peer.via(method + NUMBER.incrementAndGet())
        + "From: <sip:src@127.0.0.1>;tag=f1\r\n"
        + "To: <sip:srs@127.0.0.1>\r\n"
        + "Call-ID: "
        + callId
        + "\r\nCSeq: 1 "
        + method
        + "\r\n"
        + extraHeaders
        + "Content-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static void assertServes(SipPeer peer, String callId) throws IOException {
    peer.send(request(peer, "OPTIONS", callId, "", ""));
    SipPeer.Message answer = peer.receiveFinal();
    while (!answer.header("Call-ID").equals(callId)) {
      answer = peer.receiveFinal();
    }
    assertThat(answer.status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "UDP, From: ///",
    "TCP, From: ///",
    "UDP, CSeq: one INVITE",
    "TCP, CSeq: one INVITE",
    "UDP, Via: nonsense",
    "TCP, Via: nonsense",
  })
  void aBodyBehindABadHeaderIsNeverTakenForAMessage(Transport transport, String bad)
      throws Exception {
    try (SipPeer peer = SipPeer.over(transport, port)) {
      String smuggled = request(peer, "MESSAGE", "smuggled", "", "");
      String carrier = request(peer, "INVITE", "carrier", bad + "\r\n", smuggled);
      if (bad.startsWith("From") || bad.startsWith("CSeq")) {
        String name = bad.substring(0, bad.indexOf(':') + 1);
        // The bad one in place of the good one
        carrier = carrier.replaceFirst("(?m)^" + name + " [^/o\\r][^\\r]*\\r\\n", "");
      }
      peer.send(carrier);
      SipPeer.Message answer = peer.receiveFinal();
      assertThat(answer.status()).isEqualTo(400);

      // The connection is still in step and serves others' calls
      assertServes(peer, "after");
      assertThat(handled).containsExactly("OPTIONS after");
      SipHandler.Unreadable told = unreadable.poll(5, TimeUnit.SECONDS);
      assertThat(told.raw()).isEqualTo(carrier.getBytes(StandardCharsets.UTF_8));
      assertThat(told.status()).isEqualTo(400);
      assertThat(told.source().getPort()).isEqualTo(peer.localPort());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UDP, 'RAck: '",
    "TCP, 'RAck: '",
    "UDP, 'RAck: \"'",
    "TCP, 'RAck: \"'",
    "UDP, Server: ////",
    "TCP, Server: ////",
    "TCP, Contact: <<sip:a@b>;+sip.src>",
  })
  void aBrokenOptionalHeaderCostsNothing(Transport transport, String header) throws Exception {
    try (SipPeer peer = SipPeer.over(transport, port)) {
      String invite =
          request(peer, "INVITE", "odd-" + NUMBER.incrementAndGet(), header + "\r\n", "v=0");
      peer.send(invite);

      assertThat(peer.receiveFinal().status()).isEqualTo(200);
      assertThat(requests.getFirst().raw()).isEqualTo(invite.getBytes(StandardCharsets.UTF_8));
      assertServes(peer, "next-" + transport);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Transport.class, names = "TLS", mode = EnumSource.Mode.EXCLUDE)
  void anErrorInTheHandlerIsAnswered500AndEndsNoThread(Transport transport) throws Exception {
    try (SipPeer peer = SipPeer.over(transport, port)) {
      for (int i = 0; i < 12; i++) {
        peer.send(request(peer, "OPTIONS", "boom-" + i, "X-Explode: 1\r\n", ""));
        assertThat(peer.receiveFinal().status()).isEqualTo(500);
      }
      assertServes(peer, "alive");
    }
  }

  @Test
  void aHugeBodyIsRefusedBeforeItIsReadAndTheConnectionClosed() throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.TCP, port)) {
      peer.send(
          request(peer, "INVITE", "huge", "", "")
              .replace("Content-Length: 0", "Content-Length: 200000000"));
      assertThat(new String(peer.readToEnd(), StandardCharsets.UTF_8))
          .startsWith("SIP/2.0 513 ")
          .contains("Call-ID: huge");
      assertThat(unreadable.poll(5, TimeUnit.SECONDS).status()).isEqualTo(513);
      assertThat(handled).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\n", // a second one
        "l: 4\r\n",
        " 4\r\n", // folds the header before
        "   \r\n", // a line of blanks, which the stack would take for the end
        "X: a\rb\r\n",
      })
  void aStreamWhoseMessagesCantBeToldApartIsClosed(String line) throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.TCP, port)) {
      String smuggled = request(peer, "MESSAGE", "smuggled", "", "");
      String text = request(peer, "INVITE", "unclear", "", smuggled);
      int end = text.indexOf("\r\n\r\n") + 2;
      peer.send(text.substring(0, end) + line + text.substring(end));
      assertThat(new String(peer.readToEnd(), StandardCharsets.UTF_8)).startsWith("SIP/2.0 400 ");
      assertThat(unreadable.poll(5, TimeUnit.SECONDS)).isNotNull();
      assertThat(handled).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"INV", "OPTIONS sip:srs@127.0.0.1 SIP/2.0\r\nVia: SIP"})
  void aSenderThatIsTooSlowIsCutOffAlsoInItsFirstLine(String start) throws Exception {
    try (SipEndpoint impatient = open(IMPATIENT);
        SipPeer peer = SipPeer.over(Transport.TCP, impatient.port(Transport.TCP))) {
      peer.send(start);
      assertThat(peer.readToEnd()).isEmpty();
    }
  }

  @Test
  void anIdleConnectionStaysOpenAndItsKeepAlivesAreAnswered() throws Exception {
    try (SipEndpoint impatient = open(IMPATIENT);
        SipPeer peer = SipPeer.over(Transport.TCP, impatient.port(Transport.TCP))) {
      peer.socket().setSoTimeout(2 * (int) IMPATIENT.messageTime().toMillis());
      assertThatThrownBy(() -> peer.socket().getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      peer.send("\r\n\r\n");
      assertThat(peer.socket().getInputStream().readNBytes(2)).containsExactly('\r', '\n');
      assertServes(peer, "after-idle");
    }
  }

  @Test
  void aPeerThatStopsReadingIsCutOffAndStallsNobodysTimers() throws Exception {
    try (SipPeer silent = SipPeer.over(Transport.TCP, port);
        SipPeer other = SipPeer.over(Transport.UDP, port)) {
      silent.socket().setReceiveBufferSize(4096);
      // An INVITE of the other side is not acknowledged: its answer must come again and again
      other.send(request(other, "INVITE", "unacknowledged", "", "v=0"));
      OutputStream out = silent.socket().getOutputStream();
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1_000_000; i++) {
                  String branchy = request(silent, "OPTIONS", "flood-" + i, "X-Large: 1\r\n", "");
                  out.write(branchy.getBytes(StandardCharsets.UTF_8));
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(handled.size()).isLessThan(5_000);
      List<byte[]> copies = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        copies.add(other.receiveFinal().raw());
      }
      assertThat(copies).allSatisfy(copy -> assertThat(copy).isEqualTo(copies.getFirst()));
      assertServes(other, "still-served");
    }
  }

  @Test
  void moreConnectionsThanAllowedAreClosedAtOnce() throws Exception {
    // Those of tests before this one may still be on their way out
    while (endpoint.connections() > 0) {
      Thread.sleep(5);
    }
    List<SipPeer> peers = new ArrayList<>();
    try {
      for (int i = 0; i < LIMITS.connections(); i++) {
        SipPeer peer = SipPeer.over(Transport.TCP, port);
        peers.add(peer);
        assertServes(peer, "connection-" + i);
      }
      SipPeer late = SipPeer.over(Transport.TCP, port);
      peers.add(late);
      assertThat(late.readToEnd()).isEmpty();
      assertServes(peers.getFirst(), "first-again");
    } finally {
      for (SipPeer peer : peers) {
        peer.close();
      }
    }
  }

  @Test
  void aDatagramShorterThanItSaysIsRefused() throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.UDP, port)) {
      peer.send(request(peer, "INVITE", "cut", "", "v=0").replace("Length: 3", "Length: 30"));
      assertThat(peer.receiveFinal().status()).isEqualTo(400);
      peer.send("\r\n\r\n");
      peer.send("garbage");
      assertServes(peer, "after-garbage");
    }
  }

  @Test
  void anotherSipVersionIsAnswered505() throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.TCP, port)) {
      peer.send(request(peer, "OPTIONS", "v3", "", "").replaceFirst("SIP/2.0", "SIP/3.0"));
      assertThat(peer.receiveFinal().status()).isEqualTo(505);
      assertServes(peer, "v2");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096})
  void aStreamIsCutIntoItsMessagesWhateverItsPieces(int piece) throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.TCP, port)) {
      StringBuilder stream = new StringBuilder();
      List<byte[]> sent = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        String body = i % 3 == 0 ? "" : "\r\n\r\nINVITE sip:x SIP/2.0\r\n\u0000".repeat(i);
        String message = request(peer, "OPTIONS", "p" + piece + "-" + i, "", body);
        sent.add(message.getBytes(StandardCharsets.UTF_8));
        stream.append(message).append(i % 4 == 0 ? "\r\n" : "");
      }
      byte[] bytes = stream.toString().getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < bytes.length; i += piece) {
        peer.send(Arrays.copyOfRange(bytes, i, Math.min(i + piece, bytes.length)));
      }
      for (int i = 0; i < 30; i++) {
        assertThat(peer.receiveFinal().status()).isEqualTo(200);
      }
      assertThat(requests).hasSize(30);
      for (SipRequest request : requests) {
        int index = Integer.parseInt(request.callId().substring(request.callId().indexOf('-') + 1));
        assertThat(request.raw()).isEqualTo(sent.get(index));
      }
    }
  }

  @Test
  void aRequestWithManyViasAndALongHeaderIsRefusedQuickly() throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.UDP, port)) {
      String vias = "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx\r\n".repeat(300);
      peer.send(request(peer, "OPTIONS", "vias", vias, ""));
      assertThat(peer.receiveFinal().status()).isEqualTo(513);
      peer.send(request(peer, "OPTIONS", "long", "X: " + "y".repeat(20_000) + "\r\n", ""));
      assertThat(peer.receiveFinal().status()).isEqualTo(513);
    }
  }

  @Test
  void aPortInUseIsSaidPlainly() {
    assertThatThrownBy(
            () ->
                SipEndpoint.open(
                    SipEndpointConfig.of(InetAddress.getByName("127.0.0.1"), port),
                    exchange -> {},
                    InstantSource.system()))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("Choose another port");
  }

  @Test
  void noConnectionIsOpenedToAnAddressThatIsNotAllowed() throws Exception {
    FramedNetworkLayer network =
        new FramedNetworkLayer(
            new Intake(InstantSource.system(), message -> {}),
            SipEndpointConfig.of(InetAddress.getLoopbackAddress(), 0).withMayConnect(peer -> false),
            new Connections(LIMITS, peer -> {}));
    InetSocketAddress target = new InetSocketAddress("127.0.0.1", port);
    assertThatThrownBy(() -> network.createSocket(target.getAddress(), target.getPort()))
        .hasMessageContaining("127.0.0.1");
  }
}
