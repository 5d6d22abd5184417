package io.earwitness.portal;

import io.earwitness.audit.tree.AuditProofs.Inclusion;
import io.earwitness.audit.tree.AuditProofs.SignedHead;

/** How an export of the audit trail is written down. */
interface AuditExportFormat {
  String contentType();

  /** What comes before the first entry. */
  byte[] begin(SignedHead head);

  byte[] entry(Inclusion entry);

  /** What comes after the last one. */
  byte[] end(long entries);
}
