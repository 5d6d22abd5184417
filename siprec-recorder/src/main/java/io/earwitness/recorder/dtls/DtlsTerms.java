package io.earwitness.recorder.dtls;

import java.util.List;

/**
 * What offer and answer agree on for a handshake.
 *
 * @param active whether we begin it (RFC 4145 §4)
 * @param peer fingerprints, one of which the peer's certificate must have
 */
public record DtlsTerms(boolean active, List<Fingerprint> peer) {
  public DtlsTerms {
    peer = List.copyOf(peer);
  }
}
