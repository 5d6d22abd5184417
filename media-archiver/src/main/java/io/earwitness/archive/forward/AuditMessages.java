package io.earwitness.archive.forward;

import io.earwitness.archive.catalog.AuditForwarding.Leaf;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLine;
import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.CanonicalEntry;
import io.earwitness.syslog.SyslogMessage;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Audit entries as syslog messages: {@code docs/formats/audit-log.md}. What a masked one says of
 * persons is what the leaf's bytes say: commitments.
 *
 * @param node which sends them
 */
record AuditMessages(String node) {
  /** "log audit" (RFC 5424 §6.2.1); informational, or a warning where an act did not succeed. */
  private static final int FACILITY = 13;

  private static final int INFORMATIONAL = 6;
  private static final int WARNING = 4;

  /** The enterprise number is the one for documentation (RFC 5612), as we have none. */
  private static final String OWN = "audit@32473";

  SyslogMessage of(String log, Leaf leaf, boolean masked) {
    AuditTrail.Kept kept = leaf.kept();
    AuditEntry entry = kept.entry();
    Map<String, String> data = new LinkedHashMap<>();
    data.put("log", log);
    data.put("leaf", Long.toString(leaf.index()));
    data.put("leafHash", HexFormat.of().formatHex(kept.leafHash()));
    data.put("id", entry.id().toString());
    data.put("action", entry.action());
    data.put("actor", value(kept, "actor", entry.actor(), masked));
    if (entry.object() != null) {
      data.put("object", value(kept, "object", entry.object(), masked));
    }
    if (entry.actId() != null) {
      data.put("actId", entry.actId().toString());
    }
    if (entry.outcome() != null) {
      data.put("outcome", entry.outcome());
    }
    return new SyslogMessage(
        FACILITY,
        isTrouble(entry) ? WARNING : INFORMATIONAL,
        entry.at(),
        node,
        "earwitness",
        "",
        entry.action(),
        Map.of(OWN, data),
        AuditLine.of(leaf.index(), kept, masked).toString());
  }

  private static String value(AuditTrail.Kept kept, String field, String clear, boolean masked) {
    return masked ? CanonicalEntry.commitment(kept.salt(), field, clear) : clear;
  }

  private static boolean isTrouble(AuditEntry entry) {
    String outcome = entry.outcome();
    return outcome != null && (outcome.startsWith("refused") || outcome.startsWith("failed"));
  }
}
