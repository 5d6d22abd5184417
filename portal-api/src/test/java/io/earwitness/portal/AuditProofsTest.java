package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.audit.verify.ExportVerifier;
import io.earwitness.audit.verify.Finding;
import io.earwitness.audit.verify.Proofs;
import io.earwitness.audit.verify.Report;
import io.earwitness.audit.verify.VerifierKey;
import io.earwitness.json.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proofs as the API gives them, in the eyes of somebody who trusts the key alone. */
class AuditProofsTest {
  private final TestPortal portal = new TestPortal();
  private final TestPortal.Client auditor = portal.signIn(ACME, Role.AUDITOR);

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    portal.close();
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private Report verify(String export, VerifierKey key) throws Exception {
    Path file = Files.writeString(folder.resolve("export.jsonl"), export);
    return new ExportVerifier(_ -> key).verify(List.of(file), false).getFirst();
  }

  private VerifierKey key() {
    return VerifierKey.parse(
        json(auditor.get("/api/v1/audit/checkpoint")).get("verifierKey").asText());
  }

  @Test
  void anExportVerifiesAndSoDoesAMaskedOneThatShowsNoPersonalValue() throws Exception {
    portal.signIn(GLOBEX, Role.AUDITOR);
    auditor.get("/api/v1/recordings?q=secret-name");
    HttpResponse<byte[]> whole = auditor.get("/api/v1/audit/export");
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(whole.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment; filename=\"audit-acme-");
    Report report = verify(text(whole), key());
    assertThat(report.findings()).isEmpty();
    assertThat(report.entries()).isEqualTo(report.treeSize()).isPositive();
    assertThat(text(whole)).contains("user:auditor@acme").doesNotContain("globex");

    String masked = text(auditor.get("/api/v1/audit/export?masked=true"));
    assertThat(masked).doesNotContain("user:auditor@acme").doesNotContain("\"salt\"");
    assertThat(verify(masked, key()).findings()).isEmpty();

    List<String> lines = new ArrayList<>(text(whole).lines().toList());
    lines.set(1, lines.get(1).replace("user:auditor@acme", "user:somebody@acme"));
    assertThat(verify(String.join("\n", lines) + "\n", key()).findings())
        .extracting(Finding::kind)
        .containsExactly(Finding.Kind.CHANGED);
  }

  /** An export's lines: the header, the entries, the end. */
  private List<String> lines() {
    for (int i = 0; i < 5; i++) {
      auditor.get("/api/v1/audit?limit=" + (i + 1));
    }
    return new ArrayList<>(text(auditor.get("/api/v1/audit/export")).lines().toList());
  }

  private List<String> found(List<String> lines) throws Exception {
    return verify(String.join("\n", lines) + "\n", key()).findings().stream()
        .map(finding -> finding.kind().wireName() + " " + finding.message())
        .toList();
  }

  private static String id(String line) throws Exception {
    return Json.mapper().readTree(line).path("entry").path("id").asText();
  }

  @Test
  void aRemovedLineIsMissed() throws Exception {
    List<String> lines = lines();
    lines.remove(3);
    assertThat(found(lines))
        .contains("removed leaf 2 is missing, though the export is of the whole log")
        .anyMatch(finding -> finding.contains("but says that it holds"));
    lines = lines();
    int entries = lines.size() - 2;
    lines.removeLast();
    lines.removeLast();
    assertThat(found(lines))
        .containsExactly(
            "removed leaf %d is missing, though the export is of the whole log"
                .formatted(entries - 1),
            "removed the file breaks off: its last line is missing");
  }

  @Test
  void aLineThatWasPutInOrCanonicalBytesThatWereChangedHaveNoProof() throws Exception {
    List<String> lines = lines();
    String changed = lines.get(2).replace("\\\"action\\\":\\\"", "\\\"action\\\":\\\"x");
    assertThat(changed).isNotEqualTo(lines.get(2));
    String id = id(lines.get(2));
    lines.set(2, changed);
    assertThat(found(lines))
        .contains(
            "not-as-signed entry %s is not leaf 1 of the signed tree: it was changed, moved or put in"
                .formatted(id),
            "changed entry %s (leaf 1) was changed: action".formatted(id));

    // A genuine entry of another log, with its own proof
    TestPortal.Client other = portal.signIn(GLOBEX, Role.AUDITOR);
    other.get("/api/v1/audit");
    String stranger = text(other.get("/api/v1/audit/export")).lines().toList().get(2);
    lines = lines();
    lines.add(2, stranger);
    assertThat(found(lines))
        .contains(
            "not-as-signed entry %s is not leaf 1 of the signed tree: it was changed, moved or put in"
                .formatted(id(stranger)));
  }

