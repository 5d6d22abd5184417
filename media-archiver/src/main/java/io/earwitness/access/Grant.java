package io.earwitness.access;

import java.util.Set;
import java.util.UUID;

/**
 * The holder may do this on these calls in this time. A revoked grant's time ends with its
 * revocation.
 */
public record Grant(UUID id, Holder holder, Set<Right> rights, Target on, Validity validity) {
  public Grant {
    rights = Set.copyOf(rights);
    if (rights.isEmpty()) {
      throw new IllegalArgumentException("a grant needs at least one right");
    }
  }
}
