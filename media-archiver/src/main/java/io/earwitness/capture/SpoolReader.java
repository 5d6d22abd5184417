package io.earwitness.capture;

import io.earwitness.call.RecordingId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a spool with the private keys of its capture certificates, also while a recorder, in this
 * process or another one of this host, writes it. Thread-safe.
 */
public final class SpoolReader implements CaptureReader {
  private final SpoolLayout layout;
  private final SegmentKeys keys;
  private final RefusalReader refusals;

  /** Captures without a marker: they stay as they are, so look at them once. */
  private final Map<RecordingId, Entry> ended = new ConcurrentHashMap<>();

  /**
   * Makes a reader; the spool need not exist yet.
   *
   * @param keys the present certificate's and, while captures sealed for them are left, earlier
   *     ones'
   */
  public SpoolReader(Path directory, List<CaptureKey> keys) {
    this.layout = new SpoolLayout(directory.toAbsolutePath());
    this.keys = new SegmentKeys(keys);
    this.refusals = new RefusalReader(layout, this.keys);
  }

  @Override
  public List<Entry> list() throws IOException {
    layout.check();
    List<Entry> entries = new ArrayList<>();
    if (!Files.isDirectory(layout.captures())) {
      return entries;
    }
    boolean held = SpoolLock.isHeld(layout);
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(layout.captures())) {
      for (Path folder : folders) {
        RecordingId id = SpoolLayout.captureId(folder);
        Entry entry = id == null ? null : entry(id, folder, held);
        if (entry != null) {
          entries.add(entry);
        }
      }
    }
    entries.sort(Comparator.comparing(Entry::id));
    ended.keySet().retainAll(entries.stream().map(Entry::id).toList());
    return entries;
  }

  private @Nullable Entry entry(RecordingId id, Path folder, boolean held) throws IOException {
    Entry known = ended.get(id);
    if (known != null) {
      return known;
    }
    // The marker first: once it is gone, everything that will ever be written has been written.
    // A recorder may have come since the listing began: it holds the lock before it makes markers.
    boolean marked = Files.exists(folder.resolve(SpoolLayout.OPEN));
    boolean open = marked && (held || SpoolLock.isHeld(layout));
    long bytes = 0;
    try {
      for (Path segment : SpoolLayout.segments(folder)) {
        bytes += Files.size(segment);
      }
    } catch (NoSuchFileException e) {
      return null;
    }
    Entry entry = new Entry(id, bytes, open);
    if (!marked) {
      ended.put(id, entry);
    }
    return entry;
  }

  @Override
  public boolean holds(RecordingId id) {
    return Files.isDirectory(layout.capture(id));
  }

  @Override
  public End read(RecordingId id, Visitor visitor) throws IOException {
    return reading(id).go(0, false, visitor);
  }

  @Override
  public End readEvents(RecordingId id, long position, Visitor visitor) throws IOException {
    return reading(id).go(position, true, visitor);
  }

  private CaptureReading reading(RecordingId id) throws IOException {
    Path folder = layout.capture(id);
    boolean open = Files.exists(folder.resolve(SpoolLayout.OPEN)) && SpoolLock.isHeld(layout);
    try {
      return new CaptureReading(id, SpoolLayout.segments(folder), keys, open);
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(
          "there is no capture of recording %s in the spool %s".formatted(id, layout.directory()));
    }
  }

  @Override
  public List<RefusalEntry> refusals() throws IOException {
    layout.check();
    return refusals.read();
  }

  @Override
  public void acknowledge(RefusalEntry upTo) throws IOException {
    refusals.acknowledge(upTo.token());
  }

  /**
   * Removes a capture. A crash within leaves either all of it or what the next recorder's start
   * clears away.
   *
   * @throws IOException if it is still being written, or can't be removed
   */
  @Override
  public void remove(RecordingId id) throws IOException {
    Path folder = layout.capture(id);
    if (Files.exists(folder.resolve(SpoolLayout.OPEN)) && SpoolLock.isHeld(layout)) {
      throw new IOException(
          "the capture of recording %s is still being written and can't be removed".formatted(id));
    }
    Path removed = layout.removed(id);
    try {
      Files.move(folder, removed, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return;
    }
    ended.remove(id);
    SpoolLayout.deleteFolder(removed);
  }
}
