package io.earwitness.recorder;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A UDP datagram as the IPv4 packets that a router would make of it (RFC 791 §3.2), sent one by one
 * through a raw socket, so that some can be kept back. Needs the right to make raw sockets.
 */
final class RawFragments {
  private static final int AF_INET = 2;
  private static final int SOCK_RAW = 3;
  private static final int IPPROTO_RAW = 255;
  private static final int SOCKADDR_IN_SIZE = 16;

  private static final int HEADER = 20;
  private static final int UDP_HEADER = 8;
  private static final byte UDP = 17;
  private static final int MORE_FRAGMENTS = 0x2000;

  /** Fits into 1500 bytes behind a header; offsets count eights of bytes. */
  private static final int DATA = 1480;

  private final List<byte[]> packets = new ArrayList<>();

  /**
   * Cuts a datagram.
   *
   * @param identification tells the fragments of one datagram from those of others
   */
  RawFragments(InetSocketAddress from, InetSocketAddress to, int identification, byte[] payload) {
    byte[] datagram =
        ByteBuffer.allocate(UDP_HEADER + payload.length)
            .putShort((short) from.getPort())
            .putShort((short) to.getPort())
            .putShort((short) (UDP_HEADER + payload.length))
            // no checksum (RFC 768)
            .putShort((short) 0)
            .put(payload)
            .array();
    for (int at = 0; at < datagram.length; at += DATA) {
      int length = Math.min(DATA, datagram.length - at);
      int more = at + length < datagram.length ? MORE_FRAGMENTS : 0;
      packets.add(
          ByteBuffer.allocate(HEADER + length)
              .putShort((short) 0x4500)
              .putShort((short) (HEADER + length))
              .putShort((short) identification)
              .putShort((short) (more | at / 8))
              .put((byte) 64)
              .put(UDP)
              // the kernel puts the header's checksum here
              .putShort((short) 0)
              .put(from.getAddress().getAddress())
              .put(to.getAddress().getAddress())
              .put(datagram, at, length)
              .array());
    }
  }

  /** How many there are. */
  int count() {
    return packets.size();
  }

  /** Sends them in this order; what is not named is kept back. */
  void send(InetAddress to, List<Integer> order) throws IOException {
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      int socket =
          (int)
              function(
                      linker,
                      "socket",
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_INT))
                  .invokeExact(AF_INET, SOCK_RAW, IPPROTO_RAW);
      if (socket < 0) {
        throw new IOException(
            "a raw socket can't be made: not root, nor in a namespace of one's own");
      }
      MethodHandle sendto =
          function(
              linker,
              "sendto",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_INT));
      MemorySegment address = arena.allocate(SOCKADDR_IN_SIZE);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
      MemorySegment.copy(to.getAddress(), 0, address, ValueLayout.JAVA_BYTE, 4, 4);
      for (int index : order) {
        byte[] packet = packets.get(index);
        MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, packet);
        long sent =
            (long)
                sendto.invokeExact(
                    socket, bytes, (long) packet.length, 0, address, SOCKADDR_IN_SIZE);
        if (sent != packet.length) {
          throw new IOException("fragment %d was not sent".formatted(index));
        }
      }
      int closed =
          (int)
              function(
                      linker,
                      "close",
                      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                  .invokeExact(socket);
      if (closed != 0) {
        throw new IOException("the raw socket can't be closed");
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle function(Linker linker, String name, FunctionDescriptor form) {
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), form);
  }
}
