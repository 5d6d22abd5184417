package io.earwitness.recorder.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpReceiver;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A socket at which reports come, also by SRTCP. */
final class RtpReports implements AutoCloseable {
  private final DatagramSocket socket = new DatagramSocket(0, RtpSender.LOOPBACK);
  private final DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);

  private final @Nullable SrtpReceiver secure;

  RtpReports() throws IOException {
    this(null);
  }

  /** For reports under this key: one that is not fails the test. */
  RtpReports(@Nullable SrtpKey key) throws IOException {
    secure = key == null ? null : new SrtpReceiver(key);
    socket.setSoTimeout(60_000);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  ByteBuffer receive() throws IOException {
    packet.setLength(1500);
    socket.receive(packet);
    byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
    if (secure == null) {
      return ByteBuffer.wrap(bytes);
    }
    assertThat(secure.unprotectControl(MemorySegment.ofArray(bytes), 0, bytes.length))
        .isEqualTo(SrtpReceiver.Outcome.PLAIN);
    return secure.packet().asByteBuffer().slice(0, secure.length()).order(ByteOrder.BIG_ENDIAN);
  }

  InetSocketAddress lastSource() {
    return (InetSocketAddress) packet.getSocketAddress();
  }

  /** Whether nothing has come so far. */
  boolean isQuiet() throws IOException {
    socket.setSoTimeout(1);
    try {
      receive();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
