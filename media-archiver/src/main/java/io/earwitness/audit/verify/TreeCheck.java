package io.earwitness.audit.verify;

import io.earwitness.audit.verify.Finding.Kind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Grows a log's tree leaf by leaf and holds it against every root that was signed. */
final class TreeCheck {
  private final Report report;
  private final Claims claims;
  private final CompactRange tree = new CompactRange();
  private long agreed;
  private @Nullable Claim broken;
  private boolean forked;

  TreeCheck(Report report, Claims claims) {
    this.report = report;
    this.claims = claims;
    compare();
  }

  void append(byte[] leafHash) {
    tree.append(leafHash);
    compare();
  }

  private void compare() {
    while (claims.next() <= tree.size()) {
      byte[] root = tree.root();
      for (Claim claim : claims.take()) {
        if (Arrays.equals(root, claim.rootHash())) {
          agrees(claim);
        } else if (broken == null) {
          broken = claim;
          report.find(
              Kind.NOT_AS_SIGNED,
              null,
              null,
              "the log is not the one that %s signed: of its entries from leaf %d to %d one was changed, removed, inserted or moved"
                  .formatted(claim.where(), agreed, tree.size() - 1));
        }
      }
    }
  }

  private void agrees(Claim claim) {
    if (broken == null) {
      agreed = claim.treeSize();
    } else if (!forked) {
      forked = true;
      report.find(
          Kind.FORKED,
          null,
          null,
          "the log was forked: its key signed another history (%s) and this one (%s)"
              .formatted(broken.where(), claim.where()));
    }
  }

  /** Whether a tree of more leaves was signed. */
  boolean expectsMore() {
    return claims.next() < Long.MAX_VALUE;
  }

  /** After the last leaf: what was signed beyond it is gone. */
  void end() {
    Claim furthest = null;
    while (claims.next() < Long.MAX_VALUE) {
      furthest = claims.take().getFirst();
    }
    if (furthest != null) {
      report.find(
          Kind.REMOVED,
          null,
          tree.size(),
          "the log has %d entries, but %s signed %d: the last %d are gone"
              .formatted(
                  tree.size(),
                  furthest.where(),
                  furthest.treeSize(),
                  furthest.treeSize() - tree.size()));
    }
  }
}
