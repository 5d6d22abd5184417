package io.earwitness.archive.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformKeysTest {
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  private static final Clock CLOCK = Clock.fixed(START, ZoneOffset.UTC);

  @TempDir static Path shared;
  private static Path made;
  private static PlatformKeys keys;

  @TempDir Path temp;

  @BeforeAll
  static void make() throws IOException {
    made = shared.resolve("parent/keys");
    keys = open(made, CLOCK);
  }

  private static PlatformKeys open(Path folder, Clock clock) throws KeyStoreAccessException {
    return PlatformKeys.open(folder, KeyPassword.load(folder, null), clock);
  }

  private Path copy() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("keys"), PrivateFiles.OWNER_ONLY_FOLDER);
    try (Stream<Path> files = Files.list(made)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return folder;
  }

  @Test
  void filesBelongToTheOwnerAlone() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(made)) {
      List<Path> all = files.toList();
      assertThat(all)
          .extracting(file -> file.getFileName().toString())
          .contains("platform.p12", "password", "ca.pem", "capture.pem")
          .noneMatch(name -> name.endsWith(".part"));
      assertThat(all)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
    assertThat(keys.warnings()).isEmpty();
  }

  @Test
  void aSecondStartFindsTheSameKeys() throws Exception {
    PlatformKeys again = open(made, CLOCK);
    assertThat(again.authority()).isEqualTo(keys.authority());
    assertThat(again.signer().certificate()).isEqualTo(keys.signer().certificate());
    assertThat(again.captureCertificate()).isEqualTo(keys.captureCertificate());
    assertThat(again.capturePrivateKey()).isEqualTo(keys.capturePrivateKey());
    assertThat(again.quarantine()).isEqualTo(keys.quarantine());
    assertThat(again.catalogRecovery()).isEqualTo(keys.catalogRecovery());
    assertThat(Certificates.read(made.resolve("ca.pem"))).isEqualTo(keys.authority());
    assertThat(Certificates.read(made.resolve("capture.pem"))).isEqualTo(keys.captureCertificate());
  }

  @Test
  void everyCertificateIsSignedByTheAuthority() throws Exception {
    for (X509Certificate certificate :
        List.of(
            keys.signer().certificate(),
            keys.captureCertificate(),
            keys.quarantine().certificate(),
            keys.catalogRecovery().certificate())) {
      certificate.verify(keys.authority().getPublicKey());
      assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    }
  }

  @Test
  void opensslReadsTheKeyStore() throws IOException {
    OpenSsl.Result result =
        OpenSsl.run(
            made, "pkcs12", "-info", "-in", "platform.p12", "-passin", "file:password", "-noout");
    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.errors()).contains("PBES2", "AES-256-CBC");
  }

  @Test
  void theCaptureKeyUnwrapsWhatItsCertificateWrapped() throws Exception {
    OAEPParameterSpec oaep =
        new OAEPParameterSpec(
            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);
    Cipher wrap = Cipher.getInstance("RSA/ECB/OAEPPadding");
    wrap.init(Cipher.ENCRYPT_MODE, keys.captureCertificate().getPublicKey(), oaep);
    Cipher unwrap = Cipher.getInstance("RSA/ECB/OAEPPadding");
    unwrap.init(Cipher.DECRYPT_MODE, keys.capturePrivateKey(), oaep);
    assertThat(unwrap.doFinal(wrap.doFinal(new byte[] {1, 2, 3}))).containsExactly(1, 2, 3);
  }

  @Test
  void theUseOfARecoveryKeyIsToldBeforehand() throws IOException {
    byte[] envelope =
        new CmsEnvelopeWriter(List.of(keys.catalogRecovery()))
            .seal(CmsEnvelopeWriterTest.RECORDING, new byte[] {7})
            .content();
    EnvelopeHeader header = EnvelopeHeader.parse(envelope);
    List<String> told = new ArrayList<>();
    try (ContentKey key = keys.recover(header, (owner, id) -> told.add(owner + " " + id))) {
      assertThat(EnvelopeDecryptor.decrypt(envelope, key)).containsExactly(7);
    }
    assertThat(told).containsExactly(TenantSlug.PLATFORM + " " + keys.catalogRecovery().id());
    assertThatThrownBy(
            () ->
                keys.recover(
                    header,
                    (owner, id) -> {
                      throw new IllegalStateException("the trail can't be written");
                    }))
        .hasMessage("the trail can't be written");
  }

  @Test
  void anEnvelopeOfATenantIsNotThePlatforms() throws IOException {
    byte[] envelope =
        new CmsEnvelopeWriter(TestKeys.recipients())
            .seal(CmsEnvelopeWriterTest.RECORDING, new byte[] {7})
            .content();
    assertThatThrownBy(() -> keys.recover(EnvelopeHeader.parse(envelope), (owner, id) -> {}))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("neither for catalog recovery nor for quarantine");
  }

  @Test
  void aWrongPasswordIsSaidSo() {
    assertThatThrownBy(() -> PlatformKeys.open(made, "wrong".toCharArray(), CLOCK))
        .isInstanceOf(KeyStoreAccessException.class)
        .hasMessageContaining("The password does not open the key store")
        .hasMessageContaining("platform.p12");
  }

  @Test
  void aLostPasswordIsNotReplacedByANewOne() throws IOException {
    Path folder = copy();
    Files.delete(folder.resolve("password"));
    assertThatThrownBy(() -> open(folder, CLOCK))
        .isInstanceOf(KeyStoreAccessException.class)
        .hasMessageContaining("there is no password");
    assertThat(folder.resolve("password")).doesNotExist();
  }

  @Test
  void aConfiguredPasswordLeavesNoFile() throws IOException {
    Path folder = temp.resolve("configured");
    char[] password = KeyPassword.load(folder, "from the environment".toCharArray());
    assertThat(new String(password)).isEqualTo("from the environment");
    assertThat(folder.resolve("password")).doesNotExist();
    assertThatThrownBy(() -> KeyPassword.load(folder, new char[0])).hasMessageContaining("empty");
  }

  @Test
  void aDamagedStoreIsSaidSo() throws IOException {
    Path folder = copy();
    Files.write(folder.resolve("platform.p12"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> open(folder, CLOCK))
        .isInstanceOf(KeyStoreAccessException.class)
        .hasMessageContaining("can't be read")
        .hasMessageContaining("backup");
  }

  @Test
  void aFolderOpenToOthersIsAWarning() throws IOException {
    Path folder = copy();
    Files.setPosixFilePermissions(
        folder.resolve("password"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(open(folder, CLOCK).warnings())
        .singleElement()
        .asString()
        .contains("chmod go-rwx")
        .contains("password");
  }

  @Test
  void theSigningCertificateIsRenewedBeforeItExpires() throws IOException {
    Path folder = copy();
    Clock later = Clock.offset(CLOCK, Duration.ofDays(10 * 365));
    PlatformKeys renewed = open(folder, later);
    assertThat(renewed.signer().certificate()).isNotEqualTo(keys.signer().certificate());
    assertThat(renewed.signer().certificate().getNotAfter().toInstant())
        .isAfter(later.instant().plus(Duration.ofDays(9 * 365)));
    assertThat(renewed.capturePrivateKey()).isEqualTo(keys.capturePrivateKey());
    assertThat(open(folder, later).signer().certificate())
        .isEqualTo(renewed.signer().certificate());
  }

  @Test
  void anAuthorityAboutToExpireIsAWarningAndAnExpiredOneAnError() throws IOException {
    Path folder = copy();
    Instant end = keys.authority().getNotAfter().toInstant();
    assertThat(open(folder, Clock.fixed(end.minus(Duration.ofDays(60)), ZoneOffset.UTC)).warnings())
        .singleElement()
        .asString()
        .contains("authority")
        .contains("expires on");
    assertThatThrownBy(
            () -> open(folder, Clock.fixed(end.plus(Duration.ofDays(1)), ZoneOffset.UTC)))
        .isInstanceOf(KeyStoreAccessException.class)
        .hasMessageContaining("expired on");
  }
}
