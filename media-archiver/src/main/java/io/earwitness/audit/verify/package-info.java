/**
 * Verification of audit logs: from the live log, from its copies under lock, and from exported
 * files. Written from {@code docs/formats/audit-log.md} and {@code audit-entry.md} alone; shares no
 * code with what writes them ({@code audit.tree}, {@code audit.CanonicalEntry}).
 */
@NullMarked
package io.earwitness.audit.verify;

import org.jspecify.annotations.NullMarked;
