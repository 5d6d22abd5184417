package io.earwitness.archive.media;

/**
 * Where a prompt was found in a channel, and how much of it.
 *
 * @param score the share of the prompt's landmarks that lie there, 0 to 1
 * @param offsetMillis when the prompt begins in the channel; negative if its beginning lies before
 * @param speedPercent how much faster than registered it is played, −2 to 2
 * @param from the share of the prompt before what was heard first, 0 to 1
 * @param to the share up to the end of what was heard last, 0 to 1
 * @param longestHoleMillis the longest time in between that sounded otherwise
 * @param extent what that amounts to
 */
public record PromptFinding(
    double score,
    long offsetMillis,
    int speedPercent,
    double from,
    double to,
    long longestHoleMillis,
    Extent extent) {
  /** The lowest score that counts as found; found alone proves nothing. */
  public static final double FOUND = 0.15;

  /** Two prompts of which one scores this in the other are look-alikes. */
  public static final double LOOK_ALIKE = 0.10;

  private static final double COMPLETE_FROM = 0.05;
  private static final double COMPLETE_TO = 0.95;
  private static final double HOLE_SECONDS = 0.15;

  /** Nothing of the prompt is in the channel. */
  static final PromptFinding NOWHERE = new PromptFinding(0, 0, 0, 0, 0, 0, Extent.NOT_FOUND);

  /** How much of a prompt was heard. */
  public enum Extent {
    NOT_FOUND,
    /** All of it: what may be called verified. */
    COMPLETE,
    /** What was heard begins within the prompt. */
    BEGINNING_MISSING,
    /** What was heard ends within the prompt. */
    END_MISSING,
    /** Beginning and end are there, but something between sounded otherwise: another wording. */
    ALTERED
  }

  static PromptFinding of(
      double score, double offsetSeconds, int speedPercent, BandProfile.Extent heard) {
    return new PromptFinding(
        score,
        Math.round(offsetSeconds * 1000),
        speedPercent,
        heard.from(),
        heard.to(),
        Math.round(heard.longestHole() * 1000),
        extent(score, heard));
  }

  private static Extent extent(double score, BandProfile.Extent heard) {
    if (score < FOUND || heard.to() == 0) {
      return Extent.NOT_FOUND;
    }
    if (heard.to() < COMPLETE_TO) {
      return Extent.END_MISSING;
    }
    if (heard.from() > COMPLETE_FROM) {
      return Extent.BEGINNING_MISSING;
    }
    return heard.longestHole() < HOLE_SECONDS ? Extent.COMPLETE : Extent.ALTERED;
  }

  public boolean isFound() {
    return extent != Extent.NOT_FOUND;
  }

  public boolean isComplete() {
    return extent == Extent.COMPLETE;
  }
}
