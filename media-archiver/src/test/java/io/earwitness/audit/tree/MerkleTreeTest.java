package io.earwitness.audit.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MerkleTreeTest {
  /** The inputs of Certificate Transparency's reference tests. */
  private static final List<String> REFERENCE =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private static final List<String> REFERENCE_ROOTS =
      List.of(
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private static byte[] sha256(byte prefix, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(prefix);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static List<byte[]> leaves(int count) {
    List<byte[]> leaves = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      leaves.add(sha256((byte) 0, ("leaf " + i).getBytes(StandardCharsets.UTF_8)));
    }
    return leaves;
  }

  /** Keeps what a database would: leaves, and complete subtrees of each eighth level. */
  private static Subtrees kept(List<byte[]> leaves) {
    List<List<byte[]>> levels = new ArrayList<>();
    levels.add(leaves);
    while (levels.getLast().size() >= Subtrees.WIDTH) {
      List<byte[]> below = levels.getLast();
      List<byte[]> level = new ArrayList<>();
      for (int i = 0; i + Subtrees.WIDTH <= below.size(); i += Subtrees.WIDTH) {
        level.add(MerkleTree.complete(below.subList(i, i + Subtrees.WIDTH)));
      }
      levels.add(level);
    }
    return (level, first, count) ->
        levels.get(level / Subtrees.LEVELS).subList((int) first, (int) first + count);
  }

  /** MTH as RFC 9162 §2.1.1 writes it. */
  private static byte[] mth(List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int left = Integer.highestOneBit(leaves.size() - 1);
    return sha256((byte) 1, mth(leaves.subList(0, left)), mth(leaves.subList(left, leaves.size())));
  }

  private static List<byte[]> path(int index, List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return List.of();
    }
    int left = Integer.highestOneBit(leaves.size() - 1);
    List<byte[]> path = new ArrayList<>();
    if (index < left) {
      path.addAll(path(index, leaves.subList(0, left)));
      path.add(mth(leaves.subList(left, leaves.size())));
    } else {
      path.addAll(path(index - left, leaves.subList(left, leaves.size())));
      path.add(mth(leaves.subList(0, left)));
    }
    return path;
  }

  private static List<byte[]> subproof(int earlier, List<byte[]> leaves, boolean whole) {
    if (earlier == leaves.size()) {
      return whole ? List.of() : List.of(mth(leaves));
    }
    int left = Integer.highestOneBit(leaves.size() - 1);
    List<byte[]> proof = new ArrayList<>();
    if (earlier <= left) {
      proof.addAll(subproof(earlier, leaves.subList(0, left), whole));
      proof.add(mth(leaves.subList(left, leaves.size())));
    } else {
      proof.addAll(subproof(earlier - left, leaves.subList(left, leaves.size()), false));
      proof.add(mth(leaves.subList(0, left)));
    }
    return proof;
  }

  private static List<String> hex(List<byte[]> hashes) {
    return hashes.stream().map(HexFormat.of()::formatHex).toList();
  }

  @Test
  void roots_are_those_of_the_reference_tests() {
    List<byte[]> leaves =
        REFERENCE.stream().map(text -> sha256((byte) 0, HexFormat.of().parseHex(text))).toList();
    MerkleTree tree = new MerkleTree(kept(leaves), 8);
    for (int size = 1; size <= 8; size++) {
      assertThat(HexFormat.of().formatHex(tree.root(size)))
          .as("size %d", size)
          .isEqualTo(REFERENCE_ROOTS.get(size - 1));
    }
    assertThat(HexFormat.of().formatHex(tree.root(0)))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 66_049})
  void roots_and_proofs_are_those_of_the_rfcs_definitions(int size) {
    List<byte[]> leaves = leaves(size);
    MerkleTree tree = new MerkleTree(kept(leaves), size);
    assertThat(tree.root()).isEqualTo(mth(leaves));
    for (int index : new int[] {0, 1, 127, 255, 256, 257, size / 2, size - 2, size - 1}) {
      if (index < 0 || index >= size) {
        continue;
      }
      assertThat(hex(tree.inclusionProof(index)))
          .as("leaf %d of %d", index, size)
          .isEqualTo(hex(path(index, leaves)));
      assertThat(hex(tree.consistencyProof(index + 1)))
          .as("from %d to %d", index + 1, size)
          .isEqualTo(hex(subproof(index + 1, leaves, true)));
      assertThat(tree.root(index + 1)).isEqualTo(mth(leaves.subList(0, index + 1)));
    }
  }

  @Test
  void the_frontier_is_the_complete_subtrees_from_left_to_right() {
    List<byte[]> leaves = leaves(300);
    MerkleTree tree = new MerkleTree(kept(leaves), 300);
    assertThat(hex(tree.frontier(300)))
        .isEqualTo(
            hex(
                List.of(
                    mth(leaves.subList(0, 256)),
                    mth(leaves.subList(256, 288)),
                    mth(leaves.subList(288, 296)),
                    mth(leaves.subList(296, 300)))));
    assertThat(tree.frontier(0)).isEmpty();
  }

  @Test
  void a_proof_reads_one_block_for_each_eight_levels_and_side() {
    List<byte[]> leaves = leaves(70_000);
    Subtrees all = kept(leaves);
    List<Integer> read = new ArrayList<>();
    MerkleTree tree =
        new MerkleTree(
            (level, first, count) -> {
              read.add(count);
              return all.hashes(level, first, count);
            },
            70_000);
    tree.inclusionProof(12_345);
    // The leaf's own block, that of the ragged edge, and those above both
    assertThat(read).hasSizeLessThanOrEqualTo(5).allMatch(count -> count <= 256);
  }

  @Test
  void what_is_not_in_the_tree_is_refused() {
    MerkleTree tree = new MerkleTree(kept(leaves(3)), 3);
    assertThatThrownBy(() -> tree.inclusionProof(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a leaf 3 in a tree of 3");
    assertThatThrownBy(() -> tree.consistencyProof(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tree.consistencyProof(4)).isInstanceOf(IllegalArgumentException.class);
    MerkleTree more = new MerkleTree((level, first, count) -> leaves(2), 3);
    assertThatThrownBy(more::root).hasMessageContaining("2 of 3");
  }
}
