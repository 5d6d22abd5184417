package io.earwitness.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.audit.tree.MerkleTree;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Proofs of the writer's tree, as the verifier reads them: every one of small trees. */
class ProofsTest {
  private static final int MOST = 70;

  private final Sha256 sha256 = new Sha256();
  private final List<byte[]> leaves = new ArrayList<>();

  ProofsTest() {
    for (int i = 0; i < MOST; i++) {
      leaves.add(sha256.leaf(new byte[] {(byte) i}));
    }
  }

  private MerkleTree tree(int size) {
    return new MerkleTree(
        (level, first, count) -> leaves.subList((int) first, (int) first + count), size);
  }

  @Test
  void the_root_grows_leaf_by_leaf_to_that_of_the_tree() {
    CompactRange range = new CompactRange();
    assertThat(range.root()).isEqualTo(tree(0).root());
    for (int size = 1; size <= MOST; size++) {
      range.append(leaves.get(size - 1));
      assertThat(range.root()).as("size %d", size).isEqualTo(tree(size).root());
      CompactRange further = new CompactRange(size, tree(size).frontier(size));
      assertThat(further.root()).isEqualTo(range.root());
    }
  }

  @Test
  void an_inclusion_proof_leads_to_the_root_from_its_own_leaf_and_place_only() {
    for (int size = 1; size <= MOST; size++) {
      MerkleTree tree = tree(size);
      for (int index = 0; index < size; index++) {
        List<byte[]> proof = tree.inclusionProof(index);
        assertThat(Proofs.root(sha256, leaves.get(index), index, size, proof))
            .as("leaf %d of %d", index, size)
            .isEqualTo(tree.root());
        byte[] elsewhere = Proofs.root(sha256, leaves.get(index), (index + 1) % size, size, proof);
        if (size > 1 && elsewhere != null) {
          assertThat(elsewhere).isNotEqualTo(tree.root());
        }
        List<byte[]> longer = new ArrayList<>(proof);
        longer.add(new byte[32]);
        assertThat(Proofs.root(sha256, leaves.get(index), index, size, longer)).isNull();
      }
      assertThat(Proofs.root(sha256, leaves.getFirst(), size, size, List.of())).isNull();
    }
  }

  @Test
  void a_consistency_proof_holds_between_its_own_trees_only() {
    for (int to = 1; to <= MOST; to++) {
      MerkleTree tree = tree(to);
      for (int from = 1; from <= to; from++) {
        List<byte[]> proof = tree.consistencyProof(from);
        byte[] earlier = tree.root(from);
        assertThat(Proofs.consistent(from, earlier, to, tree.root(), proof))
            .as("%d to %d", from, to)
            .isTrue();
        byte[] forked = earlier.clone();
        forked[31] ^= 1;
        assertThat(Proofs.consistent(from, forked, to, tree.root(), proof)).isFalse();
        byte[] other = tree.root().clone();
        other[0] ^= 1;
        assertThat(Proofs.consistent(from, earlier, to, other, proof)).isFalse();
        List<byte[]> longer = new ArrayList<>(proof);
        longer.add(new byte[32]);
        assertThat(Proofs.consistent(from, earlier, to, tree.root(), longer)).isFalse();
      }
    }
    assertThat(Proofs.consistent(0, new byte[32], 1, new byte[32], List.of())).isFalse();
    assertThat(Proofs.consistent(3, new byte[32], 5, new byte[32], List.of())).isFalse();
  }
}
