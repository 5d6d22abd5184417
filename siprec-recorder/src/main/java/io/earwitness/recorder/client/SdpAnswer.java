package io.earwitness.recorder.client;

import io.earwitness.recorder.dtls.DtlsTerms;
import io.earwitness.recorder.dtls.Fingerprint;
import io.earwitness.recorder.srtp.SrtpKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a recorder wants the media (RFC 3264 §6). Knows only what an answer to our own offers
 * needs; apart from the recorder's own SDP code on purpose, so that each is a check of the other.
 */
final class SdpAnswer {
  private static final class Media {
    String address;
    String direction;
    final int port;
    final String profile;
    final List<String> formats;
    final List<String> crypto = new ArrayList<>();
    boolean mux;
    @Nullable String fingerprint;
    String setup = "";

    Media(String address, String direction, int port, String profile, List<String> formats) {
      this.address = address;
      this.direction = direction;
      this.port = port;
      this.profile = profile;
      this.formats = formats;
    }
  }

  /**
   * What became of an m-line.
   *
   * @param key the one of those offered that the recorder chose; null for plain RTP
   * @param recorderKey under which the recorder's reports come; null for plain RTP
   * @param rtcpMux whether reports share the port of RTP
   * @param dtls how the keys come by DTLS; null if they don't
   */
  record Stream(
      InetSocketAddress address,
      @Nullable SrtpKey key,
      @Nullable SrtpKey recorderKey,
      boolean rtcpMux,
      @Nullable DtlsTerms dtls) {
    /** Where our reports go. */
    InetSocketAddress rtcpAddress() {
      return rtcpMux
          ? address
          : new InetSocketAddress(address.getAddress(), Math.min(65535, address.getPort() + 1));
    }
  }

  private SdpAnswer() {}

  /** Whether the recorder wants nothing of what was offered: every m-line is there and inactive. */
  static boolean wantsNothing(byte[] body) {
    int media = 0;
    int inactive = 0;
    for (String line : new String(body, StandardCharsets.UTF_8).split("\r\n|\n", -1)) {
      media += line.startsWith("m=") ? 1 : 0;
      inactive += line.strip().equals("a=inactive") ? 1 : 0;
    }
    return media > 0 && inactive == media;
  }

  /**
   * The address, port and key of each m-line.
   *
   * @param offered for each m-line, the keys that were offered in this order, with tags from 1
   * @param dtls whether keys by DTLS were offered
   * @throws IOException if the answer can't be understood, or refuses a stream
   */
  static List<Stream> streams(byte[] body, List<List<SrtpKey>> offered, boolean dtls, G711 codec)
      throws IOException {
    String address = "";
    String direction = "sendrecv";
    List<Media> media = new ArrayList<>();
    for (String line : new String(body, StandardCharsets.UTF_8).split("\r\n|\n", -1)) {
      Media last = media.isEmpty() ? null : media.getLast();
      if (line.startsWith("m=")) {
        String[] parts = line.substring(2).split(" ", -1);
        if (parts.length < 4 || !parts[1].matches("[0-9]{1,5}")) {
          throw new IOException("the answer has the m-line '" + line + "'");
        }
        List<String> formats = List.of(parts).subList(3, parts.length);
        media.add(new Media(address, direction, Integer.parseInt(parts[1]), parts[2], formats));
      } else if (line.startsWith("c=")) {
        String connection = line.substring(line.lastIndexOf(' ') + 1).replaceFirst("/.*", "");
        if (last == null) {
          address = connection;
        } else {
          last.address = connection;
        }
      } else if (line.startsWith("a=crypto:") && last != null) {
        last.crypto.add(line.substring("a=crypto:".length()));
      } else if (line.startsWith("a=fingerprint:") && last != null) {
        last.fingerprint = line.substring("a=fingerprint:".length());
      } else if (line.startsWith("a=setup:") && last != null) {
        last.setup = line.substring("a=setup:".length()).strip();
      } else if (line.strip().equals("a=rtcp-mux") && last != null) {
        last.mux = true;
      } else if (line.matches("a=(sendrecv|sendonly|recvonly|inactive)\\s*")) {
        if (last == null) {
          direction = line.substring(2).strip();
        } else {
          last.direction = line.substring(2).strip();
        }
      }
    }
    if (media.size() != offered.size()) {
      throw new IOException(
          "the answer has %d m-lines; %d were offered".formatted(media.size(), offered.size()));
    }
    List<Stream> streams = new ArrayList<>();
    for (Media each : media) {
      int number = streams.size() + 1;
      InetSocketAddress target = target(each, number, codec);
      SrtpKey key = key(each, number, offered.get(number - 1), dtls);
      streams.add(
          new Stream(
              target, key, recorderKey(each, key), each.mux, dtls ? terms(each, number) : null));
    }
    return streams;
  }

