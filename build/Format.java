import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Checks ({@code check}) or rewrites ({@code fix}) the format of every Java source below a folder. */
class Format {
  public static void main(String[] args) throws Exception {
    boolean fix = args[0].equals("fix");
    Path root = Path.of(args[1]);
    Formatter formatter = new Formatter(JavaFormatterOptions.builder().style(Style.GOOGLE).build());
    int wrong = 0;
    int files = 0;
    for (Path file : sources(root)) {
      String before = Files.readString(file);
      String after;
      try {
        String ordered = ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(before), Style.GOOGLE);
        after = formatter.formatSource(ordered);
      } catch (com.google.googlejavaformat.java.FormatterException e) {
        System.err.println(root.relativize(file) + ": can't be parsed: " + e.getMessage());
        wrong++;
        continue;
      }
      files++;
      if (after.equals(before)) {
        continue;
      }
      if (fix) {
        Files.writeString(file, after);
      } else {
        wrong++;
        System.err.println("not formatted: " + root.relativize(file));
      }
    }
    System.out.println("format: " + files + " files, " + wrong + " to mend");
    if (wrong > 0) {
      System.err.println("Run: mvn -N validate -Dformat.mode=fix");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(p -> p.toString().endsWith(".java"))
          .filter(p -> !p.toString().contains("/target/") && !p.toString().contains("/node_modules/"))
          .filter(p -> !p.getParent().getFileName().toString().equals("build"))
          .sorted()
          .toList();
    }
  }
}
