package io.earwitness.notify;

import io.earwitness.call.WireName;
import org.jspecify.annotations.Nullable;

/**
 * The mail server that alarms go through.
 *
 * @param user null where it asks for none
 * @param password empty where {@code user} is null
 * @param from the sender's address
 */
public record SmtpSettings(
    String host, int port, Security security, @Nullable String user, String password, String from) {
  /** How the connection is protected. */
  public enum Security implements WireName {
    /** Not at all: for a server on this machine. */
    NONE("none"),
    /** By STARTTLS (RFC 3207), or nothing is sent. */
    STARTTLS("starttls"),
    /** By TLS from the beginning (RFC 8314). */
    TLS("tls");

    private final String wireName;

    Security(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  @Override
  public String toString() {
    return "SmtpSettings[%s:%d, %s, user=%s, password=***]"
        .formatted(host, port, security.wireName(), user);
  }
}
