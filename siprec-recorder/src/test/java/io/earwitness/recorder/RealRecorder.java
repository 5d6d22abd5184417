package io.earwitness.recorder;

import io.earwitness.call.CallSummary;
import io.earwitness.call.PauseSettings;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import io.earwitness.capture.SpoolReader;
import io.earwitness.capture.SpoolSettings;
import io.earwitness.capture.SpoolWriter;
import io.earwitness.capture.TestCaptureKey;
import io.earwitness.recorder.client.G711;
import io.earwitness.recorder.rtp.RtpMediaPlane;
import io.earwitness.recorder.rtp.RtpSettings;
import io.earwitness.recorder.sip.SipEndpointConfig;
import io.earwitness.recorder.sip.Transport;
import io.earwitness.recorder.srs.CallObserver;
import io.earwitness.recorder.srs.HealthLimits;
import io.earwitness.recorder.srs.Load;
import io.earwitness.recorder.srs.LoadMeter;
import io.earwitness.recorder.srs.MediaHealth;
import io.earwitness.recorder.srs.MetadataPolicy;
import io.earwitness.recorder.srs.OverloadGuard;
import io.earwitness.recorder.srs.OverloadLimits;
import io.earwitness.recorder.srs.RecorderConfiguration;
import io.earwitness.recorder.srs.RecordingServer;
import io.earwitness.recorder.srs.RecordingServerSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The whole recorder with a spool of its own: SIP, SRS, RTP and capture, nothing replaced. */
final class RealRecorder implements AutoCloseable {
  /** A machine that others are busy on refuses nothing in tests of other things. */
  private static final OverloadLimits UNLIMITED = new OverloadLimits(0, 0, 0, 0, 0, 0);

  private static final List<RecorderSnapshot.Src> LOCAL =
      List.of(
          new RecorderSnapshot.Src("local", "127.0.0.0/8", null),
          new RecorderSnapshot.Src("local-6", "::1/128", null));

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  static final TenantSlug TENANT = new TenantSlug("acme");

  /** A capture as its reader finds it. */
  static final class Capture implements CaptureReader.Visitor {
    final List<CaptureEvent> events = new ArrayList<>();
    final Map<Integer, List<byte[]>> packets = new LinkedHashMap<>();

    @Override
    public void event(CaptureEvent event) {
      events.add(event);
    }

    @Override
    public void packet(int stream, long arrivalNanos, byte[] packet, int offset, int length) {
      packets
          .computeIfAbsent(stream, _ -> new ArrayList<>())
          .add(java.util.Arrays.copyOfRange(packet, offset, offset + length));
    }

    /** The call as last known. */
    CallSummary summary() {
      CallSummary summary = null;
      for (CaptureEvent event : events) {
        if (event instanceof CaptureEvent.Opened opened) {
          summary = opened.summary();
        } else if (event instanceof CaptureEvent.Updated updated) {
          summary = updated.summary();
        }
      }
      if (summary == null) {
        throw new AssertionError("no summary in " + events);
      }
      return summary;
    }

    List<TimelineEvent> timeline() {
      return events.stream()
          .filter(CaptureEvent.Timeline.class::isInstance)
          .map(event -> ((CaptureEvent.Timeline) event).event())
          .toList();
    }

    /** What came by RTCP on a stream. */
    List<byte[]> rtcp(int stream) {
      return events.stream()
          .filter(CaptureEvent.Rtcp.class::isInstance)
          .map(CaptureEvent.Rtcp.class::cast)
          .filter(event -> event.stream() == stream)
          .map(CaptureEvent.Rtcp::packet)
          .toList();
    }

    /** The texts of the timeline. */
    List<String> texts() {
      return timeline().stream().map(TimelineEvent::text).toList();
    }

    /** The final statistics. */
    List<StreamQuality> quality() {
      return events.stream()
          .filter(CaptureEvent.Statistics.class::isInstance)
          .map(event -> ((CaptureEvent.Statistics) event).streams())
          .reduce((earlier, later) -> later)
          .orElse(List.of());
    }

