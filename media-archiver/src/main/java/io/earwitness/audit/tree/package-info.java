/**
 * The writer's side of the audit log: Merkle trees by RFC 9162, proofs from them, and checkpoints
 * by C2SP's tlog-checkpoint, signed as its signed-note says. Knows nothing of where leaves are
 * kept. The verifier ({@code audit.verify}) shares none of this code, only the format in {@code
 * docs/formats/audit-log.md}.
 */
@NullMarked
package io.earwitness.audit.tree;

import org.jspecify.annotations.NullMarked;
