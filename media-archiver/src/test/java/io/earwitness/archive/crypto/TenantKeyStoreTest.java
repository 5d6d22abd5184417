package io.earwitness.archive.crypto;

import static io.earwitness.archive.crypto.CmsEnvelopeWriterTest.RECORDING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.TenantSlug;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TenantKeyStoreTest {
  private static final TenantSlug ACME = new TenantSlug("acme");
  private static final TenantSlug GLOBEX = new TenantSlug("globex");
  private static final char[] PASSWORD = "secret".toCharArray();
  private static final KeyUse UNHEARD = (owner, id) -> {};

  @TempDir Path folder;

  private Path file() {
    return folder.resolve(TenantKeyStore.FILE);
  }

  private TenantKeyStore open() throws KeyStoreAccessException {
    return TenantKeyStore.open(file(), PASSWORD, Clock.systemUTC());
  }

  private static byte[] seal(Recipient... recipients) throws CryptoException {
    return new CmsEnvelopeWriter(List.of(recipients)).seal(RECORDING, new byte[] {7}).content();
  }

  @Test
  void generatedKeysOpenWhatWasSealedForThemAlsoAfterReopening() throws IOException {
    TenantKeyStore store = open();
    Recipient rsa = store.generate(ACME, ManagedKeyKind.RSA_3072, "recordings");
    Recipient ec = store.generate(ACME, ManagedKeyKind.EC_P256, "recordings");
    assertThat(rsa.certificate().getSubjectX500Principal().getName())
        .contains("acme recordings rsa-3072");
    TenantKeyStore again = open();
    assertThat(again.certificates(ACME))
        .containsExactlyInAnyOrder(rsa.certificate(), ec.certificate());
    for (Recipient recipient : List.of(rsa, ec)) {
      byte[] envelope = seal(recipient);
      List<String> told = new ArrayList<>();
      try (ContentKey key =
          again.recover(
              ACME, EnvelopeHeader.parse(envelope), (owner, id) -> told.add(owner + " " + id))) {
        assertThat(EnvelopeDecryptor.decrypt(envelope, key)).containsExactly(7);
      }
      assertThat(told).containsExactly("acme " + recipient.id());
    }
  }

  @Test
  void keysAreHandedOutUnderAPasswordAndDestroyedOfOneTenantAlone() throws Exception {
    TenantKeyStore store = open();
    Recipient rsa = store.generate(ACME, ManagedKeyKind.RSA_3072, "recordings");
    Recipient ec = store.generate(ACME, ManagedKeyKind.EC_P256, "recordings");
    Recipient other = store.generate(GLOBEX, ManagedKeyKind.EC_P256, "recordings");
    List<String> told = new ArrayList<>();
    char[] password = "given once".toCharArray();
    byte[] exported = Objects.requireNonNull(store.export(ACME, password, (_, id) -> told.add(id)));
    assertThat(told).containsExactlyInAnyOrder(rsa.id(), ec.id());
    KeyStore taken = KeyStore.getInstance("PKCS12");
    assertThatThrownBy(() -> taken.load(new ByteArrayInputStream(exported), "x".toCharArray()))
        .isInstanceOf(IOException.class);
    taken.load(new ByteArrayInputStream(exported), password);
    assertThat(Collections.list(taken.aliases())).containsExactlyInAnyOrder(rsa.id(), ec.id());

    byte[] envelope = seal(ec);
    assertThat(store.destroy(ACME)).containsExactlyInAnyOrder(rsa.id(), ec.id());
    assertThat(store.destroy(ACME)).isEmpty();
    assertThat(store.export(ACME, password, UNHEARD)).isNull();
    for (TenantKeyStore each : List.of(store, open())) {
      assertThatThrownBy(() -> each.recover(ACME, EnvelopeHeader.parse(envelope), UNHEARD))
          .isInstanceOf(WrongKeyException.class);
      assertThat(each.certificates(GLOBEX)).containsExactly(other.certificate());
    }
    // Whoever took them opens it still
    try (ContentKey key =
        ContentKey.recover(
            EnvelopeHeader.parse(envelope), (PrivateKey) taken.getKey(ec.id(), password))) {
      assertThat(EnvelopeDecryptor.decrypt(envelope, key)).containsExactly(7);
    }
  }

  @Test
  void anEcKeyIsPreferredToAnRsaKey() throws IOException {
    TenantKeyStore store = open();
    Recipient rsa = store.generate(ACME, ManagedKeyKind.RSA_3072, "recordings");
    Recipient ec = store.generate(ACME, ManagedKeyKind.EC_P256, "recordings");
    List<String> told = new ArrayList<>();
    store.recover(ACME, EnvelopeHeader.parse(seal(rsa, ec)), (owner, id) -> told.add(id)).close();
    assertThat(told).containsExactly(ec.id());
  }

  @Test
  void oneTenantsKeyIsNeverUsedForAnother() throws IOException {
    TenantKeyStore store = open();
    Recipient acme = store.generate(ACME, ManagedKeyKind.EC_P256, "recordings");
    store.generate(GLOBEX, ManagedKeyKind.EC_P256, "recordings");
    EnvelopeHeader header = EnvelopeHeader.parse(seal(acme));
    List<String> told = new ArrayList<>();
    assertThatThrownBy(() -> store.recover(GLOBEX, header, (owner, id) -> told.add(id)))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("None of the 1 keys managed for tenant globex");
    assertThatThrownBy(() -> store.exportPem(GLOBEX, acme.id(), UNHEARD))
        .isInstanceOf(KeyStoreAccessException.class)
        .hasMessageContaining("lacks the entry");
    assertThat(told).isEmpty();
  }

  @Test
  void aSlugThatBeginsLikeAnotherSeesOnlyItsOwn() throws IOException {
    TenantKeyStore store = open();
    store.generate(new TenantSlug("acme-2"), ManagedKeyKind.EC_P256, "recordings");
    assertThat(store.certificates(ACME)).isEmpty();
  }

  @Test
  void noKeyIsUsedOrHandedOutWhenTheTrailCannotBeWritten() throws IOException {
    TenantKeyStore store = open();
    Recipient ec = store.generate(ACME, ManagedKeyKind.EC_P256, "recordings");
    EnvelopeHeader header = EnvelopeHeader.parse(seal(ec));
    KeyUse failing =
        (owner, id) -> {
          throw new IllegalStateException("no trail");
        };
    assertThatThrownBy(() -> store.recover(ACME, header, failing)).hasMessage("no trail");
    assertThatThrownBy(() -> store.exportPem(ACME, ec.id(), failing)).hasMessage("no trail");
  }

  @Test
  void anExportedKeyOpensRecordingsInOpenssl() throws IOException {
    TenantKeyStore store = open();
    Recipient ec = store.generate(ACME, ManagedKeyKind.EC_P384, "recordings");
    Files.writeString(folder.resolve("ec.pem"), store.exportPem(ACME, ec.id(), UNHEARD));
    Files.write(folder.resolve("media.cms"), seal(ec));
    OpenSsl.Result result =
        OpenSsl.run(
            folder,
            "cms",
            "-decrypt",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "media.cms",
            "-inkey",
            "ec.pem");
    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output()).containsExactly(7);
  }

  @Test
  void aWrongPasswordIsSaidSoAndTheFileIsPrivate() throws IOException {
    open().generate(ACME, ManagedKeyKind.EC_P256, "recordings");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> TenantKeyStore.open(file(), "wrong".toCharArray(), Clock.systemUTC()))
        .isInstanceOf(KeyStoreAccessException.class)
        .hasMessageContaining("password does not open");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".part"));
    }
  }

  @Test
  void anotherProcessesKeysAreSeenWithoutReopening() throws IOException {
    TenantKeyStore reader = open();
    assertThat(reader.certificates(ACME)).isEmpty();
    Recipient made = open().generate(ACME, ManagedKeyKind.EC_P256, "recordings");
    assertThat(reader.certificates(ACME)).containsExactly(made.certificate());
  }

  @Test
  void concurrentWritersLoseNoKey() throws Exception {
    List<Future<Recipient>> made = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 12; i++) {
        TenantKeyStore own = open();
        made.add(threads.submit(() -> own.generate(ACME, ManagedKeyKind.EC_P256, "recordings")));
      }
    }
    TenantKeyStore store = open();
    for (Future<Recipient> one : made) {
      assertThat(store.certificates(ACME)).contains(one.get().certificate());
    }
    assertThat(store.certificates(ACME)).hasSize(12);
  }

  @Test
  void anUnwritableFolderIsSaidSo() throws IOException {
    TenantKeyStore store =
        TenantKeyStore.open(folder.resolve("missing/tenants.p12"), PASSWORD, Clock.systemUTC());
    assertThatThrownBy(() -> store.generate(ACME, ManagedKeyKind.EC_P256, "recordings"))
        .isInstanceOf(KeyStoreAccessException.class)
        .hasMessageContaining("must be writable");
  }
}
