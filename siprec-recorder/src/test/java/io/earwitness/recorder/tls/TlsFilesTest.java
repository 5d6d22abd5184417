package io.earwitness.recorder.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.earwitness.recorder.tls.TlsFilesException.Part;
import io.earwitness.recorder.tls.TlsFilesException.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFilesTest {
  @TempDir private Path folder;
  private TestAuthority authority;
  private TlsFiles.Paths good;
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void issue() throws Exception {
    authority = TestAuthority.create(folder, "ca");
    good = authority.issue("recorder");
    now = Instant.now().plusSeconds(60);
  }

  private List<Problem> problems(TlsFiles.Paths paths) {
    return catchThrowableOfType(TlsFilesException.class, () -> TlsFiles.load(paths, () -> now))
        .problems();
  }

  private static void assertOne(List<Problem> problems, Part part, String... words) {
    assertThat(problems).singleElement().extracting(Problem::part).isEqualTo(part);
    assertThat(problems.getFirst().text()).contains(words);
  }

  private TlsFiles.Paths withKey(@Nullable Path key) {
    return new TlsFiles.Paths(good.certificate(), key, good.trust());
  }

  @Test
  void filesThatBelongTogetherAreTakenWithAnEcOrRsaKeyAndAChain() throws Exception {
    assertThat(TlsFiles.load(good, () -> now).get()).isNotNull();
    Path key = folder.resolve("rsa.key");
    Path certificate = folder.resolve("rsa.pem");
    TestAuthority.openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=rsa",
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString());
    assertThat(TlsFiles.load(new TlsFiles.Paths(certificate, key, null), () -> now).get())
        .isNotNull();
    Files.writeString(
        certificate,
        Files.readString(good.certificate()) + Files.readString(authority.certificate()));
    assertThat(TlsFiles.load(new TlsFiles.Paths(certificate, good.key(), null), () -> now).get())
        .isNotNull();
  }

  @Test
  void whatIsMissingIsNamedAllAtOnce() {
    Path none = folder.resolve("none.pem");
    assertThat(problems(new TlsFiles.Paths(none, none, none)))
        .extracting(Problem::part)
        .containsExactly(Part.CERTIFICATE, Part.KEY, Part.TRUST);
    assertThat(problems(new TlsFiles.Paths(none, none, none)))
        .allSatisfy(problem -> assertThat(problem.text()).contains("none.pem does not exist"));
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    assertOne(
        problems(withKey(authority.issue("other").key())),
        Part.KEY,
        "other.key does not belong to the certificate of CN=recorder");
  }

  @Test
  void aKeyInAnotherFormIsRefusedWithTheWayOut() throws Exception {
    Path old = folder.resolve("old.key");
    TestAuthority.openssl("ec", "-in", String.valueOf(good.key()), "-out", old.toString());
    assertOne(problems(withKey(old)), Part.KEY, "older form", "openssl pkcs8 -topk8");
    TestAuthority.openssl(
        "pkcs8",
        "-topk8",
        "-in",
        String.valueOf(good.key()),
        "-passout",
        "pass:secret",
        "-out",
        old.toString());
    assertOne(problems(withKey(old)), Part.KEY, "under a password");
    assertOne(problems(withKey(authority.certificate())), Part.KEY, "holds no private key");
    Files.writeString(old, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertOne(problems(withKey(old)), Part.KEY, "neither RSA nor EC, or can't be read");
  }

  @Test
  void aCertificateThatIsNotValidNowOrNotInOrderIsRefused() throws Exception {
    Instant today = now;
    now = today.plus(Duration.ofDays(3));
    assertOne(problems(good), Part.CERTIFICATE, "recorder.pem expired at");
    now = today.minus(Duration.ofDays(1));
    assertOne(problems(good), Part.CERTIFICATE, "recorder.pem is not valid before");
    now = today;
    Path chain = folder.resolve("chain.pem");
    Files.writeString(
        chain,
        Files.readString(good.certificate())
            + Files.readString(authority.issue("x").certificate()));
    assertOne(
        problems(new TlsFiles.Paths(chain, good.key(), null)),
        Part.CERTIFICATE,
        "number 1 is not issued by number 2");
    assertOne(
        problems(new TlsFiles.Paths(good.key(), good.key(), null)),
        Part.CERTIFICATE,
        "recorder.key holds no certificate");
  }

  @Test
  void replacedFilesAreTakenAfterTenSecondsAndBrokenOnesNever() throws Exception {
    TlsFiles files = TlsFiles.load(good, () -> now);
    SSLContext first = files.get();
    TlsFiles.Paths next = authority.issue("next");
    replace(next.certificate(), good.certificate());
    now = now.plusSeconds(9);
    assertThat(files.get()).isSameAs(first);
    assertThat(files.isUnusable()).isFalse();
    now = now.plusSeconds(1);
    assertThat(files.get()).as("its key is missing").isSameAs(first);
    assertThat(files.isUnusable()).isTrue();
    assertThat(files.expires()).isAfter(now);
    replace(next.key(), good.key());
    now = now.plusSeconds(10);
    SSLContext second = files.get();
    assertThat(second).isNotSameAs(first);
    assertThat(files.isUnusable()).isFalse();
    now = now.plusSeconds(10);
    assertThat(files.get()).as("nothing has changed").isSameAs(second);
    Files.delete(authority.certificate());
    now = now.plusSeconds(10);
    assertThat(files.get()).isSameAs(second);
  }

  private static void replace(@Nullable Path from, @Nullable Path to) throws Exception {
    Files.copy(
        Objects.requireNonNull(from),
        Objects.requireNonNull(to),
        StandardCopyOption.REPLACE_EXISTING);
  }
}
