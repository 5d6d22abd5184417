package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.inDialog;
import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallLimits;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipLimits;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way in which an INVITE is not answered 200: each leaves a row with status and reason, or,
 * where it belongs to a call that is being recorded, a line in that call.
 */
class EveryInviteTest {
  private static final String SAMPLE = "01-rfc8068-basic-two-mlines";
  private static final String CALL_ID = "rs-0001-5d0f2a@sbc1.example.com";

  /** Makes the recorder refuse, and says what to send. */
  private interface Case {
    byte[] invite(ServerFixture fixture, SampleInvite sample, SipPeer peer) throws Exception;
  }

  private static Arguments row(String what, int status, String reason, Case way) {
    return Arguments.of(what, status, reason, way);
  }

  static Stream<Arguments> ways() {
    return Stream.of(
        row(
            "no recording session",
            403,
            "not a recording session",
            (_, sample, peer) -> plain(sample).bytes(peer)),
        row(
            "nothing that can be stored",
            488,
            "no m-line of the offer can be stored",
            (_, sample, peer) -> sample.replaceInBody("m=audio", "m=message").bytes(peer)),
        row(
            "a call that is not known any more",
            481,
            "doesn't know",
            (_, sample, peer) ->
                sample.replaceInHead("(?m)^(To: .*)$", "$1;tag=of-another-life").bytes(peer)),
        row(
            "an error of ours",
            500,
            "internal error",
            (fixture, sample, peer) -> {
              fixture.captures.beforeAppend =
                  event -> {
                    if (event instanceof CaptureEvent.Message) {
                      throw new StackOverflowError("as a test");
                    }
                  };
              return sample.bytes(peer);
            }),
        row(
            "no ports",
            503,
            "no RTP ports are free",
            (fixture, sample, peer) -> {
              fixture.media.freePorts = 0;
              return sample.bytes(peer);
            }),
        row(
            "a full spool",
            503,
            "the spool can't take a capture",
            (fixture, sample, peer) -> {
              fixture.captures.full = true;
              return sample.bytes(peer);
            }),
        row(
            "drained",
            503,
            "being drained",
            (fixture, sample, peer) -> {
              fixture.server.drain();
              return sample.bytes(peer);
            }),
        row(
            "too busy",
            503,
            "packets are received 9000 ms late",
            (fixture, sample, peer) -> {
              fixture.load = new Load(1, 9_000, 0, 0, 0, 100);
              fixture.guard.look();
              return sample.bytes(peer);
            }),
        row(
            "too many calls of the tenant",
            503,
            "1 calls of tenant acme are being recorded here",
            (fixture, sample, peer) -> {
              running(peer, "running");
              return sample.bytes(peer);
            }),
        row(
            "places that are guaranteed to others",
            503,
            "guaranteed to other tenants",
            (_, sample, peer) ->
                sample
                    .replaceInHead("sip:srs@recorder.example.com SIP", "sip:srs@small.example SIP")
                    .bytes(peer)),
        row(
            "a header that can't be read",
            400,
            "Bad Request",
            (_, sample, peer) ->
                sample.replaceInHead("CSeq: 1 INVITE", "CSeq: x INVITE").bytes(peer)),
        row(
            "no length on a stream",
            400,
            "no Content-Length",
            (_, sample, peer) ->
                sample.replaceInHead("Content-Length: [0-9]+\r\n", "").bytes(peer)),
        row(
            "another version of SIP",
            505,
            "SIP Version Not Supported",
            (_, sample, peer) ->
                sample.replaceInHead("SIP/2.0\r\nVia", "SIP/3.0\r\nVia").bytes(peer)),
        row(
            "too large a body",
            513,
            "body",
            (_, sample, peer) -> sample.withBody("x".repeat(20_000)).bytes(peer)),
        row(
            "too large a header section",
            513,
            "header section over 8192",
            (_, sample, peer) ->
                sample
                    .replaceInHead(
                        "Require:",
                        ("X-Filler: " + "x".repeat(900) + "\r\n").repeat(20) + "Require:")
                    .bytes(peer)));
  }

