package io.earwitness.archive;

import java.util.List;

/**
 * What a verification found.
 *
 * @param subject the recording's id, or the folder that was looked at
 * @param manifests number of manifests whose signature was found right
 * @param objects number of objects read in full
 * @param blocks number of block hashes compared
 * @param bytes read
 * @param findings in the order in which they were made
 */
public record VerificationReport(
    String subject, int manifests, int objects, long blocks, long bytes, List<Finding> findings) {
  public VerificationReport {
    findings = List.copyOf(findings);
  }

  /** How bad a finding is. */
  public enum Severity {
    /** Worth knowing; the recording is as it was signed. */
    NOTE,
    /** The recording is not as it was signed, not complete, or not protected. */
    PROBLEM
  }

  /**
   * One finding.
   *
   * @param object the object's name below the recording, or the key or file looked for
   * @param message a sentence with what was expected and what was found
   */
  public record Finding(Severity severity, String object, String message) {
    @Override
    public String toString() {
      return object + ": " + message;
    }
  }

  /** Whether no problem was found. */
  public boolean ok() {
    return findings.stream().noneMatch(finding -> finding.severity() == Severity.PROBLEM);
  }
}
