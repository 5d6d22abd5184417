package io.earwitness.archive.media;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Runs programs of the operating system over pipes, so that no audio gets on a disk. */
public final class Programs {
  private Programs() {}

  /**
   * Standard output of a program that was fed {@code input}; fails if it exits with another than 0.
   */
  public static byte[] pipe(byte[] input, String... command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).start();
    } catch (IOException e) {
      throw new AssertionError(
          "This test needs the program '%s' (Debian package of the same name)"
              .formatted(command[0]),
          e);
    }
    CompletableFuture<byte[]> out =
        CompletableFuture.supplyAsync(() -> all(process.getInputStream()));
    CompletableFuture<byte[]> err =
        CompletableFuture.supplyAsync(() -> all(process.getErrorStream()));
    try (OutputStream in = process.getOutputStream()) {
      in.write(input);
    } catch (IOException e) {
      // it ended before it read everything; its exit value tells
    }
    int exit = process.waitFor();
    if (exit != 0) {
      throw new AssertionError(
          "%s ended with %d: %s"
              .formatted(
                  String.join(" ", command), exit, new String(err.get(), StandardCharsets.UTF_8)));
    }
    return out.get();
  }

  private static byte[] all(java.io.InputStream in) {
    try (in) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  public static short[] samples(byte[] littleEndian) {
    short[] samples = new short[littleEndian.length / 2];
    ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
    return samples;
  }
}
