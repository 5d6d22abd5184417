package io.earwitness.recorder.tls;

import java.util.List;

/** TLS files can't be used. */
public final class TlsFilesException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What a file is for. */
  public enum Part {
    CERTIFICATE,
    KEY,
    TRUST
  }

  /**
   * Something wrong with a file.
   *
   * @param text names the file and says what to do
   */
  public record Problem(Part part, String text) {}

  private final transient List<Problem> problems;

  TlsFilesException(List<Problem> problems) {
    super(String.join("; ", problems.stream().map(Problem::text).toList()));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
