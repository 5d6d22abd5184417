package io.earwitness.audit.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LogSignerTest {
  /** The key pair of the documentation of Go's golang.org/x/mod/sumdb/note. */
  private static final String VERIFIER =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

  private static final String SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

  private static KeyPair documented() throws Exception {
    KeyFactory factory = KeyFactory.getInstance("Ed25519");
    byte[] seed = Base64.getDecoder().decode(SEED);
    PrivateKey privateKey =
        factory.generatePrivate(
            new EdECPrivateKeySpec(
                NamedParameterSpec.ED25519, Arrays.copyOfRange(seed, 1, seed.length)));
    byte[] spki = HexFormat.of().parseHex("302a300506032b6570032100" + "00".repeat(32));
    byte[] key = Base64.getDecoder().decode(VERIFIER.split("\\+", 3)[2]);
    System.arraycopy(key, 1, spki, 12, 32);
    PublicKey publicKey = factory.generatePublic(new X509EncodedKeySpec(spki));
    return new KeyPair(publicKey, privateKey);
  }

  @Test
  void a_verifier_key_is_written_as_others_write_it() throws Exception {
    KeyPair keys = documented();
    assertThat(new LogSigner(keys.getPrivate(), keys.getPublic()).verifierKey("PeterNeumann"))
        .isEqualTo(VERIFIER);
  }

  @Test
  void a_checkpoint_is_a_note_whose_signature_covers_its_text_and_names_its_key() throws Exception {
    KeyPair keys = documented();
    LogSigner signer = new LogSigner(keys.getPrivate(), keys.getPublic());
    byte[] root = new byte[32];
    Arrays.fill(root, (byte) 0xfb);
    String note = signer.sign(new Checkpoint("earwitness.local/audit/acme", 42, root));
    String text = "earwitness.local/audit/acme\n42\n+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=\n";
    String line = "\n— earwitness.local/audit/acme ";
    assertThat(note).startsWith(text + line).endsWith("\n");
    byte[] signed =
        Base64.getDecoder().decode(note.substring(text.length() + line.length()).strip());
    assertThat(signed).hasSize(68);
    assertThat(HexFormat.of().formatHex(signed, 0, 4))
        .isEqualTo(signer.verifierKey("earwitness.local/audit/acme").split("\\+", 3)[1]);
    Signature ed25519 = Signature.getInstance("Ed25519");
    ed25519.initVerify(keys.getPublic());
    ed25519.update(text.getBytes(StandardCharsets.UTF_8));
    assertThat(ed25519.verify(Arrays.copyOfRange(signed, 4, 68))).isTrue();
  }

  /** The test vector of {@code docs/formats/audit-log.md}, signed there by OpenSSL. */
  @Test
  void the_documented_log_has_the_documented_checkpoint() throws Exception {
    KeyPair keys = documented();
    LogSigner signer = new LogSigner(keys.getPrivate(), keys.getPublic());
    List<byte[]> leaves =
        Stream.of(
                "0f32a0ba55a94a48432600c60ffb5e92e7070b9769adef6ce6be406639a4218e",
                "a94dd4d3c2c6d2548ca4e560d72727bab5d795500191f5b85579130dd3b14603",
                "656d3e8f544238cdf6e32d640f51ba0914959b14edd7a52d0b8b99ab4c8ac6c6")
            .map(HexFormat.of()::parseHex)
            .toList();
    MerkleTree tree =
        new MerkleTree(
            (level, first, count) -> leaves.subList((int) first, (int) first + count), 3);
    String origin = "earwitness.local/audit/acme";
    assertThat(signer.verifierKey(origin))
        .isEqualTo(origin + "+9cba23c6+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    assertThat(signer.sign(new Checkpoint(origin, 3, tree.root())))
        .isEqualTo(
            """
            earwitness.local/audit/acme
            3
            w87tjVKueDbFr/oAmVSf+V5r5ppQ1Ii6QeWXDtw3zfE=

            — earwitness.local/audit/acme nLojxvkndNl1rKADGKPzEYWEuvsZGkgs9AR+Ah5BgFvlXYb2EDuOH2Z9ez8wR00ubfGZg9xFc0TYJdBU3/QuTEMF9gg=
            """);
  }

  @Test
  void names_that_would_break_a_note_and_keys_of_another_kind_are_refused() throws Exception {
    for (String name : new String[] {"", "a b", "a+b", "a\nb"}) {
      assertThatThrownBy(() -> new Checkpoint(name, 1, new byte[32]))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new Checkpoint("a", 1, new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
    KeyPair ec = KeyPairGenerator.getInstance("EC").generateKeyPair();
    assertThatThrownBy(() -> new LogSigner(ec.getPrivate(), ec.getPublic()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Ed25519");
  }
}
