package io.earwitness.portal;

import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.UUID;

/**
 * What is stored of archived calls. Thread-safe. Methods throw {@link IOException} where an object
 * can't be read or is not what was signed; its message tells people which and why.
 */
public interface MediaAccess {
  /** The objects of a call. */
  enum Part {
    MEDIA("media.cms"),
    CALL("call.cms"),
    WAVEFORM("waveform.cms");

    private final String objectName;

    Part(String objectName) {
      this.objectName = objectName;
    }

    /** The object's name below the attempt's folder. */
    public String objectName() {
      return objectName;
    }
  }

  /**
   * For whom a key is used.
   *
   * @param actor as in the audit trail
   * @param act the audit entry of the act that needs the key
   */
  record Requester(String actor, UUID act) {}

  /**
   * Decrypts an object as it is read. This uses the tenant's private key once; what is returned may
   * be read any number of times, by several threads.
   *
   * @throws KeyNotHeldException if the platform holds no private key that opens it
   */
  Content open(ArchivedCall call, Part part, Requester requester) throws IOException;

  /** An encrypted object as it is stored; the caller closes its content. */
  Stored stored(ArchivedCall call, Part part) throws IOException;

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
}
