package io.earwitness.recorder.srs;

import io.earwitness.recorder.mime.Body;
import io.earwitness.recorder.mime.MimePart;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A request with its body taken apart.
 *
 * @param metadataType the media type of the metadata; empty without any
 */
record RecordingRequest(
    SipRequest sip, Optional<byte[]> sdp, Optional<byte[]> metadata, String metadataType) {
  /** As a parameter of the Contact header, or, in some SRCs, of the URI in it. */
  private static final Pattern SRC_PARAMETER =
      Pattern.compile("[;?](?:\\+sip\\.)?src(?=[;>=\\s,]|$)");

  private static final Pattern BUILT_IN_BRIDGE =
      Pattern.compile(";x-(?:near|far)end(?=[;>=\\s]|$)", Pattern.CASE_INSENSITIVE);

  static RecordingRequest of(SipRequest sip) {
    Body body = Body.parse(sip.contentType(), sip.body());
    Optional<MimePart> metadata = body.metadataPart();
    return new RecordingRequest(
        sip,
        body.sdp(),
        metadata.map(MimePart::body),
        metadata.map(part -> part.contentType().type()).orElse(""));
  }

  /**
   * Whether an INVITE wants a recording session. RFC 7866 §6.2 asks for {@code siprec} in Require
   * and {@code +sip.src} in Contact; many SRCs send only one of them, an older form, or nothing but
   * metadata, and Cisco's network-based recording a header of its own; a Cisco call manager whose
   * phones send copies of their media ("built-in bridge") names both ends in From. Any one sign
   * will do.
   */
  boolean isRecordingSession() {
    SipHeaders headers = sip.headers();
    return metadata.isPresent()
        || headers.hasToken("Require", "siprec")
        || headers.hasToken("Supported", "siprec")
        || headers.first("X-Cisco-Recording-Participant").isPresent()
        || BUILT_IN_BRIDGE.matcher(headers.first("From").orElse("")).find()
        || headers.all("Contact").stream()
            .anyMatch(contact -> SRC_PARAMETER.matcher(contact.toLowerCase(Locale.ROOT)).find());
  }
}
