package io.earwitness.call;

import org.jspecify.annotations.Nullable;

/**
 * How an SRC is treated.
 *
 * @param proof what proves a recording session
 * @param tlsIdentity what the certificate must name that the SRC proves over TLS, as by {@link
 *     TlsIdentity#requirement}; null if calls may come over any transport
 * @param answer which payload types are answered
 * @param options whether OPTIONS outside of calls are answered 200; else 503, so that the SRC sends
 *     new calls elsewhere while those that run go on
 * @param notRecordedStatus with which status a call is refused that is not to be recorded: 400 to
 *     699, but for 503, which sends it elsewhere; null to answer it 200 with all streams inactive
 */
public record SrcProfile(
    SrcProof proof,
    @Nullable String tlsIdentity,
    AnswerMode answer,
    boolean options,
    @Nullable Integer notRecordedStatus) {
  private static final int ELSEWHERE = 503;

  /** What counts where nothing is set. */
  public static final SrcProfile DEFAULT =
      new SrcProfile(SrcProof.TOLERANT, null, AnswerMode.ALL_CODECS, true);

  public SrcProfile {
    tlsIdentity = tlsIdentity == null ? null : TlsIdentity.requirement(tlsIdentity);
    if (notRecordedStatus != null
        && (notRecordedStatus < 400 || notRecordedStatus > 699 || notRecordedStatus == ELSEWHERE)) {
      throw new IllegalArgumentException(
          "calls that are not to be recorded can't be refused with %d; allowed are 400 to 699, but for 503"
              .formatted(notRecordedStatus));
    }
  }

  /** One whose calls are never refused because of a policy. */
  public SrcProfile(
      SrcProof proof, @Nullable String tlsIdentity, AnswerMode answer, boolean options) {
    this(proof, tlsIdentity, answer, options, null);
  }
}
