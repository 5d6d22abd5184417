package io.earwitness.recorder.rtp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Makes sockets of one kind, all bound to one local address. */
interface UdpSockets {
  /** The largest datagram taken whole. */
  int MAX_PACKET = 9216;

  /**
   * Binds a port.
   *
   * @return null if another process or socket has it
   * @throws IOException for every other reason, in plain words
   */
  @Nullable UdpSocket bind(int port, int receiveBuffer) throws IOException;

  /** Whether arrival times are the kernel's. */
  boolean hasKernelTimeStamps();

  void close();
}
