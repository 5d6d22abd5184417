package io.earwitness.approval;

import io.earwitness.call.WireName;

/** How far an act that needs a second person has come. */
public enum ApprovalState implements WireName {
  /** Somebody has to decide it. */
  REQUESTED("requested", true),
  /** Nobody could decide it, so it is done after a waiting time unless somebody rejects it. */
  WAITING("waiting", true),
  /** It was approved and is being done. */
  APPROVED("approved", true),
  REJECTED("rejected", false),
  /** Whoever asked for it took it back. */
  WITHDRAWN("withdrawn", false),
  /** Nobody decided it in time. */
  EXPIRED("expired", false),
  EXECUTED("executed", false),
  /** It was to be done and could not be; nothing was changed. */
  FAILED("failed", false);

  private final String wireName;
  private final boolean open;

  ApprovalState(String wireName, boolean open) {
    this.wireName = wireName;
    this.open = open;
  }

  /** Whether something can still come of it. */
  public boolean isOpen() {
    return open;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}
