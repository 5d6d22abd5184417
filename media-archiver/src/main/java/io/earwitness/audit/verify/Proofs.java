package io.earwitness.audit.verify;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks proofs by the steps of RFC 9162 §2.1.3.2 and §2.1.4.2. Stateless. */
public final class Proofs {
  private Proofs() {}

  /** The root that a leaf and its path lead to; null if no leaf of such a tree has that path. */
  static byte @Nullable [] root(
      Sha256 sha256, byte[] leafHash, long index, long size, List<byte[]> path) {
    if (index < 0 || index >= size) {
      return null;
    }
    long fn = index;
    long sn = size - 1;
    byte[] root = leafHash;
    for (byte[] hash : path) {
      if (sn == 0) {
        return null;
      }
      if ((fn & 1) == 1 || fn == sn) {
        root = sha256.node(hash, root);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        root = sha256.node(root, hash);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 ? root : null;
  }

  /** Whether a proof shows that the tree of {@code from} leaves is the beginning of the other. */
  public static boolean consistent(
      long from, byte[] fromRoot, long to, byte[] toRoot, List<byte[]> proof) {
    if (from < 1 || from > to) {
      return false;
    }
    if (from == to) {
      return proof.isEmpty() && java.util.Arrays.equals(fromRoot, toRoot);
    }
    Sha256 sha256 = new Sha256();
    List<byte[]> path = proof;
    long fn = from - 1;
    long sn = to - 1;
    while ((fn & 1) == 1) {
      fn >>= 1;
      sn >>= 1;
    }
    byte[] first;
    if (Long.bitCount(from) == 1) {
      first = fromRoot;
    } else if (path.isEmpty()) {
      return false;
    } else {
      first = path.getFirst();
      path = path.subList(1, path.size());
    }
    byte[] earlier = first;
    byte[] later = first;
    for (byte[] hash : path) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        earlier = sha256.node(hash, earlier);
        later = sha256.node(hash, later);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        later = sha256.node(later, hash);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0
        && java.util.Arrays.equals(earlier, fromRoot)
        && java.util.Arrays.equals(later, toRoot);
  }
}
