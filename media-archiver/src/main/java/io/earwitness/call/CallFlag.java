package io.earwitness.call;

import java.util.Set;

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
  /** A party claims a number for the tenant that is in none of the tenant's ranges. */
  NUMBER_NOT_OWNED("number-not-owned"),
  /** Another recording of the same conversation, at the same time, is the better copy. */
  DUPLICATE("duplicate"),
  /** A party that should have heard an announcement did not, as far as the recording shows. */
  ANNOUNCEMENT_MISSING("announcement-missing"),
  /** A party heard a part of the announcement, or another wording of it. */
  ANNOUNCEMENT_INTERRUPTED("announcement-interrupted"),
  /** An announcement was signalled as played, but is not heard in the recording. */
  ANNOUNCEMENT_SIGNALLED_ONLY("announcement-signalled-only"),
  /** It was held on demand, and nobody marked it in time: nothing of its audio is left. */
  NOT_KEPT("not-kept"),
  /**
   * It may be another tenant's: nobody is shown or hears what was recorded, until that is settled.
   */
  WRONG_TENANT("wrong-tenant"),
  /** The end of the announcement that the recording waited for was not signalled in time. */
  ANNOUNCEMENT_TIMED_OUT("announcement-timed-out"),
  /** Nobody consented to the recording by key, so that nothing of the conversation was kept. */
  NO_CONSENT("no-consent"),
  /** A party withdrew consent by key; what was said after that was not kept. */
  CONSENT_WITHDRAWN("consent-withdrawn"),
  /** A pause lasted so long that the recording resumed by itself. */
  PAUSE_TIMED_OUT("pause-timed-out"),
  /** A legal hold is on it; said by the catalog, and not of what is blocked. */
  ON_HOLD("on-hold"),
  /** Its original is restricted; said by the catalog, and not of what is blocked. */
  RESTRICTED("restricted"),
  /** No tenant matched; held under the platform's quarantine key. */
  TENANT_UNKNOWN("tenant-unknown");

  /** What is so for one tenant of a call, and not for another. */
  public static final Set<CallFlag> OF_A_TENANT =
      Set.of(
          NUMBER_NOT_OWNED,
          NOT_KEPT,
          TENANT_UNKNOWN,
          WRONG_TENANT,
          DUPLICATE,
          ANNOUNCEMENT_MISSING,
          ANNOUNCEMENT_INTERRUPTED,
          ANNOUNCEMENT_SIGNALLED_ONLY,
          ANNOUNCEMENT_TIMED_OUT,
          NO_CONSENT,
          CONSENT_WITHDRAWN,
          PAUSE_TIMED_OUT,
          ON_HOLD,
          RESTRICTED);

  private final String wireName;

  CallFlag(String wireName) {
    this.wireName = wireName;
  }

  @Override
  public String wireName() {
    return wireName;
  }
}
