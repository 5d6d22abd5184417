package io.earwitness.recorder.srs;

import io.earwitness.call.Side;
import io.earwitness.recorder.dtls.DtlsTerms;
import io.earwitness.recorder.dtls.Fingerprint;
import io.earwitness.recorder.sdp.CryptoLine;
import io.earwitness.recorder.sdp.DtlsOffer;
import io.earwitness.recorder.sdp.MediaDescription;
import io.earwitness.recorder.sdp.SdpAnswer;
import io.earwitness.recorder.srtp.SrtpKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The SRTP keys of a recording, by the index of the stream, from SDP (SDES, RFC 4568), or how they
 * come by DTLS (RFC 5763). Keys are nowhere else: not in {@link
 * io.earwitness.call.StreamDescription}, which is written down. Immutable; its text shows no key.
 */
final class StreamKeys {
  static final StreamKeys NONE = new StreamKeys(new TreeMap<>(), new TreeMap<>());
  private static final SecureRandom RANDOM = new SecureRandom();

  /** What is agreed on for a stream. */
  private record Agreed(String profile, int tag, SrtpKey theirs, SrtpKey ours) {}

  /** How the keys of a stream come by DTLS. */
  private record ByDtls(String profile, DtlsTerms terms) {}

  private final Map<Integer, Agreed> streams;
  private final Map<Integer, ByDtls> handshakes;

  private StreamKeys(Map<Integer, Agreed> streams, Map<Integer, ByDtls> handshakes) {
    this.streams = streams;
    this.handshakes = handshakes;
  }

  /**
   * What answering an offer agrees on. Our own key, under which only reports are sent, stays as
   * long as the suite does, so that what is offered again is answered again.
   */
  StreamKeys answering(Offer offer) {
    Map<Integer, Agreed> next = new TreeMap<>();
    Map<Integer, ByDtls> nextHandshakes = new TreeMap<>();
    for (int i = 0; i < offer.description().media().size(); i++) {
      MediaDescription media = offer.description().media().get(i);
      if (!media.isSecure() || !SdpAnswer.canBeStored(media)) {
        continue;
      }
      CryptoLine line = CryptoLine.choose(media);
      DtlsTerms terms = DtlsOffer.terms(media);
      // Of both the key that is there already: SRCs offer either under any profile, and take either
      if (line == null && terms != null) {
        nextHandshakes.put(i, new ByDtls(media.protocol(), terms));
      } else if (line != null) {
        Agreed before = streams.get(i);
        SrtpKey ours =
            before != null && before.ours.suite() == line.key().suite()
                ? before.ours
                : SrtpKey.draw(line.key().suite(), RANDOM);
        next.put(i, new Agreed(media.protocol(), line.tag(), line.key(), ours));
      }
    }
    return new StreamKeys(next, nextHandshakes);
  }

  /**
   * What the SRC's answer to an offer of ours agrees on: a stream whose line it answers may have a
   * new key of the SRC's, every other keeps what it has.
   */
  StreamKeys answeredBy(Offer answer) {
    Map<Integer, Agreed> next = new TreeMap<>(streams);
    Map<Integer, ByDtls> nextHandshakes = new TreeMap<>(handshakes);
    for (int i = 0; i < answer.description().media().size(); i++) {
      Agreed before = streams.get(i);
      MediaDescription media = answer.description().media().get(i);
      CryptoLine line = CryptoLine.choose(media);
      ByDtls handshake = handshakes.get(i);
      DtlsTerms terms = DtlsOffer.terms(media);
      if (handshake != null && terms != null) {
        DtlsTerms sameRole = new DtlsTerms(handshake.terms.active(), terms.peer());
        nextHandshakes.put(i, new ByDtls(handshake.profile, sameRole));
      }
      if (before != null && line != null && line.key().suite() == before.theirs.suite()) {
        next.put(i, new Agreed(before.profile, before.tag, line.key(), before.ours));
      }
    }
    return new StreamKeys(next, nextHandshakes);
  }

  /** Which streams' keys come by a handshake. */
  Map<Integer, DtlsTerms> handshakes() {
    Map<Integer, DtlsTerms> terms = new TreeMap<>();
    handshakes.forEach((index, one) -> terms.put(index, one.terms));
    return terms;
  }

  /** Under which packets of the SRC come. */
  Map<Integer, SrtpKey> receiving() {
    Map<Integer, SrtpKey> keys = new TreeMap<>();
    streams.forEach((index, agreed) -> keys.put(index, agreed.theirs));
    return keys;
  }

  /** Under which our reports go. */
  Map<Integer, SrtpKey> sending() {
    Map<Integer, SrtpKey> keys = new TreeMap<>();
    streams.forEach((index, agreed) -> keys.put(index, agreed.ours));
    return keys;
  }

  /**
   * Our attributes, as in {@code a=}.
   *
   * @param fingerprint of our certificate
   */
  Map<Integer, List<String>> attributes(Fingerprint fingerprint) {
    Map<Integer, List<String>> attributes = new TreeMap<>();
    streams.forEach(
        (index, agreed) ->
            attributes.put(index, List.of(CryptoLine.attribute(agreed.tag, agreed.ours))));
    handshakes.forEach(
        (index, one) ->
            attributes.put(index, DtlsOffer.attributes(fingerprint, one.terms.active())));
    return attributes;
  }

  /** The profile of a stream's m-line; null if it is not secure. */
  @Nullable String profile(int index) {
    Agreed agreed = streams.get(index);
    ByDtls handshake = handshakes.get(index);
    return agreed != null ? agreed.profile : handshake == null ? null : handshake.profile;
  }

  /** For people: which streams are SRTP, or have another key than before. */
  List<String> changesSince(StreamKeys before) {
    List<String> lines = new ArrayList<>();
    streams.forEach(
        (index, now) -> {
          Agreed old = before.streams.get(index);
          String stream = new Side(index).wireName() + " stream";
          if (old == null) {
            lines.add("%s is SRTP, %s".formatted(stream, now.theirs.suite()));
          } else if (!old.theirs.equals(now.theirs)) {
            lines.add("%s has a new SRTP key, %s".formatted(stream, now.theirs.suite()));
          }
        });
    before.streams.keySet().stream()
        .filter(index -> !streams.containsKey(index) && !handshakes.containsKey(index))
        .forEach(index -> lines.add(new Side(index).wireName() + " stream is SRTP no more"));
    return lines;
  }
}
