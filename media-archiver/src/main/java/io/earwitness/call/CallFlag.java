package io.earwitness.call;

/** What was odd about a recording. A flag never costs audio; it is shown and can be searched. */
public enum CallFlag implements WireName {
  /** The INVITE carried no recording metadata at all. */
  METADATA_MISSING("metadata-missing"),
  /** The metadata was no well-formed XML; what could be read was, the raw text is kept. */
  METADATA_MALFORMED("metadata-malformed"),
  /** A stream of the SDP is in no metadata, or the metadata names a label that the SDP lacks. */
  METADATA_LABEL_MISMATCH("metadata-label-mismatch"),
  /**
   * Two statements of the SRC about who is heard where, or who called, contradict each other; the
   * timeline says which.
   */
  ATTRIBUTION_CONTRADICTED("attribution-contradicted"),
  /** A stream's codec can't be decoded yet; its packets are kept as received. */
  CODEC_NOT_DECODABLE("codec-not-decodable"),
  /** Media came from the offered address, but from another port than the offered one. */
  SOURCE_PORT_MISMATCH("source-port-mismatch"),
  /** The recorder ended before the call's BYE; up to the last second of audio may be missing. */
  RECORDER_INTERRUPTED("recorder-interrupted"),
  /**
   * Archived from rescue copies, because the recorder and its disk were gone; what came after the
   * last copy is missing, up to some seconds.
   */
  RESCUED("rescued"),
  /** The recording session ended without a BYE (the SRC went away). */
  NO_BYE("no-bye"),
  /** At least one stream carried no media. */
  ONE_WAY("one-way"),
  /** Packets were lost on the way to us, as their sequence numbers show. */
  PACKET_LOSS("packet-loss"),
  /** Packets reached this host, but our own buffers were full; each gap is marked. */
  RECORDER_OVERLOAD("recorder-overload"),
  /**
   * A stream came as SRTP, and not one of its packets was authentic under the agreed key, or its
   * DTLS handshake failed.
   */
  SRTP_FAILED("srtp-failed"),
  /** Part of the capture could not be read back (a torn or damaged tail). */
  CAPTURE_DAMAGED("capture-damaged"),
  /** No kernel time stamps: jitter was not measured. */
  JITTER_NOT_MEASURED("jitter-not-measured"),
  /** Another recording of the same conversation, at the same time, is the better copy. */
  DUPLICATE("duplicate"),
  /** No tenant matched; held under the platform's quarantine key. */
  TENANT_UNKNOWN("tenant-unknown");

  private final String wireName;

  CallFlag(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}
