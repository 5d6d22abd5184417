package io.earwitness.recorder.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a recorder wants the media (RFC 3264 §6). Knows only what an answer to our own offers
 * needs; apart from the recorder's own SDP code on purpose, so that each is a check of the other.
 */
final class SdpAnswer {
  private static final class Media {
    String address;
    String direction;
    final int port;
    final List<String> formats;

    Media(String address, String direction, int port, List<String> formats) {
      this.address = address;
      this.direction = direction;
      this.port = port;
      this.formats = formats;
    }
  }

  private SdpAnswer() {}

  /**
   * The address and port of each m-line.
   *
   * @param offered how many m-lines were offered
   * @throws IOException if the answer can't be understood, or refuses a stream
   */
  static List<InetSocketAddress> targets(byte[] body, int offered, G711 codec) throws IOException {
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
        media.add(new Media(address, direction, Integer.parseInt(parts[1]), formats));
      } else if (line.startsWith("c=")) {
        String connection = line.substring(line.lastIndexOf(' ') + 1).replaceFirst("/.*", "");
        if (last == null) {
          address = connection;
        } else {
          last.address = connection;
        }
      } else if (line.matches("a=(sendrecv|sendonly|recvonly|inactive)\\s*")) {
        if (last == null) {
          direction = line.substring(2).strip();
        } else {
          last.direction = line.substring(2).strip();
        }
      }
    }
    if (media.size() != offered) {
      throw new IOException(
          "the answer has %d m-lines; %d were offered".formatted(media.size(), offered));
    }
    List<InetSocketAddress> targets = new ArrayList<>();
    for (Media each : media) {
      targets.add(target(each, targets.size() + 1, codec));
    }
    return targets;
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
