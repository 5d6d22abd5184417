package io.earwitness.portal;

import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.audit.AuditTrail;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An audit trail in memory that can be made to fail. */
final class FakeAudit implements AuditLog, AuditTrail {
  final List<AuditEntry> entries = new CopyOnWriteArrayList<>();
  volatile boolean broken;

  @Override
  public void append(AuditEntry entry) {
    if (broken) {
      throw new AuditUnavailableException("the disk is full", new IllegalStateException());
    }
    if (entries.stream().anyMatch(kept -> kept.id().equals(entry.id()) && !kept.equals(entry))) {
      throw new IllegalArgumentException("the id is taken by another entry");
    }
    entries.add(entry);
  }

  /** Entries of an action, oldest first: each act and its outcome. */
  List<AuditEntry> of(String action) {
    return entries.stream().filter(entry -> entry.action().equals(action)).toList();
  }

  @Override
  public Page entries(Query query) {
    List<AuditEntry> matching =
        entries.reversed().stream()
            .filter(entry -> entry.tenant().equals(query.tenant()))
            .filter(entry -> query.actor() == null || entry.actor().equals(query.actor()))
            .toList();
    int from;
    try {
      from = query.cursor() == null ? 0 : Integer.parseInt(query.cursor());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("the cursor '" + query.cursor() + "' is none of ours", e);
    }
    int to = Math.min(matching.size(), from + query.limit());
    return new Page(
        matching.subList(from, to).stream()
            .map(entry -> new Kept(entry, new byte[0], new byte[0], new byte[32]))
            .toList(),
        to < matching.size() ? Integer.toString(to) : null);
  }
}
