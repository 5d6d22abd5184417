package io.earwitness.archive.catalog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Writes what several threads hand in at the same time in one transaction, so that they share its
 * commit: while one batch is written, the next one gathers. Nobody waits for others to come.
 * Thread-safe; what one thread hands in after the other keeps its order.
 *
 * @param <T> what is written
 * @param <R> what writing a batch results in
 */
final class GroupCommit<T, R> {
  /**
   * The result of the batch that the item was in; absent: write the next one, it begins with it.
   */
  private record Waiting<T, R>(T item, CompletableFuture<Optional<R>> turn) {}

  private final int most;
  private final Function<List<T>, R> writer;
  private final Deque<Waiting<T, R>> queue = new ArrayDeque<>();
  private boolean writing;

  /**
   * @param most of a batch
   * @param writer writes a batch durably, or throws: then all of whom it was hear that
   */
  GroupCommit(int most, Function<List<T>, R> writer) {
    this.most = most;
    this.writer = writer;
  }

  /** Returns when the batch with this item is written; throws what the writer threw. */
  R write(T item) {
    Waiting<T, R> own = new Waiting<>(item, new CompletableFuture<>());
    synchronized (this) {
      queue.add(own);
      if (!writing) {
        writing = true;
        own.turn().complete(Optional.empty());
      }
    }
    try {
      return own.turn().join().orElseGet(this::writeBatch);
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private R writeBatch() {
    List<Waiting<T, R>> batch = take();
    List<Waiting<T, R>> others = batch.subList(1, batch.size());
    try {
      R result = writer.apply(batch.stream().map(Waiting::item).toList());
      others.forEach(other -> other.turn().complete(Optional.of(result)));
      return result;
    } catch (RuntimeException | Error e) {
      others.forEach(other -> other.turn().completeExceptionally(e));
      throw e;
    } finally {
      handOver();
    }
  }

  private synchronized List<Waiting<T, R>> take() {
    List<Waiting<T, R>> batch = new ArrayList<>();
    while (!queue.isEmpty() && batch.size() < most) {
      batch.add(queue.remove());
    }
    return batch;
  }

  /** How many wait for a batch to be written that does not contain them yet. */
  synchronized int waiting() {
    return queue.size();
  }

  private synchronized void handOver() {
    Waiting<T, R> next = queue.peek();
    writing = next != null;
    if (next != null) {
      next.turn().complete(Optional.empty());
    }
  }
}
