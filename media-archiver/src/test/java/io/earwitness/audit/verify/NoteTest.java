package io.earwitness.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.audit.tree.Checkpoint;
import io.earwitness.audit.tree.LogSigner;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoteTest {
  /** The key and the note of the documentation of Go's golang.org/x/mod/sumdb/note. */
  private static final String VERIFIER =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

  private static final String TEXT =
      "If you think cryptography is the answer to your problem,\n"
          + "then you don't know what your problem is.\n";
  private static final String SIGNATURE =
      "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";

  private static final String ORIGIN = "test.example/audit/acme";

  private static LogSigner signer() throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    return new LogSigner(keys.getPrivate(), keys.getPublic());
  }

  @Test
  void a_signature_made_by_another_implementation_is_verified() {
    VerifierKey key = VerifierKey.parse(VERIFIER);
    byte[] signature = Base64.getDecoder().decode(SIGNATURE);
    byte[] signed = java.util.Arrays.copyOfRange(signature, 4, signature.length);
    assertThat(key.isNamed("PeterNeumann", java.util.Arrays.copyOf(signature, 4))).isTrue();
    assertThat(key.verifies(TEXT.getBytes(StandardCharsets.UTF_8), signed)).isTrue();
    assertThat(key.verifies((TEXT + "\n").getBytes(StandardCharsets.UTF_8), signed)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Other+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpcT2QcUPDhMQegwxbzhKqiBfsVkmqq",
        "PeterNeumann+xyz+?"
      })
  void what_is_no_verifier_key_is_refused(String text) {
    assertThatThrownBy(() -> VerifierKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no Ed25519 verifier key");
  }

  @Test
  void a_checkpoint_is_opened_whatever_others_signed_it_too() throws Exception {
    LogSigner signer = signer();
    VerifierKey key = VerifierKey.parse(signer.verifierKey(ORIGIN));
    String note = signer.sign(new Checkpoint(ORIGIN, 7, new byte[32]));
    Note opened = Note.open(note + "— witness.example " + SIGNATURE + "\n", key);
    assertThat(opened.treeSize()).isEqualTo(7);
    assertThat(opened.rootHash()).isEqualTo(new byte[32]);
    assertThat(opened.origin()).isEqualTo(ORIGIN);
  }

  @Test
  void a_note_that_was_changed_or_is_of_another_log_or_key_is_rejected() throws Exception {
    LogSigner signer = signer();
    VerifierKey key = VerifierKey.parse(signer.verifierKey(ORIGIN));
    String note = signer.sign(new Checkpoint(ORIGIN, 7, new byte[32]));
    rejected(note.replace("\n7\n", "\n8\n"), key, "its signature is not by the key");
    rejected(note.replace("AAAA=", "AAAE="), key, "its signature is not by the key");
    rejected(
        signer().sign(new Checkpoint(ORIGIN, 7, new byte[32])), key, "it is not signed by the key");
    // The same key signs for other logs, under their names
    rejected(
        signer.sign(new Checkpoint("test.example/audit/globex", 7, new byte[32])),
        key,
        "it is not signed by the key");
    rejected("", key, "it is no signed note");
    rejected(note.strip(), key, "it is no signed note");
    rejected(note + "x\n", key, "is no signature line");
  }

  private static void rejected(String note, VerifierKey key, String why) {
    assertThatThrownBy(() -> Note.open(note, key))
        .isInstanceOf(Note.RejectedException.class)
        .hasMessageContaining(why);
  }
}
