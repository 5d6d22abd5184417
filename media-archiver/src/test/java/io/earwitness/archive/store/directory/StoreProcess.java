package io.earwitness.archive.store.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** A process of its own on a directory store, told what to do by its standard input. */
final class StoreProcess {
  private StoreProcess() {}

  /** Starts it; {@code limits} is a shell command that runs before, such as {@code ulimit}. */
  static Process start(String limits, Path data, String name) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            List.of(
                "sh",
                "-c",
                limits + "; exec \"$0\" \"$@\"",
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                StoreProcess.class.getName(),
                data.toString(),
                name))
        .redirectErrorStream(true)
        .start();
  }

  public static void main(String[] args) throws Exception {
    ObjectStore store = DirectoryStore.open(Path.of(args[0]), InstantSource.system());
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    System.out.println("ready");
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ");
      try {
        System.out.println(
            switch (words[0]) {
              case "create" ->
                  String.valueOf(store.create("race/" + words[1], args[1].getBytes(UTF_8)));
              case "put" -> {
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                  store.put(Bucket.LOCK, "race/versions", args[1].getBytes(UTF_8));
                }
                yield "put";
              }
              case "fill" ->
                  store.put(Bucket.LOCK, "fill/" + words[1], new byte[Integer.parseInt(words[1])]);
              default -> "unknown command " + line;
            });
      } catch (ObjectStoreException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
