package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.audit.tree.AuditProofs;
import io.earwitness.audit.tree.AuditProofs.Consistency;
import io.earwitness.audit.tree.AuditProofs.Inclusion;
import io.earwitness.audit.tree.AuditProofs.NotYetException;
import io.earwitness.audit.tree.AuditProofs.SignedHead;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What proves the audit trail, for those who may read all of it. */
final class AuditProofRoutes {
  private final AuditProofs proofs;

  AuditProofRoutes(AuditProofs proofs) {
    this.proofs = proofs;
  }

  /** A signed tree head; hashes are in Base64, as in the checkpoint. */
  record HeadView(
      String origin, long treeSize, String rootHash, String checkpoint, String verifierKey) {
    static HeadView of(SignedHead head) {
      return new HeadView(
          head.checkpoint().origin(),
          head.checkpoint().treeSize(),
          base64(head.checkpoint().rootHash()),
          head.note(),
          head.verifierKey());
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ProofView(
      AuditRoutes.EntryView entry,
      String salt,
      String canonical,
      String leafHash,
      long leafIndex,
      List<String> hashes,
      HeadView head) {}

  private record ConsistencyView(HeadView from, HeadView to, List<String> hashes) {}

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static List<String> base64(List<byte[]> hashes) {
    return hashes.stream().map(AuditProofRoutes::base64).toList();
  }

  static ProblemException notYet(String detail) {
    return ProblemException.conflict("not-yet", detail);
  }

  static ProblemException noSuchTree(@Nullable Long size) {
    return size == null
        ? notYet("No tree of this audit trail is signed yet; one will be within seconds.")
        : ProblemException.notFound("No tree of %d entries was signed.".formatted(size));
  }

  private static @Nullable Long size(Context http, String name) {
    long size = Request.number(http, name, 1, Long.MAX_VALUE, 0);
    return size == 0 ? null : size;
  }

  Route.Prepared checkpoint(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("size"));
    Principal asking = Objects.requireNonNull(principal);
    Long size = size(http, "size");
    return Route.Prepared.of(
        _ ->
            SessionRoutes.json(
                http,
                200,
                HeadView.of(proofs.head(asking.slug(), size).orElseThrow(() -> noSuchTree(size)))));
  }

  Route.Prepared inclusion(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("size"));
    Principal asking = Objects.requireNonNull(principal);
    Long size = size(http, "size");
    UUID entry = entry(http);
    return new Route.Prepared(
        "audit-entry:" + entry,
        Map.of(),
        _ -> {
          Inclusion proof;
          try {
            proof =
                proofs
                    .inclusion(asking.slug(), entry, size)
                    .orElseThrow(AuditProofRoutes::noSuchEntry);
          } catch (NotYetException e) {
            throw notYet(String.valueOf(e.getMessage()));
          }
          SessionRoutes.json(
              http,
              200,
              new ProofView(
                  AuditRoutes.EntryView.of(proof.kept().entry()),
                  base64(proof.kept().salt()),
                  new String(proof.kept().canonical(), StandardCharsets.UTF_8),
                  base64(proof.kept().leafHash()),
                  proof.leafIndex(),
                  base64(proof.hashes()),
                  HeadView.of(proof.head())));
        });
  }

  private static UUID entry(Context http) {
    try {
      return UUID.fromString(http.pathParam("entry"));
    } catch (IllegalArgumentException _) {
      throw noSuchEntry();
    }
  }

  /** The same for a missing entry, another tenant's, and one of a tree that was never signed. */
  private static ProblemException noSuchEntry() {
    return ProblemException.notFound(
        "There is no such entry in this audit trail, or no tree of that size was signed.");
  }

  Route.Prepared consistency(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of("from", "to"));
    Principal asking = Objects.requireNonNull(principal);
    Long from = size(http, "from");
    Long to = size(http, "to");
    if (from == null || to == null || from > to) {
      throw ProblemException.malformed(
          from == null ? "from" : "to",
          "from and to are the sizes of two signed trees, from not the greater one.");
    }
    return new Route.Prepared(
        null,
        Map.of("from", from.toString(), "to", to.toString()),
        _ -> {
          Consistency proof =
              proofs
                  .consistency(asking.slug(), from, to)
                  .orElseThrow(
                      () ->
                          ProblemException.notFound(
                              "No tree of %d or of %d entries was signed.".formatted(from, to)));
          SessionRoutes.json(
              http,
              200,
              new ConsistencyView(
                  HeadView.of(proof.from()), HeadView.of(proof.to()), base64(proof.hashes())));
        });
  }
}
