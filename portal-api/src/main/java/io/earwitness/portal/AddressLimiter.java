package io.earwitness.portal;

import io.javalin.http.Context;
import java.net.InetAddress;
import java.util.HexFormat;

/**
 * Slows down guessing from one address, at whichever accounts or codes; in the memory of this node.
 * Of IPv6 the network of 64 bits counts, as any host may draw addresses in it. Thread-safe.
 */
final class AddressLimiter {
  private static final int NETWORK_BYTES = 8;

  private final ClientAddress addresses;
  private final AttemptLimiter limiter;

  AddressLimiter(PortalConfig config, PortalParts parts) {
    this.addresses = new ClientAddress(config.exposure().trustedProxies());
    this.limiter = new AttemptLimiter(SignInAttempts.ADDRESS_POLICY, parts.clock());
  }

  /**
   * Counts an attempt as failed until it is taken back.
   *
   * @return from where, for {@link #takeBack}
   * @throws ProblemException 429 if nothing is tried now
   */
  String attempt(Context http) {
    String from = network(addresses.of(http));
    try {
      limiter.attempt(from);
    } catch (ProblemException e) {
      throw ProblemException.tooManyFromAddress(e);
    }
    return from;
  }

  /** The attempt was none. */
  void takeBack(String from) {
    limiter.takeBack(from);
  }

  static String network(String address) {
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      return bytes.length == 4
          ? address
          : HexFormat.of().formatHex(bytes, 0, NETWORK_BYTES) + "/64";
    } catch (IllegalArgumentException _) {
      return address;
    }
  }
}
