package io.earwitness.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a segment file begins with; big-endian, clear.
 *
 * <pre>
 *  offset  bytes
 *       0      8  magic 89 'E' 'W' 'S' 'P' 'L' 0D 0A
 *       8      2  format version, 2; version 1 is still read
 *      10      1  kind: 1 capture, 2 refusal log
 *      11      1  0
 *      12      2  n: length of the wrapped secret
 *      14      2  0
 *      16     16  id of the recording, or of the refusal log (UUID)
 *      32      4  number of the segment, from 1
 *      36      8  created, milliseconds since 1970-01-01T00:00Z
 *      44     32  SHA-256 of the capture certificate's DER
 *      76      n  the secret that the segment's key comes from, by RSA-OAEP (SHA-256, MGF1 with
 *                 SHA-256, no label); in version 1 it is the key
 *    76+n     16  random; not in version 1
 *    92+n     32  SHA-256 of all bytes before
 * </pre>
 *
 * @param version 1 or 2
 * @param random empty in version 1
 * @param digest the last 32 bytes; associated data of every frame of the segment
 */
record SegmentHeader(
    int version,
    Kind kind,
    UUID id,
    int number,
    Instant created,
    byte[] certificateId,
    byte[] wrappedSecret,
    byte[] random,
    byte[] digest) {
  static final int VERSION = 2;
  static final int DIGEST_SIZE = 32;
  private static final byte[] MAGIC = {(byte) 0x89, 'E', 'W', 'S', 'P', 'L', 0x0d, 0x0a};
  private static final int VERSION_AT = 8;
  private static final int KIND_AT = 10;
  private static final int SECRET_LENGTH_AT = 12;
  private static final int ID_AT = 16;
  private static final int NUMBER_AT = 32;
  private static final int CREATED_AT = 36;
  private static final int CERTIFICATE_AT = 44;
  private static final int SECRET_AT = 76;
  private static final int MAX_SECRET = 2048;
  private static final int RANDOM_SIZE = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The longest header: a secret wrapped by RSA with 16,384 bits. */
  static final int MAX_SIZE = SECRET_AT + MAX_SECRET + RANDOM_SIZE + DIGEST_SIZE;

  /** What a segment belongs to. */
  enum Kind {
    CAPTURE(1),
    REFUSALS(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  /** Why bytes are no header. */
  enum Fault {
    /** The file ends within the header, or is zero bytes only; a crash leaves this behind. */
    INCOMPLETE("the segment's header is incomplete"),
    NO_SEGMENT("the file is no segment of a capture"),
    VERSION("the segment has a newer format than this version of Earwitness can read"),
    ALTERED("the segment's header is damaged, so its key is lost");

    private final String text;

    Fault(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** Bytes that are no header. */
  static final class FaultException extends IOException {
    private static final long serialVersionUID = 1L;
    private final Fault fault;

    FaultException(Fault fault) {
      super(fault.text());
      this.fault = fault;
    }

    Fault fault() {
      return fault;
    }
  }

  /** Makes a header, digest included. */
  static SegmentHeader of(
      Kind kind, UUID id, int number, Instant created, byte[] certificateId, byte[] secret) {
    byte[] random = new byte[RANDOM_SIZE];
    RANDOM.nextBytes(random);
    SegmentHeader open =
        new SegmentHeader(
            VERSION, kind, id, number, created, certificateId, secret, random, new byte[0]);
    return new SegmentHeader(
        VERSION, kind, id, number, created, certificateId, secret, random, sha256(open.digested()));
  }

  int size() {
    return SECRET_AT + wrappedSecret.length + random.length + DIGEST_SIZE;
  }

  byte[] bytes() {
    byte[] bytes = Arrays.copyOf(digested(), size());
    System.arraycopy(digest, 0, bytes, bytes.length - DIGEST_SIZE, DIGEST_SIZE);
    return bytes;
  }

  private byte[] digested() {
    ByteBuffer out = ByteBuffer.allocate(size() - DIGEST_SIZE);
    out.put(MAGIC).putShort((short) version).put((byte) kind.code).put((byte) 0);
    out.putShort((short) wrappedSecret.length).putShort((short) 0);
    out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    out.putInt(number).putLong(created.toEpochMilli()).put(certificateId);
    out.put(wrappedSecret).put(random);
    return out.array();
  }

  /**
   * Reads a header.
   *
   * @param file the first bytes of the file, up to {@link #MAX_SIZE}
   */
  static SegmentHeader read(ByteBuffer file) throws FaultException {
    byte[] start = new byte[Math.min(MAGIC.length, file.remaining())];
    file.get(file.position(), start);
    boolean empty = Arrays.equals(start, new byte[start.length]);
    if (!empty && !Arrays.equals(start, Arrays.copyOf(MAGIC, start.length))) {
      throw new FaultException(Fault.NO_SEGMENT);
    }
    if (empty || file.remaining() < SECRET_AT) {
      throw new FaultException(Fault.INCOMPLETE);
    }
    int version = file.getShort(VERSION_AT);
    if (version < 1 || version > VERSION) {
      throw new FaultException(Fault.VERSION);
    }
    int secretLength = Short.toUnsignedInt(file.getShort(SECRET_LENGTH_AT));
    Kind kind = kind(file.get(KIND_AT));
    if (secretLength > MAX_SECRET || kind == null) {
      throw new FaultException(Fault.ALTERED);
    }
    int randomSize = version == 1 ? 0 : RANDOM_SIZE;
    int digestAt = SECRET_AT + secretLength + randomSize;
    if (file.remaining() < digestAt + DIGEST_SIZE) {
      throw new FaultException(Fault.INCOMPLETE);
    }
    byte[] digest = slice(file, digestAt, DIGEST_SIZE);
    if (!MessageDigest.isEqual(digest, sha256(slice(file, 0, digestAt)))) {
      throw new FaultException(Fault.ALTERED);
    }
    return new SegmentHeader(
        version,
        kind,
        new UUID(file.getLong(ID_AT), file.getLong(ID_AT + 8)),
        file.getInt(NUMBER_AT),
        Instant.ofEpochMilli(file.getLong(CREATED_AT)),
        slice(file, CERTIFICATE_AT, 32),
        slice(file, SECRET_AT, secretLength),
        slice(file, SECRET_AT + secretLength, randomSize),
        digest);
  }

  private static @Nullable Kind kind(int code) {
    for (Kind kind : Kind.values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    return null;
  }

  private static byte[] slice(ByteBuffer file, int at, int length) {
    byte[] bytes = new byte[length];
    file.get(at, bytes);
    return bytes;
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
