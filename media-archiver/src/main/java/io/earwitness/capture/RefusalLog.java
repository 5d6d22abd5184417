package io.earwitness.capture;

import io.earwitness.call.RecordingId;
import io.earwitness.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes refused INVITEs: sealed like captures, each handed to the kernel at once. Files are small,
 * so that those that reached the catalog go soon. Thread-safe.
 */
final class RefusalLog implements AutoCloseable {
  static final String SUFFIX = ".seg";
  private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);
  private static final long MAX_BYTES = 1024 * 1024;

  private final SpoolWriter spool;
  private @Nullable SegmentWriter segment;

  RefusalLog(SpoolWriter spool) {
    this.spool = spool;
  }

  static Path marker(Path file) {
    return file.resolveSibling(file.getFileName() + "." + SpoolLayout.OPEN);
  }

  synchronized void write(CaptureEvent.Refused refused) throws IOException {
    byte[] json = Json.bytes(refused);
    Chunk chunk = new Chunk(Chunk.EVENT_HEADER + json.length).begin(FrameType.EVENTS);
    chunk.event(json);
    SegmentWriter to = segment;
    if (to != null && to.bytes() >= MAX_BYTES) {
      end(to);
      to = null;
    }
    try {
      if (to == null) {
        to = create();
        segment = to;
      }
      to.add(FrameType.EVENTS, chunk.bytes(), chunk.length());
      to.write();
    } catch (IOException e) {
      // Its end may be torn now: leave it as it is and begin another one next time
      leave(to);
      throw e;
    }
    spool.sync().touched(to.file());
  }

  private SegmentWriter create() throws IOException {
    RecordingId id = RecordingId.draw(spool.now());
    Path file = spool.layout().refusals().resolve(id + SUFFIX);
    SpoolLayout.createFile(marker(file)).close();
    try {
      SegmentWriter created =
          SegmentWriter.create(
              file, SegmentHeader.Kind.REFUSALS, id.value(), 1, spool.now(), spool.sealing());
      spool.sync().touched(spool.layout().refusals());
      return created;
    } catch (IOException e) {
      Files.deleteIfExists(marker(file));
      throw e;
    }
  }

  private void end(SegmentWriter to) {
    to.end(FrameType.End.FINAL);
    try {
      to.write();
      spool.sync().touched(to.file());
    } catch (IOException e) {
      spool.faults().writeFailed("the refusal log " + to.file(), e);
    }
    leave(to);
  }

  private void leave(@Nullable SegmentWriter to) {
    segment = null;
    if (to != null) {
      try {
        to.close();
        Files.deleteIfExists(marker(to.file()));
      } catch (IOException e) {
        log.warn("leaving the refusal log {}: {}", to.file(), SpoolLayout.reason(e));
      }
    }
  }

  @Override
  public synchronized void close() {
    SegmentWriter to = segment;
    if (to != null) {
      end(to);
    }
  }
}
