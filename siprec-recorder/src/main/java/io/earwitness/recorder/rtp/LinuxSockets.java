package io.earwitness.recorder.rtp;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sockets by Linux's own calls: the kernel stamps each packet as it arrives ({@code
 * SO_TIMESTAMPNS}), tells how many it dropped ({@code SO_RXQ_OVFL}), and hands over many in one
 * call ({@code recvmmsg}). All sockets share one set of buffers, which only the receive thread
 * uses.
 */
final class LinuxSockets implements UdpSockets {
  private static final Logger log = LoggerFactory.getLogger(LinuxSockets.class);

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort NETWORK_SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int SOCKADDR_IN_SIZE = 16;
  private static final int SOCKADDR_IN6_SIZE = 28;
  private static final int SOCKADDR_PORT_AT = 2;
  private static final int SOCKADDR_IN_ADDRESS_AT = 4;
  private static final int SOCKADDR_IN6_ADDRESS_AT = 8;

  private final InetAddress address;
  private final ReceiveBuffers buffers = new ReceiveBuffers();

  /** Sizes of receive buffers that the kernel was asked about: its answer is the same each time. */
  private final Set<Integer> checkedBuffers = ConcurrentHashMap.newKeySet();

  /** Keeps the kernel's time stamping switched on, which would take its time for a first packet. */
  private final UdpSocket keeper;

  /**
   * Makes the first socket, to see whether all of it works here.
   *
   * @throws IOException if it does not
   */
  LinuxSockets(InetAddress address) throws IOException {
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    boolean known = machine.equals("amd64") || machine.equals("aarch64");
    if (!System.getProperty("os.name").equals("Linux") || !known) {
      throw new IOException("this is no 64-bit Linux on x86-64 or AArch64");
    }
    this.address = address;
    UdpSocket first = bind(0, 0);
    if (first == null) {
      throw new IOException("no UDP port is left on " + address.getHostAddress());
    }
    this.keeper = first;
  }

  @Override
  public boolean hasKernelTimeStamps() {
    return true;
  }

  @Override
  public void close() {
    keeper.close();
  }

  @Override
  public @Nullable UdpSocket bind(int port, int receiveBuffer) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(LinuxCalls.stateLayout());
      boolean v4 = address instanceof Inet4Address;
      int descriptor =
          LinuxCalls.socket(
              state,
              v4 ? LinuxCalls.AF_INET : LinuxCalls.AF_INET6,
              LinuxCalls.SOCK_DGRAM | LinuxCalls.SOCK_NONBLOCK | LinuxCalls.SOCK_CLOEXEC);
      if (descriptor < 0) {
        throw failure("a UDP socket can't be made", descriptor);
      }
      boolean bound = false;
      try {
        MemorySegment value = arena.allocate(4);
        if (!v4) {
          value.set(INT, 0, 0);
          option(state, descriptor, LinuxCalls.SOL_IPV6, LinuxCalls.IPV6_V6ONLY, value);
        }
        value.set(INT, 0, 1);
        option(state, descriptor, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_TIMESTAMPNS, value);
        option(state, descriptor, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_RXQ_OVFL, value);
        if (receiveBuffer > 0) {
          value.set(INT, 0, receiveBuffer);
          option(state, descriptor, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_RCVBUF, value);
          if (checkedBuffers.add(receiveBuffer)) {
            checkReceiveBuffer(state, descriptor, receiveBuffer, value, arena);
          }
        }
        int result = LinuxCalls.bind(state, descriptor, ownAddress(arena, v4, port));
        if (result == -LinuxCalls.EADDRINUSE) {
          return null;
        }
        if (result < 0) {
          throw failure(
              "UDP port %d of %s can't be bound".formatted(port, address.getHostAddress()), result);
        }
        bound = true;
        return new LinuxSocket(descriptor, port, v4, buffers);
      } finally {
        if (!bound) {
          LinuxCalls.close(state, descriptor);
        }
      }
    }
  }

  private MemorySegment ownAddress(Arena arena, boolean v4, int port) {
    WireAddress own = WireAddress.of(address);
    return socketAddress(arena, v4, own.high(), own.low(), port);
  }

  /**
   * A {@code sockaddr_in} or {@code sockaddr_in6}; null for a true IPv6 address on an IPv4 socket.
   *
   * @param high the address as {@link SourceLatch} has it
   */
  static MemorySegment socketAddress(Arena arena, boolean v4, long high, long low, int port) {
    boolean mapped = high == 0 && low >>> 32 == SourceLatch.MAPPED_LOW >>> 32;
    if (v4 && !mapped) {
      return MemorySegment.NULL;
    }
    MemorySegment socketAddress = arena.allocate(v4 ? SOCKADDR_IN_SIZE : SOCKADDR_IN6_SIZE);
    socketAddress.set(
        ValueLayout.JAVA_SHORT_UNALIGNED,
        0,
        (short) (v4 ? LinuxCalls.AF_INET : LinuxCalls.AF_INET6));
    socketAddress.set(NETWORK_SHORT, SOCKADDR_PORT_AT, (short) port);
    if (v4) {
      socketAddress.set(INT, SOCKADDR_IN_ADDRESS_AT, Integer.reverseBytes((int) low));
    } else {
      socketAddress.set(
          ValueLayout.JAVA_LONG_UNALIGNED, SOCKADDR_IN6_ADDRESS_AT, Long.reverseBytes(high));
      socketAddress.set(
          ValueLayout.JAVA_LONG_UNALIGNED, SOCKADDR_IN6_ADDRESS_AT + 8, Long.reverseBytes(low));
    }
    return socketAddress;
  }

  private static void option(
      MemorySegment state, int descriptor, int level, int option, MemorySegment value)
      throws IOException {
    int result = LinuxCalls.setOption(state, descriptor, level, option, value);
    if (result < 0) {
      throw failure("the socket option %d/%d can't be set".formatted(level, option), result);
    }
  }

  /** The kernel doubles what it is asked for and silently cuts it to net.core.rmem_max. */
  private void checkReceiveBuffer(
      MemorySegment state, int descriptor, int wanted, MemorySegment value, Arena arena) {
    MemorySegment length = arena.allocate(4);
    length.set(INT, 0, 4);
    int result =
        LinuxCalls.getOption(
            state, descriptor, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_RCVBUF, value, length);
    if (result >= 0 && value.get(INT, 0) < 2L * wanted) {
      log.warn(
          "receive buffers are {} bytes instead of {}: packets may be lost when this host is busy; raise net.core.rmem_max",
          value.get(INT, 0) / 2,
          wanted);
    }
  }

  private static IOException failure(String what, int result) {
    String why =
        result == -LinuxCalls.EMFILE
            ? "too many open files; raise the limit (LimitNOFILE)"
            : "error " + -result;
    return new IOException(what + ": " + why);
  }
}
