package io.earwitness.capture;

/**
 * How segments are sealed. The product knows one way, {@link GcmSealing}, and no setting changes
 * it. It is a strategy only so that the test that searches the disk for plain audio can prove, with
 * another one in its place, that it would find some.
 */
interface Sealing {
  /** SHA-256 of the DER of the certificate that secrets are wrapped for. */
  byte[] certificateId();

  /** For a new segment. Thread-safe. */
  SegmentSeal begin();

  /** Seals the frames of one segment. Used by one thread at a time. */
  interface SegmentSeal {
    /** What the segment's key comes from, for its header. */
    byte[] wrappedSecret();

    /**
     * Seals one frame.
     *
     * @param digest of the segment header, the same for all frames
     * @param out holds the frame's header at {@code at}; its ciphertext is written behind
     * @return bytes of ciphertext written
     */
    int seal(byte[] digest, long sequence, byte[] plain, int length, byte[] out, int at);
  }
}
