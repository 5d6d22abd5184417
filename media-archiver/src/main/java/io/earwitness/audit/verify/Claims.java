package io.earwitness.audit.verify;

import io.earwitness.audit.verify.Finding.Kind;
import io.earwitness.call.TenantSlug;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All roots that were signed for one log, wherever they were found, to be compared with the live
 * log as it is read. The log's own checkpoints, which may be many, are read along with it. Not
 * thread-safe.
 */
final class Claims {
  private static final int PAGE = 1_000;

  private final Report report;
  private final VerifierKey key;
  private final LogSource source;
  private final TenantSlug log;
  private final TreeMap<Long, List<Claim>> elsewhere = new TreeMap<>();
  private final Deque<Claim> own = new ArrayDeque<>();
  private long readTo = -1;
  private boolean readAll;

  Claims(Report report, VerifierKey key, LogSource source, TenantSlug log) {
    this.report = report;
    this.key = key;
    this.source = source;
    this.log = log;
  }

  /** Verifies a signed note that was found outside the log and keeps what it claims. */
  void add(String note, String where) {
    Claim claim = opened(note, where);
    if (claim != null) {
      elsewhere.computeIfAbsent(claim.treeSize(), _ -> new ArrayList<>()).add(claim);
    }
  }

  private @Nullable Claim opened(String note, String where) {
    try {
      Note opened = Note.open(note, key);
      report.checkpoints++;
      report.treeSize = Math.max(report.treeSize, opened.treeSize());
      return new Claim(opened.treeSize(), opened.rootHash(), where);
    } catch (Note.RejectedException e) {
      report.find(
          Kind.FORGED_CHECKPOINT, null, null, "%s is forged: %s".formatted(where, e.getMessage()));
      return null;
    }
  }

  private void readOwn() {
    while (own.isEmpty() && !readAll) {
      List<LogSource.KeptCheckpoint> page = source.checkpoints(log, readTo, PAGE);
      for (LogSource.KeptCheckpoint kept : page) {
        readTo = kept.treeSize();
        String where = "the checkpoint of %d entries".formatted(kept.treeSize());
        Claim claim = opened(kept.note(), where);
        if (claim == null) {
          continue;
        }
        if (claim.treeSize() == kept.treeSize()) {
          own.add(claim);
        } else {
          report.find(
              Kind.FORGED_CHECKPOINT,
              null,
              null,
              "%s is forged: its note is that of %d".formatted(where, claim.treeSize()));
        }
      }
      readAll = page.size() < PAGE;
    }
  }

  /** The next size for which a root was signed; {@link Long#MAX_VALUE} if there is none. */
  long next() {
    readOwn();
    long next = own.isEmpty() ? Long.MAX_VALUE : own.getFirst().treeSize();
    return elsewhere.isEmpty() ? next : Math.min(next, elsewhere.firstKey());
  }

  /** Takes the claims of the next size away; tells if they contradict one another. */
  List<Claim> take() {
    long size = next();
    List<Claim> claims = new ArrayList<>();
    if (!own.isEmpty() && own.getFirst().treeSize() == size) {
      claims.add(own.removeFirst());
    }
    List<Claim> others = elsewhere.remove(size);
    if (others != null) {
      claims.addAll(others);
    }
    for (Claim claim : claims) {
      if (!Arrays.equals(claim.rootHash(), claims.getFirst().rootHash())) {
        report.find(
            Kind.FORKED,
            null,
            null,
            "two different trees of %d entries were signed: by %s and by %s"
                .formatted(size, claims.getFirst().where(), claim.where()));
      }
    }
    return claims;
  }
}
