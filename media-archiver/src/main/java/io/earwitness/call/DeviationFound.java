package io.earwitness.call;

/**
 * A deviation with the place where it was seen.
 *
 * @param detail for people: line, header or element, at most {@value #DETAIL_LENGTH} characters.
 *     Tells nothing of persons, for operators read it: no names, no numbers, no addresses of record
 */
public record DeviationFound(Deviation deviation, String detail) {
  private static final int DETAIL_LENGTH = 200;

  public DeviationFound {
    if (detail.length() > DETAIL_LENGTH) {
      detail = detail.substring(0, DETAIL_LENGTH - 1) + "…";
    }
  }
}
