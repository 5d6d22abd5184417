package io.earwitness.recorder.srs;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.rtp.StreamTerms;
import io.earwitness.recorder.sip.SipPeer;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What offers say of RTCP, our answers, and where reports go. */
class RtcpOfferTest extends CallFixture {
  private SipPeer.Message invite(String... lines) throws Exception {
    peer.send(
        SampleInvite.load("01-rfc8068-basic-two-mlines")
            .withBody(
                "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"
                    + String.join("\r\n", lines)
                    + "\r\n")
            .replaceInHead("multipart/mixed;boundary=rs-part-9c1", "application/sdp")
            .bytes(peer));
    SipPeer.Message answer = peer.receiveFinal();
    assertThat(answer.status()).isEqualTo(200);
    return answer;
  }

  private StreamTerms terms(int stream) {
    return Objects.requireNonNull(fixture.media.terms.get(stream));
  }

  private @Nullable String target(int stream) {
    InetSocketAddress target = terms(stream).reportsTo();
    return target == null ? null : target.getAddress().getHostAddress() + ":" + target.getPort();
  }

  @Test
  void reportsGoToThePortAboveOrToTheOneThatIsNamed() throws Exception {
    SipPeer.Message answer =
        invite(
            "m=audio 40000 RTP/AVP 0",
            "m=audio 40002 RTP/AVP 0",
            "a=rtcp:53020",
            "m=audio 40004 RTP/AVP 0",
            "a=rtcp:53022 IN IP4 198.51.100.9",
            "m=audio 40006 RTP/AVP 0",
            "a=rtcp:53024 IN IP4 host.example",
            "m=audio 65535 RTP/AVP 0",
            "m=audio 40008 RTP/AVP 0",
            "c=IN IP4 0.0.0.0");
    assertThat(target(0)).isEqualTo("198.51.100.7:40001");
    assertThat(target(1)).isEqualTo("198.51.100.7:53020");
    assertThat(target(2)).isEqualTo("198.51.100.9:53022");
    assertThat(target(3)).isEqualTo("198.51.100.7:53024");
    assertThat(target(4)).isNull();
    assertThat(target(5)).isNull();
    assertThat(answer.bodyText()).doesNotContain("rtcp-mux");
  }

  @Test
  void aSharedPortIsAnsweredWhereItIsOffered() throws Exception {
    SipPeer.Message answer =
        invite(
            "m=audio 40000 RTP/AVP 0",
            "a=rtcp:40001",
            "a=rtcp-mux",
            "m=audio 40002 RTP/AVP 0",
            "m=video 0 RTP/AVP 99",
            "a=rtcp-mux");
    assertThat(terms(0).rtcpMux()).isTrue();
    assertThat(target(0)).isEqualTo("198.51.100.7:40000");
    assertThat(terms(1).rtcpMux()).isFalse();
    assertThat(answer.bodyText().lines().filter("a=rtcp-mux"::equals)).hasSize(1);
    assertThat(answer.bodyText().indexOf("a=rtcp-mux"))
        .isBetween(answer.bodyText().indexOf("m=audio"), answer.bodyText().lastIndexOf("m=audio"));
  }

  @Test
  void nothingIsReportedToWhomGivesReportsNoBandwidth() throws Exception {
    invite(
        "b=RR:0",
        "m=audio 40000 RTP/AVP 0",
        "m=audio 40002 RTP/AVP 0",
        "b=RR:600",
        "m=audio 40004 RTP/AVP 0",
        "b=AS:64");
    assertThat(target(0)).isNull();
    assertThat(target(1)).isEqualTo("198.51.100.7:40003");
    assertThat(target(2)).isNull();
  }
}
