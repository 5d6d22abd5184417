package io.earwitness.recorder.client;

import io.earwitness.recorder.dtls.DtlsIdentity;
import io.earwitness.recorder.dtls.DtlsSession;
import io.earwitness.recorder.dtls.DtlsTerms;
import io.earwitness.recorder.srtp.SrtpKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A stream's DTLS handshake with the recorder (RFC 5763), on the socket of its media. */
final class Handshake implements AutoCloseable {
  private static final int MAX_DATAGRAM = 2048;
  private static final int PATIENCE_SECONDS = 20;

  private final DatagramChannel channel;
  private final CompletableFuture<SrtpKey> key = new CompletableFuture<>();
  private final DtlsSession session;

  /**
   * Begins it.
   *
   * @param channel connected to the recorder, blocking; all that comes on it is the handshake's
   */
  Handshake(DatagramChannel channel, DtlsIdentity own, DtlsTerms terms) {
    this.channel = channel;
    this.session =
        DtlsSession.start(
            own,
            terms,
            this::send,
            new DtlsSession.Outcome() {
              @Override
              public void agreed(SrtpKey theirs, SrtpKey ours) {
                key.complete(ours);
              }

              @Override
              public void failed(String why) {
                key.completeExceptionally(new IOException("the DTLS handshake failed: " + why));
              }
            });
    Thread.ofVirtual().name("dtls-read").start(this::read);
  }

  private void send(byte[] datagram) {
    try {
      channel.write(ByteBuffer.wrap(datagram));
    } catch (PortUnreachableException e) {
      // It is sent again
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM);
    while (channel.isOpen()) {
      try {
        channel.read(buffer.clear());
        session.received(Arrays.copyOf(buffer.array(), buffer.position()));
      } catch (PortUnreachableException e) {
        // The recorder's port may open later
      } catch (IOException e) {
        return;
      }
    }
  }

  /** Waits for our key. */
  SrtpKey key() throws IOException {
    try {
      return key.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new IOException(cause == null ? "DTLS failed" : String.valueOf(cause.getMessage()), e);
    } catch (TimeoutException e) {
      throw new IOException("no DTLS handshake within " + PATIENCE_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
