package io.earwitness.recorder.sdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.AnswerMode;
import io.earwitness.call.Codec;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SdpTest {
  private static SessionDescription parse(String... lines) throws SdpException {
    return SdpParser.parse(String.join("\r\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void mediaInheritConnectionAndDirectionOfTheSessionUnlessTheyHaveTheirOwn() throws Exception {
    SessionDescription sdp =
        parse(
            "v=0",
            "o=- 1 1 IN IP4 192.0.2.1",
            "c=IN IP4 192.0.2.1/127",
            "a=sendonly",
            "m=audio 4000/2 RTP/AVP 0",
            "m=audio 4002 RTP/AVP 8",
            "c=IN IP6 2001:db8::1",
            "a=inactive",
            "a=label: x ");
    assertThat(sdp.media().get(0).connection()).isEqualTo("192.0.2.1");
    assertThat(sdp.media().get(0).direction()).isEqualTo(MediaDirection.SENDONLY);
    assertThat(sdp.media().get(0).isPaused()).isFalse();
    assertThat(sdp.media().get(1).connection()).isEqualTo("2001:db8::1");
    assertThat(sdp.media().get(1).isPaused()).isTrue();
    assertThat(sdp.media().get(1).label()).isEqualTo("x");
  }

  @Test
  void withoutADirectionMediaAreSentAndHoldByTheOldWayIsAPause() throws Exception {
    SessionDescription sdp =
        parse("v=0", "c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 0", "m=audio 0 RTP/AVP 0");
    assertThat(sdp.media().getFirst().direction()).isEqualTo(MediaDirection.SENDRECV);
    assertThat(sdp.media().getFirst().isPaused()).isTrue();
  }

  @Test
  void codecsComeFromRtpmapsElseFromTheStaticTable() throws Exception {
    MediaDescription media =
        parse(
                "v=0",
                "m=audio 4000 RTP/AVP 0 18 9 96 97 13 zebra 200",
                "a=rtpmap:96 opus/48000/2",
                "a=fmtp:96 useinbandfec=1; stereo=0",
                "a=rtpmap:97 broken",
                "a=fmtp:18 annexb=no")
            .media()
            .getFirst();
    assertThat(media.codecs())
        .containsExactly(
            new Codec(0, "PCMU", 8000, 1, null),
            new Codec(18, "G729", 8000, 1, "annexb=no"),
            new Codec(9, "G722", 8000, 1, null),
            new Codec(96, "OPUS", 48000, 2, "useinbandfec=1; stereo=0"),
            new Codec(97, "UNKNOWN", 8000, 1, null),
            new Codec(13, "CN", 8000, 1, null));
    assertThat(media.formats()).endsWith("zebra", "200");
  }

  @ParameterizedTest
  @CsvSource({
    "hello, is no 'v=0'",
    "v=0, no 'm=' line",
    "v=0|m=audio, line 2",
    "v=0|m=audio x RTP/AVP 0, line 2 of the SDP: 'x' is no port",
    "v=0|m=audio 70000 RTP/AVP 0, is no port",
  })
  void whatCantBeUsedIsRejectedWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> parse(text.split("\\|")))
        .isInstanceOf(SdpException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theAnswerTakesEveryPayloadTypeAndRejectsWhatCantBeStoredInItsPlace() throws Exception {
    SessionDescription offer =
        parse(
            "v=0",
            "o=- 1 9 IN IP4 192.0.2.1",
            "c=IN IP4 192.0.2.1",
            "m=video 5000 RTP/AVP 96",
            "a=rtpmap:96 H264/90000",
            "a=label:v",
            "m=audio 4000 RTP/AVP 0 98 101",
            "a=rtpmap:98 EVS/16000",
            "a=fmtp:98 br=5.9-24.4",
            "a=rtpmap:101 telephone-event/8000",
            "a=ptime:20",
            "a=sendonly",
            "a=label:33554519",
            "m=audio 4002 RTP/SAVP 0",
            "a=label:s",
            "m=audio 4004 RTP/AVP 0",
            "a=inactive");
    assertThat(offer.media().stream().map(SdpAnswer::canBeStored))
        .containsExactly(true, true, false, true);

    byte[] answer =
        SdpAnswer.write(
            7,
            2,
            InetAddress.getByName("192.0.2.9"),
            offer,
            AnswerMode.ALL_CODECS,
            List.of(0, 10_000, 0, 10_002),
            Map.of(),
            true);

    assertThat(new String(answer, StandardCharsets.UTF_8))
        .isEqualTo(
            String.join(
                    "\r\n",
                    "v=0",
                    "o=- 7 2 IN IP4 192.0.2.9",
                    "s=-",
                    "c=IN IP4 192.0.2.9",
                    "t=0 0",
                    "m=video 0 RTP/AVP 96",
                    "a=label:v",
                    "m=audio 10000 RTP/AVP 0 98 101",
                    "a=rtpmap:98 EVS/16000",
                    "a=fmtp:98 br=5.9-24.4",
                    "a=rtpmap:101 telephone-event/8000",
                    "a=recvonly",
                    "a=label:33554519",
                    "m=audio 0 RTP/SAVP 0",
                    "a=label:s",
                    "m=audio 10002 RTP/AVP 0",
                    "a=inactive")
                + "\r\n");
    SessionDescription again = SdpParser.parse(answer);
    assertThat(again.media().get(1).codecs()).isEqualTo(offer.media().get(1).codecs());
  }
}
