package io.earwitness.portal;

import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.CanonicalEntry;
import io.earwitness.audit.tree.AuditProofs;
import io.earwitness.audit.tree.Checkpoint;
import io.earwitness.audit.tree.LogSigner;
import io.earwitness.audit.tree.MerkleTree;
import io.earwitness.call.TenantSlug;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Proofs over the entries of a {@link FakeAudit}, of logs below 256 entries; all is signed at once.
 */
final class FakeProofs implements AuditProofs {
  private final FakeAudit audit;
  private final LogSigner signer;

  FakeProofs(FakeAudit audit) {
    this.audit = audit;
    try {
      KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      this.signer = new LogSigner(keys.getPrivate(), keys.getPublic());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The id of a tenant's first entry; any, if it has none. */
  UUID first(TenantSlug tenant) {
    return log(tenant).stream()
        .findFirst()
        .map(kept -> kept.entry().id())
        .orElseGet(UUID::randomUUID);
  }

  private List<AuditTrail.Kept> log(TenantSlug tenant) {
    byte[] salt = new byte[CanonicalEntry.SALT_LENGTH];
    return audit.entries.stream()
        .filter(entry -> entry.tenant().equals(tenant))
        .limit(200)
        .map(
            (AuditEntry entry) -> {
              byte[] canonical = CanonicalEntry.bytes(entry, salt);
              return new AuditTrail.Kept(
                  entry, salt, canonical, CanonicalEntry.leafHash(canonical));
            })
        .toList();
  }

  private static MerkleTree tree(List<AuditTrail.Kept> log, long size) {
    return new MerkleTree(
        (level, first, count) ->
            log.stream().skip(first).limit(count).map(AuditTrail.Kept::leafHash).toList(),
        size);
  }

  @Override
  public Optional<SignedHead> head(TenantSlug tenant, @Nullable Long size) {
    List<AuditTrail.Kept> log = log(tenant);
    if (log.isEmpty() || (size != null && size > log.size())) {
      return Optional.empty();
    }
    long wanted = size == null ? log.size() : size;
    Checkpoint checkpoint =
        new Checkpoint("test.example/audit/" + tenant, wanted, tree(log, wanted).root());
    return Optional.of(
        new SignedHead(
            checkpoint, signer.sign(checkpoint), signer.verifierKey(checkpoint.origin())));
  }

  @Override
  public Optional<Inclusion> inclusion(TenantSlug tenant, UUID entry, @Nullable Long size) {
    return head(tenant, size)
        .flatMap(
            head ->
                all(tenant, head).stream()
                    .filter(proof -> proof.kept().entry().id().equals(entry))
                    .findFirst());
  }

  private List<Inclusion> all(TenantSlug tenant, SignedHead head) {
    List<AuditTrail.Kept> log = log(tenant);
    MerkleTree tree = tree(log, head.checkpoint().treeSize());
    List<Inclusion> all = new ArrayList<>();
    IntStream.range(0, (int) tree.size())
        .forEach(i -> all.add(new Inclusion(log.get(i), i, head, tree.inclusionProof(i))));
    return all;
  }

  @Override
  public Optional<Consistency> consistency(TenantSlug tenant, long from, long to) {
    return head(tenant, from)
        .flatMap(
            earlier ->
                head(tenant, to)
                    .map(
                        later ->
                            new Consistency(
                                earlier, later, tree(log(tenant), to).consistencyProof(from))));
  }

  @Override
  public List<Inclusion> export(ExportPage page) {
    AuditTrail.Query query = page.entries();
    return all(query.tenant(), page.head()).stream()
        .filter(proof -> proof.leafIndex() >= page.from())
        .filter(
            proof -> query.action() == null || query.action().equals(proof.kept().entry().action()))
        .filter(
            proof -> query.object() == null || query.object().equals(proof.kept().entry().object()))
        .limit(page.limit())
        .toList();
  }
}
