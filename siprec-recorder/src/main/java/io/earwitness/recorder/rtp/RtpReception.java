package io.earwitness.recorder.rtp;

import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.recorder.rtp.MediaPlane.NoPortsException;
import io.earwitness.recorder.rtp.MediaPlane.Reception;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reception of one recording: which stream has which ports. */
final class RtpReception implements Reception {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final RtpMediaPlane plane;
  private final CaptureWriter.Session capture;
  private final String rtcpName = randomName();
  private final Keys keys = new Keys();

  // Guarded by this
  private final List<PortPair> spare;
  private final Map<Integer, Integer> localPorts = new TreeMap<>();
  private @Nullable List<StreamQuality> last;
  private List<SrtpCounts> lastSrtp = List.of();

  /** By index of the m-line; belongs to the receive thread. */
  private final Map<Integer, MediaStream> streams = new TreeMap<>();

  RtpReception(RtpMediaPlane plane, CaptureWriter.Session capture, List<PortPair> reserved) {
    this.plane = plane;
    this.capture = capture;
    this.spare = new ArrayList<>(reserved);
  }

  /** RFC 7022 §4.2: a name for this session alone, from which nobody can tell the host. */
  private static String randomName() {
    byte[] bytes = new byte[12];
    RANDOM.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** One stream's part of an update. */
  private record Step(
      StreamDescription description, @Nullable PortPair newPorts, StreamTerms terms) {}

  @Override
  public synchronized List<StreamDescription> update(
      List<StreamDescription> descriptions, Map<Integer, StreamTerms> terms)
      throws NoPortsException {
    if (last != null) {
      return descriptions.stream().map(closed -> withPort(closed, 0)).toList();
    }
    List<Step> steps = new ArrayList<>();
    try {
      for (StreamDescription description : descriptions) {
        boolean wanted = description.remotePort() != 0;
        boolean known = localPorts.containsKey(description.index());
        PortPair newPorts = wanted && !known ? take(description.localPort()) : null;
        steps.add(
            new Step(
                description,
                newPorts,
                terms.getOrDefault(description.index(), StreamTerms.UNREPORTED)));
      }
    } catch (NoPortsException e) {
      steps.forEach(step -> giveBack(step.newPorts()));
      throw e;
    }
    for (Step step : steps) {
      int index = step.description().index();
      if (step.description().remotePort() == 0) {
        localPorts.remove(index);
      } else if (step.newPorts() != null) {
        localPorts.put(index, step.newPorts().port());
      }
    }
    plane.loop().call(() -> apply(steps)).forEach(plane.ports()::free);
    return descriptions.stream()
        .map(one -> withPort(one, localPorts.getOrDefault(one.index(), 0)))
        .toList();
  }

  @Override
  public void keys(boolean masked, @Nullable KeyListener listener) {
    keys.set(masked, listener);
  }

  private PortPair take(int wanted) throws NoPortsException {
    for (int i = 0; i < spare.size(); i++) {
      if (spare.get(i).port() == wanted) {
        return spare.remove(i);
      }
    }
    return spare.isEmpty() ? plane.ports().bind(1).getFirst() : spare.removeFirst();
  }

  private void giveBack(@Nullable PortPair pair) {
    if (pair != null) {
      spare.add(pair);
    }
  }

  private static StreamDescription withPort(StreamDescription of, int localPort) {
    return new StreamDescription(
        of.index(),
        of.media(),
        of.label(),
        of.codecs(),
        of.paused(),
        localPort,
        of.remoteAddress(),
        of.remotePort());
  }

  /** In the receive thread: what arrived before counts as before. Returns ports to be freed. */
  private List<PortPair> apply(List<Step> steps) {
    List<PortPair> unused = new ArrayList<>();
    for (Step step : steps) {
      StreamDescription description = step.description();
      MediaStream stream = streams.get(description.index());
      if (description.remotePort() == 0) {
        if (stream != null) {
          plane.loop().remove(stream);
          PortPair ports = stream.finish();
          if (ports != null) {
            unused.add(ports);
          }
        }
        continue;
      }
      if (stream == null) {
        stream = plane.newStream(description.index(), capture, rtcpName, keys);
        streams.put(description.index(), stream);
      }
      if (step.newPorts() != null) {
        stream.open(step.newPorts());
      } else if (stream.isRead()) {
        stream.settle();
      }
      stream.describe(description, step.terms());
      if (!stream.isRead() && description.remoteAddress() != null) {
        plane.loop().add(stream);
        stream.read();
      }
    }
    return unused;
  }

  @Override
  public synchronized List<StreamQuality> statistics() {
    return last != null ? last : plane.loop().call(this::qualities);
  }

  @Override
  public synchronized List<StreamPulse> pulses() {
    return plane.loop().call(() -> streams.values().stream().map(MediaStream::pulse).toList());
  }

  @Override
  public synchronized List<SrtpCounts> srtp() {
    return last != null ? lastSrtp : plane.loop().call(this::srtpCounts);
  }

  private List<SrtpCounts> srtpCounts() {
    return streams.values().stream().map(MediaStream::srtp).filter(Objects::nonNull).toList();
  }

  private List<StreamQuality> qualities() {
    return streams.values().stream().map(MediaStream::quality).toList();
  }

  @Override
  public synchronized List<StreamQuality> close() {
    if (last == null) {
      List<PortPair> unused = new ArrayList<>(spare);
      spare.clear();
      localPorts.clear();
      last =
          plane
              .loop()
              .call(
                  () -> {
                    for (MediaStream stream : streams.values()) {
                      plane.loop().remove(stream);
                      PortPair ports = stream.finish();
                      if (ports != null) {
                        unused.add(ports);
                      }
                    }
                    lastSrtp = srtpCounts();
                    return qualities();
                  });
      unused.forEach(plane.ports()::free);
      plane.ended(this);
    }
    return last;
  }
}
