package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.inDialog;
import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A recorder that is being emptied, and one that is too busy, send calls elsewhere at once. */
class DrainTest extends CallFixture {
  private SipPeer.Message invite(String number) throws Exception {
    peer.send(
        SampleInvite.load("01-rfc8068-basic-two-mlines")
            .replaceInHead("rs-0001", "rs-" + number)
            .replaceInHead("basic001", "basic" + number)
            .bytes(peer));
    SipPeer.Message answer = peer.receiveFinal();
    if (answer.status() == 200) {
      peer.send(inDialog(peer, answer, "ACK", 1));
    }
    return answer;
  }

  private SipPeer.Message ask(SipPeer.Message dialog, String method, int sequence)
      throws Exception {
    peer.send(inDialog(peer, dialog, method, sequence));
    return peer.receiveFinal();
  }

  private static SipPeer.Message outside(String callId) {
    byte[] raw =
        ("X\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: " + callId + "\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);
    return new SipPeer.Message("", SipHeaders.parse(raw), new byte[0], raw);
  }

  private void assertRefused(SipPeer.Message answer, String reason) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("10");
    assertThat(answer.header("Warning")).contains(reason);
    CallSummary entry = fixture.captures.refusals.getLast();
    assertThat(entry.tenant()).isEqualTo(ServerFixture.ACME);
    assertThat(Objects.requireNonNull(entry.refusal()).status()).isEqualTo(503);
    assertThat(entry.refusal().reason()).contains(reason);
    assertThat(entry.callIds()).contains(answer.header("Call-ID"));
  }

  @Test
  void runningCallsGoOnToTheirEndsWhileNewOnesAreSentElsewhere() throws Exception {
    SipPeer.Message running = invite("1");
    assertThat(running.status()).isEqualTo(200);

    fixture.server.drain();

    assertThat(fixture.server.isDraining()).isTrue();
    assertRefused(invite("2"), "being drained");
    SipPeer.Message options = ask(outside("ping-1"), "OPTIONS", 1);
    assertThat(options.status()).isEqualTo(503);
    assertThat(options.header("Retry-After")).isEqualTo("10");
    // Within the call all goes on as ever
    assertThat(ask(running, "OPTIONS", 2).status()).isEqualTo(200);
    assertThat(ask(running, "UPDATE", 3).status()).isEqualTo(200);
    assertThat(ask(running, "INVITE", 4).status()).isEqualTo(200);
    assertThat(fixture.server.activeRecordings()).isOne();
    assertThat(fixture.server.isIdle()).isFalse();
    assertThat(ask(running, "BYE", 5).status()).isEqualTo(200);
    until(fixture.server::isIdle);
    assertThat(fixture.captures.only().closed().reason()).isEqualTo("ended by the SRC");
    assertThat(fixture.captures.refusals).hasSize(1);

    fixture.server.undrain();

    assertThat(fixture.server.isDraining()).isFalse();
    assertThat(ask(outside("ping-2"), "OPTIONS", 1).status()).isEqualTo(200);
    assertThat(invite("3").status()).isEqualTo(200);
  }

  @Test
  void aStrangerIsToldNothingOfIt() throws Exception {
    fixture.close();
    fixture = new ServerFixture(ServerFixture.snapshot("192.0.2.0/24"), 2);
    peer = fixture.peer(Transport.TCP);
    fixture.server.drain();
    assertThat(ask(outside("ping-1"), "OPTIONS", 1).status()).isEqualTo(403);
    assertThat(invite("1").status()).isEqualTo(403);
  }

  @Test
  void aBusyRecorderSaysWhichFigureIsOverWhichLimitAndRunningCallsGoOn() throws Exception {
    SipPeer.Message running = invite("1");
    fixture.load = new Load(1, 0, 0, 0, 25, 100);
    fixture.guard.look();
    assertRefused(
        invite("2"),
        "the spool's disk is too slow: audio of 25 s is not yet safe on it; the limit is 20 s");
    // A moment's load is no reason to leave the SBC's list: only INVITEs are refused
    assertThat(ask(outside("ping-1"), "OPTIONS", 1).status()).isEqualTo(200);
    assertThat(ask(running, "UPDATE", 2).status()).isEqualTo(200);
    fixture.load = ServerFixture.IDLE;
    for (int i = 0; i < 3; i++) {
      fixture.guard.look();
    }
    assertThat(invite("3").status()).isEqualTo(200);
  }
}
