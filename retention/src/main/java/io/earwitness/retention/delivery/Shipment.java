package io.earwitness.retention.delivery;

import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.ObjectPlace.Content;
import io.earwitness.archive.store.ObjectPlace.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Brings objects to a place, each once: what is there already and is the same is not sent again,
 * and what was sent is there only once it was found to be the same.
 */
final class Shipment {
  /** What arrives otherwise than it was sent is sent once more at once. */
  private static final int TRIES = 2;

  private final ObjectPlace place;
  private final Throttle throttle;

  Shipment(ObjectPlace place, Throttle throttle) {
    this.place = place;
    this.throttle = throttle;
  }

  /** Reads content to its end, to say what it is. */
  static Content measured(Source source) throws IOException {
    try (Measuring in = new Measuring(source.open())) {
      in.transferTo(OutputStream.nullOutputStream());
      return in.content(source);
    }
  }

  /** A stream that says what went through it. */
  static final class Measuring extends DigestInputStream {
    private long size;

    Measuring(InputStream in) {
      super(in, digest());
    }

    private static MessageDigest digest() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("this Java runtime lacks SHA-256", e);
      }
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      size += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      size += Math.max(0, count);
      return count;
    }

    Content content(Source source) {
      return new Content(size, sha256(), source);
    }

    /** Of what was read; to be asked for once. */
    String sha256() {
      return HexFormat.of().formatHex(getMessageDigest().digest());
    }
  }

  Content ship(String key, Source source) throws IOException {
    Content content = measured(source);
    ship(key, content);
    return content;
  }

  /**
   * Brings an object there.
   *
   * @throws IOException if it can't be, or is another one there than it was here
   */
  void ship(String key, Content content) throws IOException {
    if (isThere(key, content)) {
      return;
    }
    Content limited =
        new Content(
            content.size(), content.sha256(), () -> throttle.limit(content.source().open()));
    for (int i = 0; i < TRIES; i++) {
      String found = place.put(key, limited);
      if (content.sha256().equals(found) || isThere(key, content)) {
        return;
      }
    }
    throw new IOException(
        "%s is not there as it was sent: its SHA-256 should be %s"
            .formatted(key, content.sha256()));
  }

  private boolean isThere(String key, Content content) throws IOException {
    return isThere(key, content.size(), content.sha256());
  }

  /** Reads an object back; returns whether it is there and is this. */
  boolean isThere(String key, long size, String sha256) throws IOException {
    if (place.size(key).orElse(-1) != size) {
      return false;
    }
    Content found = measured(() -> throttle.limit(place.open(key)));
    return found.size() == size && found.sha256().equals(sha256);
  }
}
