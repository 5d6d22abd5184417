package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.StreamQuality;
import io.earwitness.recorder.rtp.MediaPlane.Reception;
import io.earwitness.recorder.rtp.MediaPlane.Reservation;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinuxMediaPlaneTest implements MediaPlaneContract {
  @Override
  public boolean kernelTimeStamps() {
    return true;
  }

  @Test
  void congestionLeavesPacketsInTheKernelAndWhatItDropsIsCountedAndMarked() throws Exception {
    FakeSession session = new FakeSession();
    RtpSettings large = settings(RtpSender.LOOPBACK);
    RtpSettings small =
        new RtpSettings(
            large.address(), large.minPort(), large.maxPort(), large.round(), 64 * 1024, true);
    try (RtpMediaPlane plane = RtpMediaPlane.start(small, Clock.systemUTC());
        RtpSender sender = new RtpSender()) {
      Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      reception.update(
          List.of(MediaPlaneContract.stream(0, port, sender.address(), sender.port())));
      session.congested = true;
      long congested = plane.counters().congestedRounds();
      MediaPlaneContract.await(
          "congestion to be seen", () -> plane.counters().congestedRounds() > congested + 1);
      int sent = 2_000;
      for (int i = 0; i < sent; i++) {
        sender.send(0, i, port);
      }
      assertThat(session.packets()).isEmpty();
      session.congested = false;
      MediaPlaneContract.await("what the kernel kept", () -> !session.packets().isEmpty());
      // One that comes after the drops tells of them; those at the very end are asked for
      sender.send(0, sent, port);
      StreamQuality quality = reception.close().getFirst();
      assertThat(quality.overflow()).isPositive().isEqualTo(session.marked());
      assertThat(session.packets().size() + session.marked()).isEqualTo(sent + 1);
      assertThat(quality.packets()).isEqualTo(session.packets().size());
      assertThat(quality.lost()).as("nothing was lost on the way").isZero();
    }
  }

  @Test
  void dropsAtTheVeryEndAreCountedToo() throws Exception {
    FakeSession session = new FakeSession();
    RtpSettings large = settings(RtpSender.LOOPBACK);
    RtpSettings small =
        new RtpSettings(
            large.address(), large.minPort(), large.maxPort(), large.round(), 64 * 1024, true);
    try (RtpMediaPlane plane = RtpMediaPlane.start(small, Clock.systemUTC());
        RtpSender sender = new RtpSender()) {
      Reservation reservation = plane.reserve(1);
      int port = reservation.ports().getFirst();
      Reception reception = reservation.receive(session.id(), session);
      // So that nothing is read before the end
      session.congested = true;
      reception.update(
          List.of(MediaPlaneContract.stream(0, port, sender.address(), sender.port())));
      int sent = 2_000;
      for (int i = 0; i < sent; i++) {
        sender.send(0, i, port);
      }
      StreamQuality quality = reception.close().getFirst();
      assertThat(quality.overflow()).isPositive().isEqualTo(session.marked());
      assertThat(session.packets().size() + session.marked()).isEqualTo(sent);
    }
  }
}
