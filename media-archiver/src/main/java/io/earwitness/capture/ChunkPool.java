package io.earwitness.capture;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the memory between the receive loop and the disk. Thread-safe. Media may take all of it
 * and no more; events, which are few, are never refused.
 */
final class ChunkPool {
  private final ConcurrentLinkedQueue<Chunk> free = new ConcurrentLinkedQueue<>();
  private final AtomicInteger taken = new AtomicInteger();
  private final int limit;
  private final int scarce;

  ChunkPool(long bytes) {
    limit = Math.toIntExact(Math.max(2, bytes / Chunk.SIZE));
    scarce = Math.max(1, limit - limit / 8);
  }

  /** Whether less than an eighth is left. */
  boolean isScarce() {
    return taken.get() >= scarce;
  }

  /** A chunk for packets; null if all are taken. */
  @Nullable Chunk takeForMedia(int atLeast) {
    return taken.get() >= limit ? null : take(FrameType.MEDIA, atLeast);
  }

  Chunk takeForEvents(int atLeast) {
    return take(FrameType.EVENTS, atLeast);
  }

  private Chunk take(FrameType type, int atLeast) {
    taken.incrementAndGet();
    Chunk chunk = atLeast <= Chunk.SIZE ? free.poll() : null;
    return (chunk != null ? chunk : new Chunk(Math.max(atLeast, Chunk.SIZE))).begin(type);
  }

  void giveBack(Chunk chunk) {
    taken.decrementAndGet();
    if (chunk.bytes().length == Chunk.SIZE) {
      free.add(chunk);
    }
  }

  long takenBytes() {
    return (long) taken.get() * Chunk.SIZE;
  }
}
