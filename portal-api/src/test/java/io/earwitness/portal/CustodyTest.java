package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.NOW;
import static io.earwitness.portal.TestPortal.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.audit.verify.ExportVerifier;
import io.earwitness.audit.verify.Report;
import io.earwitness.audit.verify.VerifierKey;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.portal.MediaAccess.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustodyTest {
  private final TestPortal portal = new TestPortal();
  private final CallEntry call =
      TestCalls.archived(
          TestCalls.summary(
              ACME,
              CallState.ARCHIVED,
              NOW.minusSeconds(90),
              Duration.ofSeconds(30),
              TestCalls.party(Side.LEFT, "Anna Secret", "+4930123")),
          5,
          Duration.ofSeconds(30));
  private final RecordingId id = call.summary().id();
  private final String path = "/api/v1/recordings/" + id;

  @AfterEach
  void stop() {
    portal.close();
  }

  @BeforeEach
  void somebodyHearsIt() {
    portal.calls.put(call);
    portal.media.put(id, Part.MEDIA, new byte[5]);
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    officer.post(path + "/plays", Map.of("reason", "a complaint"));
    officer.get(path + "/media");
    officer.get("/api/v1/recordings/" + RecordingId.draw(NOW));
  }

  @Test
  void itTellsWhereTheCallIsAndAllThatWasDoneWithItAndNothingOfWhatWasSaid() {
    HttpResponse<byte[]> response = portal.signIn(ACME, Role.AUDITOR).get(path + "/custody");
    JsonNode custody = json(response);
    assertThat(custody.get("received").get("node").asText()).isEqualTo(call.summary().node());
    assertThat(custody.get("stored").get("attempt").asText()).isEqualTo("a1");
    assertThat(custody.get("acts").findValuesAsText("object")).containsOnly("recording:" + id);
    assertThat(custody.get("acts").findValuesAsText("action"))
        .contains("recording.play")
        .doesNotContain("session.create");
    assertThat(custody.get("acts").findValuesAsText("reason")).containsExactly("a complaint");
    assertThat(TestPortal.text(response)).doesNotContain("Secret", "+4930123");
  }

  @Test
  void theZipVerifiesWithoutUs(@TempDir Path folder) throws Exception {
    HttpResponse<byte[]> response =
        portal.signIn(ACME, Role.AUDITOR).get(path + "/custody?format=zip");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/zip");
    Map<String, byte[]> files = unzip(response.body());
    assertThat(files.keySet())
        .containsExactlyInAnyOrder("README.txt", "custody.json", "manifest.p7", "audit.jsonl");
    assertThat(files.get("manifest.p7"))
        .isEqualTo(portal.media.manifest(Objects.requireNonNull(call.archive())));
    Path lines = folder.resolve("audit.jsonl");
    Files.write(lines, files.get("audit.jsonl"));
    VerifierKey key = VerifierKey.parse(portal.proofs.head(ACME, null).orElseThrow().verifierKey());
    List<Report> reports = new ExportVerifier(_ -> key).verify(List.of(lines), false);
    assertThat(reports.getFirst().findings()).isEmpty();
    assertThat(reports.getFirst().entries()).isEqualTo(Files.readAllLines(lines).size() - 2);
    Files.writeString(lines, Files.readString(lines).replace("a complaint", "no complaint"));
    assertThat(new ExportVerifier(_ -> key).verify(List.of(lines), false).getFirst().findings())
        .isNotEmpty();
  }

  @Test
  void otherTenantsAndThoseWhoMayNotReadTheTrailGetNothing() {
    TestPortal.Client stranger = portal.signIn(GLOBEX, Role.AUDITOR);
    HttpResponse<byte[]> response = stranger.get(path + "/custody");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body())
        .isEqualTo(stranger.get("/api/v1/recordings/" + RecordingId.draw(NOW) + "/custody").body());
    assertThat(portal.signIn(ACME, Role.SUPERVISOR).get(path + "/custody").statusCode())
        .isEqualTo(403);
  }

  private static Map<String, byte[]> unzip(byte[] zip) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        files.put(entry.getName(), in.readAllBytes());
      }
    }
    return files;
  }
}
