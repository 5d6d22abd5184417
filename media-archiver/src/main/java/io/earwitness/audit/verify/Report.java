package io.earwitness.audit.verify;

import io.earwitness.audit.verify.Finding.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a verification of one log looked at, and what it found. Not thread-safe. */
public final class Report {
  /** What one log's report tells at most one by one. */
  private static final int MOST = 200;

  private final String log;
  private final List<Finding> findings = new ArrayList<>();
  private long untold;
  long entries;
  long treeSize;
  int checkpoints;
  int copies;
  long waiting;
  long cosigned;

  Report(String log) {
    this.log = log;
  }

  void find(Kind kind, @Nullable String entry, @Nullable Long leafIndex, String message) {
    Finding finding = new Finding(kind, log, entry, leafIndex, message);
    if (findings.contains(finding)) {
      return;
    }
    if (findings.size() < MOST) {
      findings.add(finding);
    } else {
      untold++;
    }
  }

  /** Whether more would be counted only. */
  boolean full() {
    return findings.size() == MOST;
  }

  public boolean ok() {
    return findings.isEmpty();
  }

  /** The log's name. */
  public String log() {
    return log;
  }

  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** How many findings there are beside {@link #findings}. */
  public long untold() {
    return untold;
  }

  /** How many entries were verified. */
  public long entries() {
    return entries;
  }

  /** How many entries the greatest tree has that was signed. */
  public long treeSize() {
    return treeSize;
  }

  /** How many signed checkpoints were verified and compared. */
  public int checkpoints() {
    return checkpoints;
  }

  /** How many copies under lock were compared. */
  public int copies() {
    return copies;
  }

  /** How many entries the greatest tree has that a witness cosigned; 0 if none was asked about. */
  public long cosigned() {
    return cosigned;
  }

  /** How many entries wait for their leaf. */
  public long waiting() {
    return waiting;
  }
}
