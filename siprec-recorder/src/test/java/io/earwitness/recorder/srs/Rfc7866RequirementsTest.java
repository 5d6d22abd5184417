package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import io.earwitness.call.StreamDescription;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.rtp.StreamPulse;
import io.earwitness.recorder.rtp.StreamTerms;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a session recording server must do by RFC 7866 and its companions, one test for each point
 * of signalling, and below what SRCs in the field were seen to need. What takes more than one test
 * is elsewhere: row 8 (snapshot requests) in {@link SnapshotRequestTest}, row 12 (keys in SDP) in
 * {@link SrtpOfferTest}, row 16 (what is not stored) in {@code MetadataPolicyTest} and {@code
 * OmittedMetadataTest}, row 18 (persistent sessions) in {@link PersistentSessionTest}, refusals in
 * {@link RefusalsTest}, odd answers and crossing requests in {@link GlareTest}.
 *
 * <p>Of row 11, whose tests need sockets: symmetric RTP is in {@code
 * MediaPlaneContract.onlyTheOfferedAddressIsHeardAndItsFirstPort} and {@code SourceLatchTest},
 * symmetric RTCP in {@code RtcpReceptionTest.reportsGoWhereTheOfferSaysOrNowhere}, another SSRC of
 * the same CNAME in {@code RtcpReceptionTest.anotherSourceOfTheSameNameIsToldAsTheSameSender}, loss
 * in {@code StreamAccountingTest}, a mixer's CSRCs and keepalives in {@code Rfc7866MediaTest}, and
 * there, too, what row 13 asks for by RTCP.
 */
class Rfc7866RequirementsTest extends CallFixture {
  private static List<String> mediaLines(SipPeer.Message answer) {
    return answer.bodyText().lines().filter(line -> line.startsWith("m=")).toList();
  }