  @Test
  void linesThatChangedPlacesAreFound() throws Exception {
    List<String> lines = lines();
    java.util.Collections.swap(lines, 2, 4);
    assertThat(found(lines))
        .anyMatch(
            finding ->
                finding.startsWith("reordered entry ")
                    && finding.endsWith("(leaf 1) stands behind leaf 3"));
    // With their indexes changed too, their proofs lead nowhere
    lines = lines();
    String first = lines.get(2);
    String second = lines.get(4);
    lines.set(2, second.replace("\"leafIndex\":3", "\"leafIndex\":1"));
    lines.set(4, first.replace("\"leafIndex\":1", "\"leafIndex\":3"));
    assertThat(found(lines)).filteredOn(finding -> finding.startsWith("not-as-signed")).hasSize(2);
  }

  @Test
  void aCheckpointOfAnotherKeyOrOfAnotherTreeIsForged() throws Exception {
    List<String> lines = lines();
    VerifierKey key = key();
    FakeProofs mallory = new FakeProofs(portal.audit);
    String genuine = lines.getFirst();
    String note = mallory.head(ACME, 3L).orElseThrow().note();
    lines.set(
        0,
        ((com.fasterxml.jackson.databind.node.ObjectNode) Json.mapper().readTree(genuine))
            .put("checkpoint", note)
            .toString());
    assertThat(found(lines))
        .singleElement()
        .asString()
        .startsWith("forged-checkpoint the checkpoint of ")
        .contains("it is not signed by the key " + key);
    lines.set(0, genuine.replaceFirst("acme\\\\n([0-9]+)\\\\n", "acme\\\\n1$1\\\\n"));
    assertThat(lines.getFirst()).isNotEqualTo(genuine);
    assertThat(found(lines)).singleElement().asString().contains("its signature is not by the key");
  }

  @Test
  void twoExportsOfAForkedLogContradictEachOther() throws Exception {
    List<String> lines = lines();
    VerifierKey key = key();
    Path one = Files.write(folder.resolve("one.jsonl"), lines);
    // The log's own key signs another history
    io.earwitness.audit.AuditEntry first = portal.audit.entries.getFirst();
    portal.audit.entries.set(
        0,
        new io.earwitness.audit.AuditEntry(
            first.id(),
            first.at(),
            first.tenant(),
            "user:nobody@acme",
            first.action(),
            first.object(),
            first.actId(),
            first.outcome(),
            first.details()));
    Path two =
        Files.writeString(folder.resolve("two.jsonl"), text(auditor.get("/api/v1/audit/export")));
    ExportVerifier verifier = new ExportVerifier(_ -> key);
    for (List<Path> both : List.of(List.of(one, two), List.of(two, one))) {
      List<Report> reports = verifier.verify(both, true);
      assertThat(reports.get(both.indexOf(two)).findings())
          .extracting(Finding::kind)
          .containsExactly(Finding.Kind.FORKED);
    }
    assertThat(verifier.verify(List.of(two), true).getFirst().findings())
        .as("by itself it is in order")
        .isEmpty();
  }

  @Test
  void aFilteredExportHoldsWhatWasAskedForAndVerifies() throws Exception {
    auditor.get("/api/v1/audit");
    String export = text(auditor.get("/api/v1/audit/export?action=session.create"));
    Report report = verify(export, key());
    assertThat(report.findings()).isEmpty();
    assertThat(report.entries()).isLessThan(report.treeSize()).isPositive();
    assertThat(export).doesNotContain("audit.read");
    assertThat(portal.audit.of("audit.export").getFirst().details())
        .containsEntry("action", "session.create")
        .containsEntry("format", "jsonl")
        .containsEntry("masked", "false");
  }

