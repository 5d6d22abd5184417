package io.earwitness.audit.tree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The Merkle tree of a log at one size, and the proofs from it (RFC 9162 §2.1). Reads at most one
 * block of 256 hashes for each eight levels and side, and keeps the blocks that it used last. Not
 * thread-safe.
 */
public final class MerkleTree {
  private static final int BLOCKS_KEPT = 64;

  private final Subtrees subtrees;
  private final long size;
  private final Map<Place, Block> blocks =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Block> eldest) {
          return size() > BLOCKS_KEPT;
        }
      };

  /** Which block: that at {@code position} among those whose children are of a level. */
  private record Place(int level, long position) {}

  /** The nodes of a block, as far as they are complete: its children, their parents, and so on. */
  private record Block(List<List<byte[]>> levels) {
    static Block of(List<byte[]> children) {
      List<List<byte[]>> levels = new ArrayList<>();
      List<byte[]> nodes = children;
      levels.add(nodes);
      for (int i = 1; i < Subtrees.LEVELS; i++) {
        List<byte[]> parents = new ArrayList<>(nodes.size() / 2);
        for (int j = 0; j + 1 < nodes.size(); j += 2) {
          parents.add(NodeHash.of(nodes.get(j), nodes.get(j + 1)));
        }
        levels.add(parents);
        nodes = parents;
      }
      return new Block(levels);
    }
  }

  /**
   * A tree of the first {@code size} leaves.
   *
   * @param size from 0; all these leaves must be kept
   */
  public MerkleTree(Subtrees subtrees, long size) {
    if (size < 0) {
      throw new IllegalArgumentException("a tree of " + size + " leaves");
    }
    this.subtrees = subtrees;
    this.size = size;
  }

  public long size() {
    return size;
  }

  /** The root of a complete subtree by its 2^n children. */
  public static byte[] complete(List<byte[]> children) {
    if (children.isEmpty() || Integer.bitCount(children.size()) != 1) {
      throw new IllegalArgumentException("%d are not 2^n children".formatted(children.size()));
    }
    List<byte[]> nodes = children;
    while (nodes.size() > 1) {
      List<byte[]> parents = new ArrayList<>(nodes.size() / 2);
      for (int i = 0; i < nodes.size(); i += 2) {
        parents.add(NodeHash.of(nodes.get(i), nodes.get(i + 1)));
      }
      nodes = parents;
    }
    return nodes.getFirst();
  }

  /** MTH(D[size]). */
  public byte[] root() {
    return root(size);
  }

  /**
   * The root when there were but {@code earlier} leaves.
   *
   * @param earlier 0 to the size
   */
  public byte[] root(long earlier) {
    check(earlier >= 0 && earlier <= size, "a tree of %d leaves", earlier);
    return earlier == 0 ? NodeHash.empty() : hash(0, earlier);
  }

  /**
   * PATH(index, D[size]): what the root is made of beside that leaf, from the leaf upwards (RFC
   * 9162 §2.1.3.1).
   *
   * @param index 0 to the size, exclusive
   */
  public List<byte[]> inclusionProof(long index) {
    check(index >= 0 && index < size, "a leaf %d", index);
    List<byte[]> path = new ArrayList<>();
    path(index, 0, size, path);
    return path;
  }

  private void path(long index, long start, long count, List<byte[]> path) {
    if (count == 1) {
      return;
    }
    long left = leftOf(count);
    if (index < left) {
      path(index, start, left, path);
      path.add(hash(start + left, count - left));
    } else {
      path(index - left, start + left, count - left, path);
      path.add(hash(start, left));
    }
  }

  /**
   * PROOF(earlier, D[size]): that the tree of then is the beginning of this one (RFC 9162
   * §2.1.4.1). Empty where both are the same.
   *
   * @param earlier 1 to the size
   */
  public List<byte[]> consistencyProof(long earlier) {
    check(earlier >= 1 && earlier <= size, "an earlier tree of %d leaves", earlier);
    List<byte[]> proof = new ArrayList<>();
    subproof(earlier, 0, size, true, proof);
    return proof;
  }

  private void subproof(long earlier, long start, long count, boolean whole, List<byte[]> proof) {
    if (earlier == count) {
      if (!whole) {
        proof.add(hash(start, count));
      }
      return;
    }
    long left = leftOf(count);
    if (earlier <= left) {
      subproof(earlier, start, left, whole, proof);
      proof.add(hash(start + left, count - left));
    } else {
      subproof(earlier - left, start + left, count - left, false, proof);
      proof.add(hash(start, left));
    }
  }

  /**
   * Roots of the complete subtrees that the first {@code count} leaves consist of, left to right.
   */
  public List<byte[]> frontier(long count) {
    check(count >= 0 && count <= size, "a frontier of %d leaves", count);
    List<byte[]> roots = new ArrayList<>();
    long start = 0;
    for (int level = 62; level >= 0; level--) {
      if ((count >>> level & 1) == 1) {
        roots.add(node(level, start >>> level));
        start += 1L << level;
      }
    }
    return roots;
  }

  private void check(boolean right, String what, long number) {
    if (!right) {
      throw new IllegalArgumentException((what + " in a tree of %d").formatted(number, size));
    }
  }

  /** The greatest power of two below {@code count}. */
  private static long leftOf(long count) {
    return Long.highestOneBit(count - 1);
  }

  private byte[] hash(long start, long count) {
    if (Long.bitCount(count) == 1) {
      int level = Long.numberOfTrailingZeros(count);
      return node(level, start >>> level);
    }
    long left = leftOf(count);
    return NodeHash.of(hash(start, left), hash(start + left, count - left));
  }

  /** A complete subtree's root. */
  private byte[] node(int level, long position) {
    int inBlock = level % Subtrees.LEVELS;
    int kept = level - inBlock;
    int shift = Subtrees.LEVELS - inBlock;
    Block block = block(new Place(kept, position >>> shift));
    return block.levels().get(inBlock).get((int) (position & ((1L << shift) - 1)));
  }

  private Block block(Place place) {
    Block present = blocks.get(place);
    if (present != null) {
      return present;
    }
    long first = place.position() << Subtrees.LEVELS;
    int count = (int) Math.min(Subtrees.WIDTH, (size >>> place.level()) - first);
    List<byte[]> children = subtrees.hashes(place.level(), first, count);
    if (children.size() != count) {
      throw new IllegalStateException(
          "the log lacks hashes of level %d from %d: there are %d of %d"
              .formatted(place.level(), first, children.size(), count));
    }
    Block block = Block.of(children);
    blocks.put(place, block);
    return block;
  }
}