    boolean isClosed() {
      return events.getLast() instanceof CaptureEvent.Closed;
    }

    /** The samples of a stream, whose packets must be complete and in order. */
    short[] audio(int stream) {
      ByteArrayOutputStream payload = new ByteArrayOutputStream();
      G711 codec = G711.PCMU;
      int expected = -1;
      for (byte[] packet : packets.getOrDefault(stream, List.of())) {
        int sequence = (packet[2] & 0xff) << 8 | packet[3] & 0xff;
        if (expected >= 0 && sequence != expected) {
          throw new AssertionError("packet " + sequence + " came where " + expected + " should");
        }
        expected = sequence + 1 & 0xffff;
        if ((packet[1] & 0x7f) == 101) {
          // A telephone event, beside the samples
          continue;
        }
        codec = (packet[1] & 0x7f) == 8 ? G711.PCMA : G711.PCMU;
        payload.write(packet, 12, packet.length - 12);
      }
      byte[] codes = payload.toByteArray();
      short[] samples = new short[codes.length];
      for (int i = 0; i < codes.length; i++) {
        samples[i] = codec.decode(codes[i]);
      }
      return samples;
    }

    /** As the client reports what it sent. */
    String audioSha256(int stream) {
      short[] samples = audio(stream);
      ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asShortBuffer().put(samples);
      try {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Path spool;
  private final SpoolWriter writer;
  private final RtpMediaPlane media;
  private final OverloadGuard guard;
  private final RecordingServer server;
  private final InetAddress address;
  private boolean closed;

  RealRecorder(Path spool) throws IOException {
    this(spool, (SipEndpointConfig.Tls) null);
  }

  RealRecorder(Path spool, SipEndpointConfig.@Nullable Tls tls) throws IOException {
    this(spool, tls, LOCAL);
  }

  RealRecorder(Path spool, SipEndpointConfig.@Nullable Tls tls, List<RecorderSnapshot.Src> srcs)
      throws IOException {
    this(
        spool,
        tls,
        srcs,
        RtpSettings.defaults(LOOPBACK),
        UNLIMITED,
        HealthLimits.DEFAULT,
        MetadataPolicy.KEEP_ALL);
  }

  RealRecorder(Path spool, RtpSettings rtp, OverloadLimits limits) throws IOException {
    this(spool, null, LOCAL, rtp, limits, HealthLimits.DEFAULT, MetadataPolicy.KEEP_ALL);
  }

  RealRecorder(Path spool, InetAddress address) throws IOException {
    this(
        spool,
        null,
        LOCAL,
        RtpSettings.defaults(address),
        UNLIMITED,
        HealthLimits.DEFAULT,
        MetadataPolicy.KEEP_ALL);
  }

  RealRecorder(Path spool, HealthLimits health) throws IOException {
    this(
        spool,
        null,
        LOCAL,
        RtpSettings.defaults(LOOPBACK),
        UNLIMITED,
        health,
        MetadataPolicy.KEEP_ALL);
  }

  RealRecorder(Path spool, MetadataPolicy metadata) throws IOException {
    this(
        spool,
        null,
        LOCAL,
        RtpSettings.defaults(LOOPBACK),
        UNLIMITED,
        HealthLimits.DEFAULT,
        metadata);
  }

  /** One that serves these tenants. */
  RealRecorder(Path spool, List<RecorderSnapshot.Tenant> tenants) throws IOException {
    this(
        spool,
        null,
        new RecorderSnapshot("v1", tenants, LOCAL),
        RtpSettings.defaults(LOOPBACK),
        UNLIMITED,
        HealthLimits.DEFAULT,
        MetadataPolicy.KEEP_ALL);
  }

  private RealRecorder(
      Path spool,
      SipEndpointConfig.@Nullable Tls tls,
      List<RecorderSnapshot.Src> srcs,
      RtpSettings rtp,
      OverloadLimits limits,
      HealthLimits health,
      MetadataPolicy metadata)
      throws IOException {
    this(spool, tls, snapshot(srcs), rtp, limits, health, metadata);
  }

  private RealRecorder(
      Path spool,
      SipEndpointConfig.@Nullable Tls tls,
      RecorderSnapshot snapshot,
      RtpSettings rtp,
      OverloadLimits limits,
      HealthLimits health,
      MetadataPolicy metadata)
      throws IOException {
    this.spool = spool;
    this.address = rtp.address();
    InstantSource clock = InstantSource.system();
    RecorderConfiguration configuration = RecorderConfiguration.of(snapshot, _ -> null);
    SpoolSettings settings = SpoolSettings.defaults(spool);
    writer = SpoolWriter.start(settings, TestCaptureKey.key().certificate(), clock);
    media = RtpMediaPlane.start(rtp, clock);
    guard = OverloadGuard.start(limits, new LoadMeter(settings, writer, media, clock));
    server =
        RecordingServer.open(
            RecordingServerSettings.of("node-1", address).withHealth(health).withMetadata(metadata),
            SipEndpointConfig.of(address, 0)
                .withTransports(Set.of(Transport.UDP, Transport.TCP), tls),
            () -> configuration,
            writer,
            media,
            guard,
            CallObserver.NONE,
            clock);
  }

  private static RecorderSnapshot snapshot(List<RecorderSnapshot.Src> srcs) {
    return new RecorderSnapshot(
        "v1",
        List.of(
            new RecorderSnapshot.Tenant(
                    TENANT,
                    ZoneId.of("America/New_York"),
                    Set.of(),
                    List.of(
                        new RecorderSnapshot.Number(
                            "+12025550102", false, "u2", null, List.of("desk")),
                        new RecorderSnapshot.Number("+12025550131", true, null, null, List.of())))
                .with(null, new PauseSettings(900, true, null, null, PauseSettings.CodeSide.OWN))),
        srcs);
  }

  RecordingServer server() {
    return server;
  }

  InetSocketAddress address() {
    return new InetSocketAddress(address, server.port(Transport.UDP));
  }

  String uri() {
    String host = address.getHostAddress();
    return "sip:srs@%s:%d"
        .formatted(host.contains(":") ? "[" + host + "]" : host, server.port(Transport.UDP));
  }

  OverloadGuard guard() {
    return guard;
  }

  Load load() {
    return java.util.Objects.requireNonNull(guard.load());
  }

  int tlsPort() {
    return server.port(Transport.TLS);
  }

  /** INVITEs that were refused so far. */
  List<CaptureEvent.Refused> refusals() throws IOException {
    return new SpoolReader(spool, List.of(TestCaptureKey.key()))
        .refusals().stream().map(CaptureReader.RefusalEntry::refusal).toList();
  }

  /** Running recordings whose media does so. */
  int withHealth(MediaHealth health) {
    return server.activeRecordings(health);
  }

  /** Stops the recorder and reads what it wrote, by Call-ID. */
  Map<String, Capture> captures() throws IOException {
    close();
    return capturesIn(spool);
  }

  /** What a recorder that is no more wrote, by Call-ID. */
  static Map<String, Capture> capturesIn(Path spool) throws IOException {
    SpoolReader reader = new SpoolReader(spool, List.of(TestCaptureKey.key()));
    Map<String, Capture> captures = new LinkedHashMap<>();
    for (CaptureReader.Entry entry : reader.list()) {
      Capture capture = new Capture();
      CaptureReader.End end = reader.read(entry.id(), capture);
      if (!end.closed() || end.damaged()) {
        throw new AssertionError("capture " + entry.id() + ": " + end);
      }
      captures.put(capture.summary().callIds().getFirst(), capture);
    }
    return captures;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      server.close();
      guard.close();
      media.close();
      writer.close();
    }
  }
}
