package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asking an SRC for a full metadata snapshot (RFC 7866 §9.2, RFC 7865 §7). */
class SnapshotRequestTest extends CallFixture {
  private static final String CAROL = "CarolCarolCarolCarolCA==";

  /** Carol, who came by an update that was lost, is put on hold. */
  private static final String HOLE =
      metadata("partial", "<participantstreamassoc participant_id='" + CAROL + "'/>");

  private static final String WHOLE =
      metadata(
          "complete",
          "<session session_id='" + SESSION + "'/>",
          person(ALICE, "+12025550101", "Alice Trader", LEFT_STREAM),
          person(CAROL, "+12025550103", "Carol Desk", RIGHT_STREAM),
          "<stream stream_id='" + LEFT_STREAM + "'><label>1</label></stream>",
          "<stream stream_id='" + RIGHT_STREAM + "'><label>2</label></stream>");

  private static String person(String id, String number, String name, String sends) {
    return ("<participant participant_id='%s'><nameID aor='tel:%s'><name>%s</name></nameID>"
            + "</participant><participantsessionassoc participant_id='%s' session_id='%s'/>"
            + "<participantstreamassoc participant_id='%s'><send>%s</send></participantstreamassoc>")
        .formatted(id, number, name, id, SESSION, id, sends);
  }

  private List<String> methodsAndStatuses() {
    return capture().all(CaptureEvent.Message.class).stream()
        .map(message -> new String(message.text(), StandardCharsets.UTF_8))
        .map(text -> text.startsWith("SIP") ? text.substring(8, 11) : text.split(" ", 2)[0])
        .toList();
  }

  @Test
  void aLostPartialUpdateIsNoticedAndTheSnapshotMakesTheStateRight() throws Exception {
    SipPeer.Message dialog = begin(sample());
    assertThat(request(dialog, "UPDATE", 2, XML_TYPE, HOLE).status()).isEqualTo(200);
    SipPeer.Message asked = requested("UPDATE");
    assertThat(asked.startLine()).startsWith("UPDATE sip:src@127.0.0.1:" + peer.localPort());
    assertThat(asked.header("Content-Type")).isEqualTo(XML_TYPE);
    assertThat(asked.header("Content-Disposition")).isEqualTo("recording-session");
    assertThat(asked.header("To")).isEqualTo(dialog.header("From"));
    assertThat(asked.bodyText())
        .contains("<requestsnapshot xmlns=\"urn:ietf:params:xml:ns:recording:1\">")
        .contains("a partial update refers to the participant " + CAROL);
    answer(asked, 200);
    until(() -> methodsAndStatuses().size() == 7);
    assertThat(methodsAndStatuses())
        .containsExactly("INVITE", "200", "ACK", "UPDATE", "200", "UPDATE", "200");

    assertThat(request(dialog, "UPDATE", 3, XML_TYPE, WHOLE).status()).isEqualTo(200);
    until(() -> names().contains("Carol Desk"));
    assertThat(names()).contains("Alice Trader");
    assertThat(capture().timeline())
        .containsSubsequence(
            "note: the SRC sent a full metadata snapshot, as it was asked to",
            "left: Bob Client (+12025550102) left",
            "joined: Carol Desk (+12025550103) joined on the right");

    // Later partial updates build on the snapshot
    assertThat(request(dialog, "UPDATE", 4, XML_TYPE, HOLE).status()).isEqualTo(200);
    assertThat(capture().timeline().getLast())
        .isEqualTo(
            "held: held by Alice Trader (+12025550101): Carol Desk (+12025550103) is no longer heard");
    fixture.skip(SnapshotNeed.INTERVAL.plusSeconds(1));
    watch();
    assertThat(peer.isQuietFor(100)).as("nothing is missing").isTrue();
  }

  private List<String> names() {
    return capture().summary().parties().stream().map(party -> "" + party.name()).toList();
  }

  /** How many answers of the SRC to a method of ours were kept. */
  private long answersTo(String method) {
    return capture().all(CaptureEvent.Message.class).stream()
        .filter(CaptureEvent.Message::received)
        .map(message -> new String(message.text(), StandardCharsets.UTF_8))
        .filter(text -> text.startsWith("SIP/2.0 ") && text.contains(" " + method + "\r\n"))
        .count();
  }

  private void watch() throws Exception {
    fixture.server.watch().get(30, TimeUnit.SECONDS);
  }

  @Test
  void metadataThatCantBeReadIsAskedForOnceTheDialogStandsInTheTypeThatTheSrcUses()
      throws Exception {
    SipPeer.Message dialog =
        invite(
            SampleInvite.load("06-malformed-xml")
                .replaceInBody("application/rs-metadata+xml", "application/rs-metadata"));
    watch();
    assertThat(peer.isQuietFor(100)).as("not before the ACK").isTrue();
    acknowledge(dialog);
    SipPeer.Message asked = requested("UPDATE");
    assertThat(asked.header("Content-Type")).isEqualTo("application/rs-metadata");
    assertThat(asked.bodyText()).contains("metadata could not be read in full");
    answer(asked, 200);
  }

