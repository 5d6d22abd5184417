package io.earwitness.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches all of the spool for what was said, and for what the events tell in clear. */
class NoPlainAudioOnDiskTest {
  private static final int PAYLOAD = 160;
  private static final int RTP_HEADER = 12;
  private static final int WINDOW = 8;

  @TempDir Path directory;
  private final List<byte[]> packets = new ArrayList<>();

  NoPlainAudioOnDiskTest() {
    Random random = new Random(711);
    for (int i = 0; i < 400; i++) {
      byte[] packet = new byte[RTP_HEADER + PAYLOAD];
      random.nextBytes(packet);
      packets.add(packet);
    }
  }

  /** How often any aligned eight bytes of any payload occur in any file, at any offset. */
  private int found() throws IOException {
    Set<Long> windows = new HashSet<>();
    for (byte[] packet : packets) {
      for (int at = RTP_HEADER; at < packet.length; at += WINDOW) {
        windows.add((long) FrameHeader.LONG.get(packet, at));
      }
    }
    int found = 0;
    for (Path file : files()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int at = 0; at + WINDOW <= bytes.length; at++) {
        found += windows.contains((long) FrameHeader.LONG.get(bytes, at)) ? 1 : 0;
      }
    }
    return found;
  }

  private boolean containsText(String text) throws IOException {
    for (Path file : files()) {
      byte[] bytes = Files.readAllBytes(file);
      if (new String(bytes, StandardCharsets.ISO_8859_1).contains(text)) {
        return true;
      }
    }
    return false;
  }

  private List<Path> files() throws IOException {
    try (var paths = Files.walk(directory)) {
      return paths.filter(Files::isRegularFile).toList();
    }
  }

  private void call(Sealing sealing, boolean plain) throws Exception {
    CallSummary summary = Spools.summary();
    int expected = packets.size() * PAYLOAD / WINDOW;
    try (SpoolWriter writer =
        SpoolWriter.start(
            SpoolSettings.defaults(directory),
            sealing,
            SpoolSpace.of(directory, 0, Clock.systemUTC()),
            DiskSync::of,
            Clock.systemUTC())) {
      CaptureWriter.Session session = writer.open(summary);
      writer.refuse(Spools.refused("no codec"), null);
      for (byte[] packet : packets) {
        Spools.put(session, 0, 1, packet);
      }
      Spools.await("all of it on disk", () -> bytes(summary) > packets.size() * 172L);
      assertThat(found()).as("while the call runs").isEqualTo(plain ? expected : 0);
      session.close(Spools.closed());
    }
    assertThat(found()).as("after the call").isEqualTo(plain ? expected : 0);
    assertThat(containsText("sbc.example.com")).isEqualTo(plain);
  }

  private long bytes(CallSummary summary) {
    try {
      long bytes = 0;
      for (Path segment : Spools.segments(directory, summary.id())) {
        bytes += Files.size(segment);
      }
      return bytes;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void theSpoolHoldsNoPlainAudio() throws Exception {
    call(new GcmSealing(TestCaptureKey.key().certificate()), false);
  }

  @Test
  void thisSearchWouldFindPlainAudio() throws Exception {
    call(new NoSealing(), true);
  }

  /** The positive control: frames in clear. */
  private static final class NoSealing implements Sealing {
    @Override
    public byte[] certificateId() {
      return new byte[32];
    }

    @Override
    public SegmentSeal begin() {
      return new SegmentSeal() {
        @Override
        public byte[] wrappedSecret() {
          return new byte[384];
        }

        @Override
        public int seal(
            byte[] digest, long sequence, byte[] plain, int length, byte[] out, int at) {
          System.arraycopy(plain, 0, out, at + FrameHeader.SIZE, length);
          int tag = at + FrameHeader.SIZE + length;
          Arrays.fill(out, tag, tag + FrameHeader.TAG_SIZE, (byte) 0);
          return length + FrameHeader.TAG_SIZE;
        }
      };
    }
  }
}
