package io.earwitness.audit.verify;

import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The copies that lie in the object store. Thread-safe. */
public interface LockedCopies {
  /**
   * One version of a copy.
   *
   * @param name for people: its key and version
   * @param lock tells whether it lies under a lock that is in force, when it is asked
   */
  record Copy(String name, BooleanSupplier lock, Content content) {
    boolean locked() {
      return lock.getAsBoolean();
    }
  }

  /** Fetches a copy's bytes when they are asked for. */
  @FunctionalInterface
  interface Content {
    byte[] read();
  }

  /** Copied checkpoints of the platform's log: every version of each. */
  List<Copy> checkpoints();

  /** Bundles of a log: every version of each, in the order of their first leaves. */
  List<Copy> bundles(TenantSlug log);
}
