package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.inDialog;
import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSuite;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Offers with keys (RFC 4568), their answers, and what the media plane is told. */
class SrtpOfferTest extends CallFixture {
  private static final SrtpSuite SUITE = SrtpSuite.AEAD_AES_256_GCM;

  private final SrtpKey key = SrtpKey.draw(SUITE, new SecureRandom());

  private static String crypto(int tag, SrtpKey key) {
    return "a=crypto:%d %s %s".formatted(tag, key.suite(), key.inline());
  }

  private SipPeer.Message invite(String... media) throws Exception {
    return invite(sample(SDP_TYPE, sdp(media)));
  }

  private List<String> texts() {
    return fixture.captures.only().all(CaptureEvent.Timeline.class).stream()
        .map(CaptureEvent.Timeline::event)
        .map(TimelineEvent::text)
        .toList();
  }

  private static List<String> lines(SipPeer.Message answer, String start) {
    return answer.bodyText().lines().filter(line -> line.startsWith(start)).toList();
  }

  @Test
  void eachProfileIsAnsweredWithTheSameAndOneCryptoLineOfOurOwn() throws Exception {
    SipPeer.Message answer =
        invite(
            "m=audio 40000 RTP/SAVP 0",
            "a=crypto:1 F8_128_HMAC_SHA1_80 " + key.inline(),
            crypto(11, key).replaceAll("=+$", ""),
            crypto(12, key),
            "m=audio 40002 RTP/SAVPF 0",
            crypto(3, key),
            "m=audio 40004 RTP/AVPF 0",
            "m=audio 40006 RTP/AVP 0",
            crypto(1, key));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(lines(answer, "m=").stream().map(line -> line.split(" ", -1)[2]))
        .containsExactly("RTP/SAVP", "RTP/SAVPF", "RTP/AVPF", "RTP/AVP");
    assertThat(lines(answer, "a=crypto:"))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).doesNotContain(key.inline()))
        .satisfiesExactly(
            line -> assertThat(line).matches("a=crypto:11 AEAD_AES_256_GCM inline:\\S{60}"),
            line -> assertThat(line).matches("a=crypto:3 AEAD_AES_256_GCM inline:\\S{60}"));
    assertThat(fixture.media.keys).isEqualTo(Map.of(0, key, 1, key));
  }

  @Test
  void aStreamWithoutAKeyIsRejectedBesideOneThatCanBeStored() throws Exception {
    SipPeer.Message answer =
        invite(
            "m=audio 40000 RTP/SAVP 0",
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA",
            "m=audio 40002 RTP/SAVP 0",
            crypto(1, key));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(lines(answer, "m=").getFirst()).startsWith("m=audio 0 RTP/SAVP");
    assertThat(fixture.media.keys).isEqualTo(Map.of(1, key));
    assertThat(texts())
        .contains(
            "the left stream is rejected, no crypto line of it can be used: crypto line 1 has a key"
                + " of 3 bytes, AES_CM_128_HMAC_SHA1_80 needs 30",
            "right stream is SRTP, AEAD_AES_256_GCM");
  }

  @Test
  void withoutAnyKeyTheWarningSaysWhy() throws Exception {
    SipPeer.Message answer =
        invite(
            "m=audio 40000 RTP/SAVP 0",
            "a=crypto:1 F8_128_HMAC_SHA1_80 " + key.inline(),
            "m=audio 40002 RTP/SAVP 0");
    assertThat(answer.status()).isEqualTo(488);
    assertThat(answer.header("Warning"))
        .contains("crypto line 1 has unknown suite F8_128_HMAC_SHA1_80")
        .contains("with no crypto line")
        .doesNotContain(key.inline());
  }

  @Test
  void theSameOfferAgainChangesNothingAndANewKeyIsTaken() throws Exception {
    SipPeer.Message answer = invite("m=audio 40000 RTP/SAVP 0", crypto(1, key));
    peer.send(inDialog(peer, answer, "ACK", 1));
    String same = sdp("m=audio 40000 RTP/SAVP 0", crypto(1, key));
    peer.send(inDialog(peer, answer, "INVITE", 2, SDP_TYPE, same));
    SipPeer.Message second = peer.receiveFinal();
    peer.send(inDialog(peer, answer, "ACK", 2));
    assertThat(second.bodyText()).isEqualTo(answer.bodyText());

    SrtpKey next = SrtpKey.draw(SrtpSuite.AES_CM_128_HMAC_SHA1_80, new SecureRandom());
    String changed = sdp("m=audio 40000 RTP/SAVP 0", crypto(1, next));
    peer.send(inDialog(peer, answer, "INVITE", 3, SDP_TYPE, changed));
    SipPeer.Message third = peer.receiveFinal();
    assertThat(lines(third, "a=crypto:").getFirst()).contains("AES_CM_128_HMAC_SHA1_80");
    assertThat(lines(third, "o=")).isNotEqualTo(lines(answer, "o="));
    assertThat(fixture.media.keys).isEqualTo(Map.of(0, next));
    assertThat(texts()).contains("left stream has a new SRTP key, AES_CM_128_HMAC_SHA1_80");
  }

  @Test
  void ourOwnOfferGoesOnUnderOurKeyAndItsAnswerMayBringAnother() throws Exception {
    SipPeer.Message answer = invite("m=audio 40000 RTP/SAVP 0", crypto(4, key));
    peer.send(inDialog(peer, answer, "ACK", 1));
    peer.send(inDialog(peer, answer, "INVITE", 2));
    SipPeer.Message offer = peer.receiveFinal();
    assertThat(lines(offer, "m=").getFirst()).contains("RTP/SAVP");
    assertThat(lines(offer, "a=crypto:")).isEqualTo(lines(answer, "a=crypto:"));

    SrtpKey next = SrtpKey.draw(SUITE, new SecureRandom());
    String body = sdp("m=audio 40000 RTP/SAVP 0", crypto(4, next));
    peer.send(inDialog(peer, answer, "ACK", 2, SDP_TYPE, body));
    until(() -> Objects.equals(fixture.media.keys.get(0), next));
  }
}
