package io.earwitness.recorder.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DialogTest {
  private final BlockingQueue<SipExchange> arrived = new LinkedBlockingQueue<>();
  private final BlockingQueue<SipRequest> acknowledged = new LinkedBlockingQueue<>();
  private final List<SipCall> merged = new CopyOnWriteArrayList<>();
  private final List<SipCall> begunAnew = new CopyOnWriteArrayList<>();
  private CountDownLatch gate = new CountDownLatch(0);
  private SipEndpoint endpoint;

  @BeforeEach
  void open() throws IOException {
    SipHandler handler =
        new SipHandler() {
          @Override
          public void onRequest(SipExchange exchange) {
            arrived.add(exchange);
            try {
              gate.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            boolean unknown = exchange.call() == null && exchange.request().toTag() != null;
            exchange.answer(unknown ? SipAnswer.of(481, "Gone") : SipAnswer.of(200, "OK"));
          }

          @Override
          public void onMerged(SipExchange exchange, SipCall call, SipAnswer answer) {
            merged.add(call);
            exchange.answer(answer);
          }

          @Override
          public void onBegunAnew(SipCall call) {
            begunAnew.add(call);
          }

          @Override
          public void onAck(SipCall call, SipRequest ack) {
            acknowledged.add(ack);
          }
        };
    endpoint =
        SipEndpoint.open(
            SipEndpointConfig.of(InetAddress.getByName("127.0.0.1"), 0),
            handler,
            InstantSource.system());
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  private static String request(
      SipPeer peer, String method, int sequence, String to, String branch) {
    return method
        + " sip:srs@127.0.0.1 SIP/2.0\r\n"
        + peer.via(branch)
        + "From: <sip:src@127.0.0.1>;tag=f1\r\nTo: "
        + to
        + "\r\nCall-ID: the-call\r\nCSeq: %d %s\r\n".formatted(sequence, method)
        + "Contact: <sip:src@127.0.0.1:%d>\r\n".formatted(peer.localPort())
        + "Content-Length: 0\r\n\r\n";
  }

  private static final String TO = "<sip:srs@127.0.0.1>";

  @Test
  void aRetransmittedInviteIsHandledOnceAndAnsweredTheSame() throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.UDP, endpoint.port(Transport.TCP))) {
      String invite = request(peer, "INVITE", 1, TO, "b1");
      peer.send(invite);
      peer.send(invite);
      SipPeer.Message first = peer.receiveFinal();
      SipPeer.Message second = peer.receiveFinal();

      assertThat(second.raw()).isEqualTo(first.raw());
      assertThat(arrived).hasSize(1);
      peer.send(request(peer, "ACK", 1, first.header("To"), "b2"));
      assertThat(acknowledged.poll(5, TimeUnit.SECONDS)).isNotNull();
      // Copies that were sent before the ACK was handled, on a busy machine
      while (!peer.isQuietFor(100)) {
        assertThat(arrived).hasSize(1);
      }
      // The ACK ends it: at the latest the third copy would come after a second
      assertThat(peer.isQuietFor(1600)).isTrue();
    }
  }

  @Test
  void theSameInviteByAnotherWayIsALoopAndAnOlderOneOutOfOrder() throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.TCP, endpoint.port(Transport.TCP))) {
      peer.send(request(peer, "INVITE", 2, TO, "b1"));
      assertThat(peer.receiveFinal().status()).isEqualTo(200);
      peer.send(request(peer, "INVITE", 2, TO, "b2"));
      assertThat(peer.receiveFinal().status()).isEqualTo(482);
      peer.send(request(peer, "INVITE", 1, TO, "b3"));
      assertThat(peer.receiveFinal().status()).isEqualTo(500);
      assertThat(arrived).hasSize(1);
      assertThat(merged).extracting(SipCall::callId).containsExactly("the-call", "the-call");
      assertThat(begunAnew).isEmpty();
      assertThat(endpoint.dialogs()).isOne();
    }
  }

  @Test
  void anInviteTriedAnewIsACallOfItsOwnAndEndsTheOneThatWasNeverAcknowledged() throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.TCP, endpoint.port(Transport.TCP))) {
      peer.send(request(peer, "INVITE", 1, TO, "b1"));
      SipPeer.Message first = peer.receiveFinal();
      peer.send(request(peer, "INVITE", 2, TO, "b2"));
      SipPeer.Message second = peer.receiveFinal();
      assertThat(second.status()).isEqualTo(200);
      assertThat(second.toTag()).isNotEqualTo(first.toTag());
      assertThat(begunAnew)
          .singleElement()
          .matches(call -> call.id().localTag().equals(first.toTag()));
      assertThat(endpoint.dialogs()).isOne();
      peer.send(request(peer, "ACK", 2, second.header("To"), "b3"));
      assertThat(acknowledged.poll(5, TimeUnit.SECONDS)).isNotNull();
      peer.send(request(peer, "INVITE", 3, TO, "b4"));
      assertThat(peer.receiveFinal().status()).isEqualTo(200);
      assertThat(begunAnew).hasSize(1);
      assertThat(endpoint.dialogs()).as("an acknowledged call goes on").isEqualTo(2);
      assertThat(merged).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(value = Transport.class, names = "TLS", mode = EnumSource.Mode.EXCLUDE)
  void aCancelBeforeTheAnswerEndsTheInvite(Transport transport) throws Exception {
    gate = new CountDownLatch(1);
    try (SipPeer peer = SipPeer.over(transport, endpoint.port(Transport.TCP))) {
      peer.send(request(peer, "INVITE", 1, TO, "b1"));
      SipExchange exchange = arrived.poll(5, TimeUnit.SECONDS);
      peer.send(request(peer, "CANCEL", 1, TO, "b1"));
      SipPeer.Message cancelled = peer.receiveFinal();
      assertThat(cancelled.status()).isEqualTo(200);
      assertThat(cancelled.header("CSeq")).isEqualTo("1 CANCEL");
      while (!exchange.isCancelled()) {
        Thread.onSpinWait();
      }
      gate.countDown();
      SipPeer.Message terminated = peer.receiveFinal();
      assertThat(terminated.status()).isEqualTo(487);
      assertThat(terminated.header("CSeq")).isEqualTo("1 INVITE");
      assertThat(endpoint.dialogs()).isZero();
    }
  }

  @Test
  void aCancelThatMeansNothingIsAnswered481AndALateOneDoesNothing() throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.TCP, endpoint.port(Transport.TCP))) {
      peer.send(request(peer, "CANCEL", 1, TO, "none"));
      assertThat(peer.receiveFinal().status()).isEqualTo(481);
      peer.send(request(peer, "INVITE", 1, TO, "b1"));
      SipPeer.Message answer = peer.receiveFinal();
      peer.send(request(peer, "ACK", 1, answer.header("To"), "b2"));
      peer.send(request(peer, "CANCEL", 1, TO, "b1"));
      assertThat(peer.receiveFinal().status()).isEqualTo(200);
      assertThat(endpoint.dialogs()).isOne();
    }
  }

  @Test
  void aRequestOutOfOrderIsAnswered500AndOneForNoCallOfOurs481() throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.TCP, endpoint.port(Transport.TCP))) {
      peer.send(request(peer, "INVITE", 5, TO, "b1"));
      SipPeer.Message answer = peer.receiveFinal();
      peer.send(request(peer, "ACK", 5, answer.header("To"), "b2"));
      peer.send(request(peer, "UPDATE", 4, answer.header("To"), "b3"));
      assertThat(peer.receiveFinal().status()).isEqualTo(500);
      peer.send(request(peer, "UPDATE", 6, TO + ";tag=other", "b4"));
      assertThat(peer.receiveFinal().status()).isEqualTo(481);
    }
  }

  /**
   * The next such message; copies of a 200 that came before its ACK was handled are passed over.
   */
  private static SipPeer.Message receive(SipPeer peer, Predicate<SipPeer.Message> wanted)
      throws IOException {
    SipPeer.Message message = peer.receive();
    while (!wanted.test(message)) {
      message = peer.receive();
    }
    return message;
  }

  @Test
  void theRecorderCanEndACallItself() throws Exception {
    try (SipPeer peer = SipPeer.over(Transport.UDP, endpoint.port(Transport.TCP))) {
      peer.send(request(peer, "INVITE", 1, TO, "b1"));
      SipPeer.Message answer = peer.receiveFinal();
      peer.send(request(peer, "ACK", 1, answer.header("To"), "b2"));
      acknowledged.poll(5, TimeUnit.SECONDS);
      peer.send(request(peer, "OPTIONS", 2, answer.header("To"), "b3"));
      receive(peer, message -> message.header("CSeq").equals("2 OPTIONS"));
      arrived.poll(5, TimeUnit.SECONDS);
      SipCall call = Objects.requireNonNull(arrived.poll(5, TimeUnit.SECONDS).call());

      SipCall.Sent bye = call.bye(SipHeaders.of("Reason", "SIP;cause=503"));
      SipPeer.Message received =
          receive(peer, message -> !message.startLine().startsWith("SIP/2.0 "));
      assertThat(received.raw()).isEqualTo(bye.raw());
      assertThat(received.startLine()).startsWith("BYE sip:src@127.0.0.1:" + peer.localPort());
      assertThat(received.header("From")).isEqualTo(answer.header("To"));
      assertThat(received.header("To")).isEqualTo("<sip:src@127.0.0.1>;tag=f1");
      peer.send(
          "SIP/2.0 405 No\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\nCall-ID: the-call\r\nCSeq: %s\r\nContent-Length: 0\r\n\r\n"
              .formatted(
                  received.header("Via"),
                  received.header("From"),
                  received.header("To"),
                  received.header("CSeq")));
      assertThat(bye.response().get(5, TimeUnit.SECONDS).status()).isEqualTo(405);
      assertThat(endpoint.dialogs()).isZero();
    }
  }
}
