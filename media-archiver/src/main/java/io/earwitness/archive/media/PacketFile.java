package io.earwitness.archive.media;

import io.earwitness.call.StreamDescription;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Packets as received, as a pcap file with nanoseconds in memory, so that a later version (or any
 * network analyser) can decode what this one can't. Addresses come from the stream's description;
 * the IP and UDP headers (RFC 791, RFC 8200, RFC 768) are made here. Not thread-safe.
 */
public final class PacketFile {
  private static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
  private static final int LINK_TYPE_RAW_IP = 101;
  private static final int FILE_HEADER = 24;
  private static final int RECORD_HEADER = 16;
  private static final int UDP_HEADER = 8;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int LONGEST = 65_535;
  private static final int UDP = 17;
  private static final int HOPS = 64;

  private final Pieces out = new Pieces();
  private long packets;

  public PacketFile() {
    ByteBuffer header = ByteBuffer.allocate(FILE_HEADER);
    header.putInt(MAGIC_NANOSECONDS).putShort((short) 2).putShort((short) 4);
    header.putLong(0).putInt(LONGEST).putInt(LINK_TYPE_RAW_IP);
    out.write(header.array(), 0, FILE_HEADER);
  }

  /**
   * Adds a packet.
   *
   * @param stream where it was received; null if that is unknown
   * @param arrivalNanos nanoseconds since 1970-01-01T00:00Z
   * @param bytes RTP
   */
  public void add(
      @Nullable StreamDescription stream, long arrivalNanos, byte[] bytes, int offset, int length) {
    InetAddress source = address(stream);
    int header = (source instanceof Inet6Address ? IPV6_HEADER : IPV4_HEADER) + UDP_HEADER;
    int kept = Math.min(length, LONGEST - header);
    ByteBuffer record = ByteBuffer.allocate(RECORD_HEADER + header + kept);
    record.putInt((int) Math.floorDiv(arrivalNanos, 1_000_000_000L));
    record.putInt((int) Math.floorMod(arrivalNanos, 1_000_000_000L));
    record.putInt(header + kept).putInt(header + length);
    if (source instanceof Inet6Address) {
      record.putInt(6 << 28).putShort((short) (UDP_HEADER + kept));
      record.put((byte) UDP).put((byte) HOPS).put(source.getAddress()).put(new byte[16]);
    } else {
      putIpv4(record, source, header + kept);
    }
    int sourcePort = stream == null ? 0 : stream.remotePort();
    int ourPort = stream == null ? 0 : stream.localPort();
    record.putShort((short) sourcePort).putShort((short) ourPort);
    record.putShort((short) (UDP_HEADER + kept)).putShort((short) 0);
    record.put(bytes, offset, kept);
    out.write(record.array(), 0, record.capacity());
    packets++;
  }

  private static void putIpv4(ByteBuffer record, InetAddress source, int length) {
    int start = record.position();
    record.putShort((short) 0x4500).putShort((short) length).putInt(0);
    record.put((byte) HOPS).put((byte) UDP).putShort((short) 0);
    record.put(source.getAddress()).put(new byte[4]);
    int sum = 0;
    for (int at = start; at < start + IPV4_HEADER; at += 2) {
      sum += record.getShort(at) & 0xffff;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    record.putShort(start + 10, (short) ~sum);
  }

  private static InetAddress address(@Nullable StreamDescription stream) {
    String literal = stream == null ? null : stream.remoteAddress();
    try {
      return InetAddress.ofLiteral(literal == null ? "0.0.0.0" : literal);
    } catch (IllegalArgumentException e) {
      return Inet4Address.ofLiteral("0.0.0.0");
    }
  }

  /** Packets so far. */
  public long packets() {
    return packets;
  }

  /** Bytes so far. */
  public long size() {
    return out.size();
  }

  /** The file so far. */
  public Pieces content() {
    return out;
  }
}
