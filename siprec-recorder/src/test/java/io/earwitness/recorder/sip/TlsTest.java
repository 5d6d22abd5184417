package io.earwitness.recorder.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.TlsIdentity;
import io.earwitness.recorder.tls.TestAuthority;
import io.earwitness.recorder.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections over TLS: who gets one, who doesn't, and what comes over it. */
class TlsTest {
  private static final String TO = "<sip:srs@127.0.0.1>";

  @TempDir private Path folder;
  private final BlockingQueue<SipExchange> arrived = new LinkedBlockingQueue<>();
  private final BlockingQueue<SipCall> acknowledged = new LinkedBlockingQueue<>();
  private final AtomicLong skippedSeconds = new AtomicLong();
  private TestAuthority authority;
  private TlsFiles.Paths own;
  private SSLContext sbc;
  private SipEndpoint endpoint;
  private int port;

  @BeforeEach
  void open() throws Exception {
    authority = TestAuthority.create(folder, "ca");
    own = authority.issue("recorder");
    sbc = TestAuthority.context(authority.issue("sbc-1"));
    endpoint = open(SipLimits.DEFAULT);
    port = endpoint.port(Transport.TLS);
  }

  private SipEndpoint open(SipLimits limits) throws Exception {
    TlsFiles files = TlsFiles.load(own, () -> Instant.now().plusSeconds(skippedSeconds.get()));
    SipHandler handler =
        new SipHandler() {
          @Override
          public void onRequest(SipExchange exchange) {
            arrived.add(exchange);
            boolean large = exchange.request().method().equals("MESSAGE");
            exchange.answer(
                SipAnswer.of(200, "OK")
                    .withBody(large ? new SipBody("text/plain", new byte[60_000]) : SipBody.NONE));
          }

          @Override
          public void onAck(SipCall call, SipRequest ack) {
            acknowledged.add(call);
          }
        };
    return SipEndpoint.open(config(files).withLimits(limits), handler, InstantSource.system());
  }

  private static SipEndpointConfig config(TlsFiles files) throws IOException {
    return SipEndpointConfig.of(InetAddress.getByName("127.0.0.1"), 0)
        .withTransports(Set.of(), new SipEndpointConfig.Tls(0, files, true));
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  private static String request(
      SipPeer peer, String method, String uri, int sequence, String to, String callId) {
    return method
        + " "
        + uri
        + " SIP/2.0\r\n"
        + peer.via(method + sequence + callId)
        + "From: <sip:src@127.0.0.1>;tag=f1\r\nTo: "
        + to
        + "\r\nCall-ID: "
        + callId
        + "\r\nCSeq: %d %s\r\n".formatted(sequence, method)
        + "Contact: <sip:src@127.0.0.1:%d>\r\n".formatted(peer.localPort())
        + "Content-Length: 0\r\n\r\n";
  }

  private static SipPeer.Message answerTo(SipPeer peer, String method, int sequence, String callId)
      throws IOException {
    peer.send(request(peer, method, "sip:srs@127.0.0.1", sequence, TO, callId));
    return peer.receiveFinal();
  }

  private void assertServes(SipPeer peer, String callId) throws IOException {
    assertThat(answerTo(peer, "OPTIONS", 1, callId).status()).isEqualTo(200);
  }

  /** With TLS 1.3 a client learns only after its own part of the handshake that it is refused. */
  private void assertRefused(SSLContext context) throws Exception {
    assertThatThrownBy(
            () -> {
              try (SipPeer peer = SipPeer.over(context, port)) {
                answerTo(peer, "OPTIONS", 1, "refused");
              }
            })
        .isInstanceOf(IOException.class);
    assertThat(arrived).isEmpty();
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("did not become true in time").isLessThan(end);
      Thread.sleep(5);
    }
  }

  private static String response(SipPeer.Message request) {
    return "SIP/2.0 200 OK\r\nVia: %s\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %s\r\nContent-Length: 0\r\n\r\n"
        .formatted(
            request.header("Via"),
            request.header("From"),
            request.header("To"),
            request.header("Call-ID"),
            request.header("CSeq"));
  }

