package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.FakeMediaPlane.quality;
import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.StreamDescription;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the watch over running recordings writes, asks and ends. */
class WatchTest extends CallFixture {
  private void watch() throws Exception {
    fixture.server.watch().get(30, TimeUnit.SECONDS);
  }

  /** Looks once, during which the SRC is asked and answers so. */
  private void watch(int answer) throws Exception {
    CompletableFuture<Void> watched = fixture.server.watch();
    SipPeer.Message options = requested("OPTIONS");
    assertThat(options.startLine()).startsWith("OPTIONS sip:src@127.0.0.1:" + peer.localPort());
    answer(options, answer);
    watched.get(30, TimeUnit.SECONDS);
  }

  private void loseConnection() throws Exception {
    peer.close();
    until(() -> fixture.server.withLostConnection() == 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {481, 408})
  void anSrcThatVanishedEndsTheRecordingOnlyAfterTwoHoursWithoutAnySign(int status)
      throws Exception {
    begin(sample());
    fixture.skip(Duration.ofMinutes(119));
    watch();
    assertThat(fixture.server.activeRecordings()).isOne();
    fixture.media.heard =
        List.of(quality(0, 5, 0, "127.0.0.1:40000", Instant.now().plus(Duration.ofMinutes(100))));
    fixture.skip(Duration.ofMinutes(30));
    watch();
    assertThat(fixture.server.activeRecordings()).isOne();
    fixture.skip(Duration.ofMinutes(120));
    watch(status);

    assertThat(capture().isClosed()).isTrue();
    assertThat(fixture.server.activeRecordings()).isZero();
    assertThat(capture().closed().flags()).contains(CallFlag.NO_BYE);
    assertThat(capture().closed().reason())
        .isEqualTo("no media and no SIP for 120 min; the SRC answered OPTIONS with " + status);
    assertThat(capture().summary().flags()).contains(CallFlag.NO_BYE);
    assertThat(peer.receive().startLine()).startsWith("BYE ");
    assertThat(fixture.server.dialogs()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 405, 500})
  void aSilentSrcThatAnswersIsAliveForAnotherTwoHours(int status) throws Exception {
    begin(sample());
    fixture.skip(Duration.ofMinutes(121));
    watch(status);
    assertThat(fixture.server.activeRecordings()).isOne();
    CaptureEvent.Message answer = capture().all(CaptureEvent.Message.class).getLast();
    assertThat(answer.received()).isTrue();
    assertThat(new String(answer.text(), StandardCharsets.UTF_8)).startsWith("SIP/2.0 " + status);
    fixture.skip(Duration.ofMinutes(119));
    watch();
    assertThat(peer.isQuietFor(50)).as("not asked again so soon").isTrue();
    fixture.skip(Duration.ofMinutes(2));
    watch(481);
    assertThat(fixture.server.activeRecordings()).isZero();
  }

  @Test
  void aLostConnectionAloneEndsNothingButWithoutMediaItDoesInAQuarterOfAnHour() throws Exception {
    begin(sample());
    loseConnection();
    fixture.skip(Duration.ofMinutes(14));
    watch();
    assertThat(fixture.server.activeRecordings()).isOne();
    fixture.skip(Duration.ofMinutes(2));
    watch();
    assertThat(fixture.server.activeRecordings()).isZero();
    assertThat(capture().closed().reason())
        .isEqualTo("connection lost and no media for 15 min; the SRC can't be reached");
    assertThat(capture().closed().flags()).contains(CallFlag.NO_BYE);
  }

  @Test
  void aPausedCallIsNotEndedByALostConnection() throws Exception {
    begin(sample().replaceInBody("a=sendonly", "a=inactive"));
    loseConnection();
    fixture.skip(Duration.ofMinutes(60));
    watch();
    assertThat(fixture.server.activeRecordings()).isOne();
  }

  @Test
  void aCallOnHoldByItsMetadataAloneIsNotEndedByALostConnection() throws Exception {
    SipPeer.Message answer = begin(sample());
    String xml = metadataOf("05-reinvite-hold-partial");
    assertThat(request(answer, "UPDATE", 2, XML_TYPE, xml).status()).isEqualTo(200);
    assertThat(capture().timeline())
        .contains(
            "held: held by Bob Client (+12025550102): Alice Trader (+12025550101) is no longer"
                + " heard");
    assertThat(capture().streams()).noneMatch(StreamDescription::paused);
    loseConnection();
    fixture.skip(Duration.ofMinutes(60));
    watch();
    assertThat(fixture.server.activeRecordings()).isOne();
  }

  @Test
  void packetsOfAPausedStreamAreASignOfLife() throws Exception {
    begin(sample().replaceInBody("a=sendonly", "a=inactive"));
    loseConnection();
    fixture.media.heardPaused = Instant.now().plus(Duration.ofMinutes(100));
    fixture.skip(Duration.ofMinutes(219));
    watch();
    assertThat(fixture.server.activeRecordings()).isOne();
    fixture.skip(Duration.ofMinutes(2));
    watch();
    assertThat(fixture.server.activeRecordings()).isZero();
  }

  @Test
  void statisticsAreWrittenEveryTenSeconds() throws Exception {
    begin(sample());
    fixture.media.heard = List.of(quality(0, 500, 0, "127.0.0.1:40000", Instant.now()));
    watch();
    assertThat(capture().all(CaptureEvent.Statistics.class)).isEmpty();
    fixture.skip(Duration.ofSeconds(11));
    watch();
    watch();
    assertThat(capture().all(CaptureEvent.Statistics.class)).hasSize(1);
  }
}
