package io.earwitness.recorder.rtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The structures that {@code recvmmsg(2)} fills, for {@link #SLOTS} datagrams; layouts of 64-bit
 * Linux, little-endian:
 *
 * <pre>
 * mmsghdr (64 bytes)  0 name pointer   8 name length   16 iovec pointer   24 iovec count
 *                    32 control pointer 40 control length 48 flags   56 bytes received
 * iovec (16 bytes)    0 pointer   8 length
 * cmsghdr             0 length (8)   8 level (4)   12 type (4)   16 data; each padded to 8 bytes
 * </pre>
 *
 * Name length and control length are overwritten by the kernel and must be set again before the
 * next call.
 */
final class ReceiveBuffers {
  static final int SLOTS = 16;

  private static final int HEADER_SIZE = 64;
  private static final int NAME_AT = 0;
  private static final int NAME_LENGTH_AT = 8;
  private static final int IOVEC_AT = 16;
  private static final int IOVEC_COUNT_AT = 24;
  private static final int CONTROL_AT = 32;
  private static final int CONTROL_LENGTH_AT = 40;
  private static final int FLAGS_AT = 48;
  private static final int RECEIVED_AT = 56;
  private static final int IOVEC_SIZE = 16;
  private static final int NAME_SIZE = 32;
  private static final int CONTROL_SIZE = 64;
  private static final int CMSG_HEADER_SIZE = 16;
  private static final int MSG_TRUNC = 0x20;

  // Level and type of a control message, read as one number
  private static final long TIME_STAMP =
      LinuxCalls.SOL_SOCKET | (long) LinuxCalls.SO_TIMESTAMPNS << 32;
  private static final long OVERFLOW = LinuxCalls.SOL_SOCKET | (long) LinuxCalls.SO_RXQ_OVFL << 32;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final MemorySegment state;
  private final MemorySegment headers;
  private final MemorySegment packets;
  private final MemorySegment names;
  private final MemorySegment controls;
  private final long headersAddress;

  ReceiveBuffers() {
    // Never freed while a socket can refer to it: the collector frees it with this object
    Arena arena = Arena.ofAuto();
    state = arena.allocate(LinuxCalls.stateLayout());
    headers = arena.allocate((long) SLOTS * HEADER_SIZE, 64);
    packets = arena.allocate((long) SLOTS * UdpSockets.MAX_PACKET, 64);
    names = arena.allocate((long) SLOTS * NAME_SIZE, 64);
    controls = arena.allocate((long) SLOTS * CONTROL_SIZE, 64);
    MemorySegment iovecs = arena.allocate((long) SLOTS * IOVEC_SIZE, 64);
    headersAddress = headers.address();
    for (int slot = 0; slot < SLOTS; slot++) {
      long header = (long) slot * HEADER_SIZE;
      long iovec = (long) slot * IOVEC_SIZE;
      iovecs.set(LONG, iovec, packets.address() + (long) slot * UdpSockets.MAX_PACKET);
      iovecs.set(LONG, iovec + 8, (long) UdpSockets.MAX_PACKET);
      headers.set(LONG, header + NAME_AT, names.address() + (long) slot * NAME_SIZE);
      headers.set(LONG, header + IOVEC_AT, iovecs.address() + iovec);
      headers.set(LONG, header + IOVEC_COUNT_AT, 1L);
      headers.set(LONG, header + CONTROL_AT, controls.address() + (long) slot * CONTROL_SIZE);
      reset(header);
    }
    keptAlive = iovecs;
  }

  @SuppressWarnings("UnusedVariable") // the kernel reads it
  private final MemorySegment keptAlive;

  private void reset(long header) {
    headers.set(INT, header + NAME_LENGTH_AT, NAME_SIZE);
    headers.set(LONG, header + CONTROL_LENGTH_AT, (long) CONTROL_SIZE);
  }

  MemorySegment state() {
    return state;
  }

  /** Takes up to {@link #SLOTS} datagrams; returns how many, or a negative error number. */
  int receive(int descriptor) {
    return LinuxCalls.recvmmsg(state, descriptor, headersAddress, SLOTS);
  }

  /** Hands on one of the datagrams that {@link #receive} took. */
  void deliver(int slot, PacketSink sink) {
    long header = (long) slot * HEADER_SIZE;
    long control = (long) slot * CONTROL_SIZE;
    long end = control + headers.get(LONG, header + CONTROL_LENGTH_AT);
    long nanos = 0;
    while (control + CMSG_HEADER_SIZE <= end) {
      long length = controls.get(LONG, control);
      if (length < CMSG_HEADER_SIZE) {
        break;
      }
      long kind = controls.get(LONG, control + 8);
      if (kind == TIME_STAMP) {
        nanos =
            controls.get(LONG, control + CMSG_HEADER_SIZE) * 1_000_000_000L
                + controls.get(LONG, control + CMSG_HEADER_SIZE + 8);
      } else if (kind == OVERFLOW) {
        sink.kernelDrops(controls.get(INT, control + CMSG_HEADER_SIZE));
      }
      control += (length + 7) & ~7L;
    }
    if (nanos == 0) {
      nanos = System.currentTimeMillis() * 1_000_000L;
    }
    int received = headers.get(INT, header + RECEIVED_AT);
    boolean truncated = (headers.get(INT, header + FLAGS_AT) & MSG_TRUNC) != 0;
    long name = (long) slot * NAME_SIZE;
    boolean v4 = names.get(ValueLayout.JAVA_SHORT_UNALIGNED, name) == LinuxCalls.AF_INET;
    int port =
        Short.toUnsignedInt(
            Short.reverseBytes(names.get(ValueLayout.JAVA_SHORT_UNALIGNED, name + 2)));
    long high = v4 ? 0 : Long.reverseBytes(names.get(LONG, name + 8));
    long low =
        v4
            ? SourceLatch.MAPPED_LOW
                | Integer.toUnsignedLong(Integer.reverseBytes(names.get(INT, name + 4)))
            : Long.reverseBytes(names.get(LONG, name + 16));
    reset(header);
    sink.packet(
        packets, (long) slot * UdpSockets.MAX_PACKET, received, truncated, nanos, high, low, port);
  }
}
