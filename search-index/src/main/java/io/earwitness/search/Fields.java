package io.earwitness.search;

/** Names of the index's fields, and the version of their meaning. */
final class Fields {
  /** Raised whenever a field changes its meaning: an index of another version is built anew. */
  static final String FORMAT = "4";

  static final String ID = "id";
  static final String TENANT = "tenant";
  static final String START = "start";
  static final String DURATION = "duration";
  static final String DIRECTION = "direction";
  static final String STATE = "state";
  static final String FLAG = "flag";

  /** What the recording shows of its announcement: the worst verdict on a party. */
  static final String ANNOUNCEMENT = "announcement";

  /** Digits of every party's number, no plus sign. */
  static final String NUMBER = "number";

  /** The same digits back to front, so that "ends with" is a prefix too. */
  static final String NUMBER_REVERSED = "number-reversed";

  static final String NAME = "name";

  /** Ids of the call, addresses of its parties, and values of what else the SRC told of it. */
  static final String CALL_ID = "call-id";

  static final String USER = "user";
  static final String TEAM = "team";
  static final String TAG = "tag";

  private Fields() {}
}
