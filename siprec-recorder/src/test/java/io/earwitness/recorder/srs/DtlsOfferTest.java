package io.earwitness.recorder.srs;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.dtls.DtlsTerms;
import io.earwitness.recorder.dtls.Fingerprint;
import io.earwitness.recorder.rtp.StreamTerms;
import io.earwitness.recorder.sip.SipPeer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Offers of keys by DTLS (RFC 5763), their answers, and what the media plane is told. */
class DtlsOfferTest extends CallFixture {
  private static final String THEIRS = "sha-256 " + "0C:".repeat(31) + "0C";
  private static final String CRYPTO =
      "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:" + "A".repeat(40);

  private SipPeer.Message invite(String... lines) throws Exception {
    peer.send(
        SampleInvite.load("01-rfc8068-basic-two-mlines")
            .withBody(
                "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                    + String.join("\r\n", lines)
                    + "\r\n")
            .replaceInHead("multipart/mixed;boundary=rs-part-9c1", "application/sdp")
            .bytes(peer));
    return peer.receiveFinal();
  }

  private StreamTerms terms(int stream) {
    return Objects.requireNonNull(fixture.media.terms.get(stream));
  }

  private static List<String> lines(SipPeer.Message answer) {
    return answer
        .bodyText()
        .lines()
        .filter(line -> line.matches("m=.*|a=(fingerprint|setup|crypto).*"))
        .map(line -> line.replaceFirst("^(m=audio) \\d+", "$1"))
        .toList();
  }

  @Test
  void aFingerprintIsAnsweredWithOursAndTheOtherRole() throws Exception {
    SipPeer.Message answer =
        invite(
            "a=fingerprint:" + THEIRS,
            "a=setup:actpass",
            "m=audio 40000 UDP/TLS/RTP/SAVP 0",
            "m=audio 40002 UDP/TLS/RTP/SAVPF 0",
            "a=setup:passive",
            "a=fingerprint:md5 " + "AA:".repeat(15) + "AA",
            "a=fingerprint:" + THEIRS.replace("0C", "0D"));
    assertThat(answer.status()).isEqualTo(200);
    String ours = "a=fingerprint:" + FakeMediaPlane.FINGERPRINT;
    assertThat(lines(answer))
        .containsExactly(
            "m=audio UDP/TLS/RTP/SAVP 0",
            ours,
            "a=setup:passive",
            "m=audio UDP/TLS/RTP/SAVPF 0",
            ours,
            "a=setup:active");
    assertThat(terms(0).dtls())
        .isEqualTo(
            new DtlsTerms(false, List.of(Objects.requireNonNull(Fingerprint.parse(THEIRS)))));
    assertThat(terms(1).dtls())
        .isEqualTo(
            new DtlsTerms(
                true,
                List.of(Objects.requireNonNull(Fingerprint.parse(THEIRS.replace("0C", "0D"))))));
    assertThat(terms(0).theirKey()).isNull();
  }

  @Test
  void aCryptoLineThatCanBeUsedIsPreferredToAFingerprint() throws Exception {
    SipPeer.Message answer =
        invite(
            "a=fingerprint:" + THEIRS,
            "a=setup:actpass",
            "m=audio 40000 RTP/SAVP 0",
            CRYPTO,
            "m=audio 40002 UDP/TLS/RTP/SAVP 0",
            CRYPTO,
            "m=audio 40004 RTP/SAVPF 0",
            "a=crypto:1 F8_128_HMAC_SHA1_80 inline:AAAA");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(terms(0).dtls()).isNull();
    assertThat(terms(0).theirKey()).isNotNull();
    assertThat(terms(1).dtls()).isNull();
    assertThat(terms(1).theirKey()).isNotNull();
    assertThat(terms(2).dtls()).isNotNull();
    assertThat(lines(answer).get(1)).startsWith("a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:");
    assertThat(lines(answer)).filteredOn(line -> line.startsWith("a=crypto")).hasSize(2);
    assertThat(lines(answer)).filteredOn(line -> line.startsWith("a=setup")).hasSize(1);
  }

  @Test
  void withoutAFingerprintThatCanBeReadThereIsNothingToRecord() throws Exception {
    SipPeer.Message answer =
        invite("m=audio 40000 UDP/TLS/RTP/SAVP 0", "a=fingerprint:sha-256 AA:BB");
    assertThat(answer.status()).isEqualTo(488);
    assertThat(answer.header("Warning")).contains("no fingerprint that can be read");
  }
}
