package io.earwitness.recorder.srs;

import io.earwitness.call.AnswerMode;
import io.earwitness.call.Codec;
import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.Deviations;
import io.earwitness.call.Side;
import io.earwitness.call.StreamDescription;
import io.earwitness.recorder.sdp.CryptoLine;
import io.earwitness.recorder.sdp.MediaDescription;
import io.earwitness.recorder.sdp.MediaDirection;
import io.earwitness.recorder.sdp.RtcpFeedback;
import io.earwitness.recorder.sdp.RtcpOffer;
import io.earwitness.recorder.sdp.SdpAnswer;
import io.earwitness.recorder.sdp.SdpException;
import io.earwitness.recorder.sdp.SdpParser;
import io.earwitness.recorder.sdp.SessionDescription;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An SRC's offer, seen as streams to record.
 *
 * @param peer where it came from. Media of an m-line that gives no address, or a host name, which
 *     could only be resolved by waiting for others, is taken from there: from anywhere would be
 *     from anybody
 */
record Offer(SessionDescription description, InetAddress peer) {

  /** Reads an offer, or says in a refusal why it can't be used. */
  static Offer parse(byte[] sdp, InetAddress peer) throws RefusedException {
    try {
      return new Offer(SdpParser.parse(sdp), peer);
    } catch (SdpException e) {
      throw new RefusedException(
          488, "Not Acceptable Here", "the session description can't be read: " + e.getMessage());
    }
  }

  /** How many m-lines can be stored. */
  int storable() {
    return (int) description.media().stream().filter(SdpAnswer::canBeStored).count();
  }

  /** Why none of the m-lines can be stored. */
  String whyNothingCanBeStored() {
    List<String> reasons = new ArrayList<>();
    for (MediaDescription media : description.media()) {
      reasons.add(
          media
              + (media.codecs().isEmpty() ? " without RTP payload types" : "")
              + (SdpAnswer.lacksKey(media) ? " with " + SdpAnswer.whyNoKey(media) : ""));
    }
    return "no m-line of the offer can be stored; audio and video over RTP/AVP, RTP/AVPF, RTP/SAVP or"
        + " RTP/SAVPF can, the latter with a crypto line (RFC 4568), and over UDP/TLS/RTP/SAVP"
        + " or UDP/TLS/RTP/SAVPF with a fingerprint (RFC 5763), offered were: "
        + String.join(", ", reasons);
  }

