package io.earwitness.audit.verify;

import java.util.ArrayList;
import java.util.List;

/** The roots of the complete subtrees that the leaves so far consist of; grows by one leaf. */
final class CompactRange {
  private final Sha256 sha256 = new Sha256();
  private final List<byte[]> roots;
  private long size;

  CompactRange() {
    this(0, List.of());
  }

  /**
   * Goes on from leaves that are known by these roots only.
   *
   * @throws IllegalArgumentException if so many roots can't be those of so many leaves
   */
  CompactRange(long size, List<byte[]> roots) {
    if (Long.bitCount(size) != roots.size()) {
      throw new IllegalArgumentException(
          "%d leaves have %d complete subtrees, not %d"
              .formatted(size, Long.bitCount(size), roots.size()));
    }
    this.size = size;
    this.roots = new ArrayList<>(roots);
  }

  long size() {
    return size;
  }

  void append(byte[] leafHash) {
    byte[] root = leafHash;
    for (long complete = size; (complete & 1) == 1; complete >>= 1) {
      root = sha256.node(roots.removeLast(), root);
    }
    roots.add(root);
    size++;
  }

  byte[] root() {
    if (roots.isEmpty()) {
      return sha256.empty();
    }
    byte[] root = roots.getLast();
    for (int i = roots.size() - 2; i >= 0; i--) {
      root = sha256.node(roots.get(i), root);
    }
    return root;
  }
}
