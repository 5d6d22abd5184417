package io.earwitness.archive.crypto;

import static io.earwitness.archive.crypto.CmsEnvelopeWriterTest.RECORDING;
import static io.earwitness.archive.crypto.CmsEnvelopeWriterTest.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.RecordingId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifiedRangeTest {
  private static final int BLOCK = 65536;
  private static final int SIZE = 3 * 1024 * 1024 + 1;

  private final byte[] plaintext = random(SIZE);
  private final CmsEnvelopeWriter.Sealed sealed = seal(plaintext);

  private static CmsEnvelopeWriter.Sealed seal(byte[] plaintext) {
    try {
      return new CmsEnvelopeWriter(List.of(TestKeys.recipient(ManagedKeyKind.EC_P256)))
          .seal(RECORDING, plaintext);
    } catch (CryptoException e) {
      throw new AssertionError(e);
    }
  }

  private static VerifiedRange range(CmsEnvelopeWriter.Sealed sealed, RangeSource source)
      throws IOException {
    EnvelopeHeader header = EnvelopeHeader.parse(source, sealed.envelope());
    try (ContentKey key = ContentKey.recover(header, TestKeys.privateKey(ManagedKeyKind.EC_P256))) {
      return new VerifiedRange(RECORDING, sealed.envelope(), key, source);
    }
  }

  @Test
  void thousandRandomRangesAreEqual() throws IOException {
    VerifiedRange range = range(sealed, RangeSource.of(sealed.content()));
    Random random = new Random(42);
    for (int i = 0; i < 1000; i++) {
      int length = random.nextInt(200_000);
      int offset = random.nextInt(SIZE - length + 1);
      byte[] target = new byte[length + 2];
      range.read(offset, target, 1, length);
      assertThat(Arrays.copyOfRange(target, 1, length + 1))
          .as("%d bytes from %d", length, offset)
          .isEqualTo(Arrays.copyOfRange(plaintext, offset, offset + length));
      assertThat(target[0]).isZero();
      assertThat(target[length + 1]).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65535, 65536, 65537, 131_072})
  void wholeContentsOfAnySizeAreEqual(int size) throws IOException {
    byte[] content = random(size);
    CmsEnvelopeWriter.Sealed small = seal(content);
    VerifiedRange range = range(small, RangeSource.of(small.content()));
    assertThat(range.length()).isEqualTo(size);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    range.transferTo(0, size, out);
    assertThat(out.toByteArray()).isEqualTo(content);
  }

  @Test
  void bytesAroundEveryBlockBoundaryAreEqual() throws IOException {
    VerifiedRange range = range(sealed, RangeSource.of(sealed.content()));
    for (int boundary = BLOCK; boundary < SIZE; boundary += BLOCK) {
      for (int offset = boundary - 17; offset <= Math.min(boundary + 17, SIZE - 1); offset++) {
        byte[] target = new byte[Math.min(33, SIZE - offset)];
        range.read(offset, target, 0, target.length);
        assertThat(target).isEqualTo(Arrays.copyOfRange(plaintext, offset, offset + target.length));
      }
    }
  }

  @Test
  void onlyTheBlocksNeededAreFetchedAndTheFirstOneAlone() throws IOException {
    List<long[]> fetched = new ArrayList<>();
    RangeSource counting =
        (offset, target, position, length) -> {
          fetched.add(new long[] {offset, length});
          RangeSource.of(sealed.content()).read(offset, target, position, length);
        };
    VerifiedRange range = range(sealed, counting);
    long start = sealed.envelope().ciphertextOffset();
    fetched.clear();
    range.read(10 * BLOCK + 5, new byte[100], 0, 100);
    assertThat(fetched)
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(new long[] {start + 10 * BLOCK, BLOCK});
    fetched.clear();
    range.transferTo(0, SIZE, new ByteArrayOutputStream());
    assertThat(fetched.stream().map(f -> f[1]))
        .containsExactly(
            1L * BLOCK,
            2L * BLOCK,
            4L * BLOCK,
            8L * BLOCK,
            8L * BLOCK,
            8L * BLOCK,
            8L * BLOCK,
            8L * BLOCK,
            1L * BLOCK + 1);
  }

  @Test
  void aChangedBlockIsRefusedAndItsNeighboursAreNot() throws IOException {
    byte[] changed = sealed.content().clone();
    int start = (int) sealed.envelope().ciphertextOffset();
    changed[start + 7 * BLOCK + 99] ^= 1;
    VerifiedRange range = range(sealed, RangeSource.of(changed));
    byte[] target = new byte[1];
    assertThatThrownBy(() -> range.read(7 * BLOCK, target, 0, 1))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("Block 7 ")
        .hasMessageContaining(sealed.envelope().blockSha256(7));
    range.read(7 * BLOCK - 1, target, 0, 1);
    assertThat(target[0]).isEqualTo(plaintext[7 * BLOCK - 1]);
    range.read(8 * BLOCK, target, 0, 1);
    assertThat(target[0]).isEqualTo(plaintext[8 * BLOCK]);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThatThrownBy(() -> range.transferTo(0, SIZE, out)).isInstanceOf(IntegrityException.class);
    assertThat(out.size()).isLessThanOrEqualTo(7 * BLOCK);
    assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(plaintext, out.size()));
  }

  @Test
  void blocksInAnotherOrderAreRefused() throws IOException {
    byte[] changed = sealed.content().clone();
    int start = (int) sealed.envelope().ciphertextOffset();
    System.arraycopy(sealed.content(), start, changed, start + BLOCK, BLOCK);
    System.arraycopy(sealed.content(), start + BLOCK, changed, start, BLOCK);
    VerifiedRange range = range(sealed, RangeSource.of(changed));
    assertThatThrownBy(() -> range.read(0, new byte[1], 0, 1))
        .isInstanceOf(IntegrityException.class);
  }

  @Test
  void anotherRecordingsManifestIsRefused() throws IOException {
    EnvelopeHeader header = EnvelopeHeader.parse(sealed.content());
    RecordingId other = RecordingId.draw(Instant.EPOCH);
    try (ContentKey key = ContentKey.recover(header, TestKeys.privateKey(ManagedKeyKind.EC_P256))) {
      assertThatThrownBy(
              () ->
                  new VerifiedRange(
                      other, sealed.envelope(), key, RangeSource.of(sealed.content())))
          .isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  void rangesOutsideTheContentAreRefused() throws IOException {
    VerifiedRange range = range(sealed, RangeSource.of(sealed.content()));
    assertThatThrownBy(() -> range.read(SIZE, new byte[1], 0, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> range.read(-1, new byte[1], 0, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> range.read(0, new byte[1], 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    range.read(SIZE, new byte[0], 0, 0);
  }

  @Test
  void manyThreadsReadAtOnce() throws Exception {
    VerifiedRange range = range(sealed, RangeSource.of(sealed.content()));
    var wrong = new ConcurrentLinkedQueue<Integer>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int offset = i * 40_000;
        all.add(
            threads.submit(
                () -> {
                  byte[] target = new byte[100_000];
                  range.read(offset, target, 0, target.length);
                  if (!Arrays.equals(
                      target, Arrays.copyOfRange(plaintext, offset, offset + target.length))) {
                    wrong.add(offset);
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(wrong).isEmpty();
  }
}
