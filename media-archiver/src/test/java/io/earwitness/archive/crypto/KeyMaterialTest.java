package io.earwitness.archive.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates and private keys as tenants bring them, mostly made by openssl. */
class KeyMaterialTest {
  @TempDir Path folder;

  private void openssl(String... arguments) {
    OpenSsl.Result result = OpenSsl.run(folder, arguments);
    assertThat(result.exitCode()).as(result.errors()).isZero();
  }

  @BeforeEach
  void writeKey() throws IOException {
    for (ManagedKeyKind kind : ManagedKeyKind.values()) {
      TestKeys.write(folder, kind);
    }
  }

  private PrivateKey read(String name) throws IOException {
    return PrivateKeys.read(folder.resolve(name), null);
  }

  @ParameterizedTest
  @EnumSource
  void aKeyWrittenAsPkcs8IsReadAgain(ManagedKeyKind kind) throws IOException {
    assertThat(read(kind.wireName() + ".key")).isEqualTo(TestKeys.privateKey(kind));
  }

  @Test
  void traditionalKeysAreRead() throws IOException {
    openssl("rsa", "-in", "rsa-3072.key", "-traditional", "-out", "rsa.trad");
    assertThat(folder.resolve("rsa.trad")).content().contains("BEGIN RSA PRIVATE KEY");
    assertThat(read("rsa.trad")).isEqualTo(TestKeys.privateKey(ManagedKeyKind.RSA_3072));
    openssl("ec", "-in", "ec-p384.key", "-out", "ec.trad");
    assertThat(folder.resolve("ec.trad")).content().contains("BEGIN EC PRIVATE KEY");
    // openssl adds the public key, so that only the number itself is the same
    assertThat(((ECPrivateKey) read("ec.trad")).getS())
        .isEqualTo(((ECPrivateKey) TestKeys.privateKey(ManagedKeyKind.EC_P384)).getS());
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", "with-parameters.pem");
    assertThat(folder.resolve("with-parameters.pem")).content().contains("BEGIN EC PARAMETERS");
    assertThat(read("with-parameters.pem").getAlgorithm()).isEqualTo("EC");
  }

  @Test
  void encryptedKeysAreReadWithTheirPassword() throws IOException {
    openssl("pkcs8", "-topk8", "-in", "ec-p256.key", "-passout", "pass:abc", "-out", "ec.enc");
    openssl(
        "rsa",
        "-in",
        "rsa-3072.key",
        "-aes256",
        "-passout",
        "pass:abc",
        "-traditional",
        "-out",
        "rsa.enc");
    for (String name : List.of("ec.enc", "rsa.enc")) {
      Path file = folder.resolve(name);
      ManagedKeyKind kind =
          name.startsWith("ec") ? ManagedKeyKind.EC_P256 : ManagedKeyKind.RSA_3072;
      assertThat(PrivateKeys.read(file, "abc".toCharArray())).isEqualTo(TestKeys.privateKey(kind));
      assertThatThrownBy(() -> PrivateKeys.read(file, null))
          .isInstanceOf(UnusableKeyException.class)
          .hasMessageContaining("is encrypted; give its password");
      assertThatThrownBy(() -> PrivateKeys.read(file, "abd".toCharArray()))
          .isInstanceOf(UnusableKeyException.class)
          .hasMessageContaining("password is wrong");
    }
  }

  @Test
  void filesWithoutAUsableKeyAreExplained() throws IOException {
    Files.writeString(folder.resolve("text"), "nothing");
    assertThatThrownBy(() -> read("text"))
        .isInstanceOf(UnusableKeyException.class)
        .hasMessageContaining("holds no private key");
    Files.writeString(
        folder.resolve("cert.pem"), Certificates.pem(TestKeys.certificate(ManagedKeyKind.EC_P256)));
    assertThatThrownBy(() -> read("cert.pem")).hasMessageContaining("holds no private key");
    openssl("genpkey", "-algorithm", "ED25519", "-out", "ed.pem");
    assertThatThrownBy(() -> read("ed.pem"))
        .isInstanceOf(UnusableKeyException.class)
        .hasMessageContaining("RSA and EC keys are supported");
    Files.writeString(
        folder.resolve("bad.pem"),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertThatThrownBy(() -> read("bad.pem")).isInstanceOf(UnusableKeyException.class);
  }

  private Recipient recipient(String... newKey) throws IOException {
    var command =
        new ArrayList<>(
            List.of("req", "-x509", "-nodes", "-subj", "/CN=somebody", "-days", "1", "-keyout"));
    command.addAll(List.of("new.key", "-out", "new.pem"));
    command.addAll(List.of(newKey));
    openssl(command.toArray(String[]::new));
    return Recipient.of(Certificates.read(folder.resolve("new.pem")));
  }

  @Test
  void acceptedCertificatesTellTheirKind() throws IOException {
    assertThat(recipient("-newkey", "rsa:3072").kind()).isEqualTo(Recipient.Kind.RSA_OAEP_SHA256);
    assertThat(recipient("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256").kind())
        .isEqualTo(Recipient.Kind.ECDH_P256_SHA256KDF);
    assertThat(recipient("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384").kind())
        .isEqualTo(Recipient.Kind.ECDH_P384_SHA384KDF);
  }

  @Test
  void unusableCertificatesAreExplained() {
    assertThatThrownBy(() -> recipient("-newkey", "rsa:2048"))
        .isInstanceOf(UnusableKeyException.class)
        .hasMessageContaining("2048 bit")
        .hasMessageContaining("at least 3072");
    assertThatThrownBy(() -> recipient("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"))
        .isInstanceOf(UnusableKeyException.class)
        .hasMessageContaining("P-256 and P-384 are supported");
    assertThatThrownBy(() -> recipient("-newkey", "ed25519"))
        .isInstanceOf(UnusableKeyException.class)
        .hasMessageContaining("supported are RSA of at least 3072 bit and EC");
    assertThatThrownBy(
            () ->
                recipient(
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:P-256",
                    "-addext",
                    "keyUsage=digitalSignature"))
        .isInstanceOf(UnusableKeyException.class)
        .hasMessageContaining("lacks keyAgreement");
  }

  @Test
  void theIdIsOpensslsFingerprint() throws IOException {
    X509Certificate certificate = TestKeys.certificate(ManagedKeyKind.EC_P256);
    Files.writeString(folder.resolve("cert.pem"), Certificates.pem(certificate));
    OpenSsl.Result result =
        OpenSsl.run(folder, "x509", "-in", "cert.pem", "-noout", "-fingerprint", "-sha256");
    assertThat(
            new String(result.output(), StandardCharsets.US_ASCII)
                .strip()
                .replaceAll(".*=|:", "")
                .toLowerCase(Locale.ROOT))
        .isEqualTo(Certificates.id(certificate));
  }

  @Test
  void certificateFilesAreReadStrictly() throws IOException {
    String one = Certificates.pem(TestKeys.certificate(ManagedKeyKind.EC_P256));
    String two = Certificates.pem(TestKeys.certificate(ManagedKeyKind.EC_P384));
    assertThat(Certificates.parseAll("subject=x\n" + one + two, "list")).hasSize(2);
    assertThatThrownBy(() -> Certificates.parse(one + two, "list"))
        .hasMessageContaining("list holds 2 certificates");
    assertThatThrownBy(() -> Certificates.parse("nothing", "list"))
        .hasMessageContaining("list holds no certificate");
    assertThatThrownBy(
            () ->
                Certificates.parse(
                    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "list"))
        .isInstanceOf(UnusableKeyException.class)
        .hasMessageContaining("Certificate 1 in list is invalid");
  }
}