  /** RFC 7866 §6.1.1, §6.2; the older and odder signs are those of SRCs in the field. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Require: siprec",
        "Supported: timer, siprec",
        "Contact: <sip:src@127.0.0.1>;+sip.src",
        "Contact: <sip:src@127.0.0.1>;src",
        "Contact: <sip:src@127.0.0.1;+sip.src>",
        "X-Cisco-Recording-Participant: sip:1@b;media-index=0"
      })
  void row_01_any_sign_of_a_recording_session_is_enough(String sign) throws Exception {
    SampleInvite invite = sdpOnly().replaceInHead("Require: siprec\r\n", "");
    invite.replaceInHead(
        "Contact: [^\r]*",
        sign.startsWith("Contact") ? sign : "Contact: <sip:src@127.0.0.1>\r\n" + sign);
    assertThat(invite(invite).status()).isEqualTo(200);
  }

  @Test
  void row_02_our_contact_says_that_we_are_a_recording_server() throws Exception {
    SipPeer.Message answer = begin(sample());
    for (SipPeer.Message one :
        List.of(
            answer,
            request(answer, "INVITE", 2, SDP_TYPE, sdp("m=audio 40000 RTP/AVP 0")),
            request(answer, "UPDATE", 3),
            request(answer, "OPTIONS", 4))) {
      assertThat(one.header("Contact")).endsWith(";+sip.srs");
    }
  }

  @Test
  void row_03_metadata_alone_needs_no_multipart() throws Exception {
    SipPeer.Message dialog = begin(sdpOnly());
    assertThat(request(dialog, "UPDATE", 2, XML_TYPE, metadataOf(BASIC)).status()).isEqualTo(200);
    until(() -> capture().summary().tenant().equals(ServerFixture.ACME));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/rs-metadata+xml",
        "application/rs-metadata",
        "Application/RS-Metadata+XML; charset=utf-8"
      })
  void row_04_both_names_of_the_metadata_type_are_taken(String type) throws Exception {
    begin(sample().replaceInBody("application/rs-metadata+xml", type));
    assertThat(capture().summary().flags()).isEmpty();
    assertThat(capture().summary().parties()).hasSize(2);
  }

  @Test
  void row_05_metadata_without_its_disposition_is_known_by_its_type() throws Exception {
    begin(sample().replaceInBody("Content-Disposition: recording-session\r\n", ""));
    assertThat(capture().summary().parties()).hasSize(2);
  }

  @Test
  void row_06_all_m_lines_are_answered() throws Exception {
    SipPeer.Message answer =
        begin(
            sample(
                SDP_TYPE,
                sdp(
                    "m=audio 40000 RTP/AVP 0",
                    "a=sendonly",
                    "m=video 40004 RTP/AVP 99",
                    "m=audio 40002 RTP/AVP 8",
                    "a=inactive",
                    "m=audio 0 RTP/AVP 0",
                    "m=application 9 TCP/BFCP *")));
    assertThat(mediaLines(answer))
        .containsExactly(
            "m=audio 10000 RTP/AVP 0",
            "m=video 10002 RTP/AVP 99",
            "m=audio 10004 RTP/AVP 8",
            "m=audio 0 RTP/AVP 0",
            "m=application 0 TCP/BFCP *");
    assertThat(answer.bodyText().lines().filter(line -> line.matches("a=(recvonly|inactive)")))
        .containsExactly("a=recvonly", "a=recvonly", "a=inactive");
    assertThat(answer.bodyText()).doesNotContain("sendrecv", "sendonly");
  }

  @Test
  void row_07_labels_are_answered_as_offered_and_lead_to_the_parties() throws Exception {
    SipPeer.Message answer =
        begin(
            sample()
                .replaceInBody("a=label:1", "a=label:x")
                .replaceInBody("a=label:2", "a=label:1")
                .replaceInBody("a=label:x", "a=label:2"));
    assertThat(answer.bodyText().lines().filter(line -> line.startsWith("a=label")))
        .containsExactly("a=label:2", "a=label:1");
    CallSummary call = capture().summary();
    assertThat(call.parties()).extracting(Party::side).contains(Side.RIGHT, Side.LEFT);
    Party alice =
        call.parties().stream()
            .filter(p -> "Alice Trader".equals(p.name()))
            .findFirst()
            .orElseThrow();
    assertThat(alice.side())
        .as("Alice has label 1, which is the second m-line")
        .isEqualTo(Side.RIGHT);
  }

  @Test
  void row_09_metadata_is_taken_from_invite_update_re_invite_and_bye_in_order() throws Exception {
    SipPeer.Message dialog = begin(sample());
    request(dialog, "UPDATE", 2, XML_TYPE, named("Ann"));
    request(dialog, "INVITE", 3, XML_TYPE, named("Beth"));
    request(dialog, "BYE", 4, XML_TYPE, named("Cleo"));
    until(() -> capture().isClosed());
    assertThat(capture().timeline())
        .containsSubsequence(
            "note: Bob Client (+12025550102) is now Ann (+12025550102)",
            "note: Ann (+12025550102) is now Beth (+12025550102)",
            "note: Beth (+12025550102) is now Cleo (+12025550102)");
    assertThat(capture().summary().parties()).extracting(Party::name).contains("Cleo");
  }

  private static String named(String name) {
    return metadata(
        "partial",
        "<participant participant_id='%s'><nameID aor='sip:+12025550102@example.net'>"
                .formatted(BOB)
            + "<name>"
            + name
            + "</name></nameID></participant>");
  }

  @Test
  void row_10_port_0_removes_a_stream_its_m_line_is_used_again_and_inactive_pauses_it()
      throws Exception {
    SipPeer.Message dialog = begin(sample());
    request(dialog, "INVITE", 2, SDP_TYPE, sdp("m=audio 0 RTP/AVP 0", "m=audio 40002 RTP/AVP 0"));
    assertThat(capture().streams().getFirst().localPort()).isZero();
    request(
        dialog,
        "INVITE",
        3,
        SDP_TYPE,
        sdp("m=audio 40020 RTP/AVP 0", "m=audio 40002 RTP/AVP 0", "a=inactive"));
    assertThat(capture().streams())
        .extracting(StreamDescription::remotePort)
        .containsExactly(40_020, 40_002);
    assertThat(capture().streams())
        .extracting(StreamDescription::paused)
        .containsExactly(false, true);
    request(
        dialog,
        "INVITE",
        4,
        SDP_TYPE,
        sdp("m=audio 40020 RTP/AVP 0", "m=audio 40002 RTP/AVP 0", "a=sendonly"));
    assertThat(capture().timeline())
        .containsSubsequence(
            "stream-changed: left stream removed",
            "stream-changed: left stream added",
            "stream-paused: right stream paused",
            "stream-resumed: right stream resumed");
  }

  private static final String[] VIDEO = {
    "m=audio 40000 RTP/AVP 0",
    "a=label:1",
    "m=audio 40002 RTP/AVP 0",
    "a=label:2",
    "m=video 40004 RTP/AVPF 99 100",
    "a=rtpmap:99 H264/90000",
    "a=rtcp-fb:99 ccm fir",
    "a=rtcp-fb:99 ccm tmmbr",
    "a=rtcp-fb:* nack pli",
    "a=rtcp-fb:7 ccm fir",
    "a=label:3"
  };

  @Test
  void row_13_requests_for_full_frames_are_agreed_on_where_rtcp_has_feedback() throws Exception {
    SipPeer.Message answer = begin(sample(SDP_TYPE, sdp(VIDEO)));
    assertThat(mediaLines(answer).getLast()).isEqualTo("m=video 10004 RTP/AVPF 99 100");
    assertThat(answer.bodyText().lines().filter(line -> line.startsWith("a=rtcp-fb")))
        .containsExactly("a=rtcp-fb:99 ccm fir", "a=rtcp-fb:* nack pli");
    assertThat(terms(2).fullIntraRequest()).isTrue();
    assertThat(terms(2).pictureLoss()).isTrue();
    assertThat(terms(0).fullIntraRequest()).isFalse();
    // In our own words they stay
    SipPeer.Message own = request(answer, "INVITE", 2);
    assertThat(own.bodyText()).contains("m=video 10004 RTP/AVPF 99", "a=rtcp-fb:99 ccm fir");

    SipPeer.Message plain =
        request(answer, "INVITE", 3, SDP_TYPE, sdp(VIDEO).replace("RTP/AVPF", "RTP/AVP"));
    assertThat(plain.bodyText()).doesNotContain("rtcp-fb");
    assertThat(terms(2).fullIntraRequest()).isFalse();
  }

  @Test
  void row_13_who_takes_no_request_by_rtcp_is_asked_by_info() throws Exception {
    SipPeer.Message dialog =
        begin(
            sample(SDP_TYPE, sdp(VIDEO).replace("RTP/AVPF", "RTP/AVP"))
                .replaceInHead("Allow: [^\r]*", "$0, INFO"));
    wantFrames(1);
    SipPeer.Message info = requested("INFO");
    assertThat(info.header("Content-Type")).isEqualTo("application/media_control+xml");
    assertThat(info.bodyText()).contains("<to_encoder><picture_fast_update/></to_encoder>");
    assertThat(info.header("Call-ID")).isEqualTo(dialog.header("Call-ID"));
    answer(info, 200);
    until(() -> kept().contains("picture_fast_update") && kept().contains("SIP/2.0 200 X"));
    // Not again for the same, nor too soon
    wantFrames(1);
    wantFrames(2);
    assertThat(peer.isQuietFor(50)).isTrue();
    fixture.skip(Duration.ofSeconds(10));
    fixture.server.watch();
    answer(requested("INFO"), 415);
    untilTold("the SRC answered the request for a full video frame with 415");
    fixture.skip(Duration.ofSeconds(10));
    wantFrames(3);
    assertThat(peer.isQuietFor(50)).as("who doesn't know it is asked no more").isTrue();
    assertThat(fixture.server.activeRecordings()).isOne();
  }

  @Test
  void row_13_who_allows_no_info_either_is_not_asked_and_that_is_told() throws Exception {
    begin(
        sample(SDP_TYPE, sdp(VIDEO).replace("RTP/AVPF", "RTP/AVP"))
            .replaceInHead("Allow: [^\r]*", "Allow: INVITE, ACK, BYE"));
    wantFrames(1);
    untilTold("a full video frame is needed, and the SRC can't be asked for it");
    assertThat(peer.isQuietFor(50)).isTrue();
  }

  private static String[] secureVideo(String profile) {
    SrtpKey key = SrtpKey.draw(SrtpSuite.AEAD_AES_256_GCM, new SecureRandom());
    List<String> lines = new ArrayList<>(List.of(VIDEO));
    int video = lines.indexOf("m=video 40004 RTP/AVPF 99 100");
    lines.set(video, "m=video 40004 " + profile + " 99 100");
    lines.add(video + 1, "a=crypto:1 %s %s".formatted(key.suite(), key.inline()));
    return lines.toArray(String[]::new);
  }

  @Test
  void row_13_requests_for_full_frames_are_agreed_on_where_the_stream_is_srtp() throws Exception {
    SipPeer.Message answer = begin(sample(SDP_TYPE, sdp(secureVideo("RTP/SAVPF"))));
    assertThat(mediaLines(answer).getLast()).isEqualTo("m=video 10004 RTP/SAVPF 99 100");
    assertThat(answer.bodyText().lines().filter(line -> line.startsWith("a=rtcp-fb")))
        .containsExactly("a=rtcp-fb:99 ccm fir", "a=rtcp-fb:* nack pli");
    assertThat(terms(2).fullIntraRequest()).isTrue();
    assertThat(terms(2).pictureLoss()).isTrue();
    assertThat(terms(2).theirKey()).isNotNull();
    assertThat(terms(2).ownKey()).isNotNull();
  }

  @Test
  void row_13_who_sends_srtp_and_takes_no_request_by_rtcp_is_asked_by_info() throws Exception {
    begin(
        sample(SDP_TYPE, sdp(secureVideo("RTP/SAVP"))).replaceInHead("Allow: [^\r]*", "$0, INFO"));
    assertThat(terms(2).fullIntraRequest()).isFalse();
    wantFrames(1);
    SipPeer.Message info = requested("INFO");
    assertThat(info.bodyText()).contains("<to_encoder><picture_fast_update/></to_encoder>");
    answer(info, 200);
  }

  private StreamTerms terms(int stream) {
    return Objects.requireNonNull(fixture.media.terms.get(stream));
  }

  private void wantFrames(long count) {
    Instant now = Instant.now();
    fixture.media.pulses = List.of(new StreamPulse(2, now, count, 0, null, false, count));
    fixture.server.watch();
  }

  @Test
  void row_13_a_party_is_heard_on_the_audio_of_the_streams_that_it_sends() throws Exception {
    String xml =
        metadataOf(BASIC)
            .replace(
                "</recording>",
                "<stream stream_id='video-1' session_id='%s'><label>3</label></stream></recording>"
                    .formatted(SESSION))
            .replaceFirst(
                "<send>" + java.util.regex.Pattern.quote(LEFT_STREAM) + "</send>",
                "<send>" + LEFT_STREAM + "</send><send>video-1</send>");
    begin(sample(BOTH_TYPE, both(sdp(VIDEO), xml)));
    assertThat(capture().summary().parties())
        .extracting(Party::side)
        .containsExactlyInAnyOrder(Side.LEFT, Side.RIGHT);
    assertThat(capture().summary().flags()).doesNotContain(CallFlag.METADATA_LABEL_MISMATCH);
  }

  @Test
  void row_14_the_same_ids_from_another_recording_session_are_no_error() throws Exception {
    begin(sample());
    try (SipPeer other = fixture.peer(Transport.TCP)) {
      other.send(
          sample()
              .replaceInHead("Call-ID: [^\r]*", "Call-ID: another@src")
              .replaceInHead("branch=[^;\r]*", "$0-other")
              .bytes(other));
      assertThat(other.receiveFinal().status()).isEqualTo(200);
    }
    until(() -> fixture.server.activeRecordings() == 2);
    assertThat(fixture.captures.captures)
        .allSatisfy(capture -> assertThat(capture.summary().parties()).hasSize(2))
        .allSatisfy(capture -> assertThat(capture.summary().flags()).isEmpty());
  }

  @Test
  void row_14_one_id_on_two_elements_costs_no_audio() throws Exception {
    begin(sample().replaceInBody(BOB, ALICE));
    assertThat(fixture.server.activeRecordings()).isOne();
    assertThat(capture().streams()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<dataMode>partial</dataMode>", "<datamode>partial</datamode>"})
  void row_15_data_mode_is_read_however_it_is_written(String mode) throws Exception {
    SipPeer.Message dialog = begin(sample());
    String xml = named("Ann").replace("<datamode>partial</datamode>", mode);
    request(dialog, "UPDATE", 2, XML_TYPE, xml);
    assertThat(capture().timeline()).noneMatch(line -> line.startsWith("left: "));
  }

  @Test
  void row_15_a_document_without_data_mode_is_complete() throws Exception {
    SipPeer.Message dialog = begin(sample());
    String xml = named("Ann").replace("<datamode>partial</datamode>", "");
    request(dialog, "UPDATE", 2, XML_TYPE, xml);
    assertThat(capture().timeline()).contains("left: Alice Trader (+12025550101) left");
  }

  @Test
  void row_17_errors_in_metadata_are_flagged_and_the_recording_goes_on() throws Exception {
    SipPeer.Message dialog = begin(sample());
    assertThat(request(dialog, "UPDATE", 2, XML_TYPE, "<recording><oops").status()).isEqualTo(200);
    until(() -> capture().summary().flags().contains(CallFlag.METADATA_MALFORMED));
    assertThat(fixture.server.activeRecordings()).isOne();
    assertThat(kept()).contains("<recording><oops");
  }

  @Test
  void field_every_payload_type_is_answered_with_its_rtpmap() throws Exception {
    SipPeer.Message answer =
        begin(
            sample(
                SDP_TYPE,
                sdp(
                    "m=audio 40000 RTP/AVP 0 8 96 101",
                    "a=rtpmap:96 opus/48000/2",
                    "a=fmtp:96 useinbandfec=1",
                    "a=rtpmap:101 telephone-event/8000",
                    "a=fmtp:101 0-16")));
    assertThat(mediaLines(answer)).containsExactly("m=audio 10000 RTP/AVP 0 8 96 101");
    assertThat(answer.bodyText())
        .contains(
            "a=rtpmap:96 opus/48000/2",
            "a=fmtp:96 useinbandfec=1",
            "a=rtpmap:101 telephone-event/8000",
            "a=fmtp:101 0-16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"o=- 1 1", "o=- 1 0", "o=- 77 5"})
  void field_what_an_offer_says_counts_not_its_version(String origin) throws Exception {
    SipPeer.Message dialog = begin(sdpOnly());
    String paused =
        sdp("m=audio 40000 RTP/AVP 0", "a=inactive", "m=audio 40002 RTP/AVP 0")
            .replace("o=- 1 1", origin);
    request(dialog, "INVITE", 2, SDP_TYPE, paused);
    assertThat(capture().streams().getFirst().paused()).isTrue();
  }

  @Test
  void field_an_unchanged_re_invite_changes_nothing_and_is_answered_the_same() throws Exception {
    SipPeer.Message dialog = begin(sdpOnly());
    SipPeer.Message again =
        request(
            dialog,
            "INVITE",
            2,
            SDP_TYPE,
            sdp("m=audio 40000 RTP/AVP 0", "m=audio 40002 RTP/AVP 0"));
    assertThat(again.bodyText()).isEqualTo(dialog.bodyText());
    assertThat(capture().all(CaptureEvent.Streams.class)).hasSize(1);
  }

  @Test
  void field_a_bare_invite_whose_cseq_starts_at_2_and_whose_length_precedes_its_type_is_taken()
      throws Exception {
    byte[] invite =
        sdpOnly()
            .replaceInHead("(Allow|Accept|MIME-Version|Date|Session-ID): [^\r]*\r\n", "")
            .replaceInHead("CSeq: 1 ", "CSeq: 2 ")
            .replaceInHead("(Content-Type: [^\r]*\r\n)(Content-Length: [^\r]*\r\n)", "$2$1")
            .bytes(peer);
    String text = new String(invite, StandardCharsets.ISO_8859_1);
    assertThat(text.indexOf("Content-Length")).isLessThan(text.indexOf("Content-Type"));
    peer.send(invite);
    SipPeer.Message answer = peer.receiveFinal();
    assertThat(answer.status()).isEqualTo(200);
    acknowledge(answer);
    assertThat(request(answer, "BYE", 3).status()).isEqualTo(200);
  }

  @Test
  void field_a_call_that_ends_before_our_answer_is_acknowledged_and_hung_up() throws Exception {
    SipPeer.Message answer = invite(sample());
    acknowledge(answer);
    assertThat(request(answer, "BYE", 2).status()).isEqualTo(200);
    until(() -> fixture.server.activeRecordings() == 0);
    assertThat(capture().closed().reason()).isEqualTo("ended by the SRC");
    assertThat(fixture.media.open).hasValue(0);
  }

  @Test
  void field_streams_that_no_metadata_names_are_recorded_and_flagged() throws Exception {
    begin(
        sample(
            BOTH_TYPE,
            both(
                sdp(
                    "m=audio 40000 RTP/AVP 0",
                    "a=label:1",
                    "m=audio 40002 RTP/AVP 0",
                    "a=label:2",
                    "m=audio 40004 RTP/AVP 0",
                    "a=label:3"),
                metadataOf(BASIC))));
    assertThat(capture().streams()).hasSize(3).allMatch(stream -> stream.localPort() != 0);
    assertThat(capture().summary().flags()).containsExactly(CallFlag.METADATA_LABEL_MISMATCH);
  }

  @Test
  void field_times_without_a_colon_in_their_zone_or_none_at_all_cost_nothing() throws Exception {
    begin(
        sample()
            .replaceInBody("2026-11-20T09:30:00Z", "2026-11-20T09:33:19+0000")
            .replaceInBody("<start-time>2026-11-20T09:33:19+0000</start-time>", ""));
    assertThat(capture().summary().flags()).isEmpty();
    assertThat(capture().summary().parties()).hasSize(2);
  }

  @Test
  void field_names_that_are_not_escaped_are_read() throws Exception {
    begin(sample().replaceInBody("Bob Client", "Bob & Co"));
    assertThat(capture().summary().parties()).extracting(Party::name).contains("Bob & Co");
    assertThat(capture().summary().tenant()).isEqualTo(ServerFixture.ACME);
  }
}