  @Test
  void itIsAskedAgainAfterTenSecondsAtMostThreeTimes() throws Exception {
    SipPeer.Message dialog = begin(sample());
    int sequence = 2;
    for (int i = 0; i < SnapshotNeed.LIMIT; i++) {
      request(dialog, "UPDATE", sequence++, XML_TYPE, "<recording>&broken");
      answer(requested("UPDATE"), 200);
      int asked = i + 1;
      until(() -> answersTo("UPDATE") == asked);
      assertThat(peer.isQuietFor(50)).isTrue();
      fixture.skip(SnapshotNeed.INTERVAL.plusSeconds(1));
    }
    request(dialog, "UPDATE", sequence, XML_TYPE, "<recording>&broken");
    watch();
    assertThat(peer.isQuietFor(100)).as("not a fourth time").isTrue();
    assertThat(fixture.server.activeRecordings()).isOne();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<participantsessionassoc participant_id='" + ALICE + "' session_id='lost'/>",
        "<participantstreamassoc participant_id='"
            + ALICE
            + "'><send>lost</send>"
            + "</participantstreamassoc>",
        "<participantstreamassoc participant_id='"
            + ALICE
            + "'><recv>lost</recv>"
            + "</participantstreamassoc>"
      })
  void whateverKindOfObjectIsUnknownItIsAHole(String element) throws Exception {
    request(begin(sample()), "UPDATE", 2, XML_TYPE, metadata("partial", element));
    assertThat(requested("UPDATE").bodyText()).contains(" lost, which was never told of");
  }

  @Test
  void aPartialUpdateThatBringsWhatItRefersToHasNoHole() throws Exception {
    SipPeer.Message dialog = begin(sample());
    String joined = person(CAROL, "+12025550103", "Carol Desk", RIGHT_STREAM);
    request(dialog, "UPDATE", 2, XML_TYPE, metadata("partial", joined));
    watch();
    assertThat(peer.isQuietFor(100)).isTrue();
    assertThat(capture().timeline().getLast()).startsWith("joined: Carol Desk");
  }

  @Test
  void whatComesTooSoonIsAskedForLater() throws Exception {
    SipPeer.Message dialog = begin(sample());
    request(dialog, "UPDATE", 2, XML_TYPE, HOLE);
    answer(requested("UPDATE"), 200);
    until(() -> methodsAndStatuses().size() == 7);
    request(dialog, "UPDATE", 3, XML_TYPE, "<recording>&broken");
    assertThat(peer.isQuietFor(100)).isTrue();
    fixture.skip(SnapshotNeed.INTERVAL.plusSeconds(1));
    watch();
    requested("UPDATE");
  }

  @Test
  void anSrcThatAllowsNoUpdateIsNotAskedAndPeopleAreTold() throws Exception {
    SipPeer.Message dialog = begin(sample().replaceInHead(", UPDATE", ""));
    request(dialog, "INVITE", 2, XML_TYPE, HOLE);
    untilTold("the SRC can't be asked for all of it: it does not allow UPDATE");
    watch();
    assertThat(peer.isQuietFor(100)).isTrue();
  }

  @Test
  void anSrcThatNeverSaidWhatItAllowsIsAskedOnceItHasSentAnUpdateItself() throws Exception {
    SipPeer.Message dialog = begin(sample().replaceInHead("Allow: [^\r]*\r\n", ""));
    request(dialog, "INVITE", 2, XML_TYPE, HOLE);
    watch();
    assertThat(peer.isQuietFor(100)).isTrue();
    request(dialog, "UPDATE", 3);
    answer(requested("UPDATE"), 200);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 405, 408, 481, 501, 503})
  void aRefusalCostsNothingButItsLineInTheTimeline(int status) throws Exception {
    SipPeer.Message dialog = begin(sample());
    request(dialog, "UPDATE", 2, XML_TYPE, HOLE);
    answer(requested("UPDATE"), status);
    untilTold("answered the request for a full metadata snapshot with " + status);
    assertThat(kept()).contains("SIP/2.0 " + status + " X");
    assertThat(fixture.server.activeRecordings()).isOne();

    fixture.skip(SnapshotNeed.INTERVAL.plusSeconds(1));
    request(dialog, "UPDATE", 3, XML_TYPE, "<recording>&broken");
    if (status == 405 || status == 501) {
      untilTold("it does not allow UPDATE");
      assertThat(peer.isQuietFor(100)).isTrue();
    } else {
      answer(requested("UPDATE"), 200);
    }
    assertThat(capture().isClosed()).isFalse();
  }

  @Test
  void anSrcThatCantBeReachedCostsNothing() throws Exception {
    SipPeer.Message dialog = begin(sample());
    request(dialog, "UPDATE", 2, XML_TYPE, HOLE);
    answer(requested("UPDATE"), 200);
    until(() -> answersTo("UPDATE") == 1);
    request(dialog, "UPDATE", 3, XML_TYPE, "<recording>&broken");
    peer.close();
    until(() -> fixture.server.withLostConnection() == 1);
    fixture.skip(SnapshotNeed.INTERVAL.plusSeconds(1));
    watch();
    untilTold("the SRC did not answer the request for a full metadata snapshot");
    assertThat(fixture.server.activeRecordings()).isOne();
    assertThat(capture().isClosed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"491", "500"})
  void inGlareTheSameIsAskedAgainALittleLater(String status) throws Exception {
    SipPeer.Message dialog = begin(sample());
    request(dialog, "UPDATE", 2, XML_TYPE, HOLE);
    SipPeer.Message first = requested("UPDATE");
    answer(first, Integer.parseInt(status), "Retry-After: 1");
    SipPeer.Message second = requested("UPDATE");
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(sequence(second)).isEqualTo(sequence(first) + 1);
    answer(second, 200);
    until(() -> answersTo("UPDATE") == 2);
  }
}
