package io.earwitness.call;

/**
 * The generations of a recording's archive; the highest is the one that counts, and a masked
 * derivative only while its restriction is in force. The numbers stand in manifests and object
 * names ({@code docs/formats/commit-protocol.md}).
 */
public final class Generation {
  /** Archived from the capture of a node that was always there. */
  public static final int ORDINARY = 0;

  /** Archived from rescue copies, because the node that has the capture was absent. */
  public static final int RESCUED = 1;

  /** Archived from the capture after all, when that node was back. */
  public static final int RETURNED = 2;

  /** Sealed anew for a tenant out of quarantine. */
  public static final int RELEASED = 3;

  /** The first masked derivative of a restricted recording; each further one is one more. */
  public static final int MASKED = 4;

  private Generation() {}
}
