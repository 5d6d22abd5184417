package io.earwitness.audit;

/** Where entries become durable. Thread-safe. */
public interface AuditLog {
  /**
   * Writes an entry; when this returns, it is durable and the act may happen.
   *
   * @throws AuditUnavailableException if it could not be written: the act must not happen
   */
  void append(AuditEntry entry);

  /** The trail can't be written, so nothing may be done. */
  final class AuditUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AuditUnavailableException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
