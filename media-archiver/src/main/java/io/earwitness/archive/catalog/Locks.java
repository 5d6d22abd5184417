package io.earwitness.archive.catalog;

/** Keys of PostgreSQL's advisory locks; each database has its own set. */
final class Locks {
  /** Held while roles are made. */
  static final long ROLES = 0x6561_7277_0001L;

  /** Held by the one sequencer that gives positions, for one transaction. */
  static final long SEQUENCER = 0x6561_7277_0002L;

  /** Held while number ranges are checked and changed, for one transaction. */
  static final long NUMBERS = 0x6561_7277_0003L;

  /** Held by the one shipper of journals, for its connection. */
  static final long JOURNAL = 0x6561_7277_0004L;

  /** Held by the one sequencer that gives audit entries their leaves, for one transaction. */
  static final long AUDIT_SEQUENCER = 0x6561_7277_0010L;

  /** Held by the one shipper of the audit logs' copies, for its connection. */
  static final long AUDIT_COPIES = 0x6561_7277_0011L;

  /** Held by the one that forwards audit entries, for its connection. */
  static final long AUDIT_FORWARDING = 0x6561_7277_0012L;

  /** Held by the one that watches what the catalog shows for alarms, for its connection. */
  static final long ALARMS = 0x6561_7277_0020L;

  /** Held by the one that does and ends approvals whose time has come, for its connection. */
  static final long APPROVALS = 0x6561_7277_0030L;

  /** Held by the one that delivers recordings to tenants' own storage, for its connection. */
  static final long DELIVERY = 0x6561_7277_0043L;

  /** Held by the one that disposes of what falls due, for its connection. */
  static final long DISPOSAL = 0x6561_7277_0041L;

  /** Held by the one that renews the locks of recordings, for its connection. */
  static final long RETENTION = 0x6561_7277_0040L;

  /**
   * Held while recordings of one tenant are joined into interactions, for one transaction: the
   * first of two keys, of which the second is the tenant's hash.
   */
  static final int INTERACTIONS = 0x6561_7277;

  /**
   * Held exclusively while a legal hold is placed or released, and shared while a recording is
   * marked as falling due, for one transaction: the first of two keys, of which the second is the
   * tenant's hash. So what is marked saw every hold that was placed before.
   */
  static final int HOLDS = 0x6561_7278;

  /**
   * Held by the one that brings recordings and the store in step with holds, for its connection.
   */
  static final long HOLD_UPKEEP = 0x6561_7277_0048L;

  /** Held by the one that makes masked derivatives, for its connection. */
  static final long RESTRICTIONS = 0x6561_7277_0049L;

  /** Held by the one that takes tenants' closings on, for its connection. */
  static final long CLOSING = 0x6561_7277_004AL;

  private Locks() {}
}
