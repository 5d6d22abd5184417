package io.earwitness.recorder.rtp;

import io.earwitness.recorder.srtp.SrtpKey;
import io.earwitness.recorder.srtp.SrtpSender;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream's RTCP (RFC 3550 §6): who its sources are, and our reports to them. For the receive
 * thread.
 */
final class RtcpSession implements RtcpReader.Listener {
  /** More sources than one stream has; the eldest is forgotten. */
  private static final int MAX_NAMES = 16;

  /** A source that changes with each packet must not fill the timeline. */
  private static final int MAX_NOTES = 50;

  private static final int[] NO_FEEDBACK = {};
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String stream;
  private final String ownName;
  private final boolean timed;
  private final Consumer<String> notes;
  private final Map<Integer, String> names = new LinkedHashMap<>();
  private final Set<Integer> contributors = new HashSet<>();
  private int noted;

  private int ownSource = RANDOM.nextInt();
  private @Nullable InetSocketAddress reportsTo;
  private @Nullable WireAddress target;
  private boolean mux;
  private boolean fullIntraRequests;
  private boolean pictureLoss;
  private @Nullable SrtpKey ownKey;
  private @Nullable SrtpSender protection;
  private boolean anySent;

  private boolean hasSource;
  private int source;
  private @Nullable Integer formerSource;

  private long arrival;
  private boolean hasSenderReport;
  private int reportedSource;
  private int lastSenderReport;
  private long senderReportArrival;

  /**
   * A session of which nothing is known.
   *
   * @param stream its name for people, such as {@code left stream}
   * @param ownName our CNAME
   * @param timed whether arrival times are right; if not, neither jitter nor delay is told
   * @param notes takes lines for people
   */
  RtcpSession(String stream, String ownName, boolean timed, Consumer<String> notes) {
    this.stream = stream;
    this.ownName = ownName;
    this.timed = timed;
    this.notes = notes;
  }

  void agree(StreamTerms terms) {
    reportsTo = terms.reportsTo();
    target = reportsTo == null ? null : WireAddress.of(reportsTo.getAddress());
    mux = terms.rtcpMux();
    fullIntraRequests = reportsTo != null && terms.fullIntraRequest();
    pictureLoss = reportsTo != null && terms.pictureLoss();
    if (!Objects.equals(ownKey, terms.ownKey())) {
      ownKey = terms.ownKey();
      protection = null;
    }
  }

  /** The stream has ended: its key goes. */
  void forget() {
    reportsTo = null;
    ownKey = null;
    protection = null;
  }

  /** Whether packets from this address may be of this session, beside those of the RTP's own. */
  boolean isTarget(long high, long low) {
    return target != null && target.high() == high && target.low() == low;
  }

  /** Before a packet is read: when it came, in nanoseconds since 1970. */
  void arrived(long nanos) {
    arrival = nanos;
  }

  @Override
  public void senderReport(int ssrc, long ntp) {
    hasSenderReport = true;
    reportedSource = ssrc;
    lastSenderReport = (int) (ntp >>> 16);
    senderReportArrival = arrival;
  }

  @Override
  public void cname(int ssrc, String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    if (clean.equals(names.get(ssrc))) {
      return;
    }
    if (names.size() == MAX_NAMES) {
      names.remove(names.keySet().iterator().next());
    }
    names.put(ssrc, clean);
    if (hasSource && ssrc == source) {
      tellSource();
    } else if (contributors.contains(ssrc)) {
      note("%s: source %s of its mix is %s".formatted(stream, hex(ssrc), clean));
    }
  }

  /**
   * A mixer put this source into what it sends (RFC 3550 §7.1). Each is told once, whose it is when
   * that is known.
   */
  void contributor(int ssrc) {
    if (contributors.size() < MAX_NAMES && contributors.add(ssrc)) {
      String name = names.get(ssrc);
      note(
          "%s is mixed; a source of it is %s"
              .formatted(stream, name == null ? hex(ssrc) : name + " (" + hex(ssrc) + ")"));
    }
  }

  @Override
  public void bye(int ssrc, @Nullable String reason) {
    if (hasSource && ssrc == source) {
      String why = reason == null ? "" : ": " + reason.replaceAll("\\p{Cntrl}", "?");
      note("%s: its sender says by RTCP that it ends%s".formatted(stream, why));
    }
  }

