package io.earwitness.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.rtp.RtpSettings;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.srs.Load;
import io.earwitness.recorder.srs.OverloadLimits;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole recorder when there is no more room in it. */
class OverloadTest {
  @TempDir private Path spool;

  private static RtpSettings ports(int first, int last) {
    RtpSettings usual = RtpSettings.defaults(InetAddress.getLoopbackAddress());
    return new RtpSettings(
        usual.address(), first, last, usual.round(), usual.receiveBuffer(), true);
  }

  private static String invite(SipPeer peer, int number) {
    String sdp =
        """
        v=0
        o=src 1 1 IN IP4 127.0.0.1
        s=-
        c=IN IP4 127.0.0.1
        t=0 0
        m=audio 40000 RTP/AVP 0
        a=label:1
        m=audio 40002 RTP/AVP 0
        a=label:2
        """
            .replace("\n", "\r\n");
    return "INVITE sip:srs@127.0.0.1 SIP/2.0\r\n"
        + peer.via("i" + number)
        + """
        From: <sip:src@127.0.0.1>;tag=f%d
        To: <sip:srs@127.0.0.1>
        Call-ID: call-%d
        CSeq: 1 INVITE
        Contact: <sip:src@127.0.0.1>;+sip.src
        Require: siprec
        Content-Type: application/sdp
        Content-Length: %d

        """
            .formatted(number, number, sdp.length())
            .replace("\n", "\r\n")
        + sdp;
  }

  private static SipPeer.Message place(SipPeer peer, int number) throws Exception {
    peer.send(invite(peer, number));
    return peer.receiveFinal();
  }

  @Test
  void withoutAFreePortTheSrcIsSentOnAtOnceAndTheCatalogHearsOfIt() throws Exception {
    // Two pairs: one call
    OverloadLimits none = new OverloadLimits(0, 0, 0, 0, 0, 0);
    try (RealRecorder recorder = new RealRecorder(spool, ports(30_400, 30_403), none);
        SipPeer peer = SipPeer.over(Transport.TCP, recorder.address().getPort())) {
      assertThat(place(peer, 1).status()).isEqualTo(200);
      SipPeer.Message answer = place(peer, 2);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isEqualTo("10");
      assertThat(answer.header("Warning")).contains("no RTP ports are free");
      recorder.close();
      List<CallSummary> refusals =
          recorder.refusals().stream().map(CaptureEvent.Refused::summary).toList();
      assertThat(refusals).hasSize(1);
      assertThat(refusals.getFirst().callIds()).containsExactly("call-2");
      assertThat(Objects.requireNonNull(refusals.getFirst().refusal()).reason())
          .contains("2 of 2 pairs are in use");
    }
  }

  @Test
  void whatIsMeasuredDecides() throws Exception {
    // Only free ports are looked at: half of them are to stay free
    OverloadLimits limits = new OverloadLimits(0, 0, 0, 0, 0, 50);
    try (RealRecorder recorder = new RealRecorder(spool, ports(30_410, 30_417), limits);
        SipPeer peer = SipPeer.over(Transport.TCP, recorder.address().getPort())) {
      Load idle = recorder.load();
      assertThat(idle.freePortsPercent()).isEqualTo(100);
      assertThat(idle.bufferPercent()).isBetween(0.0, 1.0);
      assertThat(idle.lostPacketsPerSecond()).isZero();
      assertThat(place(peer, 1).status()).isEqualTo(200);
      awaitLoad(recorder, load -> load.freePortsPercent() == 50);
      until(() -> recorder.guard().isOverloaded());
      SipPeer.Message answer = place(peer, 2);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("Warning"))
          .contains("50.0 % of the RTP ports are free; 50 % are kept for running calls");
      // Loading this class took processor time, and the loop went round meanwhile
      awaitLoad(recorder, load -> load.cpuPercent() > 0);
      assertThat(recorder.load().receiveLagMillis()).isGreaterThanOrEqualTo(0);
      awaitLoad(recorder, load -> load.unsyncedSeconds() < 600);
    }
  }

  private static void awaitLoad(RealRecorder recorder, Predicate<Load> wanted) throws Exception {
    until(() -> wanted.test(recorder.load()));
  }

  private static void until(java.util.function.BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
      Thread.sleep(20);
    }
  }

  @Test
  void anInviteWhoseEndNeverComesIsEnteredToo() throws Exception {
    OverloadLimits none = new OverloadLimits(0, 0, 0, 0, 0, 0);
    try (RealRecorder recorder = new RealRecorder(spool, ports(30_420, 30_427), none)) {
      try (SipPeer peer = SipPeer.over(Transport.TCP, recorder.address().getPort())) {
        byte[] whole = invite(peer, 7).getBytes(StandardCharsets.UTF_8);
        peer.send(java.util.Arrays.copyOf(whole, whole.length - 9));
        peer.socket().shutdownOutput();
        peer.readToEnd();
      }
      recorder.close();
      List<CallSummary> refusals =
          recorder.refusals().stream().map(CaptureEvent.Refused::summary).toList();
      assertThat(refusals).hasSize(1);
      assertThat(refusals.getFirst().callIds()).containsExactly("call-7");
      assertThat(Objects.requireNonNull(refusals.getFirst().refusal()).reason())
          .isEqualTo("the connection ended within the message (could not be answered)");
    }
  }
}
