package io.earwitness.recorder.rtp;

/** One bound UDP port. Read by the receive thread only; it may be closed by any one thread. */
interface UdpSocket {
  /** At most so many datagrams are taken at once, so that a flood on one port starves no other. */
  int MAX_DRAIN = 1024;

  int port();

  /**
   * Takes what the kernel holds, up to {@link #MAX_DRAIN} datagrams, without waiting.
   *
   * @return how many were taken
   */
  int drain(PacketSink sink);

  /**
   * Whether any datagram came since the port was bound. For whoever owns the socket before the
   * receive thread does.
   */
  boolean hasArrivals();

  /** Datagrams that the kernel dropped for want of room, so far; -1 if it doesn't tell. */
  long kernelDrops();

  /**
   * Sends a datagram without waiting. For the receive thread.
   *
   * @param addressHigh where to, as {@link SourceLatch} writes addresses
   * @return whether the kernel took it
   */
  boolean send(byte[] bytes, int length, long addressHigh, long addressLow, int toPort);

  void close();
}
