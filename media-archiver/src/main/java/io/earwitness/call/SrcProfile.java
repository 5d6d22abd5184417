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
 */
public record SrcProfile(
    SrcProof proof, @Nullable String tlsIdentity, AnswerMode answer, boolean options) {
  /** What counts where nothing is set. */
  public static final SrcProfile DEFAULT =
      new SrcProfile(SrcProof.TOLERANT, null, AnswerMode.ALL_CODECS, true);

  public SrcProfile {
    tlsIdentity = tlsIdentity == null ? null : TlsIdentity.requirement(tlsIdentity);
  }
}
