package io.earwitness.portal;

import io.earwitness.call.Network;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The address that a request came from. {@code X-Forwarded-For} counts only as far as trusted
 * proxies wrote it: whatever a client sends of its own stands left of that.
 */
final class ClientAddress {
  private final List<Network> trustedProxies;

  ClientAddress(List<Network> trustedProxies) {
    this.trustedProxies = trustedProxies;
  }

  String of(Context http) {
    return of(http.req().getRemoteAddr(), http.header("X-Forwarded-For"));
  }

  /**
   * @param peer whom the connection is with, as a literal address
   * @param forwardedFor the header, with an address from each proxy at its end
   */
  String of(String peer, @Nullable String forwardedFor) {
    InetAddress client = parse(peer);
    if (client == null) {
      return peer;
    }
    String[] hops = forwardedFor == null ? new String[0] : forwardedFor.split(",");
    for (int i = hops.length - 1; i >= 0 && trusted(client); i--) {
      InetAddress before = parse(hops[i].strip());
      if (before == null) {
        break;
      }
      client = before;
    }
    return client.getHostAddress();
  }

  private boolean trusted(InetAddress address) {
    return trustedProxies.stream().anyMatch(network -> network.contains(address));
  }

  private static @Nullable InetAddress parse(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
