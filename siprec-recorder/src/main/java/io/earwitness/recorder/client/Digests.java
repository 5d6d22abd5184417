package io.earwitness.recorder.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** SHA-256 of what was said, reckoned once for calls that say the same. Thread-safe. */
final class Digests {
  private record Key(Speech speech, G711 codec, long packets) {}

  private final Map<Key, String> known = new ConcurrentHashMap<>();

  /** Of the first packets' samples as a decoder gets them: 16 bit, little-endian. */
  String of(Speech speech, G711 codec, long packets) {
    return known.computeIfAbsent(new Key(speech, codec, packets), Digests::digest);
  }

  private static String digest(Key key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer pcm =
          ByteBuffer.allocate(2 * Speech.PACKET_SAMPLES).order(ByteOrder.LITTLE_ENDIAN);
      for (long packet = 0; packet < key.packets; packet++) {
        pcm.clear();
        for (byte code : key.speech.payload(key.codec, packet)) {
          pcm.putShort(key.codec.decode(code));
        }
        digest.update(pcm.array());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
