package io.earwitness.portal.scim;

import org.jspecify.annotations.Nullable;

/** A request that is refused as RFC 7644 section 3.12 tells it. */
public final class ScimException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final @Nullable String scimType;

  public ScimException(int status, @Nullable String scimType, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.scimType = scimType;
  }

  static ScimException invalidFilter(String detail) {
    return new ScimException(400, "invalidFilter", detail);
  }

  static ScimException invalidPath(String detail) {
    return new ScimException(400, "invalidPath", detail);
  }

  static ScimException invalidSyntax(String detail) {
    return new ScimException(400, "invalidSyntax", detail);
  }

  public static ScimException invalidValue(String detail) {
    return new ScimException(400, "invalidValue", detail);
  }

  static ScimException noTarget(String detail) {
    return new ScimException(400, "noTarget", detail);
  }

  public int status() {
    return status;
  }

  /** One of the keywords of RFC 7644 table 9; null if none fits. */
  public @Nullable String scimType() {
    return scimType;
  }

  /** What is wrong, for people. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
