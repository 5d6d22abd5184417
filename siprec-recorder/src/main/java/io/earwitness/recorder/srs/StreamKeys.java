package io.earwitness.recorder.srs;

import io.earwitness.call.Side;
import io.earwitness.recorder.sdp.CryptoLine;
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
 * The SRTP keys of a recording, by the index of the stream, from SDP (SDES, RFC 4568). They are
 * nowhere else: not in {@link io.earwitness.call.StreamDescription}, which is written down.
 * Immutable; its text shows no key.
 */
final class StreamKeys {
  static final StreamKeys NONE = new StreamKeys(new TreeMap<>());
  private static final SecureRandom RANDOM = new SecureRandom();

  /** What is agreed on for a stream. */
  private record Agreed(String profile, int tag, SrtpKey theirs, SrtpKey ours) {}

  private final Map<Integer, Agreed> streams;

  private StreamKeys(Map<Integer, Agreed> streams) {
    this.streams = streams;
  }

  /**
   * What answering an offer agrees on. Our own key, under which only reports are sent, stays as
   * long as the suite does, so that what is offered again is answered again.
   */
  StreamKeys answering(Offer offer) {
    Map<Integer, Agreed> next = new TreeMap<>();
    for (int i = 0; i < offer.description().media().size(); i++) {
      MediaDescription media = offer.description().media().get(i);
      CryptoLine line =
          media.isSecure() && SdpAnswer.canBeStored(media) ? CryptoLine.choose(media) : null;
      if (line != null) {
        Agreed before = streams.get(i);
        SrtpKey ours =
            before != null && before.ours.suite() == line.key().suite()
                ? before.ours
                : SrtpKey.draw(line.key().suite(), RANDOM);
        next.put(i, new Agreed(media.protocol(), line.tag(), line.key(), ours));
      }
    }
    return new StreamKeys(next);
  }

  /**
   * What the SRC's answer to an offer of ours agrees on: a stream whose line it answers may have a
   * new key of the SRC's, every other keeps what it has.
   */
  StreamKeys answeredBy(Offer answer) {
    Map<Integer, Agreed> next = new TreeMap<>(streams);
    for (int i = 0; i < answer.description().media().size(); i++) {
      Agreed before = streams.get(i);
      CryptoLine line = CryptoLine.choose(answer.description().media().get(i));
      if (before != null && line != null && line.key().suite() == before.theirs.suite()) {
        next.put(i, new Agreed(before.profile, before.tag, line.key(), before.ours));
      }
    }
    return new StreamKeys(next);
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

  /** Our crypto attributes, as in {@code a=}. */
  Map<Integer, String> attributes() {
    Map<Integer, String> attributes = new TreeMap<>();
    streams.forEach(
        (index, agreed) -> attributes.put(index, CryptoLine.attribute(agreed.tag, agreed.ours)));
    return attributes;
  }

  /** The profile of a stream's m-line; null if it is not secure. */
  @Nullable String profile(int index) {
    Agreed agreed = streams.get(index);
    return agreed == null ? null : agreed.profile;
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
        .filter(index -> !streams.containsKey(index))
        .forEach(index -> lines.add(new Side(index).wireName() + " stream is SRTP no more"));
    return lines;
  }
}
