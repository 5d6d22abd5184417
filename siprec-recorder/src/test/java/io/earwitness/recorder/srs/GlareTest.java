package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.Party;
import io.earwitness.call.StreamDescription;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that cross, come late, or are answered oddly. */
class GlareTest extends CallFixture {
  private static final String OFFER =
      sdp("m=audio 40000 RTP/AVP 0", "a=label:1", "m=audio 40006 RTP/AVP 0", "a=label:2");
  private static final String HOLE =
      metadata("partial", "<participantstreamassoc participant_id='nobody'/>");

  @Test
  void anOfferWhileOursHasNoAnswerIsAnswered491AndTakenAfterIt() throws Exception {
    SipPeer.Message dialog = begin(sample());
    peer.send(inCall(dialog, "INVITE", 2, "", ""));
    SipPeer.Message ours = finalOf("2 INVITE");
    assertThat(ours.bodyText()).contains("m=audio 10000");
    assertThat(request(dialog, "UPDATE", 3, SDP_TYPE, OFFER).status()).isEqualTo(491);
    assertThat(request(dialog, "UPDATE", 4, XML_TYPE, metadataOf(BASIC)).status())
        .as("metadata alone is no offer")
        .isEqualTo(200);
    assertThat(request(dialog, "INVITE", 5, SDP_TYPE, OFFER).status()).isEqualTo(491);
    assertThat(capture().timeline().getLast()).contains("was refused with 491");
    assertThat(capture().streams().get(1).remotePort()).isEqualTo(40_002);

    peer.send(inCall(dialog, "ACK", 2, SDP_TYPE, OFFER.replace("40006", "40004")));
    until(() -> capture().streams().get(1).remotePort() == 40_004);
    assertThat(request(dialog, "UPDATE", 6, SDP_TYPE, OFFER).status()).isEqualTo(200);
    assertThat(capture().streams().get(1).remotePort()).isEqualTo(40_006);
  }

