package io.earwitness.archive.catalog;

import static io.earwitness.archive.catalog.TestCalls.ACME;
import static io.earwitness.archive.catalog.TestCalls.GLOBEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.CanonicalEntry;
import io.earwitness.audit.tree.AuditProofs;
import io.earwitness.audit.tree.LogSigner;
import io.earwitness.call.TenantSlug;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AuditSequencerTest {
  private static final TestServer SERVER = TestServer.bundled();
  private static final AuditOrigin ORIGIN = new AuditOrigin("test.example/audit");
  private static final LogSigner SIGNER = signer();

  private static LogSigner signer() {
    try {
      KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new LogSigner(keys.getPrivate(), keys.getPublic());
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static AuditEntry entry(TenantSlug tenant, String action) {
    return new AuditEntry(
        UUID.randomUUID(),
        Instant.now(),
        tenant,
        "user:ana",
        action,
        "recording:1",
        null,
        null,
        Map.of("q", "x"));
  }

  /** A log as it lies in the database: leaf by leaf. */
  private record Leaf(long index, UUID entry, byte[] hash) {}

  private static List<Leaf> leaves(DatabaseConfig.External config, TenantSlug tenant)
      throws Exception {
    try (Connection admin = SERVER.admin(config);
        Statement statement = admin.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select l.leaf_index, l.entry, l.leaf_hash, e.leaf_hash, e.canonical, e.tenant"
                    + " from earwitness.audit_leaf l join earwitness.audit_entry e on e.id = l.entry"
                    + " where l.tenant = '%s' order by 1".formatted(tenant))) {
      List<Leaf> leaves = new ArrayList<>();
      while (rows.next()) {
        assertThat(rows.getBytes(3)).isEqualTo(rows.getBytes(4));
        assertThat(CanonicalEntry.leafHash(rows.getBytes(5))).isEqualTo(rows.getBytes(3));
        assertThat(rows.getString(6)).isEqualTo(tenant.value());
        leaves.add(new Leaf(rows.getLong(1), rows.getObject(2, UUID.class), rows.getBytes(3)));
      }
      return leaves;
    }
  }

  /** RFC 9162 §2.1.1, by its definition. */
  private static byte[] root(List<Leaf> leaves) throws Exception {
    if (leaves.size() == 1) {
      return leaves.getFirst().hash();
    }
    int left = Integer.highestOneBit(leaves.size() - 1);
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update((byte) 1);
    sha256.update(root(leaves.subList(0, left)));
    return sha256.digest(root(leaves.subList(left, leaves.size())));
  }

  private static List<Long> checkpointSizes(DatabaseConfig.External config, TenantSlug tenant)
      throws Exception {
    try (Connection admin = SERVER.admin(config);
        Statement statement = admin.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select tree_size from earwitness.audit_checkpoint where tenant = '%s' order by 1"
                    .formatted(tenant))) {
      List<Long> sizes = new ArrayList<>();
      while (rows.next()) {
        sizes.add(rows.getLong(1));
      }
      return sizes;
    }
  }

  @Test
  void two_nodes_with_concurrent_writers_never_fork_a_log() throws Exception {
    DatabaseConfig.External config = SERVER.newDatabase();
    int writers = 6;
    int each = 150;
    Map<TenantSlug, Set<UUID>> written = new HashMap<>();
    try (CatalogDatabase one = CatalogDatabase.open(config, Clock.systemUTC());
        CatalogDatabase two = CatalogDatabase.open(config, Clock.systemUTC());
        AuditSequencer first = one.sequenceAudit(SIGNER, ORIGIN);
        AuditSequencer second = two.sequenceAudit(SIGNER, ORIGIN);
        ExecutorService threads = Executors.newFixedThreadPool(2 * writers + 2)) {
      List<Future<List<AuditEntry>>> done = new ArrayList<>();
      for (CatalogDatabase node : List.of(one, two)) {
        for (int i = 0; i < writers; i++) {
          TenantSlug tenant = i % 3 == 0 ? GLOBEX : ACME;
          Callable<List<AuditEntry>> writer =
              () -> {
                List<AuditEntry> entries = new ArrayList<>();
                for (int n = 0; n < each; n++) {
                  AuditEntry entry = entry(tenant, "write");
                  node.audit().append(entry);
                  entries.add(entry);
                }
                return entries;
              };
          done.add(threads.submit(writer));
        }
      }
      // Beside the two threads, both are pushed as hard as can be, in small batches
      List<Future<?>> pushing = new ArrayList<>();
      for (AuditSequencer sequencer : List.of(first, second)) {
        pushing.add(
            threads.submit(
                () -> {
                  while (done.stream().anyMatch(writer -> !writer.isDone())) {
                    sequencer.sequence(7);
                    sequencer.checkpoint();
                  }
                }));
      }
      for (Future<List<AuditEntry>> writer : done) {
        for (AuditEntry entry : writer.get()) {
          written.computeIfAbsent(entry.tenant(), _ -> new HashSet<>()).add(entry.id());
        }
      }
      for (Future<?> pusher : pushing) {
        pusher.get();
      }
      AuditProofs proofs = one.auditProofs(SIGNER);
      for (TenantSlug tenant : List.of(ACME, GLOBEX)) {
        Set<UUID> ids = written.getOrDefault(tenant, Set.of());
        assertThat(ids).hasSizeGreaterThan(each);
        while (leaves(config, tenant).size() < ids.size()
            || proofs.head(tenant, null).orElseThrow().checkpoint().treeSize() < ids.size()) {
          first.catchUp();
          second.catchUp();
        }
        List<Leaf> leaves = leaves(config, tenant);
        assertThat(leaves).extracting(Leaf::entry).doesNotHaveDuplicates();
        assertThat(leaves).extracting(Leaf::entry).containsExactlyInAnyOrderElementsOf(ids);
        for (int i = 0; i < leaves.size(); i++) {
          assertThat(leaves.get(i).index()).isEqualTo(i);
        }
        List<Long> sizes = checkpointSizes(config, tenant);
        assertThat(sizes).hasSizeGreaterThan(1);
        for (long size : sizes) {
          assertThat(proofs.head(tenant, size).orElseThrow().checkpoint().rootHash())
              .as("the root of %s at %d", tenant, size)
              .isEqualTo(root(leaves.subList(0, (int) size)));
        }
      }
    }
  }

  @Test
  void entries_from_before_the_tree_get_their_leaves_in_the_order_of_their_time() throws Exception {
    DatabaseConfig.External config = SERVER.databaseOfVersion("6");
    List<AuditEntry> old = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      old.add(entry(ACME, "old-" + i));
      keepWithoutLeaf(config, old.getLast());
    }
    try (CatalogDatabase migrated = CatalogDatabase.open(config, Clock.systemUTC());
        AuditSequencer sequencer = migrated.sequenceAudit(SIGNER, ORIGIN)) {
      migrated.audit().append(entry(ACME, "new"));
      while (leaves(config, ACME).size() < 6) {
        sequencer.catchUp();
      }
      assertThat(leaves(config, ACME).subList(0, 5))
          .extracting(Leaf::entry)
          .containsExactlyElementsOf(old.stream().map(AuditEntry::id).toList());
    }
  }

  /** Keeps an entry as it was kept before there were trees. */
  private static void keepWithoutLeaf(DatabaseConfig.External config, AuditEntry entry)
      throws Exception {
    byte[] salt = new byte[CanonicalEntry.SALT_LENGTH];
    byte[] canonical = CanonicalEntry.bytes(entry, salt);
    try (Connection admin = SERVER.admin(config);
        PreparedStatement insert =
            admin.prepareStatement(
                "insert into earwitness.audit_entry (id, tenant, at, actor, action, object, details, salt, canonical, leaf_hash)"
                    + " values (?, ?, ?, ?, ?, ?, '{\"q\":\"x\"}', ?, ?, ?)")) {
      insert.setObject(1, entry.id());
      insert.setString(2, entry.tenant().value());
      insert.setObject(3, entry.at().atOffset(ZoneOffset.UTC));
      insert.setString(4, entry.actor());
      insert.setString(5, entry.action());
      insert.setString(6, entry.object());
      insert.setBytes(7, salt);
      insert.setBytes(8, canonical);
      insert.setBytes(9, CanonicalEntry.leafHash(canonical));
      insert.executeUpdate();
    }
  }

  @Test
  void complete_subtrees_are_kept_and_every_proof_leads_to_the_root() throws Exception {
    DatabaseConfig.External config = SERVER.newDatabase();
    try (CatalogDatabase database = CatalogDatabase.open(config, Clock.systemUTC());
        AuditSequencer sequencer =
            new AuditSequencer(database.transactions(), SIGNER, ORIGIN, Clock.systemUTC())) {
      for (int i = 0; i < 600; i++) {
        database.audit().append(entry(ACME, "x"));
        if (i % 97 == 0) {
          sequencer.sequence(1_000);
          sequencer.checkpoint();
        }
      }
      sequencer.catchUp();
      List<Leaf> leaves = leaves(config, ACME);
      try (Connection admin = SERVER.admin(config);
          Statement statement = admin.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "select position, hash from earwitness.audit_subtree where level = 8 order by 1")) {
        for (int block = 0; block < 2; block++) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getBytes(2))
              .isEqualTo(root(leaves.subList(block * 256, block * 256 + 256)));
        }
        assertThat(rows.next()).isFalse();
      }
      AuditProofs proofs = database.auditProofs(SIGNER);
      for (int index : new int[] {0, 255, 256, 511, 512, 599}) {
        AuditProofs.Inclusion proof =
            proofs.inclusion(ACME, leaves.get(index).entry(), null).orElseThrow();
        assertThat(proof.leafIndex()).isEqualTo(index);
        assertThat(rootOf(leaves.get(index).hash(), index, 600, proof.hashes()))
            .isEqualTo(root(leaves));
      }
      assertThat(proofs.consistency(ACME, 98, 600).orElseThrow().hashes()).isNotEmpty();
      assertThat(proofs.consistency(ACME, 99, 600)).as("99 was never signed").isEmpty();
      assertThat(proofs.inclusion(GLOBEX, leaves.getFirst().entry(), null))
          .as("another tenant's entry")
          .isEmpty();
      UUID late = leaves.get(300).entry();
      assertThatThrownBy(() -> proofs.inclusion(ACME, late, 98L))
          .isInstanceOf(AuditProofs.NotYetException.class);
    }
  }

  /** RFC 9162 §2.1.3.2. */
  private static byte[] rootOf(byte[] leaf, long index, long size, List<byte[]> path)
      throws Exception {
    long fn = index;
    long sn = size - 1;
    byte[] hash = leaf;
    for (byte[] next : path) {
      assertThat(sn).isNotZero();
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update((byte) 1);
      if ((fn & 1) == 1 || fn == sn) {
        sha256.update(next);
        hash = sha256.digest(hash);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        sha256.update(hash);
        hash = sha256.digest(next);
      }
      fn >>= 1;
      sn >>= 1;
    }
    assertThat(sn).isZero();
    return hash;
  }

  @Test
  void nothing_more_is_signed_for_a_log_whose_past_was_changed() throws Exception {
    DatabaseConfig.External config = SERVER.newDatabase();
    try (CatalogDatabase database = CatalogDatabase.open(config, Clock.systemUTC());
        AuditSequencer sequencer =
            new AuditSequencer(database.transactions(), SIGNER, ORIGIN, Clock.systemUTC())) {
      for (TenantSlug tenant : List.of(ACME, ACME, GLOBEX)) {
        database.audit().append(entry(tenant, "x"));
      }
      sequencer.catchUp();
      assertThat(sequencer.brokenLogs()).isEmpty();
      try (Connection admin = SERVER.admin(config);
          Statement statement = admin.createStatement()) {
        statement.execute(
            "update earwitness.audit_leaf set leaf_hash = sha256('other')"
                + " where tenant = 'acme' and leaf_index = 0");
      }
      database.audit().append(entry(ACME, "x"));
      database.audit().append(entry(GLOBEX, "x"));
      sequencer.catchUp();
      assertThat(checkpointSizes(config, ACME)).containsExactly(2L);
      assertThat(checkpointSizes(config, GLOBEX)).containsExactly(1L, 2L);
      assertThat(sequencer.brokenLogs()).containsExactly(ACME);
    }
  }

  @Test
  void the_trail_is_read_as_before_while_entries_wait() {
    DatabaseConfig.External config = SERVER.newDatabase();
    try (CatalogDatabase database = CatalogDatabase.open(config, Clock.systemUTC())) {
      AuditEntry waiting = entry(ACME, "x");
      database.audit().append(waiting);
      AuditTrail.Query all = new AuditTrail.Query(ACME, null, null, null, null, null, 9, null);
      assertThat(database.auditTrail().entries(all).entries()).hasSize(1);
      assertThat(database.auditProofs(SIGNER).head(ACME, null)).isEmpty();
      assertThatThrownBy(() -> database.auditProofs(SIGNER).inclusion(ACME, waiting.id(), null))
          .isInstanceOf(AuditProofs.NotYetException.class);
    }
  }
}
