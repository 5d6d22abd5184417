package io.earwitness.portal;

import io.earwitness.audit.tree.AuditProofs;
import io.earwitness.audit.tree.AuditProofs.ExportPage;
import io.earwitness.audit.tree.AuditProofs.Inclusion;
import io.earwitness.audit.tree.AuditProofs.SignedHead;
import io.javalin.http.Context;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit trail to take away, entry by entry with its proof, as long as it may be. */
final class AuditExportRoute {
  private static final Logger LOG = LoggerFactory.getLogger(AuditExportRoute.class);
  private static final int PAGE = 1_000;

  /** With its proof an entry takes a kilobyte or two. */
  private static final int MOST_COLUMNS = 50_000;

  private static final List<String> FORMATS = List.of("jsonl", "csv", "parquet");

  private final AuditProofs proofs;

  AuditExportRoute(AuditProofs proofs) {
    this.proofs = proofs;
  }

  Route.Prepared export(Context http, @Nullable Principal principal) {
    Set<String> known = new HashSet<>(AuditFilter.PARAMETERS);
    known.addAll(Set.of("format", "masked"));
    Request.allowParameters(http, known);
    Principal asking = Objects.requireNonNull(principal);
    AuditFilter filter = AuditFilter.read(http);
    boolean masked = Request.flag(http, "masked");
    String format = Request.choice(http, "format", FORMATS);
    Map<String, String> details = new TreeMap<>(filter.details());
    details.put("format", format);
    details.put("masked", Boolean.toString(masked));
    return new Route.Prepared(
        null,
        details,
        _ -> {
          SignedHead head =
              proofs.head(asking.slug(), null).orElseThrow(() -> AuditProofRoutes.noSuchTree(null));
          AuditExportFormat writer =
              switch (format) {
                case "csv" -> new AuditCsv(masked);
                case "parquet" -> new AuditColumns(masked);
                default -> new AuditJsonLines(asking.slug(), masked, filter.isEmpty());
              };
          http.contentType(writer.contentType());
          RecordingRoutes.attachment(
              http,
              "audit-%s-%d.%s".formatted(asking.slug(), head.checkpoint().treeSize(), format));
          send(http, asking, filter, head, writer);
        });
  }

  private void send(
      Context http, Principal asking, AuditFilter filter, SignedHead head, AuditExportFormat writer)
      throws IOException {
    // The first page before the first byte, so that what can't be read is still told as a problem
    List<Inclusion> first = page(asking, filter, head, 0);
    if (writer instanceof AuditColumns) {
      // It is one file as a whole, so there may be no more of it than fits
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      write(file, asking, filter, head, writer, first, MOST_COLUMNS);
      http.res().getOutputStream().write(file.toByteArray());
      return;
    }
    try (OutputStream out = new BufferedOutputStream(http.res().getOutputStream(), 1 << 16)) {
      write(out, asking, filter, head, writer, first, Long.MAX_VALUE);
    }
  }

  /**
   * Writes page after page.
   *
   * @param most entries
   */
  private void write(
      OutputStream out,
      Principal asking,
      AuditFilter filter,
      SignedHead head,
      AuditExportFormat writer,
      List<Inclusion> first,
      long most) {
    List<Inclusion> page = first;
    long entries = 0;
    try {
      out.write(writer.begin(head));
      while (true) {
        for (Inclusion entry : page) {
          out.write(writer.entry(entry));
        }
        entries += page.size();
        if (entries > most) {
          throw ProblemException.malformed(
              "format",
              "More than %d entries are asked for, which is the most of Parquet. Narrow the filter, or take jsonl."
                  .formatted(most));
        }
        if (page.size() < PAGE) {
          out.write(writer.end(entries));
          out.flush();
          return;
        }
        page = page(asking, filter, head, page.getLast().leafIndex() + 1);
      }
    } catch (IOException e) {
      LOG.info("an export of the audit trail broke off: {}", e.toString());
      throw ProblemException.of(
          500,
          "broken-off",
          "Broken off",
          "The reader went away after about %d entries.".formatted(entries));
    }
  }

  private List<Inclusion> page(Principal asking, AuditFilter filter, SignedHead head, long from) {
    return proofs.export(new ExportPage(filter.query(asking.slug(), PAGE, null), head, from, PAGE));
  }
}
