package io.earwitness.recorder.srs;

import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.sip.SipEndpointConfig;
import io.earwitness.recorder.sip.SipLimits;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A recording server on loopback with a spool and media in memory. */
final class ServerFixture implements AutoCloseable {
  static final TenantSlug ACME = new TenantSlug("acme");

  /** A recorder that has nothing to do. */
  static final Load IDLE = new Load(1, 0, 0, 0, 0.5, 100);

  final FakeCaptures captures = new FakeCaptures();
  final FakeMediaPlane media = new FakeMediaPlane();
  final List<String> heard = new CopyOnWriteArrayList<>();
  volatile Load load = IDLE;
  final OverloadGuard guard = new OverloadGuard(OverloadLimits.DEFAULT, () -> load);
  final RecordingServer server;
  private final AtomicLong skippedSeconds = new AtomicLong();

  ServerFixture() throws IOException {
    this(snapshot("127.0.0.0/8"), 100);
  }

  ServerFixture(UnaryOperator<SipEndpointConfig> sip) throws IOException {
    this(snapshot("127.0.0.0/8"), 100, sip);
  }

  ServerFixture(RecorderSnapshot snapshot, int maxCalls) throws IOException {
    this(snapshot, maxCalls, UnaryOperator.identity());
  }

  ServerFixture(RecorderSnapshot snapshot, int maxCalls, SipLimits limits) throws IOException {
    this(snapshot, maxCalls, config -> config.withLimits(limits));
  }

  private ServerFixture(
      RecorderSnapshot snapshot, int maxCalls, UnaryOperator<SipEndpointConfig> sip)
      throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    RecorderConfiguration configuration = RecorderConfiguration.of(snapshot);
    InstantSource clock = () -> Instant.now().plusSeconds(skippedSeconds.get());
    server =
        RecordingServer.open(
            RecordingServerSettings.of("recorder-1", loopback).withMaxCalls(maxCalls),
            sip.apply(SipEndpointConfig.of(loopback, 0)),
            () -> configuration,
            captures,
            media,
            guard,
            new CallObserver() {
              @Override
              public void opened(RecordingId id) {
                heard.add("opened " + id);
              }

              @Override
              public void updated(RecordingId id) {
                heard.add("updated " + id);
              }

              @Override
              public void closed(RecordingId id) {
                heard.add("closed " + id);
              }

              @Override
              public void refused(RecordingId id) {
                heard.add("refused " + id);
              }
            },
            clock);
  }

  /** One tenant with Alice, known by her number; SRCs in one network. */
  static RecorderSnapshot snapshot(String srcNetwork) {
    return snapshot(srcNetwork, SrcProfile.DEFAULT);
  }

  static RecorderSnapshot snapshot(String srcNetwork, SrcProfile profile) {
    return new RecorderSnapshot(
        "v7",
        List.of(
            new RecorderSnapshot.Tenant(
                ACME,
                ZoneId.of("America/New_York"),
                Set.of(),
                List.of(
                    new RecorderSnapshot.Number(
                        "+12025550101", false, "u-alice", "Alice Trader", List.of("t-desk")),
                    new RecorderSnapshot.Number("+1202555011", true, null, null, List.of())))),
        List.of(new RecorderSnapshot.Src("sbc-1", List.of(srcNetwork), null, profile)));
  }

  void skip(Duration time) {
    skippedSeconds.addAndGet(time.toSeconds());
  }

  SipPeer peer(Transport transport) throws IOException {
    return SipPeer.over(transport, server.port(transport));
  }

  /** An ACK or another request in the dialog that an answer to a sample made. */
  static byte[] inDialog(
      SipPeer peer, SipPeer.Message answer, String method, int sequence, String type, String body) {
    String content = type.isEmpty() ? "" : "Content-Type: " + type + "\r\n";
    String text =
        "%s sip:srs@127.0.0.1 SIP/2.0\r\n".formatted(method)
            + peer.via(method + sequence)
            + "Max-Forwards: 70\r\n"
            + "From: "
            + answer.header("From")
            + "\r\n"
            + "To: "
            + answer.header("To")
            + "\r\n"
            + "Call-ID: "
            + answer.header("Call-ID")
            + "\r\n"
            + "CSeq: %d %s\r\n".formatted(sequence, method)
            + content
            + "Content-Length: %d\r\n\r\n".formatted(body.length())
            + body;
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] inDialog(SipPeer peer, SipPeer.Message answer, String method, int sequence) {
    return inDialog(peer, answer, method, sequence, "", "");
  }

  /** Waits for something to become true, at most ten seconds. */
  static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not become true in time");
      }
      Thread.sleep(5);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