  @Test
  void parquetIsAWholeFile() {
    HttpResponse<byte[]> parquet = auditor.get("/api/v1/audit/export?format=parquet");
    assertThat(parquet.headers().firstValue("Content-Type"))
        .contains("application/vnd.apache.parquet");
    byte[] magic = "PAR1".getBytes(StandardCharsets.US_ASCII);
    assertThat(parquet.body()).startsWith(magic).endsWith(magic).hasSizeGreaterThan(1_000);
    HttpResponse<byte[]> masked = auditor.get("/api/v1/audit/export?format=parquet&masked=true");
    assertThat(new String(masked.body(), StandardCharsets.ISO_8859_1))
        .doesNotContain("user:auditor@acme");
    assertThat(auditor.get("/api/v1/audit/export?format=xml").statusCode()).isEqualTo(400);
  }

  @Test
  void csvNamesItsColumnsAndKeepsFormulasFromSpreadsheets() {
    portal.audit.append(
        new io.earwitness.audit.AuditEntry(
            UUID.randomUUID(),
            TestPortal.NOW,
            ACME,
            "=cmd|' /C calc'!A0",
            "x",
            "a \"quoted\", name",
            null,
            null,
            java.util.Map.of()));
    HttpResponse<byte[]> csv = auditor.get("/api/v1/audit/export?format=csv&action=x");
    assertThat(csv.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
    List<String> lines = text(csv).lines().toList();
    assertThat(lines.getFirst())
        .isEqualTo(
            "leafIndex,id,at,actor,action,object,actId,outcome,details,leafHash,treeSize,rootHash,proof");
    assertThat(lines.get(1)).contains(",'=cmd|' /C calc'!A0,x,\"a \"\"quoted\"\", name\",");
    assertThat(text(auditor.get("/api/v1/audit/export?format=csv&masked=true&action=x")))
        .doesNotContain("calc");
    assertThat(auditor.get("/api/v1/audit/export?format=pdf").statusCode()).isEqualTo(400);
  }

  @Test
  void consistencyIsProvenBetweenTwoCheckpoints() {
    JsonNode earlier = json(auditor.get("/api/v1/audit/checkpoint"));
    for (int i = 0; i < 5; i++) {
      auditor.get("/api/v1/audit");
    }
    JsonNode later = json(auditor.get("/api/v1/audit/checkpoint"));
    JsonNode proof =
        json(
            auditor.get(
                "/api/v1/audit/consistency?from=%d&to=%d"
                    .formatted(earlier.get("treeSize").asLong(), later.get("treeSize").asLong())));
    List<byte[]> hashes = new ArrayList<>();
    proof.get("hashes").forEach(hash -> hashes.add(Base64.getDecoder().decode(hash.asText())));
    byte[] from = Base64.getDecoder().decode(earlier.get("rootHash").asText());
    byte[] to = Base64.getDecoder().decode(later.get("rootHash").asText());
    long fromSize = earlier.get("treeSize").asLong();
    long toSize = later.get("treeSize").asLong();
    assertThat(Proofs.consistent(fromSize, from, toSize, to, hashes)).isTrue();
    from[0] ^= 1;
    assertThat(Proofs.consistent(fromSize, from, toSize, to, hashes)).isFalse();
  }

  @Test
  void whatIsNotThereIsToldAsMissingAlsoIfItIsAnotherTenants() {
    portal.signIn(GLOBEX, Role.AUDITOR);
    String path = "/api/v1/audit/entries/%s/proof";
    HttpResponse<byte[]> other = auditor.get(path.formatted(portal.proofs.first(GLOBEX)));
    assertThat(other.statusCode()).isEqualTo(404);
    assertThat(auditor.get(path.formatted(UUID.randomUUID())).body()).isEqualTo(other.body());
    assertThat(auditor.get(path.formatted("none")).body()).isEqualTo(other.body());
    assertThat(auditor.get("/api/v1/audit/checkpoint?size=100000").statusCode()).isEqualTo(404);
    assertThat(auditor.get("/api/v1/audit/consistency?from=1").statusCode()).isEqualTo(400);
    assertThat(auditor.get("/api/v1/audit/consistency?from=2&to=1").statusCode()).isEqualTo(400);
  }
}
