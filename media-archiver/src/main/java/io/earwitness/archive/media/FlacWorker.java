package io.earwitness.archive.media;

import io.earwitness.archive.media.SoundFile.UnreadableSoundException;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Decodes FLAC files that come from outside in a process of its own, so that a file that harms
 * FFmpeg can end nothing but that. The process has limits of time, memory and CPU, gets the file
 * and gives the samples by pipes, and is gone after one file. Thread-safe.
 */
final class FlacWorker {
  /** Wall clock; a file of 32 MiB takes a second or two. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int CPU_SECONDS = 20;

  /** Address space of the process, most of it reserved and never used by its JVM. */
  private static final int MEMORY_KILOBYTES = 3_000_000;

  private static final Semaphore AT_A_TIME = new Semaphore(2);
  private static final int DAMAGED = 2;
  private static final int MOST_MESSAGE = 500;

  private FlacWorker() {}

  /**
   * The samples of a file, one array for each channel.
   *
   * @param channels that the file's header tells
   * @param frames samples of each channel that it tells
   * @throws UnreadableSoundException if it can't be decoded within the limits
   */
  static short[][] decode(byte[] file, int channels, int frames) throws UnreadableSoundException {
    AT_A_TIME.acquireUninterruptibly();
    try {
      return decodeInProcess(file, channels, frames);
    } finally {
      AT_A_TIME.release();
    }
  }

  private static short[][] decodeInProcess(byte[] file, int channels, int frames)
      throws UnreadableSoundException {
    Process process;
    try {
      process = new ProcessBuilder(command()).start();
    } catch (IOException e) {
      throw new IllegalStateException("a process to decode FLAC can't be started", e);
    }
    AtomicBoolean late = new AtomicBoolean();
    Thread watch =
        Thread.startVirtualThread(
            () -> {
              try {
                if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                  late.set(true);
                  process.destroyForcibly();
                }
              } catch (InterruptedException e) {
                process.destroyForcibly();
              }
            });
    Thread feed = Thread.startVirtualThread(() -> feed(process.getOutputStream(), file));
    try (DataInputStream out = new DataInputStream(process.getInputStream())) {
      short[][] samples = new short[channels][frames];
      for (short[] channel : samples) {
        byte[] bytes = new byte[frames * Short.BYTES];
        out.readFully(bytes);
        ByteBuffer.wrap(bytes).asShortBuffer().get(channel);
      }
      return samples;
    } catch (EOFException e) {
      throw new UnreadableSoundException(problem(process, late));
    } catch (IOException e) {
      throw new UnreadableSoundException("the FLAC file could not be decoded: " + e.getMessage());
    } finally {
      process.destroyForcibly();
      watch.interrupt();
      feed.interrupt();
    }
  }

  private static String problem(Process process, AtomicBoolean late) {
    try {
      byte[] text = process.getErrorStream().readNBytes(MOST_MESSAGE);
      if (process.waitFor() == DAMAGED) {
        return "the FLAC file is damaged: " + new String(text, StandardCharsets.UTF_8).strip();
      }
    } catch (IOException e) {
      return "the FLAC file could not be decoded: " + e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return late.get()
        ? "the FLAC file could not be decoded within %d s".formatted(PATIENCE.toSeconds())
        : "the FLAC file could not be decoded within the limits of memory and time";
  }

  private static void feed(OutputStream in, byte[] file) {
    try (in) {
      in.write(file);
    } catch (IOException e) {
      // It has ended: told by what it has not answered
    }
  }

  /** This program's own class path and libraries; limits that its children can't raise. */
  private static List<String> command() {
    List<String> command =
        new ArrayList<>(
            List.of(
                "/bin/sh",
                "-c",
                "ulimit -c 0; ulimit -t %d; ulimit -v %d; exec \"$0\" \"$@\""
                    .formatted(CPU_SECONDS, MEMORY_KILOBYTES),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:CompressedClassSpaceSize=32m",
                "-XX:ReservedCodeCacheSize=32m",
                "-XX:-UsePerfData",
                "-XX:ErrorFile=/dev/null",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(FfmpegLibraries.folderOption());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(FlacWorker.class.getName());
    return command;
  }

  /** The process: a FLAC file on standard input, its samples on standard output. */
  public static void main(String[] arguments) throws IOException {
    try {
      short[][] samples = FlacDecoder.decode(System.in.readAllBytes());
      try (DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16))) {
        for (short[] channel : samples) {
          for (short sample : channel) {
            out.writeShort(sample);
          }
        }
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      System.err.println(e.getMessage());
      System.exit(DAMAGED);
    }
  }
}
