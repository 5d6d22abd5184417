import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Run by Maven with the module's folder and its target folder: generates jOOQ's classes if the
 * migrations, the generator or its libraries changed since it last did. {@link Generate} does the
 * work, in a JVM of its own, because it shares the product's launcher of PostgreSQL, which is not
 * compiled yet when sources are generated.
 */
class Codegen {
  public static void main(String[] args) throws Exception {
    Path module = Path.of(args[0]);
    Path target = Path.of(args[1]);
    Path output = target.resolve("generated-sources/jooq");
    Path migrations = module.resolve("src/main/resources/io/earwitness/archive/catalog/migration");
    Path stamp = target.resolve("codegen/stamp");
    String state = state(module.resolve("src/codegen"), migrations);
    if (Files.isDirectory(output) && Files.exists(stamp) && Files.readString(stamp).equals(state)) {
      return;
    }
    Path classes = target.resolve("codegen/classes");
    Files.createDirectories(classes);
    Files.deleteIfExists(stamp);
    String classPath = System.getProperty("java.class.path");
    int compiled =
        ToolProvider.findFirst("javac")
            .orElseThrow(() -> new IllegalStateException("no javac: a JDK is needed, not a JRE"))
            .run(
                System.out,
                System.err,
                "-d",
                classes.toString(),
                "-proc:none",
                "-implicit:class",
                "-nowarn",
                "-classpath",
                classPath,
                "-sourcepath",
                module.resolve("src/main/java").toString(),
                module.resolve("src/codegen/Generate.java").toString());
    if (compiled != 0) {
      throw new IllegalStateException("the generator can't be compiled, see above");
    }
    Process generate =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                    "-Dorg.jooq.no-logo=true",
                    "-Dorg.jooq.no-tips=true",
                    "-classpath",
                    classes + System.getProperty("path.separator") + classPath,
                    "Generate",
                    migrations.toString(),
                    output.toString(),
                    target.resolve("codegen/postgres").toString()))
            .inheritIO()
            .start();
    if (generate.waitFor() != 0) {
      throw new IllegalStateException("generating jOOQ's classes failed, see above");
    }
    Files.writeString(stamp, state);
  }

  /** A hash of all that the generated classes depend on. */
  private static String state(Path generator, Path migrations) throws Exception {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    for (String jar : System.getProperty("java.class.path").split(":")) {
      hash.update(Path.of(jar).getFileName().toString().getBytes(StandardCharsets.UTF_8));
    }
    for (Path folder : List.of(generator, migrations)) {
      for (Path file : files(folder)) {
        hash.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
        hash.update(Files.readAllBytes(file));
      }
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
