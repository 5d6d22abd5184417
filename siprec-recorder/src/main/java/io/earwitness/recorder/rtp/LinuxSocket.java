package io.earwitness.recorder.rtp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** One socket of {@link LinuxSockets}. */
final class LinuxSocket implements UdpSocket {
  /** {@code SK_MEMINFO_RMEM_ALLOC}, the first of nine 32-bit numbers: bytes that wait. */
  private static final int WAITING_AT = 0;

  /** {@code SK_MEMINFO_DROPS}, the last of them. */
  private static final int DROPS_AT = 32;

  private static final int MEMINFO_SIZE = 36;

  private final int port;
  private final boolean v4;
  private final ReceiveBuffers buffers;
  private int descriptor;

  LinuxSocket(int descriptor, int port, boolean v4, ReceiveBuffers buffers) {
    this.descriptor = descriptor;
    this.v4 = v4;
    this.port = port;
    this.buffers = buffers;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public int drain(PacketSink sink) {
    int taken = 0;
    while (taken < MAX_DRAIN) {
      int received = buffers.receive(descriptor);
      if (received < 0) {
        if (received != -LinuxCalls.EAGAIN && received != -LinuxCalls.EINTR) {
          sink.failed(-received);
        }
        return taken;
      }
      for (int slot = 0; slot < received; slot++) {
        buffers.deliver(slot, sink);
      }
      taken += received;
      if (received < ReceiveBuffers.SLOTS) {
        return taken;
      }
    }
    return taken;
  }

  @Override
  public boolean send(byte[] bytes, int length, long addressHigh, long addressLow, int toPort) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address =
          LinuxSockets.socketAddress(arena, v4, addressHigh, addressLow, toPort);
      if (address.equals(MemorySegment.NULL)) {
        return false;
      }
      MemorySegment data = arena.allocate(length);
      MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, length);
      int sent =
          LinuxCalls.sendto(
              arena.allocate(LinuxCalls.stateLayout()), descriptor, data, length, address);
      return sent == length;
    }
  }

  @Override
  public boolean hasArrivals() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment known = memoryInformation(arena);
      return known != null && (number(known, WAITING_AT) > 0 || number(known, DROPS_AT) > 0);
    }
  }

  @Override
  public long kernelDrops() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment known = memoryInformation(arena);
      return known == null ? -1 : number(known, DROPS_AT);
    }
  }

  /** The numbers of {@code SO_MEMINFO}; null if the kernel doesn't tell. */
  private @Nullable MemorySegment memoryInformation(Arena arena) {
    MemorySegment state = arena.allocate(LinuxCalls.stateLayout());
    MemorySegment value = arena.allocate(MEMINFO_SIZE, 4);
    MemorySegment length = arena.allocate(4, 4);
    length.set(ValueLayout.JAVA_INT, 0, MEMINFO_SIZE);
    int result =
        LinuxCalls.getOption(
            state, descriptor, LinuxCalls.SOL_SOCKET, LinuxCalls.SO_MEMINFO, value, length);
    return result < 0 ? null : value;
  }

  private static long number(MemorySegment information, int at) {
    return Integer.toUnsignedLong(information.get(ValueLayout.JAVA_INT, at));
  }

  @Override
  public synchronized void close() {
    // A descriptor closed twice may by then belong to somebody else
    if (descriptor >= 0) {
      try (Arena arena = Arena.ofConfined()) {
        LinuxCalls.close(arena.allocate(LinuxCalls.stateLayout()), descriptor);
      }
      descriptor = -1;
    }
  }
}
