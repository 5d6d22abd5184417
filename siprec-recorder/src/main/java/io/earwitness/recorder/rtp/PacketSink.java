package io.earwitness.recorder.rtp;

import java.lang.foreign.MemorySegment;

/** Receives datagrams. Must not throw and must not keep the buffer. */
interface PacketSink {
  /**
   * A datagram.
   *
   * @param truncated whether it was longer than the buffer
   * @param arrivalNanos nanoseconds since 1970-01-01T00:00Z
   * @param addressHigh its source, as {@link SourceLatch} writes addresses
   */
  void packet(
      MemorySegment buffer,
      long offset,
      int length,
      boolean truncated,
      long arrivalNanos,
      long addressHigh,
      long addressLow,
      int port);

  /** The kernel's count of datagrams dropped on this socket so far, modulo 2<sup>32</sup>. */
  void kernelDrops(int total);

  /** Reading failed with an error number other than "nothing there". */
  void failed(int errno);
}
