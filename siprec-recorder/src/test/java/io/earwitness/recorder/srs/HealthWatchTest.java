package io.earwitness.recorder.srs;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.StreamDescription;
import io.earwitness.recorder.rtp.StreamPulse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a recording's media counts as unwell, second by second. */
class HealthWatchTest {
  private static final Instant ANSWER = Instant.parse("2026-11-20T09:00:00Z");
  private static final int LEFT = 0;
  private static final int RIGHT = 1;

  private int second;
  private final List<String> told = new ArrayList<>();
  private final HealthWatch watch =
      new HealthWatch(
          HealthLimits.DEFAULT,
          ANSWER,
          (side, begins, text) ->
              told.add(
                  "%d %s %s"
                      .formatted(
                          second,
                          side == null ? "all" : side.wireName(),
                          (begins ? "+" : "-") + text)));

  /** A stream of 50 packets a second. */
  private static final class Sender {
    boolean sends = true;
    boolean paused;
    boolean comfortNoise;
    int lostOfFifty;
    @Nullable Instant silentSince;
    private @Nullable Instant lastHeard;
    private long expected;
    private long lost;

    void second(Instant now) {
      if (sends) {
        lastHeard = now;
        expected += 50;
        lost += lostOfFifty;
      }
    }
  }

  private final List<Sender> senders = List.of(new Sender(), new Sender());
  private boolean onHold;

  /** Whether the right stream is a picture. */
  private boolean video;

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      second++;
      Instant now = ANSWER.plusSeconds(second);
      List<StreamDescription> streams = new ArrayList<>();
      List<StreamPulse> pulses = new ArrayList<>();
      for (int stream = 0; stream < senders.size(); stream++) {
        Sender sender = senders.get(stream);
        sender.second(now);
        streams.add(
            new StreamDescription(
                stream,
                video && stream == RIGHT ? "video" : "audio",
                null,
                List.of(),
                sender.paused,
                10_000,
                "192.0.2.1",
                4000));
        pulses.add(
            new StreamPulse(
                stream,
                sender.lastHeard,
                sender.expected,
                sender.lost,
                sender.silentSince,
                sender.comfortNoise));
      }
      watch.look(now, streams, onHold, pulses);
    }
  }

  @Test
  void aCallInWhichBothAreHeardIsWell() {
    pass(60);
    assertThat(told).isEmpty();
    assertThat(watch.state()).isEqualTo(MediaHealth.GOOD);
  }

  @Test
  void noMediaAtAllIsToldWithinTenSecondsAndItsEndAtOnce() {
    senders.forEach(sender -> sender.sends = false);
    pass(8);
    assertThat(watch.state()).isEqualTo(MediaHealth.GOOD);
    pass(6);
    assertThat(watch.state()).isEqualTo(MediaHealth.NO_MEDIA);
    senders.get(LEFT).sends = true;
    pass(2);
    assertThat(watch.state()).isEqualTo(MediaHealth.ONE_WAY);
    assertThat(told)
        .containsExactly(
            "9 left +no RTP on the left stream for 9 s, none since the answer",
            "9 right +no RTP on the right stream for 9 s, none since the answer",
            "15 left -RTP on the left stream again");
  }

  @Test
  void aStreamThatFallsSilentIsOneWayUnlessComfortNoiseCameLast() {
    pass(20);
    senders.get(RIGHT).sends = false;
    pass(10);
    assertThat(watch.state()).isEqualTo(MediaHealth.ONE_WAY);
    senders.get(RIGHT).sends = true;
    senders.get(RIGHT).comfortNoise = true;
    pass(1);
    senders.get(RIGHT).sends = false;
    pass(60);
    assertThat(watch.state()).isEqualTo(MediaHealth.GOOD);
    assertThat(told)
        .containsExactly(
            "29 right +no RTP on the right stream for 9 s",
            "31 right -RTP on the right stream again");
  }

  @Test
  void nothingIsExpectedOfAPauseOrAHoldAndThenTimeBeginsAnew() {
    pass(5);
    senders.get(LEFT).sends = false;
    senders.get(LEFT).paused = true;
    pass(60);
    senders.get(LEFT).paused = false;
    pass(8);
    assertThat(told).isEmpty();
    pass(1);
    assertThat(watch.state()).isEqualTo(MediaHealth.ONE_WAY);
    onHold = true;
    pass(60);
    assertThat(watch.state()).isEqualTo(MediaHealth.GOOD);
    assertThat(told)
        .containsExactly(
            "74 left +no RTP on the left stream for 9 s",
            "75 left -no more RTP is expected on the left stream");
  }

  @Test
  void silenceOnOneStreamIsAListenerOnAllOfThemDeadAir() {
    pass(5);
    senders.get(LEFT).silentSince = ANSWER.plusSeconds(5);
    pass(60);
    assertThat(told).isEmpty();
    // Silent from the 64th second on, which the look at one packet a second has found then
    senders.get(RIGHT).silentSince = ANSWER.plusSeconds(65);
    pass(8);
    assertThat(watch.state()).isEqualTo(MediaHealth.DEAD_AIR);
    senders.get(LEFT).silentSince = null;
    pass(1);
    assertThat(watch.state()).isEqualTo(MediaHealth.GOOD);
    assertThat(told)
        .containsExactly(
            "73 all +dead air: nothing but silence on all streams for 8 s",
            "74 all -dead air is over: there is sound");
  }

  @Test
  void aPictureHasNoSoundAndSoIsNoMatterForDeadAir() {
    video = true;
    pass(5);
    senders.get(LEFT).silentSince = ANSWER.plusSeconds(5);
    pass(20);
    assertThat(told)
        .containsExactly("13 all +dead air: nothing but silence on all streams for 8 s");
  }

  /** RFC 3389: a sender that has sent comfort noise may send nothing, and that is silence too. */
  @Test
  void comfortNoiseOnAllStreamsIsDeadAir() {
    for (Sender sender : senders) {
      sender.comfortNoise = true;
      sender.silentSince = ANSWER.plusSeconds(5);
    }
    pass(5);
    senders.forEach(sender -> sender.sends = false);
    pass(10);
    assertThat(watch.state()).isEqualTo(MediaHealth.DEAD_AIR);
    assertThat(told).hasSize(1);
  }

  @Test
  void lossIsReckonedOverNineSecondsAndOverOnlyBelowHalfTheLimit() {
    pass(20);
    senders.get(RIGHT).lostOfFifty = 2;
    pass(30);
    assertThat(told).as("4 %").isEmpty();
    senders.get(RIGHT).lostOfFifty = 5;
    pass(10);
    assertThat(watch.state()).isEqualTo(MediaHealth.HIGH_LOSS);
    senders.get(RIGHT).lostOfFifty = 2;
    pass(30);
    assertThat(watch.state()).as("4 % is not yet well again").isEqualTo(MediaHealth.HIGH_LOSS);
    senders.get(RIGHT).lostOfFifty = 0;
    pass(10);
    assertThat(watch.state()).isEqualTo(MediaHealth.GOOD);
    assertThat(told).hasSize(2);
    assertThat(told.getFirst())
        .matches("5[1-9] right \\+5\\.[0-9] % of the packets of the right stream lost over 9 s");
    assertThat(told.getLast()).endsWith("right -loss on the right stream is over");
  }
}