  /** For people: which m-lines are rejected for want of a usable crypto line, and why. */
  List<String> withoutKey() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < description.media().size(); i++) {
      MediaDescription media = description.media().get(i);
      if (SdpAnswer.lacksKey(media)) {
        lines.add(
            "the %s stream is rejected, no %s of it can be used: %s"
                .formatted(
                    new Side(i).wireName(),
                    media.isDtls() ? "fingerprint" : "crypto line",
                    SdpAnswer.whyNoKey(media)));
      }
    }
    return lines;
  }

  /** The labels of m-lines on which nobody is heard. */
  Set<String> silentLabels() {
    Set<String> labels = new HashSet<>();
    for (MediaDescription media : description.media()) {
      if (!media.media().equals("audio") && media.label() != null) {
        labels.add(media.label());
      }
    }
    return labels;
  }

  /** The labels in the order of the m-lines; null for one without. */
  List<@Nullable String> labels() {
    List<@Nullable String> labels = new ArrayList<>();
    description.media().forEach(media -> labels.add(media.label()));
    return labels;
  }

  /** The CNAMEs that the m-lines name (RFC 5576 §6.1), by their labels. */
  Map<String, List<String>> cnames() {
    Map<String, List<String>> cnames = new LinkedHashMap<>();
    for (MediaDescription media : description.media()) {
      if (cnames.size() < 16 && media.label() != null && !media.cnames().isEmpty()) {
        cnames.put(media.label(), media.cnames());
      }
    }
    return cnames;
  }

  /**
   * The streams, one for each m-line, matched by position. One that can't be stored, or was
   * removed, has remote port 0.
   *
   * @param now the streams so far; empty at first
   */
  List<StreamDescription> streams(List<StreamDescription> now) {
    List<StreamDescription> streams = new ArrayList<>();
    for (int i = 0; i < description.media().size(); i++) {
      MediaDescription media = description.media().get(i);
      boolean stored = SdpAnswer.canBeStored(media);
      streams.add(
          new StreamDescription(
              i,
              media.media(),
              media.label(),
              media.codecs(),
              media.isPaused(),
              stored && i < now.size() ? now.get(i).localPort() : 0,
              hasAddress(media) ? media.connection() : peer.getHostAddress(),
              stored ? media.port() : 0));
    }
    for (StreamDescription gone : now.subList(Math.min(streams.size(), now.size()), now.size())) {
      // An offer must not have fewer m-lines than before (RFC 3264 §8); if it has, they are over
      streams.add(over(gone));
    }
    return streams;
  }

  /**
   * The streams if this is no offer, but the answer to one of ours (RFC 3264 §6): matched by
   * position; one that is not answered, or rejected, has remote port 0. What was not offered counts
   * for nothing.
   *
   * @param offered what we offered
   * @param keys agreed on before: a secure stream that had one goes on
   */
  List<StreamDescription> answersTo(List<StreamDescription> offered, StreamKeys keys) {
    List<StreamDescription> streams = new ArrayList<>();
    for (StreamDescription stream : offered) {
      int i = stream.index();
      MediaDescription media = i < description.media().size() ? description.media().get(i) : null;
      boolean taken =
          media != null
              && media.port() != 0
              && stream.localPort() != 0
              && media.isSecure() == (keys.profile(i) != null);
      streams.add(
          taken && media != null
              ? new StreamDescription(
                  i,
                  stream.media(),
                  media.label() == null ? stream.label() : media.label(),
                  media.codecs().isEmpty() ? stream.codecs() : media.codecs(),
                  media.isPaused(),
                  stream.localPort(),
                  hasAddress(media) ? media.connection() : peer.getHostAddress(),
                  media.port())
              : over(stream));
    }
    return streams;
  }

  private static StreamDescription over(StreamDescription stream) {
    return new StreamDescription(
        stream.index(), stream.media(), stream.label(), stream.codecs(), true, 0, null, 0);
  }

  /** Where reports on each stream shall go, and whether they may. */
  Map<Integer, Reports> reports() {
    Map<Integer, Reports> reports = new TreeMap<>();
    for (int i = 0; i < description.media().size(); i++) {
      MediaDescription media = description.media().get(i);
      RtcpOffer rtcp = RtcpOffer.of(media);
      InetAddress address = literal(rtcp.address());
      if (address == null) {
        address = literal(media.connection());
      }
      if (address == null) {
        address = peer;
      }
      boolean possible =
          rtcp.reports() && rtcp.port() > 0 && rtcp.port() <= 65535 && !address.isAnyLocalAddress();
      reports.put(
          i,
          new Reports(
              possible ? new InetSocketAddress(address, rtcp.port()) : null,
              rtcp.mux(),
              RtcpFeedback.of(media)));
    }
    return reports;
  }

  /**
   * How a stream is reported on.
   *
   * @param to null if it is not
   * @param mux whether RTP and RTCP share a port
   * @param feedback which requests for a full frame may be made
   */
  record Reports(@Nullable InetSocketAddress to, boolean mux, RtcpFeedback feedback) {
    static final Reports NONE = new Reports(null, false, RtcpFeedback.NONE);
  }

  private static @Nullable InetAddress literal(@Nullable String address) {
    try {
      return address == null ? null : InetAddress.ofLiteral(address);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean hasAddress(MediaDescription media) {
    return literal(media.connection()) != null;
  }

  /** For people: of which streams, and why, media is taken from the peer's own address. */
  List<String> withoutAddress() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < description.media().size(); i++) {
      MediaDescription media = description.media().get(i);
      if (SdpAnswer.canBeStored(media) && !hasAddress(media)) {
        lines.add(
            "the offer gives %s for the %s stream; its media is taken from the SRC's own address %s"
                .formatted(
                    media.connection() == null
                        ? "no address"
                        : "'" + media.connection() + "', which is no address,",
                    new Side(i).wireName(),
                    peer.getHostAddress()));
      }
    }
    return lines;
  }

  /**
   * In what the audio of this offer departs from the RFCs.
   *
   * @param before how many m-lines the offer before had; 0 for the first
   */
  List<DeviationFound> deviations(int before) {
    Deviations found = new Deviations();
    Set<String> labels = new HashSet<>();
    for (int i = 0; i < description.media().size(); i++) {
      MediaDescription media = description.media().get(i);
      if (media.port() != 0 && media.media().equals("audio")) {
        check(media, "m-line %d".formatted(i + 1), labels, found);
      }
    }
    if (description.media().size() < before) {
      found.add(
          Deviation.STREAM_GONE,
          "%d m-lines, before %d".formatted(description.media().size(), before));
    }
    return found.list();
  }

  private void check(MediaDescription media, String where, Set<String> labels, Deviations found) {
    if (media.label() == null) {
      found.add(Deviation.LABEL_MISSING, where);
    } else if (!labels.add(media.label())) {
      found.add(Deviation.LABEL_TWICE, where);
    }
    if (!media.hasOwnDirection() && description.direction() == null) {
      found.add(Deviation.NO_DIRECTION, where);
    } else if (media.direction() == MediaDirection.SENDRECV
        || media.direction() == MediaDirection.RECVONLY) {
      found.add(Deviation.DIRECTION_NOT_SENDONLY, where + ": a=" + media.direction().attribute());
    }
    if (media.direction().sends() && media.isPaused()) {
      found.add(Deviation.HOLD_BY_ADDRESS, where);
    }
    if (!hasAddress(media)) {
      found.add(
          Deviation.ADDRESS_MISSING,
          where + (media.connection() == null ? ": no c= line" : ": no IP address in c="));
    }
    if (media.isSecure() && CryptoLine.hasUnpaddedKey(media)) {
      found.add(Deviation.CRYPTO_KEY_UNPADDED, where);
    }
  }

  /**
   * Our answer to this offer, with the ports of these streams.
   *
   * @param receive whether media is wanted; if not, all streams are inactive
   */
  byte[] answer(
      long sessionId,
      long version,
      InetAddress address,
      AnswerMode mode,
      List<StreamDescription> streams,
      Map<Integer, List<String>> keying,
      boolean receive) {
    List<Integer> ports =
        streams.stream().limit(description.media().size()).map(s -> s.localPort()).toList();
    return SdpAnswer.write(sessionId, version, address, description, mode, ports, keying, receive);
  }

  /** Whether some stream that is stored offers nothing that can be decoded yet. */
  static boolean hasUndecodable(List<StreamDescription> streams) {
    return streams.stream()
        .filter(stream -> stream.remotePort() != 0)
        .anyMatch(stream -> stream.codecs().stream().noneMatch(Codec::isDecodable));
  }
}
