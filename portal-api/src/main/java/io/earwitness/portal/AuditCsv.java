package io.earwitness.portal;

import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.tree.AuditProofs.Inclusion;
import io.earwitness.audit.tree.AuditProofs.SignedHead;
import io.earwitness.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * CSV by RFC 4180 for spreadsheets, with the proof in columns of its own.
 *
 * @param masked leaves out personal values
 */
record AuditCsv(boolean masked) implements AuditExportFormat {
  private static final List<String> COLUMNS =
      List.of(
          "leafIndex",
          "id",
          "at",
          "actor",
          "action",
          "object",
          "actId",
          "outcome",
          "details",
          "leafHash",
          "treeSize",
          "rootHash",
          "proof");

  @Override
  public String contentType() {
    return "text/csv; charset=utf-8; header=present";
  }

  @Override
  public byte[] begin(SignedHead head) {
    return row(COLUMNS.stream());
  }

  @Override
  public byte[] entry(Inclusion inclusion) {
    AuditEntry entry = inclusion.kept().entry();
    return row(
        Stream.of(
            "" + inclusion.leafIndex(),
            entry.id().toString(),
            entry.at().toString(),
            masked ? "" : entry.actor(),
            entry.action(),
            masked ? "" : text(entry.object()),
            text(entry.actId()),
            text(entry.outcome()),
            masked ? "" : Json.text(entry.details()),
            AuditProofRoutes.base64(inclusion.kept().leafHash()),
            "" + inclusion.head().checkpoint().treeSize(),
            AuditProofRoutes.base64(inclusion.head().checkpoint().rootHash()),
            String.join(" ", AuditProofRoutes.base64(inclusion.hashes()))));
  }

  @Override
  public byte[] end(long entries) {
    return new byte[0];
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static byte[] row(Stream<String> fields) {
    return fields
        .map(AuditCsv::field)
        .collect(Collectors.joining(",", "", "\r\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A name that a caller chose must not become a formula in somebody's spreadsheet. */
  private static String field(String value) {
    String safe =
        !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
    return safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
        ? '"' + safe.replace("\"", "\"\"") + '"'
        : safe;
  }
}
