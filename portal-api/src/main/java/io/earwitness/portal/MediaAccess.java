package io.earwitness.portal;

import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of archived calls. Thread-safe. Methods throw {@link IOException} where an object
 * can't be read or is not what was signed; its message tells people which and why.
 */
public interface MediaAccess {
  /**
   * An object of a call.
   *
   * @param objectName its name below the attempt's folder
   */
  record Part(String objectName) {
    public static final Part MEDIA = media(1);
    public static final Part CALL = new Part("call.cms");
    public static final Part WAVEFORM = new Part("waveform.cms");

    /** A part of the audio, from 1. */
    public static Part media(int number) {
      return new Part(ObjectKeys.media(number));
    }
  }

  /**
   * A part of the audio and its place on the call's time line.
   *
   * @param part its number, from 1
   * @param size of the plain file in bytes
   */
  record AudioPart(int part, long startMs, long durationMs, long size) {}

  /**
   * For whom a key is used.
   *
   * @param actor as in the audit trail
   * @param act the audit entry of the act that needs the key
   * @param opening by which the original of a restricted recording is heard; null for anything else
   */
  record Requester(String actor, UUID act, @Nullable UUID opening) {
    public Requester(String actor, UUID act) {
      this(actor, act, null);
    }
  }

  /**
   * Decrypts an object as it is read. This uses the tenant's private key once; what is returned may
   * be read any number of times, by several threads.
   *
   * @throws KeyNotHeldException if the platform holds no private key that opens it
   * @throws RestrictedException if it is audio of a restricted original that is not open
   */
  Content open(ArchivedCall call, Part part, Requester requester) throws IOException;

  /**
   * An encrypted object as it is stored; the caller closes its content.
   *
   * @throws RestrictedException if it is audio of a restricted original
   */
  Stored stored(ArchivedCall call, Part part) throws IOException;

  /** The parts of the audio, in order; none where the call was archived without audio. */
  List<AudioPart> parts(ArchivedCall call) throws IOException;

  /** The signed manifest as it is stored. */
  byte[] manifest(ArchivedCall call) throws IOException;

  /** Plaintext of which every byte was checked against the signed manifest before it is given. */
  interface Content {
    /** In bytes. */
    long length();

    /**
     * Writes a range that lies within the content.
     *
     * @throws IOException if a block is not what was signed or can't be read (bytes before it may
     *     have been written), or if {@code out} throws
     */
    void transferTo(long offset, long length, OutputStream out) throws IOException;
  }

  /**
   * An object as it is stored.
   *
   * @param size in bytes
   */
  record Stored(long size, InputStream content) {}

  /** The platform holds no private key that opens the object: its tenant keeps it. */
  final class KeyNotHeldException extends IOException {
    private static final long serialVersionUID = 1L;

    public KeyNotHeldException(String message) {
      super(message);
    }
  }

  /** Nobody hears the original, but those for whom two persons open it. */
  final class RestrictedException extends IOException {
    private static final long serialVersionUID = 1L;

    public RestrictedException() {
      super(
          "The recording is restricted: its original can't be heard, taken away or delivered. A"
              + " compliance officer can ask that it be opened for named persons for some hours,"
              + " which another person decides.");
    }
  }
}
