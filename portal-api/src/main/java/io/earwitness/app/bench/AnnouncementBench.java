package io.earwitness.app.bench;

import io.earwitness.app.bench.AnnouncementClips.Clip;
import io.earwitness.app.bench.AnnouncementClips.TestPrompt;
import io.earwitness.archive.media.AudioPrint;
import io.earwitness.archive.media.PromptFinding;
import io.earwitness.archive.media.TextToSpeech.NoSpeechException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Searches known prompts in channels that hold them and in channels that don't. <i>Detected</i>
 * means verified, that is found whole, on a channel with the whole prompt; a <i>false alarm</i>
 * means verified on a channel without it. A trial is one prompt on one channel.
 */
final class AnnouncementBench {
  private static final int NEGATIVES_OF_A_CLIP = 10;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final int clips;
  private final int threads;

  AnnouncementBench(int clips, int threads) {
    this.clips = clips;
    this.threads = threads;
  }

  /** Trials of one condition, and how many of them ended as verified. */
  record Tally(int trials, int verified) {
    Tally plus(Tally other) {
      return new Tally(trials + other.trials, verified + other.verified);
    }

    double share() {
      return trials == 0 ? 0 : verified / (double) trials;
    }
  }

  /**
   * @param found on the channels with a whole prompt, by condition
   * @param cut the same of channels with a part of a prompt; none is to be verified
   * @param falsely on channels without the prompt, by what they hold instead
   * @param offsetP95Millis how far off the offset was at most in 95 of 100 detections
   * @param cpuSecondsPerMinute to make a minute of a channel ready and search one prompt in it
   */
  record Figures(
      Map<String, Tally> found,
      Map<String, Tally> cut,
      Map<String, Tally> falsely,
      long offsetP95Millis,
      double cpuSecondsPerMinute) {
    static Tally sum(Map<String, Tally> tallies) {
      return tallies.values().stream().reduce(new Tally(0, 0), Tally::plus);
    }
  }

  /** What one channel gave. */
  private record Result(
      String condition, Tally tally, long offsetError, long samples, long nanos) {}

  private interface Maker {
    Clip make(int number) throws NoSpeechException;
  }

  Figures run() throws NoSpeechException, InterruptedException {
    AnnouncementClips made = new AnnouncementClips();
    List<TestPrompt> prompts = made.prompts();
    // One channel of negatives is searched for all other prompts
    int channels = (clips * NEGATIVES_OF_A_CLIP + prompts.size() - 1) / (prompts.size() - 1);
    int nearMisses = channels / 4;
    List<Result> found = all(clips, made::positive, clip -> own(clip, prompts));
    List<Result> cut = all(Math.max(4, clips / 10), made::cut, clip -> own(clip, prompts));
    List<Result> falsely =
        new ArrayList<>(all(channels - nearMisses, made::negative, clip -> others(clip, prompts)));
    falsely.addAll(all(nearMisses, made::nearMiss, clip -> others(clip, prompts)));
    long[] offsets =
        found.stream()
            .filter(result -> result.tally.verified > 0)
            .mapToLong(Result::offsetError)
            .sorted()
            .toArray();
    double minutes = found.stream().mapToLong(Result::samples).sum() / 8000.0 / 60;
    return new Figures(
        byCondition(found),
        byCondition(cut),
        byCondition(falsely),
        offsets.length == 0 ? 0 : offsets[(int) (offsets.length * 0.95)],
        found.stream().mapToLong(Result::nanos).sum() / 1e9 / minutes);
  }

  private static Map<String, Tally> byCondition(List<Result> results) {
    Map<String, Tally> tallies = new TreeMap<>();
    results.forEach(result -> tallies.merge(result.condition, result.tally, Tally::plus));
    return tallies;
  }

  private interface Trial {
    Result run(Clip clip);
  }

  private static Result own(Clip clip, List<TestPrompt> prompts) {
    long begin = THREADS.getCurrentThreadCpuTime();
    PromptFinding finding = AudioPrint.of(clip.samples()).find(prompts.get(clip.prompt()).print());
    long nanos = THREADS.getCurrentThreadCpuTime() - begin;
    return new Result(
        clip.condition(),
        new Tally(1, finding.isComplete() ? 1 : 0),
        Math.abs(finding.offsetMillis() - clip.offsetMillis()),
        clip.samples().length,
        nanos);
  }

  private static Result others(Clip clip, List<TestPrompt> prompts) {
    AudioPrint channel = AudioPrint.of(clip.samples());
    int verified = 0;
    int trials = 0;
    for (int i = 0; i < prompts.size(); i++) {
      if (i != clip.prompt()) {
        trials++;
        verified += channel.find(prompts.get(i).print()).isComplete() ? 1 : 0;
      }
    }
    return new Result(clip.condition(), new Tally(trials, verified), 0, 0, 0);
  }

  private List<Result> all(int count, Maker maker, Trial trial)
      throws NoSpeechException, InterruptedException {
    List<Callable<Result>> tasks =
        IntStream.range(0, count)
            .<Callable<Result>>mapToObj(number -> () -> trial.run(maker.make(number)))
            .toList();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Result> results = new ArrayList<>();
      for (Future<Result> future : pool.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NoSpeechException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
