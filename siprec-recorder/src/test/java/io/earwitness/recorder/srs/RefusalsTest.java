package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.inDialog;
import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.Refusal;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every INVITE that is not recorded is answered clearly and entered into the refusal log. */
class RefusalsTest {
  private static final String BASIC = "01-rfc8068-basic-two-mlines";

  private ServerFixture fixture;
  private SipPeer peer;

  @BeforeEach
  void open() throws Exception {
    fixture = new ServerFixture(ServerFixture.snapshot("127.0.0.0/8"), 2);
    peer = fixture.peer(Transport.TCP);
  }

  @AfterEach
  void close() throws Exception {
    peer.close();
    fixture.close();
  }

  private static SampleInvite sample() throws Exception {
    return SampleInvite.load(BASIC);
  }

  private SipPeer.Message refused(byte[] invite, int status, String reason) throws Exception {
    peer.send(invite);
    SipPeer.Message answer = peer.receiveFinal();
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Warning")).startsWith("399 earwitness \"").contains(reason);
    assertThat(fixture.captures.refusals).hasSize(1);
    CallSummary entry = fixture.captures.refusals.getFirst();
    assertThat(entry.state()).isEqualTo(CallState.REFUSED);
    assertThat(Objects.requireNonNull(entry.refusal()).status()).isEqualTo(status);
    assertThat(entry.refusal().reason()).contains(reason);
    assertThat(entry.callIds()).first().isEqualTo(answer.header("Call-ID"));
    assertThat(fixture.captures.captures).isEmpty();
    assertThat(fixture.media.open).hasValue(0);
    assertThat(fixture.heard).containsExactly("refused " + entry.id());
    assertThat(fixture.server.activeRecordings()).isZero();
    assertThat(fixture.server.dialogs()).isZero();
    return answer;
  }

  @Test
  void anUnknownSourceIsForbiddenAndItsCallIsNoTenants() throws Exception {
    fixture.close();
    fixture = new ServerFixture(ServerFixture.snapshot("192.0.2.0/24"), 2);
    peer = fixture.peer(Transport.TCP);

    refused(sample().bytes(peer), 403, "127.0.0.1 is no known session recording client");

    CallSummary entry = fixture.captures.refusals.getFirst();
    assertThat(entry.tenant()).isEqualTo(TenantSlug.PLATFORM);
    assertThat(entry.flags()).containsExactly(CallFlag.TENANT_UNKNOWN);
    peer.send(inDialog(peer, peerless(), "OPTIONS", 1));
    assertThat(peer.receiveFinal().status()).isEqualTo(403);
  }

  private static SipPeer.Message peerless() {
    byte[] raw =
        "X\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: options-1\r\n\r\n"
            .getBytes(StandardCharsets.UTF_8);
    return new SipPeer.Message(
        "", io.earwitness.recorder.sip.SipHeaders.parse(raw), new byte[0], raw);
  }

  @Test
  void anOrdinaryCallIsNoRecordingSession() throws Exception {
    String sdp = sample().body();
    sdp = sdp.substring(sdp.indexOf("v=0"), sdp.indexOf("--rs-part-9c1\r\n", 30));
    byte[] invite =
        sample()
            .withBody(sdp)
            .replaceInHead("multipart/mixed;boundary=rs-part-9c1", "application/sdp")
            .replaceInHead(";\\+sip.src", "")
            .replaceInHead("Require: siprec\r\n", "")
            .bytes(peer);
    refused(invite, 403, "not a recording session");
  }

  @Test
  void theInviteIsKeptWithItsRefusalSecretsReplacedAndCutWhereItIsLong() throws Exception {
    String key = "A".repeat(40);
    byte[] invite =
        sample()
            .replaceInHead("Require: siprec\r\n", "$0Authorization: Digest response=\"hush\"\r\n")
            .replaceInBody("m=audio 40000", "m=audio nowhere")
            .replaceInBody(
                "a=label:1", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "\r\na=label:1")
            .replaceInBody("Alice Trader", "Alice ü Trader" + "x".repeat(20_000))
            .bytes(peer);
    refused(invite, 488, "'nowhere' is no port");
    Refusal refusal = Objects.requireNonNull(fixture.captures.refusals.getFirst().refusal());
    assertThat(refusal.message())
        .startsWith("INVITE sip:srs@recorder.example.com SIP/2.0\r\n")
        .contains("Authorization: masked", "inline:sha256-", "m=audio nowhere", "<recording ")
        .doesNotContain("hush", key)
        .hasSize(Refusal.MAX_MESSAGE)
        .endsWith(" … cut");
  }

  @Test
  void anUnreadableOfferIsNotAcceptable() throws Exception {
    refused(
        sample().replaceInBody("m=audio 40000", "m=audio nowhere").bytes(peer),
        488,
        "'nowhere' is no port");
  }

  @Test
  void anOfferOfNothingThatCanBeStoredIsNotAcceptable() throws Exception {
    refused(
        sample().replaceInBody("RTP/AVP", "RTP/SAVP").bytes(peer),
        488,
        "no m-line of the offer can be stored");
    CallSummary entry = fixture.captures.refusals.getFirst();
    assertThat(entry.tenant()).isEqualTo(ServerFixture.ACME);
    assertThat(entry.parties()).hasSize(2);
  }

  @Test
  void withoutPortsTheSrcIsSentOn() throws Exception {
    fixture.media.freePorts = 0;
    SipPeer.Message answer = refused(sample().bytes(peer), 503, "no RTP ports are free");
    assertThat(answer.header("Retry-After")).isEqualTo("10");
  }

  @Test
  void withAFullSpoolTheSrcIsSentOnAndItsPortsAreFree() throws Exception {
    fixture.captures.full = true;
    SipPeer.Message answer = refused(sample().bytes(peer), 503, "No space left on device");
    assertThat(answer.header("Retry-After")).isEqualTo("10");
  }

  @Test
  void moreCallsThanAllowedAreSentOnUntilOneEnds() throws Exception {
    for (int i = 1; i <= 3; i++) {
      assertThat(place(i).status()).isEqualTo(i <= 2 ? 200 : 503);
    }
    assertThat(fixture.captures.refusals).hasSize(1);
    assertIsAlicesCall(fixture.captures.refusals.getFirst());
    assertThat(fixture.server.activeRecordings()).isEqualTo(2);
    SipPeer.Message answer = lastAnswered;
    peer.send(inDialog(peer, Objects.requireNonNull(answer), "BYE", 2));
    assertThat(peer.receiveFinal().status()).isEqualTo(200);
    until(() -> fixture.heard.contains("closed " + fixture.captures.captures.getLast().id()));
    assertThat(fixture.server.activeRecordings()).isOne();
    assertThat(place(4).status()).isEqualTo(200);
  }

  private SipPeer.@Nullable Message lastAnswered;

  private SipPeer.Message place(int call) throws Exception {
    peer.send(
        sample()
            .replaceInHead("rs-0001", "rs-000" + call)
            .replaceInHead("basic001", "basic00" + call)
            .bytes(peer));
    SipPeer.Message answer = peer.receiveFinal();
    if (answer.status() == 200) {
      peer.send(inDialog(peer, answer, "ACK", 1));
      lastAnswered = answer;
    }
    return answer;
  }

  @Test
  void aCancelledInviteIsARefusalOfItsOwnKindEvenWhileItIsBeingOpened() throws Exception {
    fixture.captures.gate = new CountDownLatch(1);
    byte[] invite = sample().bytes(peer);
    peer.send(invite);
    fixture.captures.opening.await();
    String text = new String(invite, StandardCharsets.ISO_8859_1);
    peer.send(
        text.substring(0, text.indexOf("Content-Type"))
                .replace("INVITE sip", "CANCEL sip")
                .replace("1 INVITE", "1 CANCEL")
                .replace("Require: siprec\r\n", "")
            + "Content-Length: 0\r\n\r\n");
    assertThat(peer.receiveFinal().header("CSeq")).isEqualTo("1 CANCEL");
    fixture.captures.gate.countDown();
    SipPeer.Message answer = peer.receiveFinal();

    assertThat(answer.status()).isEqualTo(487);
    assertThat(answer.header("CSeq")).isEqualTo("1 INVITE");
    until(() -> fixture.captures.only().isClosed());
    assertThat(fixture.captures.only().closed().reason()).contains("cancelled");
    until(() -> fixture.heard.contains("closed " + fixture.captures.only().id()));
    assertThat(fixture.server.activeRecordings()).isZero();
    assertThat(fixture.media.open).hasValue(0);
  }

  @Test
  void aReInviteIntoAnUnknownCallIsAnswered481() throws Exception {
    refused(
        sample().replaceInHead("(?m)^(To: .*)$", "$1;tag=of-another-life").bytes(peer),
        481,
        "doesn't know");
    assertIsAlicesCall(fixture.captures.refusals.getFirst());
  }

  /** Whoever may see Alice's calls finds it, and by her number. */
  private static void assertIsAlicesCall(CallSummary entry) {
    assertThat(entry.tenant()).isEqualTo(ServerFixture.ACME);
    assertThat(entry.direction()).isEqualTo(Direction.OUTBOUND);
    assertThat(entry.parties())
        .extracting(Party::number)
        .containsExactly("+12025550101", "+12025550102");
    assertThat(entry.parties()).extracting(Party::side).containsExactly(Side.LEFT, Side.RIGHT);
    assertThat(entry.parties().getFirst().userId()).isEqualTo("u-alice");
    assertThat(entry.callIds()).contains("a1b2c3d4e5f60718293a4b5c6d7e8f90");
  }

  @Test
  void aStrangersReInviteTellsNothing() throws Exception {
    fixture.close();
    fixture = new ServerFixture(ServerFixture.snapshot("192.0.2.0/24"), 2);
    peer = fixture.peer(Transport.TCP);
    refused(
        sample().replaceInHead("(?m)^(To: .*)$", "$1;tag=of-another-life").bytes(peer),
        481,
        "doesn't know");
    assertThat(fixture.captures.refusals.getFirst().tenant()).isEqualTo(TenantSlug.PLATFORM);
    assertThat(fixture.captures.refusals.getFirst().parties()).isEmpty();
  }

  @Test
  void aFailureWhileARecordingBeginsLeavesNothingBehindButItsOutcome() throws Exception {
    AtomicInteger failures = new AtomicInteger();
    fixture.captures.beforeAppend =
        event -> {
          if (event instanceof CaptureEvent.Message && failures.incrementAndGet() <= 3) {
            throw new StackOverflowError("as a test");
          }
        };
    for (int call = 1; call <= 3; call++) {
      assertThat(place(call).status()).isEqualTo(500);
    }
    assertThat(fixture.captures.refusals).hasSize(3);
    assertThat(Objects.requireNonNull(fixture.captures.refusals.getFirst().refusal()).status())
        .isEqualTo(500);
    assertIsAlicesCall(fixture.captures.refusals.getFirst());
    assertThat(fixture.captures.captures).hasSize(3).allMatch(FakeCaptures.Capture::isClosed);
    assertThat(fixture.media.open).hasValue(0);
    assertThat(fixture.server.activeRecordings()).isZero();
    assertThat(fixture.server.dialogs()).isZero();
    // Two at a time are allowed: their places are free again
    assertThat(place(4).status()).isEqualTo(200);
    assertThat(place(5).status()).isEqualTo(200);
  }

  @Test
  void aRefusalThatTheSpoolCantTakeIsEnteredWhenItCan() throws Exception {
    fixture.captures.full = true;
    fixture.captures.refusalsFull = true;
    peer.send(sample().bytes(peer));
    assertThat(peer.receiveFinal().status()).isEqualTo(503);
    fixture.server.watch().join();
    assertThat(fixture.captures.refusals).isEmpty();
    fixture.captures.refusalsFull = false;
    fixture.server.watch().join();
    until(() -> fixture.captures.refusals.size() == 1);
    assertIsAlicesCall(fixture.captures.refusals.getFirst());
    until(() -> fixture.heard.size() == 1);
  }

  @Test
  void aRefusalThatStillWaitsIsEnteredWhenTheServerStops() throws Exception {
    fixture.captures.full = true;
    fixture.captures.refusalsFull = true;
    peer.send(sample().bytes(peer));
    assertThat(peer.receiveFinal().status()).isEqualTo(503);
    // Faster than the next look of the server's own, at most a second away
    fixture.captures.refusalsFull = false;
    fixture.close();
    assertThat(fixture.captures.refusals).hasSize(1);
  }

  @Test
  void anInviteThatCantBeReadIsEnteredToo() throws Exception {
    peer.send(sample().replaceInHead("CSeq: 1 INVITE", "CSeq: x INVITE").bytes(peer));
    assertThat(peer.receiveFinal().status()).isEqualTo(400);
    until(() -> fixture.captures.refusals.size() == 1);
    CallSummary entry = fixture.captures.refusals.getFirst();
    assertThat(entry.callIds()).containsExactly("rs-0001-5d0f2a@sbc1.example.com");
    assertThat(Objects.requireNonNull(entry.refusal()).status()).isEqualTo(400);
    assertThat(entry.refusal().message()).startsWith("INVITE ").contains("CSeq: x INVITE");
  }

  @Test
  void otherMethodsAreNotAllowedAndOptionsTellsWhichAre() throws Exception {
    peer.send(inDialog(peer, peerless(), "MESSAGE", 1));
    SipPeer.Message answer = peer.receiveFinal();
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow").split(","))
        .containsExactly("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "UPDATE", "INFO");
    peer.send(inDialog(peer, peerless(), "OPTIONS", 2));
    SipPeer.Message options = peer.receiveFinal();
    assertThat(options.status()).isEqualTo(200);
    assertThat(options.header("Supported")).isEqualTo("siprec");
    assertThat(String.join(",", options.headers().all("Accept")))
        .contains("application/rs-metadata+xml");
    assertThat(options.header("Contact")).endsWith(";+sip.srs");
    for (String method : new String[] {"BYE", "UPDATE"}) {
      peer.send(inDialog(peer, peerless(), method, 3));
      assertThat(peer.receiveFinal().status()).isEqualTo(481);
    }
  }
}
