package io.earwitness.archive.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.audit.tree.Checkpoint;
import io.earwitness.audit.tree.LogSigner;
import io.earwitness.audit.verify.Cosignature;
import io.earwitness.audit.verify.VerifierKey;
import io.earwitness.outbound.TrustFile;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checkpoints of a log of a few leaves, whose tree is made by hand, before a witness. */
class WitnessClientTest {
  private static final byte[] A = leaf(1);
  private static final byte[] B = leaf(2);
  private static final byte[] C = leaf(3);

  private final TestWitness witness = new TestWitness();
  private WitnessClient client;
  private LogSigner signer;

  @BeforeEach
  void start() throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    signer = new LogSigner(keys.getPrivate(), keys.getPublic());
    client = client();
  }

  private WitnessClient client() throws Exception {
    return new WitnessClient(List.of(witness.witness()), TrustFile.load(null));
  }

  @AfterEach
  void stop() {
    client.close();
    witness.close();
  }

  private static byte[] leaf(int content) {
    return hash(new byte[] {0, (byte) content});
  }

  private static byte[] node(byte[] left, byte[] right) {
    byte[] both = new byte[65];
    both[0] = 1;
    System.arraycopy(left, 0, both, 1, 32);
    System.arraycopy(right, 0, both, 33, 32);
    return hash(both);
  }

  private static byte[] hash(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private String note(long size) {
    byte[] root = size == 2 ? node(A, B) : node(node(A, B), C);
    return signer.sign(new Checkpoint("log.example/a", size, root));
  }

  /** RFC 9162 §2.1.4: of two leaves in three the third. */
  private static List<byte[]> proof(long from) {
    return from == 2 ? List.of(C) : List.of();
  }

  private String cosigned(long size) {
    return client.cosigned(note(size), size, WitnessClientTest::proof);
  }

  private static String text(String note) {
    return note.substring(0, note.lastIndexOf("\n\n") + 1);
  }

  @Test
  void aCosignatureIsAppendedAndProvesByItself() throws Exception {
    String two = cosigned(2);
    assertThat(two).startsWith(note(2)).hasLineCount(6);
    VerifierKey key = VerifierKey.ofWitness(witness.key());
    assertThat(Cosignature.find(text(two), two, key).orElseThrow().at())
        .isEqualTo(Instant.ofEpochSecond(1_700_000_000L));
    String three = cosigned(3);
    assertThat(Cosignature.find(text(three), three, key)).isPresent();
    assertThat(witness.answers).containsExactly(200, 200);

    assertThatThrownBy(() -> Cosignature.find(text(three), two, key))
        .as("of another checkpoint")
        .isInstanceOf(Cosignature.ForgedException.class);
    assertThat(Cosignature.find(text(two), note(2), key)).as("there is none").isEmpty();
  }

  @Test
  void aClientThatWasRestartedLearnsFromTheWitnessWhatItKnows() throws Exception {
    cosigned(2);
    client.close();
    client = client();
    assertThat(cosigned(3)).hasLineCount(6);
    assertThat(witness.answers).containsExactly(200, 409, 200);
  }

  @Test
  void aWitnessThatIsAwayOrLiesOrKnowsAnotherTreeIsDoneWithout() throws Exception {
    witness.broken = 503;
    assertThat(cosigned(2)).isEqualTo(note(2));
    witness.broken = 0;
    witness.lying = true;
    assertThat(cosigned(2)).isEqualTo(note(2));
    witness.lying = false;
    witness.size = 7;
    assertThat(cosigned(3)).isEqualTo(note(3));
    witness.close();
    assertThat(cosigned(3)).isEqualTo(note(3));
  }

  @Test
  void whatIsNoWitnessIsNamed() {
    assertThatThrownBy(() -> Witness.parse("https://witness.example"))
        .hasMessageContaining("NAME+ID+KEY");
    assertThatThrownBy(() -> Witness.parse("ftp://witness.example " + witness.key()))
        .hasMessageContaining("no address");
    assertThatThrownBy(
            () -> Witness.parse("https://witness.example " + signer.verifierKey("log.example/a")))
        .as("a log's key")
        .hasMessageContaining("of a witness");
  }
}
