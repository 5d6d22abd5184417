package io.earwitness.capture;

import io.earwitness.capture.CaptureReader.RefusalEntry;
import io.earwitness.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads refusal logs from where they were acknowledged last. What was acknowledged stands in a file
 * beside the log, replaced atomically; a log that was read to its end and is written no more is
 * deleted. A crash at any point only delivers refusals again. Thread-safe.
 */
final class RefusalReader {
  private static final Logger log = LoggerFactory.getLogger(RefusalReader.class);
  private static final String ACKNOWLEDGED = ".ack";

  private final SpoolLayout layout;
  private final SegmentKeys keys;

  /** Logs with damage, so that it is reported once and not at every look. */
  private final Set<Path> reported = ConcurrentHashMap.newKeySet();

  RefusalReader(SpoolLayout layout, SegmentKeys keys) {
    this.layout = layout;
    this.keys = keys;
  }

  List<RefusalEntry> read() throws IOException {
    List<RefusalEntry> entries = new ArrayList<>();
    if (!Files.isDirectory(layout.refusals())) {
      return entries;
    }
    boolean held = SpoolLock.isHeld(layout);
    for (Path file : logs()) {
      boolean open = held && Files.exists(RefusalLog.marker(file));
      try {
        read(file, open, entries);
      } catch (NoSuchFileException e) {
        log.debug("{} was removed by another reader", file);
      } catch (SegmentHeader.FaultException e) {
        if (!open && e.fault() == SegmentHeader.Fault.INCOMPLETE) {
          // The recorder ended before it could write the first refusal
          Files.deleteIfExists(file);
        } else {
          report(file, open, e);
        }
      } catch (UnknownCaptureKeyException e) {
        report(file, open, e);
      }
    }
    return entries;
  }

  private void report(Path file, boolean open, IOException e) {
    if (!open && reported.add(file)) {
      log.error("the refusal log {} can't be read and is kept: {}", file, e.getMessage());
    }
  }

  private List<Path> logs() throws IOException {
    List<Path> logs = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(layout.refusals(), "*" + RefusalLog.SUFFIX)) {
      files.forEach(logs::add);
    }
    Collections.sort(logs);
    return logs;
  }

  private void read(Path file, boolean open, List<RefusalEntry> entries) throws IOException {
    List<String> faults = new ArrayList<>();
    int before = entries.size();
    boolean ended;
    try (SegmentFile segment = new SegmentFile(file)) {
      long from = acknowledged(file);
      if (open && from == segment.size()) {
        return;
      }
      SegmentWalk walk = new SegmentWalk(segment, keys.of(segment.header()), faults);
      walk.go(
          from,
          false,
          (type, plain, behind) -> {
            if (type == FrameType.EVENTS) {
              entries.add(new RefusalEntry(refusal(plain), token(file, behind)));
            }
          });
      ended = walk.end() != null || walk.isTorn() || walk.position() == segment.size();
    }
    if (!faults.isEmpty() && reported.add(file)) {
      log.error("the refusal log {} is damaged and is kept: {}", file, String.join("; ", faults));
    }
    if (!open && ended && faults.isEmpty() && entries.size() == before) {
      Files.deleteIfExists(file);
      Files.deleteIfExists(acknowledgement(file));
    }
  }

  private static CaptureEvent.Refused refusal(byte[] plain) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(plain);
    byte[] json = new byte[in.getInt()];
    in.get(json);
    return Json.read(json, CaptureEvent.Refused.class);
  }

  private static String token(Path file, long behind) {
    return file.getFileName() + ":" + behind;
  }

  private static Path acknowledgement(Path file) {
    return file.resolveSibling(file.getFileName() + ACKNOWLEDGED);
  }

  private static long acknowledged(Path file) throws IOException {
    Path acknowledgement = acknowledgement(file);
    try {
      return Long.parseLong(Files.readString(acknowledgement).strip());
    } catch (NoSuchFileException e) {
      return 0;
    } catch (NumberFormatException e) {
      log.warn("{} is unreadable; its log is delivered again", acknowledgement);
      return 0;
    }
  }

  synchronized void acknowledge(String token) throws IOException {
    int colon = token.lastIndexOf(':');
    if (colon < 0 || token.contains("/")) {
      throw new IllegalArgumentException("'%s' acknowledges no refusal".formatted(token));
    }
    Path file = layout.refusals().resolve(token.substring(0, colon));
    long behind = Long.parseLong(token.substring(colon + 1));
    if (!Files.exists(file) || acknowledged(file) >= behind) {
      return;
    }
    Path next = file.resolveSibling(file.getFileName() + ACKNOWLEDGED + ".tmp");
    Files.deleteIfExists(next);
    try (FileChannel channel = SpoolLayout.createFile(next)) {
      channel.write(ByteBuffer.wrap(Long.toString(behind).getBytes(StandardCharsets.US_ASCII)));
    }
    Files.move(
        next,
        acknowledgement(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
