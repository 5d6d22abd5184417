package io.earwitness.audit.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.audit.verify.Finding.Kind;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Verifies exported files ({@code earwitness-audit-export-1}): the checkpoint's signature, each
 * entry's proof, its clear values where they are there, and that a complete export lacks nothing.
 * Several files of one log are held against each other. Thread-safe.
 */
public final class ExportVerifier {
  private static final int LINES = 2_048;
  private static final int CHUNK = 128;

  /** The file is no such export. */
  public static final class NotAnExportException extends Exception {
    private static final long serialVersionUID = 1L;

    NotAnExportException(String message) {
      super(message);
    }
  }

  private final Function<TenantSlug, VerifierKey> keys;

  /**
   * @param keys the verifier key of each log; throws if there is none
   */
  public ExportVerifier(Function<TenantSlug, VerifierKey> keys) {
    this.keys = keys;
  }

  /**
   * Verifies files, each by itself and against the others.
   *
   * @param complete whether every entry of a log up to the checkpoint must be in its file, even if
   *     the file does not say so of itself
   * @return a report for each file
   * @throws NotAnExportException if a file is none
   * @throws IOException if one can't be read
   */
  public List<Report> verify(List<Path> files, boolean complete)
      throws IOException, NotAnExportException {
    Map<String, List<Claim>> claims = new TreeMap<>();
    for (Path file : files) {
      try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        Note note = note(header(file, in.readLine()));
        claims
            .computeIfAbsent(note.origin(), _ -> new ArrayList<>())
            .add(new Claim(note.treeSize(), note.rootHash(), file.toString()));
      } catch (Note.RejectedException e) {
        // told with the file itself
      }
    }
    List<Report> reports = new ArrayList<>();
    for (Path file : files) {
      reports.add(verify(file, complete, claims));
    }
    return reports;
  }

  private Note note(JsonNode header) throws Note.RejectedException {
    VerifierKey key = keys.apply(new TenantSlug(header.path("tenant").asText()));
    return Note.open(header.path("checkpoint").asText(), key);
  }

  private Report verify(Path file, boolean complete, Map<String, List<Claim>> claims)
      throws IOException, NotAnExportException {
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      JsonNode header = header(file, in.readLine());
      Report report = new Report(keys.apply(new TenantSlug(header.path("tenant").asText())).name());
      try {
        Note note = note(header);
        report.checkpoints = 1;
        report.treeSize = note.treeSize();
        List<Claim> others =
            claims.getOrDefault(note.origin(), List.of()).stream()
                .filter(claim -> !claim.where().equals(file.toString()))
                .toList();
        contradict(file, note, others, report);
        new OneFile(note, complete || header.path("complete").asBoolean(), others, report).read(in);
      } catch (Note.RejectedException e) {
        report.find(
            Kind.FORGED_CHECKPOINT,
            null,
            null,
            "the checkpoint of %s is forged: %s".formatted(file, e.getMessage()));
      }
      return report;
    }
  }

  private static JsonNode header(Path file, @Nullable String line) throws NotAnExportException {
    try {
      JsonNode header = line == null ? null : Json.mapper().readTree(line);
      if (header != null
          && header.path("format").asText().equals("earwitness-audit-export-1")
          && header.path("tenant").isTextual()) {
        return header;
      }
    } catch (IOException e) {
      // told below
    }
    throw new NotAnExportException(
        "%s does not begin like an export of the audit trail as JSON Lines".formatted(file));
  }

  private static void contradict(Path file, Note note, List<Claim> others, Report report) {
    for (Claim other : others) {
      if (other.treeSize() == note.treeSize()
          && !Arrays.equals(other.rootHash(), note.rootHash())) {
        report.find(
            Kind.FORKED,
            null,
            null,
            "two different trees of %d entries were signed: that of %s and that of %s"
                .formatted(note.treeSize(), other.where(), file));
      }
    }
  }

  /** The lines of one file, in their order. */
  private static final class OneFile {
    private final Note note;
    private final boolean complete;
    private final List<Claim> others;
    private final Report report;
    private final CompactRange tree = new CompactRange();
    private long next;
    private @Nullable Long stated;

    OneFile(Note note, boolean complete, List<Claim> others, Report report) {
      this.note = note;
      this.complete = complete;
      this.others = others;
      this.report = report;
    }

    void read(BufferedReader in) throws IOException {
      List<String> lines = new ArrayList<>(LINES);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
        if (lines.size() == LINES) {
          take(lines);
          lines.clear();
        }
      }
      take(lines);
      end();
    }

    private void take(List<String> lines) {
      int chunks = (lines.size() + CHUNK - 1) / CHUNK;
      IntStream.range(0, chunks)
          .parallel()
          .mapToObj(i -> look(lines.subList(i * CHUNK, Math.min(lines.size(), (i + 1) * CHUNK))))
          .flatMap(List::stream)
          .toList()
          .forEach(this::take);
    }

    private List<ExportLine> look(List<String> lines) {
      ExportLine.Reader reader = new ExportLine.Reader(note);
      return lines.stream().map(reader::read).toList();
    }

    private void take(ExportLine line) {
      for (ExportLine.Found found : line.findings()) {
        report.find(found.kind(), line.id(), line.leafIndex(), found.message());
      }
      if (line.end() != null) {
        stated = line.end();
        return;
      }
      report.entries++;
      if (line.leafIndex() < 0 || line.leafHash() == null) {
        return;
      }
      if (line.leafIndex() < next) {
        report.find(
            Kind.REORDERED,
            line.id(),
            line.leafIndex(),
            "entry %s (leaf %d) stands behind leaf %d"
                .formatted(line.id(), line.leafIndex(), next - 1));
        return;
      }
      if (complete && line.leafIndex() > next) {
        gone(next, line.leafIndex() - 1);
      }
      if (tree.size() == line.leafIndex()) {
        tree.append(line.leafHash());
        compare();
      }
      next = line.leafIndex() + 1;
    }

    private void gone(long first, long last) {
      report.find(
          Kind.REMOVED,
          null,
          first,
          first == last
              ? "leaf %d is missing, though the export is of the whole log".formatted(first)
              : "leaves %d to %d are missing, though the export is of the whole log"
                  .formatted(first, last));
    }

    /** As long as no leaf is missing, the tree is held against those of the other files. */
    private void compare() {
      for (Claim claim : others) {
        if (claim.treeSize() == tree.size() && !Arrays.equals(claim.rootHash(), tree.root())) {
          report.find(
              Kind.FORKED,
              null,
              null,
              "the first %d entries are not those that %s has: the log was forked"
                  .formatted(claim.treeSize(), claim.where()));
        }
      }
    }

    private void end() {
      if (complete && next < note.treeSize()) {
        gone(next, note.treeSize() - 1);
      }
      if (stated == null) {
        report.find(Kind.REMOVED, null, null, "the file breaks off: its last line is missing");
      } else if (stated != report.entries) {
        report.find(
            Kind.REMOVED,
            null,
            null,
            "the file holds %d entries, but says that it holds %d"
                .formatted(report.entries, stated));
      }
    }
  }
}
