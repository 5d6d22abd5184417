package io.earwitness.recorder.sip;

import static io.earwitness.recorder.sip.Transport.TCP;
import static io.earwitness.recorder.sip.Transport.UDP;
import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The torture messages of RFC 4475, over real sockets: each comes to what {@link #messages} says,
 * and behind each the endpoint takes an ordinary call and has all its threads.
 *
 * <p>The endpoint reads messages; whether a method, a body or a required extension is supported, is
 * for the recorder above it to say. So messages that are only to be refused for such a reason (RFC
 * 4475 §3.3) are here to reach it.
 */
class Rfc4475Test {
  private static final int ANSWER = 480;
  private static final BlockingQueue<SipRequest> handled = new LinkedBlockingQueue<>();
  private static final BlockingQueue<SipHandler.Unreadable> unreadable =
      new LinkedBlockingQueue<>();
  private static final Set<Thread> own = new HashSet<>();

  /** One for each transport: over both, the same message would be a copy of itself. */
  private static final Map<Transport, SipEndpoint> endpoints = new EnumMap<>(Transport.class);

  /** What is to come of a message. */
  sealed interface Outcome {
    /** It reaches the handler. */
    record Handled(String method, Consumer<SipRequest> values) implements Outcome {}

    /** The endpoint answers it, and tells that it was not readable. */
    record Refused(int status) implements Outcome {}

    /** It is told of, but there is nobody who could be answered. */
    record Unanswerable() implements Outcome {}

    /** A response that nobody waits for. */
    record Dropped() implements Outcome {}
  }

  private static Outcome handled(String method, Consumer<SipRequest> values) {
    return new Outcome.Handled(method, values);
  }

  private static Outcome refused(int status) {
    return new Outcome.Refused(status);
  }

  private static Arguments row(String section, String name, Outcome outcome, Transport... only) {
    List<Transport> transports = only.length == 0 ? List.of(UDP, TCP) : Arrays.asList(only);
    return Arguments.of(section, name, outcome, transports);
  }

  /** Where an outcome is not the one that the RFC names, the comment says why. */
  static Stream<Arguments> messages() {
    return Stream.of(
        // 3.1.1 valid
        row("3.1.1.1", "wsinv", handled("INVITE", Rfc4475Test::wsinv)),
        // Refused for its NUL: no reader of ours, nor PostgreSQL, takes one for text
        row("3.1.1.2", "intmeth", refused(400)),
        row("3.1.1.3", "esc01", handled("INVITE", Rfc4475Test::esc01)),
        row(
            "3.1.1.4",
            "escnull",
            handled(
                "REGISTER",
                request ->
                    assertThat(request.headers().all("Contact"))
                        .containsExactly(
                            "<sip:%00@host5.example.com>", "<sip:%00%00@host5.example.com>"))),
        row("3.1.1.5", "esc02", handled("RE%47IST%45R", Rfc4475Test::esc02)),
        row("3.1.1.6", "lwsdisp", handled("OPTIONS", fromTag("323"))),
        row("3.1.1.7", "longreq", handled("INVITE", Rfc4475Test::longreq)),
        // What is noise in a datagram is the next message on a stream
        row("3.1.1.8", "dblreq", handled("REGISTER", Rfc4475Test::dblreq), UDP),
        row(
            "3.1.1.9",
            "semiuri",
            handled(
                "OPTIONS",
                request ->
                    assertThat(request.requestUri())
                        .isEqualTo("sip:user;par=u%40example.net@example.com"))),
        row(
            "3.1.1.10",
            "transports",
            handled("OPTIONS", request -> assertThat(request.headers().all("Via")).hasSize(5))),
        row("3.1.1.11", "mpart01", handled("MESSAGE", Rfc4475Test::mpart01)),
        row("3.1.1.12", "unreason", new Outcome.Dropped()),
        row("3.1.1.13", "noreason", new Outcome.Dropped()),
        // 3.1.2 invalid
        row("3.1.2.1", "badinv01", refused(400)),
        // On a stream the rest would be waited for, until HostilePeerTest's deadline
        row("3.1.2.2", "clerr", refused(400), UDP),
        row("3.1.2.3", "ncl", refused(400)),
        row("3.1.2.4", "scalar02", refused(400)),
        row("3.1.2.5", "scalarlg", new Outcome.Unanswerable()),
        row("3.1.2.6", "quotbal", refused(400)),
        row("3.1.2.7", "ltgtruri", refused(400)),
        row("3.1.2.8", "lwsruri", refused(400)),
        // The RFC allows to overlook what can only be meant in one way: bad metadata, and bad
        // headers that the recorder doesn't need, cost no audio
        row(
            "3.1.2.9",
            "lwsstart",
            handled(
                "INVITE",
                request -> assertThat(request.requestUri()).isEqualTo("sip:user@example.com"))),
        row("3.1.2.10", "trws", handled("OPTIONS", fromTag("329429089"))),
        row("3.1.2.11", "escruri", handled("INVITE", fromTag("341518"))),
        row("3.1.2.12", "baddate", handled("INVITE", fromTag("2234923"))),
        row("3.1.2.13", "regbadct", handled("REGISTER", fromTag("998332"))),
        row("3.1.2.14", "badaspec", handled("OPTIONS", fromTag("433423"))),
        row("3.1.2.15", "baddn", handled("OPTIONS", fromTag("43"))),
        row("3.1.2.16", "badvers", refused(505)),
        row("3.1.2.17", "mismatch01", refused(400)),
        row("3.1.2.18", "mismatch02", refused(400)),
        row("3.1.2.19", "bigcode", new Outcome.Unanswerable()),
        // 3.2 transactions
        row("3.2.1", "badbranch", handled("OPTIONS", fromTag("33242"))),
        // 3.3 for the application to decide
        // An answer needs the From, To and Call-ID that it lacks (RFC 3261 §8.2.6.2)
        row("3.3.1", "insuf", new Outcome.Unanswerable()),
        row(
            "3.3.2",
            "unkscm",
            handled(
                "OPTIONS",
                request ->
                    assertThat(request.requestUri())
                        .isEqualTo("nobodyKnowsThisScheme:totallyopaquecontent"))),
        row(
            "3.3.3",
            "novelsc",
            handled(
                "OPTIONS",
                request ->
                    assertThat(request.requestUri()).isEqualTo("soap.beep://192.0.2.103:3002"))),
        row("3.3.4", "unksm2", handled("REGISTER", fromTag("3234233"))),
        row(
            "3.3.5",
            "bext01",
            handled(
                "OPTIONS",
                request ->
                    assertThat(request.headers().hasToken("Require", "nothingsupportsthis"))
                        .isTrue())),
        row(
            "3.3.6",
            "invut",
            handled(
                "INVITE",
                request ->
                    assertThat(request.contentType()).isEqualTo("application/unknownformat"))),
        row("3.3.7", "regaut01", handled("REGISTER", fromTag("87321hj23128"))),
        row("3.3.8", "multi01", refused(400)),
        row("3.3.9", "mcl01", refused(400)),
        row("3.3.10", "bcast", new Outcome.Dropped()),
        // Only who forwards counts down
        row("3.3.11", "zeromf", handled("OPTIONS", fromTag("3ghsd41"))),
        row("3.3.12", "cparam01", handled("REGISTER", fromTag("DkfVgjkrtMwaerKKpe"))),
        row("3.3.13", "cparam02", handled("REGISTER", fromTag("838293"))),
        row("3.3.14", "regescrt", handled("REGISTER", fromTag("8"))),
        row(
            "3.3.15",
            "sdp01",
            handled("INVITE", request -> assertThat(request.body()).hasSize(150))),
        // 3.4 RFC 2543
        row("3.4.1", "inv2543", handled("INVITE", Rfc4475Test::inv2543)));
  }

  private static Consumer<SipRequest> fromTag(String tag) {
    return request -> assertThat(request.fromTag()).isEqualTo(tag);
  }

  private static void wsinv(SipRequest request) {
    assertThat(request.requestUri()).isEqualTo("sip:vivekg@chair-dnrc.example.com;unknownparam");
    assertThat(request.callId()).isEqualTo("wsinv.ndaksdj@192.0.2.1");
    assertThat(request.sequence()).isEqualTo(9);
    assertThat(request.fromTag()).isEqualTo("98asjd8");
    assertThat(request.toTag()).isEqualTo("1918181833n");
    assertThat(request.body()).hasSize(150);
    assertThat(request.contentType()).isEqualTo("application/sdp");
    assertThat(request.headers().first("Subject")).hasValue("");
    assertThat(request.headers().first("NewFangledHeader"))
        .hasValue("newfangled value continued newfangled value");
    assertThat(request.headers().first("UnknownHeaderWithUnusualValue")).hasValue(";;,,;;,;");
    assertThat(NameAddress.parse(request.headers().first("Contact").orElseThrow()).uri())
        .isEqualTo("sip:jdrosen@example.com");
    assertThat(NameAddress.parse(request.headers().first("From").orElseThrow()).uri())
        .isEqualTo("sip:jdrosen@example.com");
  }

  private static void esc01(SipRequest request) {
    assertThat(request.requestUri()).isEqualTo("sip:sips%3Auser%40example.com@example.net");
    assertThat(request.fromTag()).isEqualTo("938");
    assertThat(request.headers().first("Contact"))
        .hasValue("<sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>");
    assertThat(request.body()).hasSize(150);
  }

  private static void esc02(SipRequest request) {
    assertThat(request.headers().all("Contact")).hasSize(2);
    assertThat(request.headers().first("C%6Fntact")).hasValue("<sip:alias2@host2.example.com>");
    assertThat(request.headers().first("From").orElseThrow()).startsWith("\"%Z%45\"");
  }

  private static void longreq(SipRequest request) {
    assertThat(request.headers().all("Via")).hasSize(34);
    assertThat(request.callId()).endsWith("reallylongcallid").hasSizeGreaterThan(130);
    assertThat(request.fromTag()).startsWith("1298298").endsWith("2982424");
    assertThat(request.body()).hasSize(150);
  }

  private static void dblreq(SipRequest request) {
    assertThat(request.body()).isEmpty();
    assertThat(new String(request.raw(), StandardCharsets.UTF_8)).doesNotContain("INVITE");
  }

  /** The signature in it is made up: only that it is not text matters. */
  private static void mpart01(SipRequest request) {
    assertThat(request.contentType()).isEqualTo("multipart/mixed;boundary=7a9cbec02ceef655");
    byte[] sent = message("mpart01");
    int body = HeaderSection.end(sent, 0, sent.length);
    assertThat(request.body()).isEqualTo(Arrays.copyOfRange(sent, body, sent.length));
  }

  private static void inv2543(SipRequest request) {
    assertThat(request.fromTag()).isNull();
    assertThat(request.toTag()).isNull();
    assertThat(NameAddress.parse(request.headers().first("From").orElseThrow()).uri())
        .isEqualTo("sip:+13035551111@ift.client.example.net;user=phone");
  }

  @BeforeAll
  static void open() throws IOException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    SipHandler handler =
        new SipHandler() {
          @Override
          public void onRequest(SipExchange exchange) {
            if (exchange.request().callId().startsWith(OrdinaryCall.PREFIX)) {
              exchange.answer(SipAnswer.of(200, "OK"));
            } else {
              handled.add(exchange.request());
              exchange.answer(SipAnswer.of(ANSWER, "Temporarily Unavailable"));
            }
          }

          @Override
          public void onUnreadable(Unreadable message) {
            unreadable.add(message);
          }
        };
    for (Transport transport : List.of(UDP, TCP)) {
      endpoints.put(
          transport,
          SipEndpoint.open(
              SipEndpointConfig.of(InetAddress.getByName("127.0.0.1"), 0)
                  .withTransports(Set.of(transport), null)
                  .withMayConnect(InetAddress::isLoopbackAddress),
              handler,
              InstantSource.system()));
    }
    own.addAll(Thread.getAllStackTraces().keySet());
    own.removeAll(before);
  }

  @AfterAll
  static void close() {
    endpoints.values().forEach(SipEndpoint::close);
  }

  @BeforeEach
  void forget() {
    handled.clear();
    unreadable.clear();
  }

  private static int port(Transport transport) {
    return Objects.requireNonNull(endpoints.get(transport)).port(transport);
  }

  private static byte[] message(String name) {
    try (InputStream in = Rfc4475Test.class.getResourceAsStream("/sip/torture/" + name + ".sip")) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("messages")
  void comesToWhatIsSaid(String section, String name, Outcome outcome, List<Transport> transports)
      throws Exception {
    for (Transport transport : transports) {
      byte[] sent = message(name);
      try (SipPeer peer = SipPeer.over(transport, port(transport))) {
        peer.send(sent);
        switch (outcome) {
          case Outcome.Handled(String method, Consumer<SipRequest> values) -> {
            SipRequest request = handled.poll(10, TimeUnit.SECONDS);
            assertThat(request).as("%s %s over %s", section, name, transport).isNotNull();
            assertThat(request.method()).isEqualToIgnoringCase(method);
            values.accept(request);
            if (transport == TCP) {
              // Over UDP the answer goes where the Via says
              assertThat(peer.receiveFinal().status()).isEqualTo(ANSWER);
            }
          }
          case Outcome.Refused(int status) -> {
            SipPeer.Message answer = peer.receiveFinal();
            assertThat(answer.status()).as(answer.startLine()).isEqualTo(status);
            assertThat(told(name, transport).status()).isEqualTo(status);
          }
          case Outcome.Unanswerable() -> assertThat(told(name, transport).status()).isZero();
          case Outcome.Dropped() -> OrdinaryCall.on(peer);
        }
      }
      OrdinaryCall.over(transport, port(transport));
      assertThat(handled).as("taken as a request").isEmpty();
      assertThat(unreadable).as("told as unreadable").isEmpty();
      assertThat(own).isNotEmpty().allMatch(Thread::isAlive);
    }
  }

  private static SipHandler.Unreadable told(String name, Transport transport)
      throws InterruptedException {
    SipHandler.Unreadable told = unreadable.poll(10, TimeUnit.SECONDS);
    assertThat(told).as("%s over %s", name, transport).isNotNull();
    assertThat(told.transport()).isEqualTo(transport);
    return told;
  }

  /** All of intmeth (§3.1.1.2) but the NUL, for which the message as a whole is refused. */
  @Test
  void intmethWithoutItsNulReachesTheHandlerWithAllItsCharacters() throws Exception {
    List<Byte> bytes = new ArrayList<>();
    for (byte one : message("intmeth")) {
      bytes.add(one == 0 ? (byte) 'N' : one);
    }
    byte[] sent = new byte[bytes.size()];
    for (int i = 0; i < sent.length; i++) {
      sent[i] = bytes.get(i);
    }
    try (SipPeer peer = SipPeer.over(TCP, port(TCP))) {
      peer.send(sent);
      SipRequest request = handled.poll(10, TimeUnit.SECONDS);
      assertThat(request).isNotNull();
      assertThat(request.method())
          .isEqualToIgnoringCase("!interesting-Method0123456789_*+`.%indeed'~");
      assertThat(request.fromTag()).isEqualTo("_token~1'+`*%!-.");
      assertThat(request.callId()).isEqualTo("intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{");
      assertThat(request.headers().first("extensionHeader-!.%*+_`'~"))
          .hasValue("\ufeff\u5927\u505c\u96fb");
      assertThat(peer.receiveFinal().status()).isEqualTo(ANSWER);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "unreason, 200, '= 2**3 * 5**2 \u043d\u043e \u0441\u0442\u043e"
        + " \u0434\u0435\u0432\u044f\u043d\u043e\u0441\u0442\u043e"
        + " \u0434\u0435\u0432\u044f\u0442\u044c - \u043f\u0440\u043e\u0441\u0442\u043e\u0435'",
    "noreason, 100, ''",
    "bcast, 200, OK",
  })
  void aResponseIsReadWhateverItsReason(String name, int status, String reason) {
    byte[] bytes = message(name);
    Intake intake = new Intake(InstantSource.system(), unreadable::add);
    Origin origin = new Origin(new InetSocketAddress("127.0.0.1", 9), UDP, null, answer -> {});
    int body = HeaderSection.end(bytes, 0, bytes.length);
    SIPResponse message =
        (SIPResponse)
            new GuardedParser(intake)
                .parseSIPMessage(
                    intake.tag(intake.message(bytes, body, origin), () -> {}),
                    false,
                    false,
                    (problem, target, type, header, whole) -> {});
    assertThat(unreadable).isEmpty();
    SipResponse response =
        JainMessages.response(Objects.requireNonNull(message), SipEndpointConfig.Omission.NONE);
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.reason().strip()).isEqualTo(reason);
  }
}
