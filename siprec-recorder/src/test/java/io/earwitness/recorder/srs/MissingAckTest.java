package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.FakeMediaPlane.quality;
import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.recorder.sip.SipPeer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ACKs that come late or never (RFC 3261 §13.3.1.4), at a T1 of 10 ms. */
class MissingAckTest extends CallFixture {
  @Override
  ServerFixture server() throws IOException {
    return new ServerFixture(config -> config.withT1(Duration.ofMillis(10)));
  }

  private void ended(String reason) throws Exception {
    until(() -> capture().isClosed());
    until(() -> fixture.server.activeRecordings() == 0);
    assertThat(capture().closed().reason()).isEqualTo(reason);
    assertThat(capture().closed().flags()).contains(CallFlag.NO_BYE);
    assertThat(fixture.media.open).hasValue(0);
    assertThat(fixture.server.dialogs()).isZero();
    until(() -> fixture.heard.contains("closed " + capture().id()));
    requested("BYE");
  }

  @Test
  void aLateAckIsTakenAndTheRecordingHasGoneOn() throws Exception {
    fixture.media.heard = List.of(quality(0, 5, 0, "127.0.0.1:40000", Instant.now()));
    SipPeer.Message answer = invite(sample());
    untilTold("note: the SRC never acknowledged our answer");
    acknowledge(answer);
    until(() -> kept().contains("ACK sip:srs"));
    assertThat(fixture.server.activeRecordings()).isOne();
    assertThat(request(answer, "BYE", 2).status()).isEqualTo(200);
    until(() -> capture().isClosed());
    assertThat(capture().closed().reason()).isEqualTo("ended by the SRC");
    assertThat(capture().closed().flags()).doesNotContain(CallFlag.NO_BYE);
  }

  @Test
  void withoutAckAndMediaTheRecordingEndsAndItsPortsAreFree() throws Exception {
    assertThat(invite(sample()).status()).isEqualTo(200);
    ended("no ACK and no media came");
  }

  @Test
  void withoutAckAndThusWithoutAnAnswerToOurOfferItEndsAsWell() throws Exception {
    assertThat(invite(sample(XML_TYPE, metadataOf(BASIC))).status()).isEqualTo(200);
    ended("no ACK came, and with it no answer to our offer");
  }
}
