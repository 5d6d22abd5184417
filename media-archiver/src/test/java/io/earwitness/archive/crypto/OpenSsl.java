package io.earwitness.archive.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Runs the machine's own openssl, the independent witness of these formats. */
public final class OpenSsl {
  private OpenSsl() {}

  /** How a run ended. */
  public record Result(int exitCode, byte[] output, String errors) {}

  /** Runs {@code openssl} with arguments in a folder. */
  public static Result run(Path folder, String... arguments) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    return execute(folder, command);
  }

  /** Runs any command in a folder. */
  public static Result execute(Path folder, List<String> command) {
    try {
      Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
      process.getOutputStream().close();
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return new String(process.getErrorStream().readAllBytes(), UTF_8);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      byte[] output = process.getInputStream().readAllBytes();
      return new Result(process.waitFor(), output, errors.join());
    } catch (IOException e) {
      throw new AssertionError(
          "%s could not be run: install the Debian packages openssl and coreutils (%s)"
              .formatted(command.getFirst(), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
