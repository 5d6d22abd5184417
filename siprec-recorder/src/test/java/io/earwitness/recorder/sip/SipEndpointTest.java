package io.earwitness.recorder.sip;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.tls.TestAuthority;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SipEndpointTest {
  private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<SipExchange> requests = new LinkedBlockingQueue<>();
  private SipEndpoint server;
  private SipEndpoint client;

  @TempDir private static Path folder;
  private static SSLContext context;

  @BeforeAll
  static void issue() throws Exception {
    context = TestAuthority.context(TestAuthority.create(folder, "ca").issue("both"));
  }

  private static SipEndpointConfig config(InetAddress address) {
    return SipEndpointConfig.of(address, 0)
        .withTransports(
            Set.of(Transport.UDP, Transport.TCP),
            new SipEndpointConfig.Tls(0, () -> context, true));
  }

  @BeforeEach
  void open() throws Exception {
    SipHandler answering =
        new SipHandler() {
          @Override
          public void onRequest(SipExchange exchange) {
            requests.add(exchange);
            seen.add(exchange.request().method());
            exchange.answer(
                SipAnswer.of(200, "OK")
                    .withBody(new SipBody("application/sdp", exchange.request().body())));
          }

          @Override
          public void onAck(SipCall call, SipRequest ack) {
            seen.add("ACK");
          }
        };
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    server =
        SipEndpoint.open(
            config(loopback).withContactParameters("+sip.srs"), answering, InstantSource.system());
    client =
        SipEndpoint.open(
            config(loopback).withContactParameters("+sip.src"),
            exchange -> exchange.answer(SipAnswer.of(200, "OK")),
            InstantSource.system());
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aCallIsPlacedChangedAndEndedWithEveryByteOfItsBodies(Transport transport) throws Exception {
    byte[] body = new byte[256];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) i;
    }
    String target =
        "sip:srs@127.0.0.1:%d;transport=%s"
            .formatted(server.port(transport), transport.parameter());
    SipCall call = client.call(target, "sip:src@127.0.0.1", "sip:srs@127.0.0.1", transport);

    SipCall.Sent invite =
        call.invite(SipHeaders.of("Require", "siprec"), new SipBody("application/sdp", body));
    SipResponse answer = invite.response().get(5, TimeUnit.SECONDS);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().first("Contact").orElseThrow()).endsWith(">;+sip.srs");
    assertThat(answer.body()).isEqualTo(body);
    assertThat(next()).isEqualTo("INVITE");
    SipExchange exchange = requests.remove();
    assertThat(exchange.request().body()).isEqualTo(body);
    assertThat(exchange.request().raw()).isEqualTo(invite.raw());
    assertThat(exchange.request().transport()).isEqualTo(transport);
    assertThat(exchange.call()).isNull();
    assertThat(next()).isEqualTo("ACK");
    assertThat(server.dialogs()).isOne();

    assertThat(status(call.invite(SipHeaders.NONE, new SipBody("application/sdp", body))))
        .isEqualTo(200);
    assertThat(next()).isEqualTo("INVITE");
    assertThat(requests.remove().call()).isNotNull();
    assertThat(next()).isEqualTo("ACK");
    assertThat(status(call.request("OPTIONS", SipHeaders.NONE, SipBody.NONE))).isEqualTo(200);
    assertThat(next()).isEqualTo("OPTIONS");
    assertThat(status(call.bye(SipHeaders.NONE))).isEqualTo(200);
    assertThat(next()).isEqualTo("BYE");

    while (server.dialogs() != 0) {
      Thread.onSpinWait();
    }
    assertThat(client.dialogs()).isZero();
    assertThat(new String(exchange.request().raw(), StandardCharsets.ISO_8859_1))
        .startsWith("INVITE " + target);
  }

  private static int status(SipCall.Sent sent) throws Exception {
    return sent.response().get(5, TimeUnit.SECONDS).status();
  }

  private String next() throws InterruptedException {
    return seen.poll(5, TimeUnit.SECONDS);
  }
}
