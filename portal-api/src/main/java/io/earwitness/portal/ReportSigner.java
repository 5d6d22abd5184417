package io.earwitness.portal;

/** Signs what people take away, so that others can check where it came from. */
@FunctionalInterface
public interface ReportSigner {
  /**
   * Signs.
   *
   * @param hint what the content is; it is signed with it
   * @return CMS SignedData (RFC 5652) with the content inside, in DER
   */
  byte[] sign(byte[] content, String hint);
}
