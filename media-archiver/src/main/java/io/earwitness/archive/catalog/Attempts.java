package io.earwitness.archive.catalog;

import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.call.CallSummary;
import java.time.Duration;
import java.util.List;

/**
 * Finds the other attempts at recording one conversation: an SBC whose INVITE one recorder refused
 * tries another one, or the same again. Attempts have a call id in common (Call-ID, sipSessionID,
 * Cisco-Guid …), belong to one tenant, and the refused one came while the other ran, or within
 * {@link #NEAR} of it. Thread-safe.
 */
public interface Attempts {
  Duration NEAR = Duration.ofMinutes(10);

  /**
   * Of a refused call, what was recorded in its place; of any other call, its attempts that were
   * refused; each by its start. Looked up anew each time, so it does not matter which came first.
   */
  List<CallEntry> of(CallSummary call);
}
