package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallSummary;
import java.util.List;

/** Calls that no rule gave to a tenant. Thread-safe. */
public interface QuarantinedCalls {
  /**
   * Those that are archived and of nobody, the oldest first; after them those whose release was
   * begun and not finished.
   *
   * @param limit 1 to 1,000
   */
  List<CallEntry> list(int limit);

  /**
   * Gives a call to the tenant that it names, with the parties, direction and rule that it has
   * there. Its state stays until its new archive is entered. Done again, it changes nothing.
   *
   * @throws IllegalArgumentException if it is neither in quarantine nor that tenant's already
   */
  void move(CallSummary released);
}
