package io.earwitness.archive.catalog;

/** A change that an identity provider asked for and that is not made. */
public final class ProvisioningRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** A name or an external id is somebody else's in this tenant. */
    TAKEN,
    /** Too many people were put out of use; an administrator must say that it is meant. */
    HELD,
    /** Nobody would be left who could set it right. */
    LAST_ADMINISTRATOR
  }

  private final Reason reason;

  ProvisioningRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
