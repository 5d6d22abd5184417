package io.earwitness.portal;

import io.earwitness.call.Network;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How the portal meets the network.
 *
 * @param tls asked at each new connection; null where the portal speaks plain HTTP, for a proxy
 *     with TLS in front of it
 * @param trustedProxies whose {@code X-Forwarded-For} is believed
 * @param requestsPerAddress that one client address may make in a second over a time; 0 for no
 *     limit
 * @param requestsPerAccount that one session or token may make; 0 for no limit
 */
public record Exposure(
    @Nullable Supplier<SSLContext> tls,
    List<Network> trustedProxies,
    int requestsPerAddress,
    int requestsPerAccount) {
  /** Plain HTTP, no proxies, no limits. */
  public static final Exposure PLAIN = new Exposure(null, List.of(), 0, 0);

  public Exposure {
    trustedProxies = List.copyOf(trustedProxies);
  }
}
