package io.earwitness.archive.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@code tools/ceph-rgw} until this JVM ends, however it ends. */
final class CephRgw {
  private CephRgw() {}

  /** On a busy machine its servers may not find one another at first. */
  private static final int TRIES = 3;

  /** The variables that the script prints, once the gateway answers. */
  static Map<String, String> start() {
    for (int left = TRIES - 1; ; left--) {
      try {
        return startOnce();
      } catch (IllegalStateException e) {
        if (left == 0) {
          throw e;
        }
      }
    }
  }

  private static Map<String, String> startOnce() {
    try {
      // it serves until its standard input ends, which the operating system sees to at the latest
      Process process =
          new ProcessBuilder(script().toString(), "run")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process), "ceph-rgw-stop"));
      Map<String, String> variables = new HashMap<>();
      BufferedReader out = process.inputReader(UTF_8);
      while (!variables.containsKey("S3_REGION")) {
        String line = out.readLine();
        if (line == null) {
          throw new IllegalStateException(
              "tools/ceph-rgw ended with %d before it served; see its messages above"
                  .formatted(process.waitFor()));
        }
        int equals = line.indexOf('=');
        variables.put(line.substring(0, equals), line.substring(equals + 1));
      }
      return variables;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Ceph started", e);
    }
  }

  private static void stop(Process process) {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroy();
      }
    } catch (IOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The script lies in the project's folder, above whichever module is being tested. */
  private static Path script() {
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      Path script = folder.resolve("tools/ceph-rgw");
      if (Files.isExecutable(script)) {
        return script;
      }
    }
    throw new IllegalStateException("no tools/ceph-rgw in any folder above " + here);
  }
}
