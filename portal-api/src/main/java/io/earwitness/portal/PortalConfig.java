package io.earwitness.portal;

import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.util.Set;

/**
 * How the portal is served.
 *
 * @param address to listen on
 * @param port 0 takes a free one
 * @param secure whether people reach it by HTTPS (through a proxy): cookies are then Secure
 * @param sessionIdle a session that was not used for so long is over
 * @param sessionMax a session is over after so long, however much it is used
 * @param playReasonRequired tenants that ask why a person listens
 * @param exposure how it meets the network
 */
public record PortalConfig(
    String address,
    int port,
    boolean secure,
    Duration sessionIdle,
    Duration sessionMax,
    Set<TenantSlug> playReasonRequired,
    Exposure exposure,
    SignInConfig signIn) {
  public PortalConfig {
    playReasonRequired = Set.copyOf(playReasonRequired);
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not in 0..65535");
    }
    if (!sessionIdle.isPositive() || sessionMax.compareTo(sessionIdle) < 0) {
      throw new IllegalArgumentException(
          "a session can't last %s and end %s after its last use"
              .formatted(sessionMax, sessionIdle));
    }
  }

  /** Sessions of a working day that end an hour after their last use; no reasons asked. */
  public static PortalConfig of(String address, int port) {
    return new PortalConfig(
        address,
        port,
        false,
        Duration.ofHours(1),
        Duration.ofHours(12),
        Set.of(),
        Exposure.PLAIN,
        SignInConfig.DEFAULT);
  }
}