  /** RTP comes from this source now. */
  void source(int ssrc) {
    if (hasSource && ssrc == source) {
      return;
    }
    formerSource = hasSource ? source : null;
    source = ssrc;
    hasSource = true;
    if (ssrc == ownSource) {
      // RFC 3550 §8.2: the one that collides gets another
      ownSource = RANDOM.nextInt();
      protection = null;
    }
    if (names.containsKey(ssrc)) {
      tellSource();
    } else if (formerSource != null) {
      note("%s now has SSRC %s".formatted(stream, hex(ssrc)));
    }
  }

  private void tellSource() {
    String name = names.get(source);
    String former = formerSource == null ? null : names.get(formerSource);
    if (formerSource == null || former == null) {
      note("%s is sent by %s (SSRC %s)".formatted(stream, name, hex(source)));
    } else if (former.equals(name)) {
      note(
          "%s goes on from the same sender, %s, with SSRC %s instead of %s"
              .formatted(stream, name, hex(source), hex(formerSource)));
    } else {
      note(
          "%s now comes from another sender, %s (SSRC %s), before it was %s"
              .formatted(stream, name, hex(source), former));
    }
  }

  private void note(String text) {
    if (noted < MAX_NOTES) {
      noted++;
      notes.accept(text);
    }
  }

  private static String hex(int ssrc) {
    return "%08x".formatted(ssrc);
  }

  /**
   * Sends a report, if any are to be sent.
   *
   * @param now nanoseconds since 1970
   * @return whether the kernel took one
   */
  boolean report(PortPair ports, StreamAccounting accounting, long now) {
    return reportsTo != null && send(ports, accounting, now, NO_FEEDBACK, false);
  }

  /** Says that we leave, if we ever said anything (RFC 3550 §6.3.7). */
  boolean leave(PortPair ports, StreamAccounting accounting, long now) {
    return anySent && reportsTo != null && send(ports, accounting, now, NO_FEEDBACK, true);
  }

  /** Whether the sender can be asked for a full frame when it begins. */
  boolean takesFullIntraRequests() {
    return fullIntraRequests;
  }

  /** Whether the sender can be told that pictures are lost. */
  boolean takesPictureLoss() {
    return pictureLoss;
  }

  /**
   * Asks the present source for a full frame.
   *
   * @param command its number, one more for each that is new
   */
  void fullIntraRequest(PortPair ports, StreamAccounting accounting, long now, int command) {
    if (reportsTo != null) {
      int[] request = RtcpWriter.fullIntraRequest(ownSource, accounting.source(), command);
      var _ = send(ports, accounting, now, request, false);
    }
  }

  /** Tells the present source that pictures of it are lost. */
  void pictureLoss(PortPair ports, StreamAccounting accounting, long now) {
    if (reportsTo != null) {
      int[] indication = RtcpWriter.pictureLoss(ownSource, accounting.source());
      var _ = send(ports, accounting, now, indication, false);
    }
  }

  private boolean send(
      PortPair ports, StreamAccounting accounting, long now, int[] feedback, boolean leaving) {
    ReportBlock block = accounting.report(timed);
    boolean known = timed && block != null && hasSenderReport && reportedSource == block.source();
    long delay = Math.max(0, now - senderReportArrival);
    RtcpWriter.Packet packet =
        RtcpWriter.receiverReport(
            ownSource,
            ownName,
            block,
            known ? lastSenderReport : 0,
            known
                ? (int)
                    (delay / 1_000_000_000L << 16 | (delay % 1_000_000_000L << 16) / 1_000_000_000L)
                : 0,
            feedback,
            leaving,
            SrtpSender.MAX_CONTROL_TRAILER);
    int length = packet.length();
    if (ownKey != null) {
      if (protection == null) {
        protection = new SrtpSender(ownKey, ownSource);
      }
      length = protection.protectControl(packet.bytes(), length);
    }
    WireAddress to = Objects.requireNonNull(target);
    UdpSocket socket = mux ? ports.rtp() : ports.rtcp();
    boolean sent =
        socket.send(
            packet.bytes(),
            length,
            to.high(),
            to.low(),
            Objects.requireNonNull(reportsTo).getPort());
    anySent |= sent;
    return sent;
  }
}
