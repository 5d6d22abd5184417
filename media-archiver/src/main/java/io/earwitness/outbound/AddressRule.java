package io.earwitness.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Which addresses may be connected to, so that a configured URL can't be used to reach what only
 * this machine can: its own services, and the metadata services of clouds. Addresses of private
 * networks (RFC 1918, RFC 4193) are allowed, as that is where most receivers are.
 */
enum AddressRule {
  /** Any address: for receivers on this machine. */
  ANY,
  /** None of this machine, none of its link, no multicast. */
  NOT_LOCAL;

  /** IPv4 addresses within IPv6: RFC 6052 §2.1, RFC 3056 §2. */
  private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

  private static final byte[] SIX_TO_FOUR = {0x20, 0x02};

  /** What a large cloud's metadata service has in IPv6; in IPv4 it is link-local. */
  private static final byte[] METADATA = {
    (byte) 0xfd, 0, 0x0e, (byte) 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54
  };

  boolean allows(InetAddress address) {
    if (this == ANY) {
      return true;
    }
    byte[] bytes = address.getAddress();
    if (isLocal(address) || Arrays.equals(bytes, METADATA)) {
      return false;
    }
    if (bytes.length == 4) {
      return bytes[0] != 0;
    }
    if (startsWith(bytes, NAT64) || startsWith(bytes, new byte[12])) {
      return allowsIpv4(bytes, 12);
    }
    return !startsWith(bytes, SIX_TO_FOUR) || allowsIpv4(bytes, 2);
  }

  private static boolean isLocal(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress();
  }

  private boolean allowsIpv4(byte[] bytes, int from) {
    try {
      return allows(InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    return Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }
}
