package io.earwitness.recorder.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
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
  private static final Set<Thread> own = new HashSet<>();

  /** What requests with X-Wait wait for. */
  private static volatile CompletableFuture<Void> gate = new CompletableFuture<>();

  private static SipEndpoint endpoint;
  private static int port;

  @BeforeAll
  static void open() throws IOException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    endpoint = open(LIMITS);
    own.addAll(Thread.getAllStackTraces().keySet());
    own.removeAll(before);
    port = endpoint.port(Transport.TCP);
  }

  private static SipEndpoint open(SipLimits limits) throws IOException {
    SipHandler handler =
        new SipHandler() {
          @Override
          public void onRequest(SipExchange exchange) {
            handled.add(exchange.request().method() + " " + exchange.request().callId());
            requests.add(exchange.request());
            if (exchange.request().headers().first("X-Wait").isPresent()) {
              gate.join();
            }
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
    awaitNoConnection();
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

  private static void awaitNoConnection() throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (endpoint.connections() > 0) {
      assertThat(System.nanoTime() - end).as("connections left").isNegative();
      Thread.sleep(5);
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

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "INVITE sip:a@b SIP/2.0", "SIP/2.0 200 OK"})
  void aDatagramWithoutAnyLineBreakIsToldOf(String text) throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.UDP, port)) {
      peer.send(text);
      SipHandler.Unreadable told;
      do {
        told = unreadable.poll(10, TimeUnit.SECONDS);
        assertThat(told).isNotNull();
      } while (!Arrays.equals(told.raw(), text.getBytes(StandardCharsets.UTF_8)));
      assertThat(told.status()).isZero();
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

  /** Two SBCs that count their branches, or one peer that guesses another's (RFC 3261 §17.2.3). */
  @ParameterizedTest
  @EnumSource(value = Transport.class, names = "TLS", mode = EnumSource.Mode.EXCLUDE)
  void requestsOfTheSameBranchAreNoCopiesOfEachOther(Transport transport) throws Exception {
    try (SipPeer one = SipPeer.over(transport, port);
        SipPeer other = SipPeer.over(transport, port)) {
      for (SipPeer peer : List.of(one, other)) {
        String callId = "branch-" + transport + peer.localPort();
        peer.send(
            request(peer, "OPTIONS", callId, "", "")
                .replaceFirst("branch=[^;\\r]+", "branch=z9hG4bK1"));
        SipPeer.Message answer = peer.receiveFinal();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Call-ID")).isEqualTo(callId);
      }
      assertThat(handled).filteredOn(request -> request.contains("branch-" + transport)).hasSize(2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UDP, SIP/2.0/TCP nowhere.invalid;rport",
    "UDP, SIP/2.0/UDP nowhere.invalid:9;maddr=127.9.9.9;ttl=1;rport",
    "UDP, SIP/2.0/UDP 127.9.9.9:9;rport;received=127.9.9.9",
    "UDP, SIP/2.0/TLS [::1]:9;rport",
    "TCP, SIP/2.0/UDP nowhere.invalid",
    "TCP, SIP/2.0/TCP nowhere.invalid:9;maddr=127.9.9.9",
    "TCP, SIP/2.0/SCTP 127.9.9.9:9;received=127.9.9.9",
  })
  void anAnswerGoesBackWhereItsRequestCameFrom(Transport transport, String via) throws Exception {
    try (SipPeer peer = SipPeer.over(transport, port)) {
      String callId = "via-" + NUMBER.incrementAndGet();
      String text =
          request(peer, "OPTIONS", callId, "", "")
              .replaceFirst("Via: [^\\r]+", "Via: " + via + ";branch=z9hG4bK" + callId);
      peer.send(text);
      SipPeer.Message answer = peer.receiveFinal();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Call-ID")).isEqualTo(callId);
      // By which the peer knows its request again
      String start = via.substring(0, (via + ";").indexOf(';'));
      assertThat(answer.header("Via")).startsWith(start).contains("branch=z9hG4bK" + callId);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "From, <sip:other@127.0.0.1>;tag=f2",
    "To, <sip:other@127.0.0.1>",
    "Call-ID, other",
    "CSeq, 2 OPTIONS",
    "i, other",
  })
  void whatIsThereTwiceButMayBeOnlyOnceIsRefused(String name, String value) throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.TCP, port)) {
      peer.send(request(peer, "OPTIONS", "twice-" + name, name + ": " + value + "\r\n", ""));
      assertThat(peer.receiveFinal().status()).isEqualTo(400);
      assertServes(peer, "once-" + name);
      assertThat(handled).containsExactly("OPTIONS once-" + name);
    }
  }

  /** Whatever recursion it may meet in the stack's parser, no thread ends. */
  @ParameterizedTest
  @CsvSource({
    "Server, (",
    "Server, (a",
    "User-Agent, ((\\",
    "Via, 'SIP/2.0/UDP h;a=\"'",
    "Contact, <",
    "Contact, <sip:",
    "Route, '<sip:a>,'",
    "Accept, 'a/b;c=d,'",
    "Warning, '399 a \"b\",'",
    "Subject, \\\"",
    "Authorization, 'Digest a=\"'",
    "Replaces, ;a=",
    "Event, .a",
    "Call-Info, '<sip:a>;a=(,'",
    "Reason, 'Q.850;a=[,'",
  })
  void deepNestingCostsNoThread(String name, String unit) throws Exception {
    String header = name + ": " + unit.repeat(16_000 / unit.length()) + "\r\n";
    for (Transport transport : List.of(Transport.UDP, Transport.TCP)) {
      try (SipPeer peer = SipPeer.over(transport, port)) {
        for (int i = 0; i < 10; i++) {
          String callId = "deep-" + NUMBER.incrementAndGet();
          peer.send(request(peer, "OPTIONS", callId, header, ""));
          SipPeer.Message answer = peer.receiveFinal();
          assertThat(answer.header("Call-ID")).isEqualTo(callId);
          assertThat(answer.status()).isIn(200, 400);
        }
        assertServes(peer, "deep-after-" + NUMBER.incrementAndGet());
      }
    }
    assertThat(own).isNotEmpty().allMatch(Thread::isAlive);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Many: 1\r\n", "X", "Via: SIP/2.0/TCP h;branch=z9hG4bKx\r\n", " a\r\n"})
  void aHeaderSectionWithoutEndIsCutOffAtItsLimit(String unit) throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.TCP, port);
        SipPeer other = SipPeer.over(Transport.TCP, port)) {
      byte[] chunk = unit.repeat(10_000 / unit.length()).getBytes(StandardCharsets.UTF_8);
      peer.send("OPTIONS sip:srs@127.0.0.1 SIP/2.0\r\nX-First: ");
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  peer.send(chunk);
                }
              })
          .isInstanceOf(IOException.class);
      assertServes(other, "endless-" + NUMBER.incrementAndGet());
    }
  }

  @Test
  void tenThousandHeadersAreRefusedBeforeTheyAreParsed() throws Exception {
    for (Transport transport : List.of(Transport.UDP, Transport.TCP)) {
      try (SipPeer peer = SipPeer.over(transport, port)) {
        peer.send(request(peer, "OPTIONS", "headers-" + transport, "X:\r\n".repeat(10_000), ""));
        assertThat(peer.receiveFinal().status()).isEqualTo(513);
      }
    }
    assertThat(handled).isEmpty();
  }

  /** Half a header, a body that never comes, a byte now and then: none outlives its deadline. */
  @Test
  void slowPeersAreCutOffAndOthersServedMeanwhile() throws Exception {
    try (SipEndpoint impatient = open(IMPATIENT);
        SipPeer half = SipPeer.over(Transport.TCP, impatient.port(Transport.TCP));
        SipPeer bodiless = SipPeer.over(Transport.TCP, impatient.port(Transport.TCP));
        SipPeer dribbling = SipPeer.over(Transport.TCP, impatient.port(Transport.TCP));
        SipPeer other = SipPeer.over(Transport.UDP, impatient.port(Transport.UDP))) {
      String whole = request(half, "OPTIONS", "slow", "", "v=0");
      half.send(whole.substring(0, whole.indexOf("Call-ID") + 3));
      bodiless.send(whole.substring(0, whole.length() - 2));
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  dribbling.send(whole.substring(i % 20, i % 20 + 1));
                  if (i % 10 == 0) {
                    assertServes(other, "beside-slow-" + i);
                  }
                  Thread.sleep(10);
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(half.readToEnd()).isEmpty();
      assertThat(bodiless.readToEnd()).isEmpty();
      assertThat(handled).doesNotContain("OPTIONS slow");
    }
  }

  /** Each is reset as soon as it stands: none may go on to count. */
  @Test
  void connectionsThatComeAndGoLeaveRoomForOthers() throws Exception {
    for (int i = 0; i < 5 * LIMITS.connections(); i++) {
      try (SipPeer peer = SipPeer.over(Transport.TCP, port)) {
        peer.socket().setSoLinger(true, 0);
        if (i % 3 == 0) {
          peer.send("INVITE sip:a@b SIP/2.0\r\nVia: ");
        } else if (i % 3 == 1) {
          peer.send(request(peer, "OPTIONS", "gone-" + i, "X-Large: 1\r\n", ""));
        }
      } catch (java.net.SocketException e) {
        // Too many at this moment
      }
    }
    // Some may still be on their way in
    int unserved = 0;
    while (!isServed("after-the-flood-" + unserved)) {
      assertThat(++unserved).as("connections refused").isLessThan(10 * LIMITS.connections());
    }
    awaitNoConnection();
    assertThat(own).allMatch(Thread::isAlive);
  }

  private static boolean isServed(String callId) {
    try (SipPeer peer = SipPeer.over(Transport.TCP, port)) {
      assertServes(peer, callId);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void requestsOfOneCallThatWaitAreLimitedAndNoOtherCallSuffers() throws Exception {
    gate = new CompletableFuture<>();
    try (SipPeer flood = SipPeer.over(Transport.TCP, port);
        SipPeer other = SipPeer.over(Transport.TCP, port)) {
      int count = EndpointListener.MAX_WAITING + 50;
      for (int i = 0; i < count; i++) {
        flood.send(request(flood, "OPTIONS", "same", "X-Wait: 1\r\n", ""));
      }
      // Refused while the first is still being handled
      for (int i = 0; i < 40; i++) {
        assertThat(flood.receiveFinal().status()).isEqualTo(503);
      }
      assertServes(other, "beside");
      gate.complete(null);
      int served = 0;
      for (int i = 40; i < count; i++) {
        served += flood.receiveFinal().status() == 200 ? 1 : 0;
      }
      assertThat(served).isBetween(EndpointListener.MAX_WAITING - 50, count - 40);
      SipHandler.Unreadable told = unreadable.poll(5, TimeUnit.SECONDS);
      assertThat(told.status()).isEqualTo(503);
    } finally {
      gate.complete(null);
    }
  }

  /** Between reader and parser the stack queues without a limit. */
  @Test
  void noMoreIsReadFromAStreamThanIsParsed() throws Exception {
    byte[] flood =
        "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n"
            .repeat(1000)
            .getBytes(StandardCharsets.UTF_8);
    Intake intake = new Intake(InstantSource.system(), unreadable::add);
    Origin origin =
        new Origin(new InetSocketAddress("127.0.0.1", 9), Transport.TCP, null, answer -> {});
    byte[] buffer = new byte[1000];
    try (SipFramer framer =
        new SipFramer(new Socket(), new ByteArrayInputStream(flood), intake, IMPATIENT, origin)) {
      for (int i = 0; i < SipFramer.MAX_UNPARSED; i++) {
        assertThat(framer.read(buffer)).isPositive();
      }
      assertThatThrownBy(() -> framer.read(buffer)).isInstanceOf(SocketTimeoutException.class);
    }
    try (SipFramer framer =
        new SipFramer(new Socket(), new ByteArrayInputStream(flood), intake, IMPATIENT, origin)) {
      int messages = 0;
      int length;
      while ((length = framer.read(buffer)) >= 0) {
        assertThat(intake.untag(Arrays.copyOf(buffer, length))).isNotNull();
        messages++;
      }
      assertThat(messages).isEqualTo(1000);
    }
  }
}
