package io.earwitness.capture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes what was written survive a power cut. */
interface DiskSync extends AutoCloseable {
  /** How, for people. */
  String method();

  /** Notes that a file, or a folder's list of names, changed. Thread-safe. */
  void touched(Path path);

  /** Everything touched before this call is on the disk when it returns. One thread. */
  void sync() throws IOException;

  @Override
  void close();

  /** By {@code syncfs} where the operating system has it, else file by file. */
  static DiskSync of(Path directory) {
    try {
      return new SyncFs(directory);
    } catch (Throwable e) {
      // No Linux, or native access denied: whatever the reason, the other way works everywhere
      LoggerFactory.getLogger(DiskSync.class)
          .info("syncfs can't be had ({}); syncing file by file, which is slower", e.toString());
      return new EachFile();
    }
  }

  /** One {@code syncfs(2)} for all files; since Linux 5.8 it reports failed writes too. */
  final class SyncFs implements DiskSync {
    private static final int O_CLOEXEC = 0x80000;
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE =
        STATE.varHandle(java.lang.foreign.MemoryLayout.PathElement.groupElement("errno"));

    private final MethodHandle syncfs;
    private final MethodHandle close;
    private final MemorySegment state = Arena.ofAuto().allocate(STATE);
    private final int descriptor;

    SyncFs(Path directory) throws Throwable {
      Linker linker = Linker.nativeLinker();
      MethodHandle open =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("open"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
              Linker.Option.firstVariadicArg(2));
      FunctionDescriptor ofDescriptor =
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
      syncfs =
          linker.downcallHandle(linker.defaultLookup().findOrThrow("syncfs"), ofDescriptor, ERRNO);
      close = linker.downcallHandle(linker.defaultLookup().findOrThrow("close"), ofDescriptor);
      try (Arena arena = Arena.ofConfined()) {
        descriptor = (int) open.invokeExact(arena.allocateFrom(directory.toString()), O_CLOEXEC);
      }
      if (descriptor < 0) {
        throw new IOException("open " + directory);
      }
    }

    @Override
    public String method() {
      return "syncfs";
    }

    @Override
    public void touched(Path path) {}

    @Override
    public void sync() throws IOException {
      int result;
      try {
        result = (int) syncfs.invokeExact(state, descriptor);
      } catch (Throwable e) {
        throw new IllegalStateException("syncfs", e);
      }
      if (result != 0) {
        throw new IOException("syncfs: errno " + (int) ERRNO_VALUE.get(state, 0L));
      }
    }

    @Override
    public void close() {
      try {
        int unused = (int) close.invokeExact(descriptor);
      } catch (Throwable e) {
        throw new IllegalStateException("close", e);
      }
    }
  }

  /** {@code fsync} of each file and folder that changed. */
  final class EachFile implements DiskSync {
    private static final Logger log = LoggerFactory.getLogger(DiskSync.class);
    private final Set<Path> dirty = ConcurrentHashMap.newKeySet();

    @Override
    public String method() {
      return "fsync";
    }

    @Override
    public void touched(Path path) {
      dirty.add(path);
    }

    @Override
    public void sync() throws IOException {
      IOException failure = null;
      for (Iterator<Path> paths = dirty.iterator(); paths.hasNext(); ) {
        Path path = paths.next();
        // Taken out first: what changes while it is being synced makes it dirty again
        paths.remove();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
          channel.force(true);
        } catch (NoSuchFileException e) {
          log.debug("{} was removed before it was synced", path);
        } catch (IOException e) {
          failure = new IOException("fsync of " + path + ": " + SpoolLayout.reason(e), e);
        }
      }
      if (failure != null) {
        throw failure;
      }
    }

    @Override
    public void close() {}
  }
}