  @Test
  void requestsOfOursComeOverTheConnectionOfTheCall() throws Exception {
    try (SipPeer peer = SipPeer.over(sbc, port)) {
      SipPeer.Message answer = answerTo(peer, "INVITE", 1, "the-call");
      assertThat(answer.header("Contact"))
          .isEqualTo("<sip:127.0.0.1:%d;transport=tls>".formatted(port));
      SipRequest invite = arrived.remove().request();
      assertThat(invite.transport()).isEqualTo(Transport.TLS);
      TlsIdentity identity = Objects.requireNonNull(invite.certificate());
      assertThat(identity.subject()).isEqualTo("CN=sbc-1");
      assertThat(identity.names()).containsExactly("sbc-1");
      peer.send(request(peer, "ACK", "sip:srs@127.0.0.1", 1, answer.header("To"), "the-call"));
      SipCall call = Objects.requireNonNull(acknowledged.poll(5, TimeUnit.SECONDS));

      SipCall.Sent again = call.invite(SipHeaders.NONE, SipBody.NONE);
      SipPeer.Message received = peer.receive();
      assertThat(received.raw()).isEqualTo(again.raw());
      assertThat(received.startLine())
          .isEqualTo(
              "INVITE sip:src@127.0.0.1:%d;transport=tls SIP/2.0".formatted(peer.localPort()));
      assertThat(received.header("Via")).startsWith("SIP/2.0/TLS 127.0.0.1:" + port + ";");
      peer.send(response(received));
      assertThat(again.response().get(5, TimeUnit.SECONDS).status()).isEqualTo(200);
      assertThat(peer.receive().startLine()).startsWith("ACK ");

      SipCall.Sent bye = call.bye(SipHeaders.NONE);
      SipPeer.Message end = peer.receive();
      assertThat(end.startLine()).startsWith("BYE ");
      peer.send(response(end));
      assertThat(bye.response().get(5, TimeUnit.SECONDS).status()).isEqualTo(200);
      assertThat(endpoint.connections()).isOne();
    }
  }

  @Test
  void aSipsUriIsAnsweredWithASipsContact() throws Exception {
    try (SipPeer peer = SipPeer.over(sbc, port)) {
      peer.send(request(peer, "INVITE", "sips:srs@127.0.0.1", 1, TO, "secure"));
      assertThat(peer.receiveFinal().header("Contact"))
          .isEqualTo("<sips:127.0.0.1:%d>".formatted(port));
    }
  }

