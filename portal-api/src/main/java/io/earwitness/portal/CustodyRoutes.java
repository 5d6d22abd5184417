package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.tree.AuditProofs;
import io.earwitness.audit.tree.AuditProofs.ExportPage;
import io.earwitness.audit.tree.AuditProofs.Inclusion;
import io.earwitness.audit.tree.AuditProofs.SignedHead;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecordingId;
import io.earwitness.json.Json;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A call's chain of custody: how it came to be stored, under which lock it lies, and all that was
 * ever done with it, with the proofs. It tells nothing of what was said or by whom, so it is for
 * whoever may read the audit trail.
 */
final class CustodyRoutes {
  private static final int PAGE = 1_000;
  private static final String READ_ME =
      """
      The chain of custody of one recording.

      custody.json   for people: where the call was received and stored, and every act on it with the number of its leaf
      manifest.p7    the signed manifest of what is stored (CMS, RFC 5652); absent where nothing is
                     openssl cms -verify -inform DER -in manifest.p7 -CAfile CERTIFICATE
      audit.jsonl    the acts with their proofs
                     earwitness verify audit audit.jsonl --key FILE-WITH-THE-VERIFIER-KEY

      Get the verifier key of the audit log, and the signer's certificate, not from here but from whoever vouches for them.
      """;

  private final CallCatalog calls;
  private final AuditProofs proofs;
  private final MediaAccess media;

  CustodyRoutes(PortalParts parts) {
    this.calls = parts.calls();
    this.proofs = parts.proofs();
    this.media = parts.media();
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ReceivedView(
      String node, Instant start, @Nullable Instant end, List<String> callIds, CallState state) {
    static ReceivedView of(CallSummary call) {
      return new ReceivedView(call.node(), call.start(), call.end(), call.callIds(), call.state());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record StoredView(
      int generation,
      String attempt,
      Instant archivedAt,
      Instant keepUntil,
      String manifestKey,
      String manifestVersionId) {
    static StoredView of(ArchivedCall archive) {
      return new StoredView(
          archive.generation(),
          archive.attempt(),
          archive.archivedAt(),
          archive.keepUntil(),
          archive.manifestKey(),
          archive.manifestVersionId());
    }
  }

  private record ActView(long leafIndex, AuditRoutes.EntryView entry) {}

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record CustodyView(
      RecordingId recording,
      ReceivedView received,
      @Nullable StoredView stored,
      AuditProofRoutes.HeadView head,
      List<ActView> acts) {}

  /** {@code GET /recordings/{id}/custody}. */
  Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("format"));
    Principal asking = Objects.requireNonNull(principal);
    RecordingId id = Request.recording(http);
    boolean zip = Request.choice(http, "format", List.of("json", "zip")).equals("zip");
    return new Route.Prepared(
        "recording:" + id,
        Map.of("format", zip ? "zip" : "json"),
        _ -> {
          CallEntry call = calls.find(asking.slug(), id).orElseThrow(Request::noSuchRecording);
          SignedHead head =
              proofs.head(asking.slug(), null).orElseThrow(() -> AuditProofRoutes.noSuchTree(null));
          List<Inclusion> acts = acts(head, call.summary());
          if (zip) {
            send(http, call, head, acts);
          } else {
            SessionRoutes.json(http, 200, custody(call, head, acts));
          }
        });
  }

  private List<Inclusion> acts(SignedHead head, CallSummary call) {
    AuditTrail.Query query =
        new AuditTrail.Query(
            call.tenant(), null, null, null, null, "recording:" + call.id(), PAGE, null);
    List<Inclusion> acts = new ArrayList<>();
    List<Inclusion> page;
    do {
      long next = acts.isEmpty() ? 0 : acts.getLast().leafIndex() + 1;
      page = proofs.export(new ExportPage(query, head, next, PAGE));
      acts.addAll(page);
    } while (page.size() == PAGE);
    return acts;
  }

  private static CustodyView custody(CallEntry call, SignedHead head, List<Inclusion> acts) {
    ArchivedCall archive = call.archive();
    return new CustodyView(
        call.summary().id(),
        ReceivedView.of(call.summary()),
        archive == null ? null : StoredView.of(archive),
        AuditProofRoutes.HeadView.of(head),
        acts.stream()
            .map(act -> new ActView(act.leafIndex(), AuditRoutes.EntryView.of(act.kept().entry())))
            .toList());
  }

  private void send(Context http, CallEntry call, SignedHead head, List<Inclusion> acts)
      throws IOException {
    // What can't be read is told as a problem, so all of it is read before the first byte
    byte[] custody = Json.bytes(custody(call, head, acts));
    byte[] manifest = call.archive() == null ? null : media.manifest(call.archive());
    http.contentType("application/zip");
    RecordingRoutes.attachment(http, "custody-%s.zip".formatted(call.summary().id()));
    try (OutputStream out = http.res().getOutputStream();
        ZipOutputStream zip = new ZipOutputStream(out)) {
      put(zip, "README.txt", READ_ME.getBytes(StandardCharsets.UTF_8));
      put(zip, "custody.json", custody);
      if (manifest != null) {
        put(zip, "manifest.p7", manifest);
      }
      zip.putNextEntry(new ZipEntry("audit.jsonl"));
      AuditJsonLines lines = new AuditJsonLines(call.summary().tenant(), false, false);
      zip.write(lines.begin(head));
      for (Inclusion act : acts) {
        zip.write(lines.entry(act));
      }
      zip.write(lines.end(acts.size()));
      zip.closeEntry();
    }
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }
}
