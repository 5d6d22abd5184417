package io.earwitness.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Gives a target mutated inputs until its share of the time is over, or one fails. An input fails
 * if the target throws anything, works on it for more than {@link #WORK} of CPU time, waits for
 * more than {@link #PATIENCE}, or allocates more than {@link #ALLOCATION} bytes.
 *
 * <p>System properties: {@code fuzz.seconds} for all targets together, {@code fuzz.seed} to make
 * the same inputs again, {@code fuzz.input} for a file with the only input to try. An input that
 * fails is written to {@code target/fuzz}.
 */
public final class Fuzz {
  /** Targets, of all modules, that share the time. */
  private static final int TARGETS = 9;

  private static final Duration WORK = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long ALLOCATION = 2L << 30;
  private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What takes inputs. */
  @FunctionalInterface
  public interface Target {
    /** Takes one input; whatever this throws is a failure. */
    void take(byte[] input) throws Exception;
  }

  private final String name;
  private final List<byte[]> samples;
  private final Mutator mutator;
  private final Target target;
  private final long seed = Long.getLong("fuzz.seed", new SecureRandom().nextInt());
  private final long nanos =
      Duration.ofSeconds(Integer.getInteger("fuzz.seconds", 30)).toNanos() / TARGETS;

  // Written by the thread that works, read by the one that watches it
  private volatile byte[] input = {};
  private volatile long begun;
  private volatile long begunCpu;
  private volatile long count;
  private volatile @Nullable Throwable failure;

  private Fuzz(String name, List<byte[]> samples, List<String> tokens, Target target) {
    this.name = name;
    this.samples = samples;
    this.mutator = new Mutator(samples, tokens);
    this.target = target;
  }

  /**
   * Fuzzes.
   *
   * @param name of the target; begins the names of files
   * @param samples what inputs are made of; each is tried as it is, too
   * @param tokens text that means something in them
   * @throws AssertionError if an input failed
   */
  public static void run(String name, List<byte[]> samples, List<String> tokens, Target target)
      throws IOException, InterruptedException {
    String only = System.getProperty("fuzz.input");
    if (only == null) {
      new Fuzz(name, samples, tokens, target).run();
    } else if (Path.of(only).getFileName().toString().startsWith(name + "-")) {
      new Fuzz(name, List.of(Files.readAllBytes(Path.of(only))), tokens, target).once();
    }
  }

  private void run() throws IOException, InterruptedException {
    System.out.printf("fuzz %s: -Dfuzz.seed=%d%n", name, seed);
    watch(this::work);
    System.out.printf("fuzz %s: %,d inputs in %.1f s%n", name, count, nanos / 1e9);
  }

  private void once() throws IOException, InterruptedException {
    watch(() -> take(samples.getFirst()));
  }

  private void work() {
    long end = System.nanoTime() + nanos;
    for (int n = 0; failure == null; n++) {
      if (n >= samples.size() && System.nanoTime() - end > 0) {
        return;
      }
      take(n < samples.size() ? samples.get(n).clone() : input(n));
      count = n + 1L;
    }
  }

  private byte[] input(int n) {
    return mutator.input(new SplittableRandom(seed + n * GOLDEN));
  }

  private void take(byte[] bytes) {
    long thread = Thread.currentThread().threadId();
    input = bytes;
    begunCpu = THREADS.getThreadCpuTime(thread);
    long allocated = THREADS.getThreadAllocatedBytes(thread);
    begun = System.nanoTime();
    try {
      target.take(bytes.clone());
      allocated = THREADS.getThreadAllocatedBytes(thread) - allocated;
      if (allocated > ALLOCATION) {
        failure = new AssertionError("%,d bytes were allocated".formatted(allocated));
      }
    } catch (Throwable e) {
      failure = e;
    }
  }

  private void watch(Runnable work) throws IOException, InterruptedException {
    begun = System.nanoTime();
    Thread worker = Thread.ofPlatform().daemon().name("fuzz-" + name).start(work);
    while (!worker.join(Duration.ofMillis(50))) {
      long cpu = THREADS.getThreadCpuTime(worker.threadId()) - begunCpu;
      boolean stuck = cpu > WORK.toNanos() || System.nanoTime() - begun > PATIENCE.toNanos();
      if (stuck && failure == null) {
        AssertionError where = new AssertionError("it doesn't end; the thread is here");
        where.setStackTrace(worker.getStackTrace());
        failure = where;
        break;
      }
    }
    Throwable problem = failure;
    if (problem != null) {
      throw failed(problem);
    }
  }

  private AssertionError failed(Throwable problem) throws IOException {
    Path file = Path.of("target", "fuzz", "%s-%d-%d.bin".formatted(name, seed, count));
    Files.createDirectories(file.getParent());
    Files.write(file, input);
    String message =
        "%s fails on an input of %d bytes, %s; to try it again: mvn test -pl %s -am -Dtest=%s -Dsurefire.failIfNoSpecifiedTests=false -Dfuzz.input=%s"
            .formatted(
                name,
                input.length,
                brief(problem.toString().replaceAll("\\s+", " ")),
                Path.of("").toAbsolutePath().getFileName(),
                test(),
                file.toAbsolutePath());
    System.out.println(message);
    return new AssertionError(message, problem);
  }

  private static String brief(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }

  private static String test() {
    return Arrays.stream(Thread.currentThread().getStackTrace())
        .filter(frame -> frame.getClassName().endsWith("Test"))
        .map(frame -> frame.getClassName().replaceFirst(".*\\.", "") + "#" + frame.getMethodName())
        .findFirst()
        .orElse("");
  }
}