  @Test
  void aContactOnAnotherPortIsReachedByAConnectionOfOurs() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    TlsFiles files = TlsFiles.load(authority.issue("sbc-2"), InstantSource.system());
    try (SipEndpoint client =
        SipEndpoint.open(
            config(files),
            exchange -> {
              TlsIdentity identity = Objects.requireNonNull(exchange.request().certificate());
              heard.add(exchange.request().method() + " " + identity.subject());
              exchange.answer(SipAnswer.of(200, "OK"));
            },
            InstantSource.system())) {
      SipCall call =
          client.call(
              "sips:srs@127.0.0.1:" + port, "sip:a@127.0.0.1", "sip:b@127.0.0.1", Transport.TLS);
      call.invite(SipHeaders.NONE, SipBody.NONE).response().get(5, TimeUnit.SECONDS);
      SipCall served = Objects.requireNonNull(acknowledged.poll(5, TimeUnit.SECONDS));
      assertThat(served.remoteTarget()).isEqualTo("sips:127.0.0.1:" + client.port(Transport.TLS));
      served.bye(SipHeaders.NONE).response().get(5, TimeUnit.SECONDS);
      assertThat(heard).containsExactly("BYE CN=recorder");
    }
  }

  @Test
  void whoeverHasNoTrustedCertificateIsRefused() throws Exception {
    assertRefused(TestAuthority.context(new TlsFiles.Paths(null, null, authority.certificate())));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    TlsFiles.Paths stranger = TestAuthority.create(elsewhere, "other").issue("stranger");
    assertRefused(
        TestAuthority.context(
            new TlsFiles.Paths(stranger.certificate(), stranger.key(), authority.certificate())));
    until(() -> endpoint.connections() == 0);
    try (SipPeer peer = SipPeer.over(sbc, port)) {
      assertServes(peer, "trusted");
    }
  }

  @Test
  void tlsBefore12IsRefused() throws Exception {
    TlsFiles.Paths files = authority.issue("sbc-3");
    List<String> command =
        List.of(
            "s_client",
            "-connect",
            "127.0.0.1:" + port,
            "-cipher",
            "ALL:@SECLEVEL=0",
            "-cert",
            String.valueOf(files.certificate()),
            "-key",
            String.valueOf(files.key()));
    assertThat(openssl(command, "-tls1_2")).contains("Cipher is ECDHE-");
    assertThatThrownBy(() -> openssl(command, "-tls1_1"))
        .hasMessageContaining("alert protocol version");
  }

  private static String openssl(List<String> command, String version) throws Exception {
    List<String> all = new ArrayList<>(command);
    all.add(version);
    return TestAuthority.openssl(all.toArray(String[]::new));
  }

  @Test
  void silentConnectionsHoldUpNobodyAndAreGoneAfterTheLimit() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try (SipEndpoint impatient =
        open(SipLimits.DEFAULT.withConnections(4).withHandshakeTime(Duration.ofMillis(500)))) {
      int busy = impatient.port(Transport.TLS);
      for (int i = 0; i < 3; i++) {
        silent.add(new Socket("127.0.0.1", busy));
      }
      until(() -> impatient.connections() == 3);
      try (SipPeer peer = SipPeer.over(sbc, busy)) {
        assertServes(peer, "beside-silent-ones");
        try (Socket tooMany = new Socket("127.0.0.1", busy)) {
          assertEnded(tooMany);
        }
        for (Socket socket : silent) {
          assertEnded(socket);
        }
        until(() -> impatient.connections() == 1);
        assertServes(peer, "after-silent-ones");
      }
      try (SipPeer peer = SipPeer.over(sbc, busy)) {
        assertServes(peer, "place-given-back");
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  private static void assertEnded(Socket socket) throws IOException {
    socket.setSoTimeout(60_000);
    try {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (java.net.SocketException e) {
      // Reset is as good an end
    }
  }

  @Test
  void aPeerThatStopsReadingIsCutOffAlthoughAWriteToItHangs() throws Exception {
    SipLimits limits = SipLimits.DEFAULT.withUnsent(1 << 28, Duration.ofMillis(300));
    try (SipEndpoint strict = open(limits);
        SipPeer peer = SipPeer.over(sbc, strict.port(Transport.TLS))) {
      // Far more than the kernel takes
      for (int i = 0; i < 400; i++) {
        peer.send(request(peer, "MESSAGE", "sip:srs@127.0.0.1", 1, TO, "large-" + i));
      }
      until(() -> arrived.size() == 400);
      until(() -> strict.connections() == 0);
    }
  }

  @Test
  void replacedFilesCountForNewConnectionsAndOldOnesLiveOn() throws Exception {
    try (SipPeer old = SipPeer.over(sbc, port)) {
      assertServes(old, "before");
      arrived.clear();
      Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
      TestAuthority successor = TestAuthority.create(elsewhere, "next-ca");
      TlsFiles.Paths next = successor.issue("next-recorder");
      replace(next.certificate(), own.certificate());
      replace(next.key(), own.key());
      replace(next.trust(), own.trust());
      skippedSeconds.addAndGet(10);

      SSLContext newSbc = TestAuthority.context(successor.issue("new-sbc"));
      try (SipPeer peer = SipPeer.over(newSbc, port)) {
        assertServes(peer, "after");
        X509Certificate shown =
            (X509Certificate) ((SSLSocket) peer.socket()).getSession().getPeerCertificates()[0];
        assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=next-recorder");
      }
      assertServes(old, "still");
      arrived.clear();
      TlsFiles.Paths distrusted = folderOf("sbc-1");
      assertRefused(
          TestAuthority.context(
              new TlsFiles.Paths(
                  distrusted.certificate(), distrusted.key(), successor.certificate())));
      assertServes(old, "to-the-end");
    }
  }

  private TlsFiles.Paths folderOf(String holder) {
    return new TlsFiles.Paths(
        folder.resolve(holder + ".pem"), folder.resolve(holder + ".key"), null);
  }

  private static void replace(@Nullable Path from, @Nullable Path to) throws IOException {
    Files.copy(
        Objects.requireNonNull(from),
        Objects.requireNonNull(to),
        StandardCopyOption.REPLACE_EXISTING);
  }
}
