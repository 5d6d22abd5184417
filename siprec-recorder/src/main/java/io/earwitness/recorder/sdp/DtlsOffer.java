package io.earwitness.recorder.sdp;

import io.earwitness.recorder.dtls.DtlsTerms;
import io.earwitness.recorder.dtls.Fingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an m-line says of DTLS-SRTP (RFC 5763 §5): {@code a=fingerprint} and {@code a=setup}. */
public final class DtlsOffer {
  static final String FINGERPRINT = "fingerprint:";
  static final String SETUP = "setup:";

  private DtlsOffer() {}

  /** What to agree on; null if it has no fingerprint that can be used. */
  public static @Nullable DtlsTerms terms(MediaDescription media) {
    List<Fingerprint> fingerprints = new ArrayList<>();
    boolean active = false;
    for (String attribute : media.attributes()) {
      String lower = attribute.toLowerCase(Locale.ROOT);
      if (lower.startsWith(FINGERPRINT)) {
        Fingerprint one = Fingerprint.parse(attribute.substring(FINGERPRINT.length()));
        if (one != null) {
          fingerprints.add(one);
        }
      } else if (lower.startsWith(SETUP)) {
        // RFC 5763 §5: who offers actpass should be answered active; but SRCs expect to begin
        active = lower.substring(SETUP.length()).strip().equals("passive");
      }
    }
    return fingerprints.isEmpty() ? null : new DtlsTerms(active, fingerprints);
  }

  /** Our attributes, as in {@code a=}. */
  public static List<String> attributes(Fingerprint own, boolean active) {
    return List.of(FINGERPRINT + own, SETUP + (active ? "active" : "passive"));
  }
}
