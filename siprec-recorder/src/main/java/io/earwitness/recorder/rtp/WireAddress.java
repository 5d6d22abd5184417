package io.earwitness.recorder.rtp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** An address as {@link SourceLatch} and {@link PacketSink} have it: 128 bits, IPv4 mapped. */
record WireAddress(long high, long low) {
  static WireAddress of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet4Address
        ? new WireAddress(0, SourceLatch.MAPPED_LOW | Integer.toUnsignedLong(bytes.getInt()))
        : new WireAddress(bytes.getLong(), bytes.getLong());
  }
}
