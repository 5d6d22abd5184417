package io.earwitness.archive.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
  private final List<List<Integer>> batches = new ArrayList<>();

  /** Of each batch the sum; batches are told apart by who is in them. */
  private int keep(List<Integer> batch) {
    batches.add(batch);
    return batch.stream().mapToInt(Integer::intValue).sum();
  }

  @Test
  void whatComesAloneIsWrittenAtOnce() {
    GroupCommit<Integer, Integer> commits = new GroupCommit<>(10, this::keep);
    assertThat(commits.write(1)).isEqualTo(1);
    assertThat(commits.write(2)).isEqualTo(2);
    assertThat(batches).containsExactly(List.of(1), List.of(2));
  }

  @Test
  void whatComesWhileABatchIsWrittenSharesTheNextOneUpToItsSize() throws Exception {
    CountDownLatch firstIsWritten = new CountDownLatch(1);
    Semaphore mayEnd = new Semaphore(0);
    GroupCommit<Integer, Integer> commits =
        new GroupCommit<>(
            3,
            batch -> {
              firstIsWritten.countDown();
              mayEnd.acquireUninterruptibly();
              return keep(batch);
            });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      final Future<Integer> first = threads.submit(() -> commits.write(1));
      assertThat(firstIsWritten.await(10, TimeUnit.SECONDS)).isTrue();
      List<Future<Integer>> later = new ArrayList<>();
      for (int i = 2; i <= 6; i++) {
        int item = i;
        later.add(threads.submit(() -> commits.write(item)));
        while (commits.waiting() < i - 1) {
          Thread.onSpinWait();
        }
      }
      mayEnd.release(100);
      assertThat(first.get()).isEqualTo(1);
      List<Integer> results = new ArrayList<>();
      for (Future<Integer> one : later) {
        results.add(one.get());
      }
      assertThat(results).containsExactly(9, 9, 9, 11, 11);
    }
    assertThat(batches).containsExactly(List.of(1), List.of(2, 3, 4), List.of(5, 6));
  }

  @Test
  void aFailureIsToldToAllOfTheBatchAndTheNextOneIsWritten() throws Exception {
    CountDownLatch firstIsWritten = new CountDownLatch(1);
    Semaphore mayEnd = new Semaphore(0);
    GroupCommit<Integer, Integer> commits =
        new GroupCommit<>(
            2,
            batch -> {
              firstIsWritten.countDown();
              mayEnd.acquireUninterruptibly();
              if (batch.contains(2)) {
                throw new IllegalStateException("no");
              }
              return keep(batch);
            });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      final Future<Integer> first = threads.submit(() -> commits.write(1));
      assertThat(firstIsWritten.await(10, TimeUnit.SECONDS)).isTrue();
      List<Future<Integer>> later = new ArrayList<>();
      for (int i = 2; i <= 5; i++) {
        int item = i;
        later.add(threads.submit(() -> commits.write(item)));
        while (commits.waiting() < i - 1) {
          Thread.onSpinWait();
        }
      }
      mayEnd.release(100);
      assertThat(first.get()).isEqualTo(1);
      for (Future<Integer> failed : later.subList(0, 2)) {
        assertThatThrownBy(failed::get).hasRootCauseInstanceOf(IllegalStateException.class);
      }
      assertThat(later.get(2).get()).isEqualTo(9);
      assertThat(later.get(3).get()).isEqualTo(9);
    }
  }

  @Test
  void everyItemOfManyThreadsIsWrittenOnceAndInItsThreadsOrder() throws Exception {
    List<Integer> written = new ArrayList<>();
    GroupCommit<Integer, Integer> commits =
        new GroupCommit<>(
            7,
            batch -> {
              written.addAll(batch); // one batch at a time, so no lock
              return batch.size();
            });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        int thread = i;
        threads.submit(
            () -> IntStream.range(0, 200).forEach(n -> commits.write(thread * 1000 + n)));
      }
    }
    assertThat(written).hasSize(4000).doesNotHaveDuplicates();
    for (int i = 0; i < 20; i++) {
      int thread = i;
      assertThat(written.stream().filter(item -> item / 1000 == thread)).isSorted();
    }
  }
}
