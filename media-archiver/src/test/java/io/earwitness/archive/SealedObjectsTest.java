package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.archive.crypto.CmsEnvelopeWriter;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.media.Pieces;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.RecordingId;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much of the heap a part of the audio takes while it becomes an object. */
class SealedObjectsTest {
  private static final int LENGTH = 12_345_678;
  private static final int PIECE = 1 << 16;

  private final RecordingId recording = RecordingId.draw(Instant.now());
  private final CmsEnvelopeWriter writer = new CmsEnvelopeWriter(TestKeys.recipients());

  private static Pieces part() {
    byte[] bytes = new byte[LENGTH];
    new Random(1).nextBytes(bytes);
    Pieces part = new Pieces();
    part.write(bytes, 0, LENGTH);
    return part;
  }

  @Test
  void whileAPartIsSealedItIsHeldAboutOnce() throws Exception {
    Pieces plain = part();
    Pieces sealed = new Pieces();
    long[] most = new long[1];
    OutputStream watched =
        new OutputStream() {
          @Override
          public void write(int value) {
            sealed.write(value);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            sealed.write(bytes, offset, length);
            most[0] = Math.max(most[0], plain.size() + sealed.size());
          }
        };
    writer.seal(recording, plain.drain(), LENGTH, watched);
    assertThat(most[0]).isBetween((long) LENGTH, (long) LENGTH + 2 * PIECE);
  }

  @Test
  void whileAnObjectIsPutNothingOfItsPlainContentIsHeldAndNoPieceIsLarge(@TempDir Path folder)
      throws Exception {
    Pieces plain = part();
    List<Integer> pieces = new ArrayList<>();
    try (ObjectStore store = DirectoryStore.open(folder, Clock.systemUTC())) {
      ObjectStore watched =
          new ForwardingStore(store) {
            @Override
            public String put(Bucket bucket, String key, List<byte[]> content) {
              assertThat(plain.size()).isZero();
              content.forEach(piece -> pieces.add(piece.length));
              return super.put(bucket, key, content);
            }
          };
      CommitProtocol protocol =
          new TestArchiver(watched, new ArchivedCalls(), Clock.systemUTC()).protocol;
      SealedObjects objects =
          new SealedObjects(protocol.begin(TestArchiver.TENANT, recording, 0), recording);
      objects.put("media.cms", plain, writer, 7L);
      Manifest.Entry entry = objects.entries().getFirst();
      assertThat(entry.samples()).isEqualTo(7);
      assertThat(entry.ciphertextLength()).isEqualTo(LENGTH);
      assertThat(pieces.stream().mapToLong(size -> size).sum()).isEqualTo(entry.size());
      assertThat(pieces).allMatch(size -> size <= PIECE);
    }
  }

  /** The launcher gives 1 GiB of heap, and two threads archive. */
  @Test
  void twoThreadsNeedWellBelowHalfOfTheHeap() {
    assertThat(2 * (Archiver.PART_BYTES + MediaObjects.PACKETS_BYTES)).isLessThan(300L << 20);
  }
}
