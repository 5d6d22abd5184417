package io.earwitness.portal;

import io.earwitness.approval.Approval;
import io.earwitness.approval.AskedAct;
import java.util.Map;
import java.util.SortedMap;

/** How an act of one kind is done once it was approved. Thread-safe. */
interface ApprovedAct {
  /** The facts that it would change, as they are now; none if there is nothing. */
  SortedMap<String, String> present(AskedAct act);

  /**
   * Does it. One of the two is implemented.
   *
   * @throws IllegalArgumentException if it is refused, saying why
   */
  default void run(AskedAct act, String actor) {
    throw new UnsupportedOperationException("its approval is needed");
  }

  /** The same, for acts that note by which approval they were done, and why. */
  default void run(Approval approval, String actor) {
    run(approval.act(), actor);
  }

  /** How the audit trail calls it. */
  String action(AskedAct act);

  /** For the audit trail; no secrets. */
  Map<String, String> details(AskedAct act);
}
