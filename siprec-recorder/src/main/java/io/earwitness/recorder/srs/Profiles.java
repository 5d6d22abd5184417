package io.earwitness.recorder.srs;

import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.SrcProof;
import io.earwitness.call.TlsIdentity;
import io.earwitness.recorder.sip.SipRequest;
import io.earwitness.recorder.sip.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Holds requests against the profile of the SRC that they are from. */
final class Profiles {
  private Profiles() {}

  /** The SRC that a request is from, or says to be: {@link #isProven} is another question. */
  static Optional<RecorderSnapshot.Src> src(
      SipRequest request, RecorderConfiguration configuration) {
    return configuration.matcher().src(request.source().getAddress(), request.certificate());
  }

  /** Whether a request came with the certificate that the profile demands, if it demands one. */
  static boolean isProven(SipRequest request, RecorderSnapshot.Src src) {
    String required = src.profile().tlsIdentity();
    TlsIdentity identity = request.certificate();
    return required == null || (identity != null && identity.fulfils(required));
  }

  /** Refuses an INVITE that the profile of its SRC does not let in. */
  static void check(RecordingRequest request, RecorderSnapshot.Src src) throws RefusedException {
    if (!isProven(request.sip(), src)) {
      throw new RefusedException(
          403,
          "Forbidden",
          "SRC %s must prove by TLS to be '%s', but %s"
              .formatted(src.name(), src.profile().tlsIdentity(), shown(request.sip())));
    }
    SrcProof proof = src.profile().proof();
    if (!request.isRecordingSession(proof)) {
      throw new RefusedException(
          403,
          "Not A Recording Session",
          switch (proof) {
            case STRICT -> strict(request, src);
            case TOLERANT, ANY ->
                "not a recording session: neither siprec in Require or Supported, nor +sip.src in"
                    + " Contact, nor recording metadata. This is a session recording server (RFC"
                    + " 7866).";
          });
    }
  }

  private static String strict(RecordingRequest request, RecorderSnapshot.Src src) {
    List<String> missing = new ArrayList<>();
    if (!request.hasSrcTag()) {
      missing.add("+sip.src in Contact");
    }
    if (!request.requiresSiprec()) {
      missing.add("siprec in Require");
    }
    return "not a recording session by RFC 7866 section 6.2: no %s. SRC %s is set to strict; let it"
            .formatted(String.join(", no ", missing), src.name())
        + " send them, or set it to tolerant";
  }

  private static String shown(SipRequest request) {
    TlsIdentity identity = request.certificate();
    if (identity != null) {
      return "its certificate is of %s, sha256:%s".formatted(identity.subject(), identity.sha256());
    }
    return request.transport() == Transport.TLS
        ? "it showed no certificate; the recorder asks for one if clientCertificate is required"
        : "the call came over " + request.transport().name();
  }
}
