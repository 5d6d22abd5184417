package io.earwitness.app;

/** What the process ends with; part of the command line's contract. */
final class ExitCode {
  static final int DONE = 0;

  /** The check or act failed. */
  static final int FAILED = 1;

  /** Wrong usage or configuration. */
  static final int USAGE = 2;

  /** A prerequisite is missing. */
  static final int PREREQUISITE = 3;

  private ExitCode() {}
}