  private static SampleInvite plain(SampleInvite sample) {
    String sdp = sample.body();
    sdp = sdp.substring(sdp.indexOf("v=0"), sdp.indexOf("--rs-part-9c1\r\n", 30));
    return sample
        .withBody(sdp)
        .replaceInHead("multipart/mixed;boundary=rs-part-9c1", "application/sdp")
        .replaceInHead(";\\+sip.src", "")
        .replaceInHead("Require: siprec\r\n", "");
  }

  private static SipPeer.Message running(SipPeer peer, String name) throws Exception {
    peer.send(
        SampleInvite.load(SAMPLE)
            .replaceInHead("rs-0001", name)
            .replaceInHead("basic001", name)
            .bytes(peer));
    SipPeer.Message answer = peer.receiveFinal();
    assertThat(answer.status()).isEqualTo(200);
    peer.send(inDialog(peer, answer, "ACK", 1));
    return answer;
  }

  /** Two places: one for acme, one that is guaranteed to a tenant that has no calls. */
  private static ServerFixture fixture() throws Exception {
    RecorderSnapshot base = ServerFixture.snapshot("127.0.0.0/8");
    RecorderSnapshot.Tenant acme = base.tenants().getFirst();
    RecorderSnapshot snapshot =
        new RecorderSnapshot(
            base.version(),
            List.of(
                new RecorderSnapshot.Tenant(
                    acme.slug(), acme.zone(), acme.domains(), acme.numbers(), new CallLimits(1, 1)),
                new RecorderSnapshot.Tenant(
                    new io.earwitness.call.TenantSlug("small"),
                    ZoneOffset.UTC,
                    Set.of("small.example"),
                    List.of()),
                new RecorderSnapshot.Tenant(
                    new io.earwitness.call.TenantSlug("quiet"),
                    ZoneOffset.UTC,
                    Set.of(),
                    List.of(),
                    new CallLimits(1, null))),
            base.srcs());
    SipLimits usual = SipLimits.DEFAULT;
    SipLimits limits =
        new SipLimits(
            8_192,
            usual.lineBytes(),
            usual.headerLines(),
            16_384,
            Duration.ofSeconds(2),
            usual.connections(),
            usual.unsentBytes(),
            usual.stallTime(),
            usual.handshakeTime());
    return new ServerFixture(snapshot, 2, limits);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("ways")
  void isInTheCatalogWithStatusAndReason(String what, int status, String reason, Case way)
      throws Exception {
    try (ServerFixture fixture = fixture();
        SipPeer peer = fixture.peer(Transport.TCP)) {
      peer.send(way.invite(fixture, SampleInvite.load(SAMPLE), peer));
      assertThat(peer.receiveFinal().status()).as(what).isEqualTo(status);
      assertEntered(fixture, status, reason);
    }
  }

  private static void assertEntered(ServerFixture fixture, int status, String reason)
      throws Exception {
    until(() -> !fixture.captures.refusals.isEmpty());
    assertThat(fixture.captures.refusals).hasSize(1);
    CallSummary entry = fixture.captures.refusals.getFirst();
    assertThat(entry.callIds()).contains(CALL_ID);
    assertThat(Objects.requireNonNull(entry.refusal()).status()).isEqualTo(status);
    assertThat(entry.refusal().reason()).contains(reason).isNotBlank();
  }

  @Test
  void ofAStrangerToo() throws Exception {
    try (ServerFixture fixture = new ServerFixture(ServerFixture.snapshot("192.0.2.0/24"), 2);
        SipPeer peer = fixture.peer(Transport.UDP)) {
      peer.send(SampleInvite.load(SAMPLE).bytes(peer));
      assertThat(peer.receiveFinal().status()).isEqualTo(403);
      assertEntered(fixture, 403, "is no known session recording client");
    }
  }

  @Test
  void aDatagramThatIsCutShortToo() throws Exception {
    try (ServerFixture fixture = fixture();
        SipPeer peer = fixture.peer(Transport.UDP)) {
      byte[] whole = SampleInvite.load(SAMPLE).bytes(peer);
      peer.send(java.util.Arrays.copyOf(whole, whole.length - 100));
      assertThat(peer.receiveFinal().status()).isEqualTo(400);
      assertEntered(fixture, 400, "body shorter than its Content-Length");
    }
  }

  @Test
  void oneThatStopsInItsMiddleToo() throws Exception {
    try (ServerFixture fixture = fixture();
        SipPeer peer = fixture.peer(Transport.TCP)) {
      byte[] whole = SampleInvite.load(SAMPLE).bytes(peer);
      peer.send(java.util.Arrays.copyOf(whole, whole.length - 100));
      peer.readToEnd();
      assertEntered(fixture, 400, "the message did not come to its end");
    }
  }

  @Test
  void oneThatIsCancelledBeforeItsTurnToo() throws Exception {
    try (ServerFixture fixture = fixture();
        SipPeer peer = fixture.peer(Transport.TCP)) {
      CountDownLatch gate = new CountDownLatch(1);
      fixture.captures.gate = gate;
      // Another INVITE with the same Call-ID is being handled
      peer.send(
          SampleInvite.load(SAMPLE)
              .replaceInHead("basic001", "first")
              .replaceInHead("tag=src-7f10c2", "tag=first")
              .bytes(peer));
      fixture.captures.opening.await();
      String invite =
          new String(SampleInvite.load(SAMPLE).bytes(peer), StandardCharsets.ISO_8859_1);
      peer.send(invite.getBytes(StandardCharsets.ISO_8859_1));
      peer.send(
          invite
                  .substring(0, invite.indexOf("Content-Type"))
                  .replace("INVITE sip", "CANCEL sip")
                  .replace("1 INVITE", "1 CANCEL")
                  .replace("Require: siprec\r\n", "")
              + "Content-Length: 0\r\n\r\n");
      assertThat(peer.receiveFinal().header("CSeq")).isEqualTo("1 CANCEL");
      gate.countDown();
      assertThat(peer.receiveFinal().status()).isEqualTo(200);
      assertThat(peer.receiveFinal().status()).isEqualTo(487);
      assertEntered(fixture, 487, "cancelled by the SRC");
    }
  }

  @Test
  void oneOfARunningCallIsALineInThatCall() throws Exception {
    try (ServerFixture fixture = fixture();
        SipPeer peer = fixture.peer(Transport.TCP)) {
      SipPeer.Message answer = running(peer, "rs-0001");
      // By another way (RFC 3261 §8.2.2.2)
      peer.send(SampleInvite.load(SAMPLE).replaceInHead("basic001", "merged").bytes(peer));
      assertThat(peer.receiveFinal().status()).isEqualTo(482);
      // A change that can't be made
      String nonsense = "v=0\r\nm=audio nowhere RTP/AVP 0\r\n";
      peer.send(inDialog(peer, answer, "INVITE", 5, "application/sdp", nonsense));
      assertThat(peer.receiveFinal().status()).isEqualTo(488);
      // Older than the one before it
      peer.send(inDialog(peer, answer, "INVITE", 3));
      assertThat(peer.receiveFinal().status()).isEqualTo(500);

      until(() -> fixture.captures.only().timeline().stream().anyMatch(l -> l.contains("CSeq 3")));
      assertThat(String.join("\n", fixture.captures.only().timeline()))
          .contains("came once more, by another way, and was answered 482")
          .contains("a change was refused: ")
          .contains("INVITE CSeq 3 came after a later request, and was answered 500");
      assertThat(fixture.captures.refusals).isEmpty();
      assertThat(fixture.server.activeRecordings()).isOne();
    }
  }
}
