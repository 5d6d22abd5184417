package io.earwitness.call;

import java.util.List;

/**
 * Which SRC sent a call, and in what it deviated.
 *
 * @param src the SRC's name
 * @param deviations each once
 */
public record SrcFindings(String src, List<DeviationFound> deviations) {
  public SrcFindings {
    deviations = List.copyOf(deviations);
  }
}
