package io.earwitness.audit.tree;

import java.util.List;

/**
 * Where the hashes of a log are kept: its leaves, and the roots of its complete subtrees of 2^8,
 * 2^16 … leaves.
 */
@FunctionalInterface
public interface Subtrees {
  /** Subtrees are kept at each {@value}th level, so a tree is made of blocks of 256. */
  int LEVELS = 8;

  /** Children of one block. */
  int WIDTH = 1 << LEVELS;

  /**
   * Hashes of neighbours, left to right.
   *
   * @param level 0 for leaves, else a multiple of {@value #LEVELS}
   * @param first the position of the first one at that level
   * @param count 1 to {@value #WIDTH}; all of them are complete
   * @return as many hashes of 32 bytes
   */
  List<byte[]> hashes(int level, long first, int count);
}
