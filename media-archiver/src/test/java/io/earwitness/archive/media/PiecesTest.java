package io.earwitness.archive.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PiecesTest {
  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static Pieces pieces(byte[] bytes) {
    Pieces pieces = new Pieces();
    int step = 50_001;
    for (int at = 0; at < bytes.length; at += step) {
      pieces.write(bytes, at, Math.min(step, bytes.length - at));
    }
    return pieces;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        (1 << 14) - 1,
        1 << 14,
        (1 << 14) + 1,
        Pieces.PIECE - 1,
        Pieces.PIECE,
        Pieces.PIECE + 1,
        3 * Pieces.PIECE,
        3 * Pieces.PIECE + 77
      })
  void whatWasWrittenIsReadAndTakenAndNoPieceIsLarge(int length) throws Exception {
    byte[] bytes = random(length);
    assertThat(pieces(bytes).toByteArray()).isEqualTo(bytes);
    try (InputStream in = pieces(bytes).drain()) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
      assertThat(in.read()).isEqualTo(-1);
    }
    Pieces taken = pieces(bytes);
    Pieces again = new Pieces();
    for (byte[] piece : taken.take()) {
      assertThat(piece.length).isBetween(1, Pieces.PIECE);
      again.write(piece, 0, piece.length);
    }
    assertThat(again.toByteArray()).isEqualTo(bytes);
    assertThat(taken.size()).isZero();
    assertThat(taken.toByteArray()).isEmpty();
  }

  @Test
  void whatIsPutBeforeComesFirst() {
    Pieces pieces = new Pieces();
    pieces.write('c');
    pieces.prepend("ab".getBytes(StandardCharsets.US_ASCII));
    pieces.write('d');
    assertThat(pieces.size()).isEqualTo(4);
    assertThat(pieces.toByteArray()).asString().isEqualTo("abcd");
    assertThat(pieces.sha256())
        .isEqualTo("88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589");
  }

  @Test
  void whatWasReadIsHeldNoLonger() throws Exception {
    Pieces pieces = pieces(random(5 * Pieces.PIECE));
    try (InputStream in = pieces.drain()) {
      assertThat(in.readNBytes(2 * Pieces.PIECE)).hasSize(2 * Pieces.PIECE);
      assertThat(pieces.size()).isEqualTo(3 * Pieces.PIECE);
      assertThat(in.readAllBytes()).hasSize(3 * Pieces.PIECE);
      assertThat(pieces.size()).isZero();
    }
  }
}
