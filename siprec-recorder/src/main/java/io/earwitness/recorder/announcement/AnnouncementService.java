package io.earwitness.recorder.announcement;

import io.earwitness.call.AddressOfRecord;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.announcement.PromptLibrary.StoredPrompt;
import io.earwitness.recorder.mime.Body;
import io.earwitness.recorder.sdp.SdpException;
import io.earwitness.recorder.sdp.SdpParser;
import io.earwitness.recorder.sdp.SessionDescription;
import io.earwitness.recorder.sip.DialogId;
import io.earwitness.recorder.sip.SipAnswer;
import io.earwitness.recorder.sip.SipBody;
import io.earwitness.recorder.sip.SipCall;
import io.earwitness.recorder.sip.SipExchange;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays prompts (RFC 4240 §3): an INVITE for {@code sip:annc@host;play=…} is answered with a
 * session description, the prompt is sent over RTP once the ACK has come, and a BYE ends it. One
 * thread sends for all. Thread-safe.
 */
public final class AnnouncementService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AnnouncementService.class);
  private static final String ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO";

  /** RFC 3261 §14.2, RFC 3311 §5.2. */
  private static final int LONGEST_RETRY_SECONDS = 10;

  private static final int MOST_IDS = 20;
  private static final int LONGEST_ID = 256;

  /**
   * How it plays.
   *
   * @param node this recorder's name
   * @param address where its RTP comes from
   * @param firstPort of the range that its RTP ports are taken from
   * @param lastPort of that range
   * @param most announcements at a time; more are refused with 503
   */
  public record Settings(String node, InetAddress address, int firstPort, int lastPort, int most) {}

  private final Settings settings;
  private final PromptLibrary library;
  private final Consumer<PlayedAnnouncement> evidence;
  private final InstantSource clock;
  private final AnnouncementPacer pacer;
  private final Map<DialogId, AnnouncementPlay> plays = new ConcurrentHashMap<>();
  private final AtomicInteger places = new AtomicInteger();

  /**
   * Begins to serve.
   *
   * @param evidence told of each prompt that was played, or a part of it, once it has ended; must
   *     return at once
   */
  public AnnouncementService(
      Settings settings,
      PromptLibrary library,
      Consumer<PlayedAnnouncement> evidence,
      InstantSource clock) {
    this.settings = settings;
    this.library = library;
    this.evidence = evidence;
    this.clock = clock;
    // Not on the thread that sends for all: whoever is told, and a BYE, may take their time
    this.pacer =
        new AnnouncementPacer(
            (play, why) -> Thread.startVirtualThread(() -> over(play, why, true)), clock);
  }

  /** Whether a request is for the announcement service, by the user part of its URI. */
  public static boolean isFor(SipRequest request) {
    return AnnouncementRequest.isFor(request.requestUri());
  }

  /** Announcements that are being played. */
  public int count() {
    return places.get();
  }

  /**
   * Answers an INVITE outside of a dialog that {@link #isFor} this service.
   *
   * @param only the tenant whose prompts its peer may play; null for all
   * @param callIds by what else the call may be known
   * @throws AnnouncementRefusedException if nothing was answered: what to answer, and why
   */
  public void begin(SipExchange exchange, @Nullable TenantSlug only, List<String> callIds)
      throws AnnouncementRefusedException {
    if (places.incrementAndGet() > settings.most()) {
      places.decrementAndGet();
      throw AnnouncementRefusedException.unavailable(
          "%d announcements are being played, which is the most (sip.maxAnnouncements)"
              .formatted(settings.most()));
    }
    boolean begun = false;
    try {
      begun = answer(exchange, only, callIds);
    } finally {
      if (!begun) {
        places.decrementAndGet();
      }
    }
  }

  /** False if the INVITE was cancelled meanwhile. */
  private boolean answer(SipExchange exchange, @Nullable TenantSlug only, List<String> callIds)
      throws AnnouncementRefusedException {
    SipRequest invite = exchange.request();
    AnnouncementRequest request = AnnouncementRequest.parse(invite.requestUri());
    StoredPrompt prompt = find(request, only);
    SessionDescription offer = offer(invite).orElse(null);
    MediaTerms terms =
        offer == null ? null : MediaTerms.of(offer, invite.source().getAddress(), null);
    List<byte[]> packets = terms == null ? List.of() : packets(prompt, terms);
    if (exchange.isCancelled()) {
      throw new AnnouncementRefusedException(
          487, "Request Terminated", "cancelled by whoever asked for it");
    }
    AnnouncementPlay play =
        new AnnouncementPlay(
            prompt, request, ids(request, invite, callIds), numbers(request, invite), ports());
    boolean begun = false;
    try {
      if (terms != null) {
        play.agree(terms, packets);
      }
      byte[] description =
          terms == null
              ? MediaTerms.ownOffer(play.sessionId(), settings.address(), play.port())
              : terms.answer(play.sessionId(), play.nextVersion(), settings.address(), play.port());
      SipCall call = exchange.answer(ok(description)).call();
      if (call != null) {
        play.answered(call);
        plays.put(call.id(), play);
        begun = true;
      }
      return begun;
    } finally {
      if (!begun) {
        play.end();
      }
    }
  }

  private StoredPrompt find(AnnouncementRequest request, @Nullable TenantSlug only)
      throws AnnouncementRefusedException {
    Optional<StoredPrompt> prompt =
        only == null || only.equals(request.tenant())
            ? library.find(request.tenant(), request.name(), request.language(), request.version())
            : Optional.empty();
    return prompt.orElseThrow(
        () ->
            AnnouncementRefusedException.notFound(
                "there is no prompt %s/%s%s%s in use here that this SRC may play"
                    .formatted(
                        request.tenant(),
                        request.name(),
                        request.language() == null ? "" : "/" + request.language(),
                        request.version() == null ? "" : "/v" + request.version())));
  }

  private List<byte[]> packets(StoredPrompt prompt, MediaTerms terms)
      throws AnnouncementRefusedException {
    try {
      List<byte[]> packets = library.packets(prompt, terms.codec());
      if (packets.isEmpty()) {
        throw new IOException("it is empty");
      }
      return packets;
    } catch (IOException e) {
      LOG.error("prompt {} of {} can't be read", prompt, prompt.tenant(), e);
      throw new AnnouncementRefusedException(
          500,
          "Server Internal Error",
          "the prompt %s of %s can't be read here: %s"
              .formatted(prompt, prompt.tenant(), e.getMessage()));
    }
  }

  private AnnouncementPorts ports() throws AnnouncementRefusedException {
    try {
      return AnnouncementPorts.bind(settings.address(), settings.firstPort(), settings.lastPort());
    } catch (IOException e) {
      throw AnnouncementRefusedException.unavailable("no RTP ports are free: " + e.getMessage());
    }
  }

  private static Optional<SessionDescription> offer(SipRequest request)
      throws AnnouncementRefusedException {
    byte[] sdp = Body.parse(request.contentType(), request.body()).sdp().orElse(null);
    if (sdp == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(SdpParser.parse(sdp));
    } catch (SdpException e) {
      throw new AnnouncementRefusedException(
          488, "Not Acceptable Here", "the session description can't be read: " + e.getMessage());
    }
  }

  private static List<String> ids(
      AnnouncementRequest request, SipRequest invite, List<String> more) {
    Set<String> ids = new LinkedHashSet<>();
    if (request.callId() != null) {
      ids.add(request.callId());
    }
    ids.add(invite.callId());
    // RFC 7989: local-uuid;remote=remote-uuid
    for (String value : invite.headers().all("Session-ID")) {
      String[] parts = value.split(";", -1);
      ids.add(parts[0].strip());
      for (int i = 1; i < parts.length; i++) {
        if (parts[i].strip().startsWith("remote=")) {
          ids.add(parts[i].strip().substring("remote=".length()));
        }
      }
    }
    ids.addAll(more);
    return ids.stream()
        .filter(id -> !id.matches("[0-]*") && id.length() <= LONGEST_ID)
        .limit(MOST_IDS)
        .toList();
  }

  /** Both numbers of the call, or none. */
  private static List<String> numbers(AnnouncementRequest request, SipRequest invite) {
    List<String> told = new ArrayList<>(request.numbers());
    if (told.size() < 2) {
      List<String> addresses = new ArrayList<>(invite.headers().all("P-Asserted-Identity"));
      invite.headers().first("From").ifPresent(addresses::add);
      for (String address : addresses) {
        String number = AddressOfRecord.parse(address).number();
        if (number != null && told.size() < 2) {
          told.add(number);
        }
      }
    }
    Set<String> digits = PlayedAnnouncement.digits(told);
    return digits.size() < 2 ? List.of() : digits.stream().sorted().toList();
  }

  private static SipAnswer ok(byte[] sdp) {
    return ok().withBody(new SipBody("application/sdp", sdp));
  }

  private static SipAnswer ok() {
    return SipAnswer.of(200, "OK")
        .withHeader("Allow", ALLOW)
        .withHeader("Accept", "application/sdp");
  }

  /** Answers a request in the dialog of an announcement; false if it is in none. */
  public boolean handle(SipExchange exchange) {
    AnnouncementPlay play = of(exchange.call());
    if (play == null) {
      return false;
    }
    SipRequest request = exchange.request();
    switch (request.method()) {
      case "BYE" -> {
        exchange.answer(ok());
        over(play, "ended by the peer", false);
      }
      case "INVITE", "UPDATE" -> exchange.answer(changed(exchange, play));
      case "INFO", "OPTIONS" -> exchange.answer(ok());
      default ->
          exchange.answer(SipAnswer.of(405, "Method Not Allowed").withHeader("Allow", ALLOW));
    }
    return true;
  }

  private SipAnswer changed(SipExchange exchange, AnnouncementPlay play) {
    if (exchange.isOverlapping()) {
      int seconds = ThreadLocalRandom.current().nextInt(LONGEST_RETRY_SECONDS + 1);
      return SipAnswer.of(500, "Earlier Request Not Answered Yet")
          .withHeader("Retry-After", Integer.toString(seconds));
    }
    MediaTerms before = play.terms();
    try {
      SessionDescription offer = offer(exchange.request()).orElse(null);
      if (offer == null && exchange.request().method().equals("UPDATE")) {
        return ok();
      }
      if (before == null) {
        return SipAnswer.of(491, "Request Pending");
      }
      if (offer == null) {
        play.offered();
        return ok(
            before.answer(play.sessionId(), play.nextVersion(), settings.address(), play.port()));
      }
      InetAddress peer = exchange.request().source().getAddress();
      MediaTerms terms = MediaTerms.of(offer, peer, before);
      play.agree(terms, packets(play.prompt(), terms));
      return ok(
          terms.answer(play.sessionId(), play.nextVersion(), settings.address(), play.port()));
    } catch (AnnouncementRefusedException e) {
      return SipAnswer.of(e.status(), e.phrase());
    }
  }

  /** The ACK of a 2xx of ours; begins to play. Nothing if it is in no dialog of an announcement. */
  public void acknowledged(SipCall call, SipRequest ack) {
    AnnouncementPlay play = of(call);
    if (play == null) {
      return;
    }
    try {
      if (play.isAnswerAwaited()) {
        SessionDescription answer =
            offer(ack)
                .orElseThrow(
                    () ->
                        AnnouncementRefusedException.malformed(
                            "the ACK holds no answer to our offer"));
        MediaTerms terms = MediaTerms.of(answer, ack.source().getAddress(), play.terms());
        play.agree(terms, packets(play.prompt(), terms));
      }
      if (play.begin()) {
        pacer.start(play);
      }
    } catch (AnnouncementRefusedException e) {
      LOG.info("announcement {} ends: {}", play.prompt(), e.getMessage());
      over(play, e.reason(), true);
    }
  }

  /** Ends the announcement in a dialog whose peer is gone, if there is one. */
  public void lost(SipCall call, String why) {
    AnnouncementPlay play = of(call);
    if (play != null) {
      over(play, why, true);
    }
  }

  private @Nullable AnnouncementPlay of(@Nullable SipCall call) {
    return call == null ? null : plays.get(call.id());
  }

  private void over(AnnouncementPlay play, String why, boolean sayBye) {
    if (!play.end()) {
      return;
    }
    SipCall call = play.call();
    if (call != null) {
      plays.remove(call.id());
    }
    places.decrementAndGet();
    PlayedAnnouncement played = play.played(settings.node(), why);
    if (played != null) {
      evidence.accept(played);
    }
    if (sayBye && call != null) {
      // A thread that answers come by must not wait for a connection
      Thread.startVirtualThread(() -> bye(call));
    }
  }

  private static void bye(SipCall call) {
    try {
      call.bye(SipHeaders.NONE);
    } catch (IOException | RuntimeException e) {
      LOG.info("Could not send a BYE after an announcement: {}", e.toString());
      call.end();
    }
  }

  /** Ends all that are played, with a BYE to each. */
  @Override
  public void close() {
    for (AnnouncementPlay play : List.copyOf(plays.values())) {
      if (play.end()) {
        SipCall call = play.call();
        places.decrementAndGet();
        PlayedAnnouncement played = play.played(settings.node(), "the recorder was stopped");
        if (played != null) {
          evidence.accept(played);
        }
        if (call != null) {
          plays.remove(call.id());
          bye(call);
        }
      }
    }
    pacer.close();
  }
}
