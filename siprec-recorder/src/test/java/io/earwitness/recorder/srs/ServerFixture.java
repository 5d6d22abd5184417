package io.earwitness.recorder.srs;

import io.earwitness.call.PauseSettings;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.announcement.AnnouncementCodec;
import io.earwitness.recorder.announcement.AnnouncementService;
import io.earwitness.recorder.announcement.PromptLibrary;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A recording server on loopback with a spool and media in memory. */
final class ServerFixture implements AutoCloseable {
  static final TenantSlug ACME = new TenantSlug("acme");

  /** As far as a tenant may say that digits are kept. */
  static final PauseSettings KEEP_DIGITS =
      new PauseSettings(3_700, true, null, null, PauseSettings.CodeSide.OWN);

  /** A recorder that has nothing to do. */
  static final Load IDLE = new Load(1, 0, 0, 0, 0.5, 100);

  final FakeCaptures captures = new FakeCaptures();
  final FakeMediaPlane media = new FakeMediaPlane();
  final List<String> heard = new CopyOnWriteArrayList<>();
  final List<PlayedAnnouncement> played = new CopyOnWriteArrayList<>();

  /** Half a second of it: packets of 160 bytes, all with another byte. */
  static final List<byte[]> PROMPT =
      IntStream.range(0, 25)
          .mapToObj(
              number -> {
                byte[] packet = new byte[160];
                Arrays.fill(packet, (byte) number);
                return packet;
              })
          .toList();

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
    RecorderConfiguration configuration = RecorderConfiguration.of(snapshot, _ -> null);
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
            new RecordingServer.Announcing(
                new AnnouncementService.Settings("recorder-1", loopback, 30_000, 31_999, 2),
                library(),
                played::add),
            clock);
  }

  /** Acme's prompt {@code recording} in English and two versions, the second of 50 s. */
  private static PromptLibrary library() {
    return new PromptLibrary() {
      @Override
      public Optional<StoredPrompt> find(
          TenantSlug tenant, String name, @Nullable String language, @Nullable Integer version) {
        boolean known =
            tenant.equals(ACME)
                && name.equals("recording")
                && (language == null || language.equals("en"))
                && (version == null || version == 1 || version == 2);
        return known
            ? Optional.of(new StoredPrompt(tenant, name, "en", version == null ? 2 : version))
            : Optional.empty();
      }

      @Override
      public List<byte[]> packets(StoredPrompt prompt, AnnouncementCodec codec) {
        return prompt.version() == 1 ? PROMPT : Collections.nCopies(2500, PROMPT.getFirst());
      }
    };
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
                        new RecorderSnapshot.Number("+1202555011", true, null, null, List.of())))
                .with(null, KEEP_DIGITS)),
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

  /** Waits for something to become true, at most a minute, which only a loaded machine needs. */
  static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + 60_000_000_000L;
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