  /** RFC 4568 §5.1.3: one crypto line, with the tag and the suite of one of those offered. */
  private static @Nullable SrtpKey key(Media media, int number, List<SrtpKey> offered, boolean dtls)
      throws IOException {
    String profile = dtls ? "UDP/TLS/RTP/SAVP" : offered.isEmpty() ? "RTP/AVP" : "RTP/SAVP";
    if (!media.profile.equals(profile)) {
      throw new IOException(
          "the answer has %s for stream %d; offered was %s"
              .formatted(media.profile, number, profile));
    }
    if (media.crypto.size() != (offered.isEmpty() ? 0 : 1)) {
      throw new IOException(
          "the answer has %d crypto lines for stream %d".formatted(media.crypto.size(), number));
    }
    if (offered.isEmpty()) {
      return null;
    }
    String[] words = media.crypto.getFirst().split(" ", -1);
    for (int i = 0; i < offered.size() && words.length == 3; i++) {
      SrtpKey key = offered.get(i);
      if (words[0].equals(Integer.toString(i + 1))
          && words[1].equals(key.suite().name())
          && words[2].matches("inline:[A-Za-z0-9+/]{38,}={0,2}")) {
        return key;
      }
    }
    throw new IOException(
        "the crypto line in the answer for stream %d is of none that was offered"
            .formatted(number));
  }

  /** We offered to begin or to wait (actpass): the recorder chose (RFC 4145 §4.1). */
  private static DtlsTerms terms(Media media, int number) throws IOException {
    Fingerprint fingerprint =
        media.fingerprint == null ? null : Fingerprint.parse(media.fingerprint);
    boolean chosen = media.setup.equals("passive") || media.setup.equals("active");
    if (fingerprint == null || !chosen) {
      throw new IOException(
          "the answer has fingerprint '%s' and setup '%s' for stream %d"
              .formatted(media.fingerprint, media.setup, number));
    }
    return new DtlsTerms(media.setup.equals("passive"), List.of(fingerprint));
  }

  /** The recorder's own key, of the same suite as ours; {@link #key} has looked at its form. */
  private static @Nullable SrtpKey recorderKey(Media media, @Nullable SrtpKey ours)
      throws IOException {
    if (ours == null) {
      return null;
    }
    String inline = media.crypto.getFirst().split(" ", -1)[2].substring("inline:".length());
    try {
      return new SrtpKey(ours.suite(), Base64.getDecoder().decode(inline), new byte[0]);
    } catch (IllegalArgumentException e) {
      throw new IOException("the recorder's key in the answer can't be used", e);
    }
  }

  private static InetSocketAddress target(Media media, int number, G711 codec) throws IOException {
    if (media.port == 0) {
      throw new IOException("the answer refuses stream " + number + " (port 0)");
    }
    if (!media.formats.contains(Integer.toString(codec.payloadType()))) {
      throw new IOException(
          "the answer takes %s for stream %d, not %s (%d)"
              .formatted(media.formats, number, codec, codec.payloadType()));
    }
    if (!media.direction.equals("recvonly")) {
      throw new IOException(
          "the answer has a=%s for stream %d; a recorder must answer recvonly (RFC 7866 §7.2)"
              .formatted(media.direction, number));
    }
    try {
      return new InetSocketAddress(InetAddress.ofLiteral(media.address), media.port);
    } catch (IllegalArgumentException e) {
      throw new IOException("the answer has the address '" + media.address + "'", e);
    }
  }
}
