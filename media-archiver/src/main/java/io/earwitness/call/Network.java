package io.earwitness.call;

import java.net.InetAddress;

/**
 * An IPv4 or IPv6 network (RFC 4632, RFC 4291 §2.3). An IPv4-mapped IPv6 address counts as IPv4.
 *
 * @param prefixLength in bits
 */
public record Network(InetAddress address, int prefixLength) {
  /**
   * Reads {@code address} or {@code address/prefix-length}; never asks a name service.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    try {
      InetAddress address =
          InetAddress.ofLiteral((slash < 0 ? text : text.substring(0, slash)).strip());
      int bits = address.getAddress().length * 8;
      int length = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1).strip());
      if (length < 0 || length > bits) {
        throw new IllegalArgumentException("prefix length " + length);
      }
      return new Network(address, length);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s' is no network; expected an IP address or, as in 192.0.2.0/24, one in CIDR form"
              .formatted(text),
          e);
    }
  }

  /** Whether some address lies in both. */
  public boolean overlaps(Network other) {
    return prefixLength <= other.prefixLength ? contains(other.address) : other.contains(address);
  }

  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] theirs = other.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    int whole = prefixLength / 8;
    for (int i = 0; i < whole; i++) {
      if (mine[i] != theirs[i]) {
        return false;
      }
    }
    int rest = prefixLength % 8;
    int mask = 0xff << (8 - rest) & 0xff;
    return rest == 0 || (mine[whole] & mask) == (theirs[whole] & mask);
  }
}
