package io.earwitness.archive;

import io.earwitness.archive.report.Reporter;
import io.earwitness.archive.rescue.RescueCopier;
import io.earwitness.archive.rescue.RescueStore;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.capture.SealedSegments;
import io.earwitness.capture.SpoolReader;
import io.earwitness.capture.SpoolSettings;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.capture.TestCaptureKey;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** A recorder with its reporter in a small process: takes one long call as fast as it can. */
final class LongCallChild {
  private LongCallChild() {}

  /** Arguments: a folder, and how many packets. Prints what became of them. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int packets = Integer.parseInt(arguments[1]);
    Path spool = Files.createDirectory(folder.resolve("spool"));
    SpoolSettings usual = SpoolSettings.defaults(spool);
    SpoolSettings settings =
        new SpoolSettings(
            spool,
            usual.segmentBytes(),
            usual.sealInterval(),
            usual.syncInterval(),
            4L * 1024 * 1024);
    SpoolReader captures = new SpoolReader(spool, List.of(TestCaptureKey.key()));
    InMemoryCatalog catalog = new InMemoryCatalog();
    CallSummary call = TestCalls.live(TestCalls.TENANT);
    try (ObjectStore store =
            DirectoryStore.open(
                Files.createDirectory(folder.resolve("data")), InstantSource.system());
        SpoolWriter writer =
            SpoolWriter.start(
                settings, TestCaptureKey.key().certificate(), InstantSource.system());
        Reporter reporter =
            new Reporter(
                captures,
                catalog,
                (reported, findings) -> {},
                "node-1",
                id -> {},
                new Reporter.Settings(Duration.ofMillis(50), Duration.ofMillis(50)));
        RescueCopier copier =
            new RescueCopier(
                "node-1",
                captures,
                new SealedSegments(spool),
                catalog,
                new RescueStore(store),
                InstantSource.system())) {
      reporter.start();
      copier.start(Duration.ofMillis(100));
      CaptureWriter.Session session = writer.open(call);
      session.append(new CaptureEvent.Streams(TestCalls.START, TestCalls.streams()));
      take(session, packets);
      session.close(new CaptureEvent.Closed(TestCalls.START, "BYE", List.of()));
      TestCalls.await(
          "the end is reported",
          () -> {
            CallSummary known = catalog.call(call.id());
            return known != null && known.state() == CallState.CLOSED;
          });
      long spooled = captures.list().stream().mapToLong(CaptureReader.Entry::bytes).sum();
      TestCalls.await("all is copied", () -> copied(store) >= spooled);
      long[] read = new long[1];
      captures.read(
          call.id(),
          new CaptureReader.Visitor() {
            @Override
            public void event(CaptureEvent event) {}

            @Override
            public void packet(int stream, long nanos, byte[] packet, int offset, int length) {
              read[0]++;
            }
          });
      System.out.println("read " + read[0] + " of " + spooled + " bytes");
    }
  }

  private static void take(CaptureWriter.Session session, int packets) throws Exception {
    byte[] packet = new byte[172];
    packet[0] = (byte) 0x80;
    MemorySegment source = MemorySegment.ofArray(packet);
    for (int i = 0; i < packets; i++) {
      packet[2] = (byte) (i >> 8);
      packet[3] = (byte) i;
      while (session.isCongested() || !session.packet(i % 2, i, source, 0, packet.length)) {
        Thread.sleep(1);
      }
    }
  }

  private static long copied(ObjectStore store) {
    return store.list(Bucket.WORK, ObjectKeys.RESCUES).stream()
        .mapToLong(ObjectStore.Version::size)
        .sum();
  }
}
