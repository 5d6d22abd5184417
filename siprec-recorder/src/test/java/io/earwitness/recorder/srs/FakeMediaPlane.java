package io.earwitness.recorder.srs;

import io.earwitness.call.RecordingId;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.recorder.dtls.Fingerprint;
import io.earwitness.recorder.rtp.KeyListener;
import io.earwitness.recorder.rtp.MediaPlane;
import io.earwitness.recorder.rtp.SrtpCounts;
import io.earwitness.recorder.rtp.StreamPulse;
import io.earwitness.recorder.rtp.StreamTerms;
import io.earwitness.recorder.srtp.SrtpKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Gives out port numbers by the contract of {@link MediaPlane}; hears what it is told to hear. */
final class FakeMediaPlane implements MediaPlane {
  static final Fingerprint FINGERPRINT =
      Objects.requireNonNull(Fingerprint.parse("sha-256 " + "AB:".repeat(31) + "AB"));

  private final AtomicInteger nextPort = new AtomicInteger(10_000);
  final AtomicInteger open = new AtomicInteger();
  volatile int freePorts = 1000;
  volatile List<StreamQuality> heard = List.of();

  /** Of the last update. */
  volatile Map<Integer, SrtpKey> keys = Map.of();

  /** Of the last update. */
  volatile Map<Integer, StreamTerms> terms = Map.of();

  /** If set, how the streams do, instead of what {@link #heard} tells. */
  volatile @Nullable List<StreamPulse> pulses;

  /** When a packet of a paused stream came, which no statistics tell. */
  volatile @Nullable Instant heardPaused;

  static StreamQuality quality(int stream, long packets, long lost, String source, Instant last) {
    return new StreamQuality(
        stream,
        1L,
        packets,
        packets * 172,
        packets + lost,
        lost,
        0,
        0,
        0,
        0,
        0.1,
        source,
        last,
        last);
  }

  @Override
  public synchronized Reservation reserve(int streams) throws NoPortsException {
    if (streams > freePorts) {
      throw new NoPortsException("of 10000-29999 none is free");
    }
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      ports.add(nextPort.getAndAdd(2));
    }
    open.addAndGet(streams);
    return new Reservation() {
      private boolean received;

      @Override
      public List<Integer> ports() {
        return ports;
      }

      @Override
      public Reception receive(RecordingId id, CaptureWriter.Session capture) {
        received = true;
        return new FakeReception(new ArrayDeque<>(ports));
      }

      @Override
      public void release() {
        if (!received) {
          open.addAndGet(-streams);
        }
      }
    };
  }

  @Override
  public boolean hasKernelTimeStamps() {
    return true;
  }

  @Override
  public Fingerprint dtlsFingerprint() {
    return FINGERPRINT;
  }

  @Override
  public void close() {}

  private final class FakeReception implements Reception {
    private final Deque<Integer> reserved;
    private final int count;

    FakeReception(Deque<Integer> reserved) {
      this.reserved = reserved;
      this.count = reserved.size();
    }

    @Override
    public List<StreamDescription> update(
        List<StreamDescription> streams, Map<Integer, StreamTerms> newTerms)
        throws NoPortsException {
      terms = newTerms;
      Map<Integer, SrtpKey> newKeys = new TreeMap<>();
      newTerms.forEach(
          (index, one) -> {
            if (one.theirKey() != null) {
              newKeys.put(index, one.theirKey());
            }
          });
      keys = newKeys;
      List<StreamDescription> result = new ArrayList<>();
      for (StreamDescription s : streams) {
        int port = s.remotePort() == 0 ? 0 : s.localPort();
        if (port == 0 && s.remotePort() != 0) {
          if (reserved.isEmpty() && freePorts == 0) {
            throw new NoPortsException("none left");
          }
          port = reserved.isEmpty() ? nextPort.getAndAdd(2) : reserved.remove();
        }
        result.add(
            new StreamDescription(
                s.index(),
                s.media(),
                s.label(),
                s.codecs(),
                s.paused(),
                port,
                s.remoteAddress(),
                s.remotePort()));
      }
      return result;
    }

    @Override
    public void keys(boolean nowMasked, @Nullable KeyListener listener) {
      // No key is pressed here
    }

    @Override
    public List<SrtpCounts> srtp() {
      return List.of();
    }

    @Override
    public List<StreamQuality> statistics() {
      return heard;
    }

    @Override
    public List<StreamPulse> pulses() {
      List<StreamPulse> set = pulses;
      if (set != null) {
        return set;
      }
      Instant paused = heardPaused;
      if (paused != null) {
        return List.of(new StreamPulse(0, paused, 0, 0, null, false));
      }
      return heard.stream()
          .map(
              one ->
                  new StreamPulse(
                      one.index(), one.lastPacket(), one.expected(), one.lost(), null, false))
          .toList();
    }

    @Override
    public List<StreamQuality> close() {
      open.addAndGet(-count);
      return heard;
    }
  }
}
