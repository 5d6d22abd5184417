package io.earwitness.archive.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedDataTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final TestAuthority AUTHORITY = new TestAuthority(CLOCK);
  private static final byte[] CONTENT = "{\"a\":1}\r\nnot a text file\n".getBytes(UTF_8);

  private final SignedDataVerifier verifier =
      new SignedDataVerifier(List.of(AUTHORITY.certificate()));

  private void rejected(byte[] message, String... words) {
    assertThatThrownBy(() -> verifier.verify(message))
        .isInstanceOf(SignatureRejectedException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void whatWasSignedIsVerified() throws Exception {
    SignedDataVerifier.Verified verified =
        verifier.verify(AUTHORITY.signer().sign(CONTENT, "place"));
    assertThat(verified.content()).isEqualTo(CONTENT);
    assertThat(verified.hint()).isEqualTo("place");
    assertThat(verified.signedAt()).isEqualTo(NOW);
    assertThat(verified.signer()).isEqualTo(AUTHORITY.signer().certificate());
  }

  @Test
  void opensslVerifiesWithAndWithoutPurpose(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("ca.pem"), Certificates.pem(AUTHORITY.certificate()));
    Files.write(folder.resolve("signed.p7"), AUTHORITY.signer().sign(CONTENT, "place"));
    for (List<String> extra : List.of(List.of("-purpose", "any"), List.<String>of())) {
      var command =
          new ArrayList<>(
              List.of(
                  "openssl",
                  "cms",
                  "-verify",
                  "-binary",
                  "-inform",
                  "DER",
                  "-in",
                  "signed.p7",
                  "-CAfile",
                  "ca.pem",
                  "-attime",
                  Long.toString(NOW.getEpochSecond()),
                  "-cades"));
      command.addAll(extra);
      OpenSsl.Result result = OpenSsl.execute(folder, command);
      assertThat(result.exitCode()).as(result.errors()).isZero();
      assertThat(result.output()).isEqualTo(CONTENT);
    }
  }

  /** Whatever bit is flipped, the message is rejected or says exactly the same. */
  @Test
  void everyFlippedBitIsFound() {
    byte[] signed = AUTHORITY.signer().sign(CONTENT, "place");
    int harmless = 0;
    for (int i = 0; i < signed.length; i++) {
      byte[] changed = signed.clone();
      changed[i] ^= (byte) (1 << (i % 8));
      try {
        SignedDataVerifier.Verified verified = verifier.verify(changed);
        assertThat(verified.content()).isEqualTo(CONTENT);
        assertThat(verified.hint()).isEqualTo("place");
        assertThat(verified.signedAt()).isEqualTo(NOW);
        assertThat(verified.signer()).isEqualTo(AUTHORITY.signer().certificate());
        harmless++;
      } catch (SignatureRejectedException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    // Unsigned are only version numbers, the list of digests and the certificates above the signer
    assertThat(harmless).isLessThan(signed.length / 2);
  }

  @Test
  void changedContentIsSaidToBeChanged() {
    byte[] signed = AUTHORITY.signer().sign(CONTENT, "place");
    int at = indexOf(signed, CONTENT);
    signed[at + 5] ^= 1;
    rejected(signed, "content was changed");
  }

  @Test
  void aStrangersSignatureIsSaidToBeUnknown() {
    rejected(new TestAuthority(CLOCK).signer().sign(CONTENT, "place"), "unknown", "test authority");
  }

  @Test
  void aCertificateForSomethingElseMayNotSign() {
    rejected(AUTHORITY.notASigner().sign(CONTENT, "place"), "may not sign documents");
  }

  @Test
  void aSignatureFromAfterTheCertificatesEndIsRejected() {
    Clock late = Clock.offset(CLOCK, Duration.ofDays(11 * 365));
    rejected(AUTHORITY.signer(late).sign(CONTENT, "place"), "unknown", "at the signing time");
  }

  @Test
  void somethingElseIsSaidToBeNoSignature() throws IOException {
    rejected(CONTENT, "no readable CMS SignedData");
    byte[] signed = AUTHORITY.signer().sign(CONTENT, "place");
    rejected(Arrays.copyOf(signed, signed.length + 1), "no readable CMS SignedData");
    rejected(Arrays.copyOf(signed, signed.length - 1), "no readable CMS SignedData");
    byte[] envelope =
        new CmsEnvelopeWriter(List.of(TestKeys.recipient(ManagedKeyKind.EC_P256)))
            .seal(CmsEnvelopeWriterTest.RECORDING, CONTENT)
            .content();
    rejected(envelope, "not signed");
  }

  @Test
  void aDetachedSignatureIsRejected(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("key.pem"), PrivateKeys.pem(TestKeys.privateKey(ManagedKeyKind.EC_P256)));
    Files.writeString(
        folder.resolve("cert.pem"), Certificates.pem(TestKeys.certificate(ManagedKeyKind.EC_P256)));
    Files.write(folder.resolve("content"), CONTENT);
    OpenSsl.Result result =
        OpenSsl.run(
            folder,
            "cms",
            "-sign",
            "-binary",
            "-in",
            "content",
            "-signer",
            "cert.pem",
            "-inkey",
            "key.pem",
            "-outform",
            "DER");
    assertThat(result.exitCode()).as(result.errors()).isZero();
    rejected(result.output(), "does not hold the signed content");
  }

  @Test
  void aBundleIsSignedSealedAndBoundToItsPlace() throws IOException {
    String place = "acme/journal/2026/11/21/1-7.cms";
    byte[] bundle =
        SealedBundle.seal(
            place,
            CONTENT,
            AUTHORITY.signer(),
            List.of(
                TestKeys.recipient(ManagedKeyKind.RSA_3072),
                TestKeys.recipient(ManagedKeyKind.EC_P256)));
    ContentKeySource keys =
        header -> ContentKey.recover(header, TestKeys.privateKey(ManagedKeyKind.EC_P256));
    assertThat(indexOf(bundle, CONTENT)).isEqualTo(-1);
    assertThat(SealedBundle.open(place, bundle, keys, verifier).content()).isEqualTo(CONTENT);
    assertThatThrownBy(
            () -> SealedBundle.open("acme/journal/2026/11/22/1-7.cms", bundle, keys, verifier))
        .isInstanceOf(SignatureRejectedException.class)
        .hasMessageContaining("was signed for '" + place);
    bundle[bundle.length - 20] ^= 1;
    assertThatThrownBy(() -> SealedBundle.open(place, bundle, keys, verifier))
        .isInstanceOf(IntegrityException.class);
  }

  @Test
  void opensslOpensABundleInTwoSteps(@TempDir Path folder) throws IOException {
    byte[] bundle =
        SealedBundle.seal(
            "place",
            CONTENT,
            AUTHORITY.signer(),
            List.of(TestKeys.recipient(ManagedKeyKind.EC_P256)));
    Files.write(folder.resolve("1-7.cms"), bundle);
    OpenSsl.Result result =
        OpenSsl.run(
            folder,
            "cms",
            "-decrypt",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "1-7.cms",
            "-inkey",
            TestKeys.write(folder, ManagedKeyKind.EC_P256));
    assertThat(result.exitCode()).as(result.errors()).isZero();
    Files.writeString(folder.resolve("ca.pem"), Certificates.pem(AUTHORITY.certificate()));
    Files.write(folder.resolve("1-7.p7"), result.output());
    result =
        OpenSsl.run(
            folder,
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "1-7.p7",
            "-CAfile",
            "ca.pem",
            "-purpose",
            "any",
            "-attime",
            Long.toString(NOW.getEpochSecond()));
    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output()).isEqualTo(CONTENT);
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }
}
