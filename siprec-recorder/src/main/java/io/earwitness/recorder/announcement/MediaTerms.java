package io.earwitness.recorder.announcement;

import io.earwitness.call.Codec;
import io.earwitness.recorder.sdp.CryptoLine;
import io.earwitness.recorder.sdp.MediaDescription;
import io.earwitness.recorder.sdp.MediaDirection;
import io.earwitness.recorder.sdp.SdpWriter;
import io.earwitness.recorder.sdp.SessionDescription;
import io.earwitness.recorder.srtp.SrtpKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an offer and our answer to it agree on (RFC 3264): one audio stream, which only we send. Its
 * text shows no key.
 *
 * @param index of the m-line
 * @param held whether the peer takes no media at present
 * @param crypto what is answered by; null for plain RTP
 * @param key under which we send; null for plain RTP
 */
record MediaTerms(
    SessionDescription offer,
    int index,
    AnnouncementCodec codec,
    int payloadType,
    InetSocketAddress remote,
    boolean held,
    @Nullable CryptoLine crypto,
    @Nullable SrtpKey key) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Set<String> PLAIN = Set.of("RTP/AVP", "RTP/AVPF");
  private static final Set<String> BY_SDES = Set.of("RTP/SAVP", "RTP/SAVPF");

  /**
   * The first audio m-line that can be played to, in the codec that the peer likes best.
   *
   * @param peer where the offer came from: where media goes if it names no address
   * @param before what was agreed on so far: codec and key stay while they can; null for nothing
   * @throws AnnouncementRefusedException 488 if there is none
   */
  static MediaTerms of(SessionDescription offer, InetAddress peer, @Nullable MediaTerms before)
      throws AnnouncementRefusedException {
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < offer.media().size(); i++) {
      MediaDescription media = offer.media().get(i);
      if (!media.media().equals("audio") || media.port() == 0) {
        continue;
      }
      String profile = media.protocol().toUpperCase(Locale.ROOT);
      boolean secure = BY_SDES.contains(profile);
      CryptoLine crypto = secure ? CryptoLine.choose(media) : null;
      Codec codec = codec(media, before);
      if (!secure && !PLAIN.contains(profile)) {
        reasons.add("%s is not spoken here".formatted(media.protocol()));
      } else if (secure && crypto == null) {
        reasons.add(CryptoLine.whyNone(media));
      } else if (codec == null) {
        reasons.add("no codec of it is one of PCMA, PCMU, G722, opus");
      } else {
        AnnouncementCodec known = Objects.requireNonNull(AnnouncementCodec.of(codec));
        boolean unspecified =
            "0.0.0.0".equals(media.connection()) || "::".equals(media.connection());
        return new MediaTerms(
            offer,
            i,
            known,
            codec.payloadType(),
            new InetSocketAddress(address(media, peer), media.port()),
            unspecified || !receives(media.direction()),
            crypto,
            crypto == null ? null : key(crypto, before));
      }
    }
    throw new AnnouncementRefusedException(
        488,
        "Not Acceptable Here",
        reasons.isEmpty()
            ? "no audio is offered; PCMA, PCMU, G722 or opus over RTP or SRTP (SDES) is needed"
            : "no audio that is offered can be played to: " + String.join("; ", reasons));
  }

  private static boolean receives(MediaDirection direction) {
    return direction == MediaDirection.SENDRECV || direction == MediaDirection.RECVONLY;
  }

  private static @Nullable Codec codec(MediaDescription media, @Nullable MediaTerms before) {
    Codec first = null;
    for (Codec offered : media.codecs()) {
      AnnouncementCodec codec = AnnouncementCodec.of(offered);
      if (before != null && codec == before.codec) {
        return offered;
      }
      first = first == null && codec != null ? offered : first;
    }
    return before == null ? first : null;
  }

  private static SrtpKey key(CryptoLine crypto, @Nullable MediaTerms before) {
    SrtpKey used = before == null ? null : before.key;
    return used != null && used.suite() == crypto.key().suite()
        ? used
        : SrtpKey.draw(crypto.key().suite(), RANDOM);
  }

  private static InetAddress address(MediaDescription media, InetAddress peer) {
    try {
      return media.connection() == null ? peer : InetAddress.ofLiteral(media.connection());
    } catch (IllegalArgumentException e) {
      // A host name could only be resolved by waiting for others
      return peer;
    }
  }

  /** Our answer. */
  byte[] answer(long sessionId, long version, InetAddress own, int port) {
    List<MediaDescription> lines = new ArrayList<>();
    for (int i = 0; i < offer.media().size(); i++) {
      MediaDescription offered = offer.media().get(i);
      lines.add(
          i == index
              ? line(
                  offered,
                  port,
                  List.of(Integer.toString(payloadType)),
                  attributes(codec.rtpmap(payloadType)))
              : line(
                  offered,
                  0,
                  offered.formats().isEmpty() ? List.of("0") : offered.formats(),
                  List.of()));
    }
    return SdpWriter.write(sessionId, version, own, lines);
  }

  private List<String> attributes(String rtpmap) {
    List<String> attributes = new ArrayList<>();
    attributes.add(rtpmap);
    attributes.add("ptime:20");
    if (crypto != null && key != null) {
      attributes.add(CryptoLine.attribute(crypto.tag(), key));
    }
    attributes.add(held ? "inactive" : "sendonly");
    return attributes;
  }

  private static MediaDescription line(
      MediaDescription offered, int port, List<String> formats, List<String> attributes) {
    return new MediaDescription(
        offered.media(),
        port,
        offered.protocol(),
        formats,
        List.of(),
        MediaDirection.SENDONLY,
        null,
        null,
        true,
        attributes);
  }

  /** What we offer to a peer that wants an offer from us (RFC 3261 §13.2.1). */
  static byte[] ownOffer(long sessionId, InetAddress own, int port) {
    List<String> formats = new ArrayList<>();
    List<String> attributes = new ArrayList<>();
    for (AnnouncementCodec codec : AnnouncementCodec.values()) {
      formats.add(Integer.toString(codec.payloadType()));
      attributes.add(codec.rtpmap(codec.payloadType()));
    }
    attributes.add("ptime:20");
    attributes.add("sendonly");
    return SdpWriter.write(
        sessionId,
        1,
        own,
        List.of(
            new MediaDescription(
                "audio",
                port,
                "RTP/AVP",
                formats,
                List.of(),
                MediaDirection.SENDONLY,
                null,
                null,
                true,
                attributes)));
  }

  @Override
  public String toString() {
    return "%s to %s%s".formatted(codec, remote, key == null ? "" : " by SRTP");
  }
}