  @Test
  void anAckWithoutAnAnswerToALaterOfferOfOursChangesNothing() throws Exception {
    SipPeer.Message dialog = begin(sample());
    List<StreamDescription> before = capture().streams();
    request(dialog, "INVITE", 2);
    untilTold("the SRC's ACK holds no answer to our offer; the streams stay as they were");
    assertThat(capture().streams()).isEqualTo(before);
    assertThat(request(dialog, "INVITE", 3, SDP_TYPE, OFFER).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPDATE", "INVITE"})
  void aChangeBeforeTheAnswerToTheOneBeforeIsAnswered500AndToBeTriedAgain(String method)
      throws Exception {
    SipPeer.Message dialog = begin(sample());
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    fixture.captures.beforeAppend =
        event -> {
          if (event instanceof CaptureEvent.Message message
              && new String(message.text(), StandardCharsets.UTF_8).startsWith("UPDATE ")) {
            arrived.countDown();
            await(gate);
          }
        };
    peer.send(inCall(dialog, "UPDATE", 2, SDP_TYPE, OFFER));
    await(arrived);
    fixture.captures.beforeAppend = event -> {};
    peer.send(inCall(dialog, method, 3, BOTH_TYPE, both(OFFER, metadataOf(BASIC))));
    // On the same connection and thus behind it: once this is answered, that has arrived
    peer.send(otherOptions());
    finalOf("1 OPTIONS");
    gate.countDown();
    assertThat(finalOf("2 UPDATE").status()).isEqualTo(200);
    SipPeer.Message refused = finalOf("3 " + method);
    assertThat(refused.status()).isEqualTo(500);
    assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(0, 10);
    if (method.equals("INVITE")) {
      acknowledge(refused);
    }
    untilTold("a change that came before the one before it was answered was refused with 500");
    assertThat(kept()).contains("CSeq: 3 " + method);
    // Its metadata is not lost: all of it is asked for, at the latest with the next change
    answer(requested("UPDATE"), 200);
    assertThat(request(dialog, method, 4, SDP_TYPE, OFFER).status()).isEqualTo(200);
  }

  /** Outside of the call. */
  private byte[] otherOptions() {
    return ("OPTIONS sip:srs@127.0.0.1 SIP/2.0\r\n"
            + peer.via("elsewhere")
            + "From: <sip:src@127.0.0.1>;tag=9\r\nTo: <sip:srs@127.0.0.1>\r\n"
            + "Call-ID: elsewhere\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whileOurUpdateHasNoAnswerTheSrcsOffersAreTaken() throws Exception {
    SipPeer.Message dialog = begin(sample());
    request(dialog, "UPDATE", 2, XML_TYPE, HOLE);
    SipPeer.Message ours = requested("UPDATE");
    assertThat(request(dialog, "INVITE", 3, SDP_TYPE, OFFER).status()).isEqualTo(200);
    assertThat(request(dialog, "UPDATE", 4, SDP_TYPE, OFFER).status()).isEqualTo(200);
    answer(ours, 200);
    assertThat(capture().streams().get(1).remotePort()).isEqualTo(40_006);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 405, 481, 500, 603, 0})
  void howeverAByeOfOursIsAnsweredOrNeverThePortsAreFreeAndTheOutcomeStands(int status)
      throws Exception {
    SipPeer.Message dialog = invite(sample("text/plain", ""));
    acknowledge(dialog);
    SipPeer.Message bye = requested("BYE");
    if (status != 0) {
      answer(bye, status);
    }
    until(() -> fixture.server.activeRecordings() == 0);
    assertThat(fixture.media.open).hasValue(0);
    assertThat(fixture.server.dialogs()).isZero();
    assertThat(capture().all(CaptureEvent.Closed.class)).hasSize(1);
    assertThat(capture().closed().reason()).startsWith("the SRC's ACK holds no answer");
    until(() -> fixture.heard.contains("closed " + capture().id()));
    assertThat(fixture.heard).filteredOn(what -> what.startsWith("closed")).hasSize(1);
    assertThat(kept()).contains("BYE sip:src@127.0.0.1");
    List<String> refused = capture().deviations().stream().map(f -> f.detail()).toList();
    if (status == 405 || status == 500 || status == 603) {
      assertThat(refused).contains("BYE answered with " + status);
      assertThat(kept()).contains("SIP/2.0 " + status + " X");
    } else {
      assertThat(refused).noneMatch(detail -> detail.startsWith("BYE answered"));
    }
    // One that goes on all the same is told that there is nothing
    assertThat(request(dialog, "UPDATE", 2).status()).isEqualTo(481);
    assertThat(request(dialog, "BYE", 3).status()).isEqualTo(481);
  }

  @Test
  void aCancelAfterThe200IsAnswered200AndTheRecordingGoesOn() throws Exception {
    SampleInvite invite = sample();
    SipPeer.Message answer = begin(invite);
    String text = new String(invite.bytes(peer), StandardCharsets.ISO_8859_1);
    peer.send(
        text.substring(0, text.indexOf("Content-Type"))
                .replace("INVITE sip", "CANCEL sip")
                .replace("1 INVITE", "1 CANCEL")
                .replace("Require: siprec\r\n", "")
            + "Content-Length: 0\r\n\r\n");
    assertThat(finalOf("1 CANCEL").status()).isEqualTo(200);
    assertThat(request(answer, "OPTIONS", 2).status()).isEqualTo(200);
    assertThat(fixture.server.activeRecordings()).isOne();
    assertThat(capture().isClosed()).isFalse();
  }

  @Test
  void malformedContactsInRepliesAndRequestsCostNothing() throws Exception {
    SipPeer.Message dialog =
        begin(sample().replaceInHead("Contact: <([^>]*)>;\\+sip.src", "Contact: <<$1>;+sip.src>"));
    fixture.skip(Duration.ofMinutes(121));
    var watched = fixture.server.watch();
    SipPeer.Message options = requested("OPTIONS");
    assertThat(options.startLine()).startsWith("OPTIONS sip:src@127.0.0.1:" + peer.localPort());
    answer(options, 200, "Contact: <<sip:src@127.0.0.1:5060>;+sip.src>");
    watched.get(30, TimeUnit.SECONDS);
    assertThat(fixture.server.activeRecordings()).isOne();
    assertThat(kept()).contains("Contact: <<sip:src@127.0.0.1:5060>;+sip.src>");
    request(dialog, "UPDATE", 2, XML_TYPE, HOLE);
    SipPeer.Message update = requested("UPDATE");
    assertThat(update.startLine()).startsWith("UPDATE sip:src@127.0.0.1:" + peer.localPort());
    answer(update, 200, "Contact: <<sip:src@127.0.0.1:5060>;+sip.src>");
    until(() -> capture().all(CaptureEvent.Message.class).size() == 9);
  }

  @Test
  void anUpdateMayHoldAnOfferMetadataBothOrNothing() throws Exception {
    SipPeer.Message dialog = begin(sdpOnly());
    SipPeer.Message offered = request(dialog, "UPDATE", 2, SDP_TYPE, OFFER);
    assertThat(offered.bodyText()).contains("m=audio 10000", "m=audio 10002");
    assertThat(capture().streams().get(1).remotePort()).isEqualTo(40_006);
    String alice =
        metadata(
            "complete",
            "<participant participant_id='a'><nameID aor='tel:+12025550101'/></participant>");
    // As Avaya's SBC sends it: the older type, no session description
    SipPeer.Message bare = request(dialog, "UPDATE", 3, "application/rs-metadata", alice);
    assertThat(bare.status()).isEqualTo(200);
    assertThat(bare.body()).isEmpty();
    until(() -> capture().summary().parties().size() == 1);
    assertThat(capture().summary().parties().getFirst().number()).isEqualTo("+12025550101");
    SipPeer.Message withBoth =
        request(
            dialog,
            "UPDATE",
            4,
            BOTH_TYPE,
            both(OFFER.replace("40006", "40010"), metadataOf(BASIC)));
    assertThat(withBoth.bodyText()).contains("m=audio 10002");
    assertThat(capture().streams().get(1).remotePort()).isEqualTo(40_010);
    until(() -> capture().summary().parties().stream().anyMatch(GlareTest::isBob));
    SipPeer.Message empty = request(dialog, "UPDATE", 5);
    assertThat(empty.status()).isEqualTo(200);
    assertThat(empty.body()).isEmpty();
  }

  private static boolean isBob(Party party) {
    return "Bob Client".equals(party.name());
  }

  @Test
  void aSessionTimerIsNotAskedForAndEndsNoRecording() throws Exception {
    SipPeer.Message answer =
        begin(
            sample()
                .replaceInHead(
                    "Require: siprec\r\n",
                    "Require: siprec\r\nSupported: timer\r\nMin-SE: 90\r\n"
                        + "Session-Expires: 90;refresher=uac\r\n"));
    assertThat(answer.headers().first("Session-Expires")).isEmpty();
    fixture.skip(Duration.ofMinutes(110));
    fixture.server.watch().get(30, TimeUnit.SECONDS);
    assertThat(peer.isQuietFor(50)).isTrue();
    assertThat(fixture.server.activeRecordings()).isOne();
    // A refresh is answered like any other
    assertThat(request(answer, "UPDATE", 2).status()).isEqualTo(200);
  }

  @Test
  void optionsAreAnsweredInAndOutOfACall() throws Exception {
    peer.send(otherOptions());
    SipPeer.Message outside = finalOf("1 OPTIONS");
    SipPeer.Message inside = request(begin(sample()), "OPTIONS", 2);
    for (SipPeer.Message answer : List.of(outside, inside)) {
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Allow")).contains("INVITE", "UPDATE", "INFO");
      assertThat(answer.header("Accept")).contains("application/rs-metadata+xml");
      assertThat(answer.header("Supported")).isEqualTo("siprec");
      assertThat(answer.header("Contact")).contains(";+sip.srs");
    }
    assertThat(kept()).contains("OPTIONS sip:srs@127.0.0.1").doesNotContain("elsewhere");
  }
}
