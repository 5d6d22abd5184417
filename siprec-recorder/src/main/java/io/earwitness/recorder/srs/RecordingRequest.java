package io.earwitness.recorder.srs;

import io.earwitness.call.Deviation;
import io.earwitness.call.DeviationFound;
import io.earwitness.call.Deviations;
import io.earwitness.call.SrcProof;
import io.earwitness.recorder.mime.Body;
import io.earwitness.recorder.mime.MimePart;
import io.earwitness.recorder.sip.SipHeaders;
import io.earwitness.recorder.sip.SipRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A request with its body taken apart.
 *
 * @param metadataType the media type of the metadata; empty without any
 * @param inBody in what the body departs from the RFCs
 */
record RecordingRequest(
    SipRequest sip,
    Optional<byte[]> sdp,
    Optional<byte[]> metadata,
    String metadataType,
    List<DeviationFound> inBody) {
  /** RFC 7866 §11.1, as a parameter. */
  private static final Pattern SRC_TAG = Pattern.compile("[;?&]\\s*+\\+sip\\.src(?=[;=\\s,&]|$)");

  /** In any form, anywhere: some SRCs have it as drafts of the RFC had it. */
  private static final Pattern ANY_TAG =
      Pattern.compile("[;?]\\s*+(?:\\+sip\\.)?src(?=[;>=\\s,]|$)");

  /** {@code name-addr / addr-spec} with parameters (RFC 3261 §25.1), as far as anybody errs. */
  private static final Pattern CONTACT =
      Pattern.compile(
          "(?:(?:\"(?:[^\"\\\\]|\\\\.)*+\"|[^<>\",;:]*+)\\s*<[a-z][a-z0-9+.-]*:[^<>\\s]+>"
              + "|[a-z][a-z0-9+.-]*:[^<>\\s,;?]+)\\s*(?:;[^<>]*)?");

  private static final Pattern BUILT_IN_BRIDGE =
      Pattern.compile(";x-(?:near|far)end(?=[;>=\\s]|$)", Pattern.CASE_INSENSITIVE);

  static RecordingRequest of(SipRequest sip) {
    Body body = Body.parse(sip.contentType(), sip.body());
    Optional<MimePart> metadata = body.metadataPart();
    return new RecordingRequest(
        sip,
        body.sdp(),
        metadata.map(MimePart::body),
        metadata.map(part -> part.contentType().type()).orElse(""),
        body.deviations());
  }

  /**
   * Whether an INVITE wants a recording session. RFC 7866 §6.2 asks for {@code siprec} in Require
   * and {@code +sip.src} in Contact; many SRCs send only one of them, an older form, or nothing but
   * metadata, and Cisco's network-based recording a header of its own; a Cisco call manager whose
   * phones send copies of their media ("built-in bridge") names both ends in From.
   */
  boolean isRecordingSession(SrcProof proof) {
    return switch (proof) {
      case STRICT -> hasSrcTag() && requiresSiprec();
      case TOLERANT -> hasAnySign();
      case ANY -> true;
    };
  }

  private boolean hasAnySign() {
    SipHeaders headers = sip.headers();
    return metadata.isPresent()
        || requiresSiprec()
        || headers.hasToken("Supported", "siprec")
        || headers.first("X-Cisco-Recording-Participant").isPresent()
        || BUILT_IN_BRIDGE.matcher(headers.first("From").orElse("")).find()
        || hasAnyTag();
  }

  private boolean hasAnyTag() {
    return anyContact(contact -> ANY_TAG.matcher(contact).find());
  }

  boolean requiresSiprec() {
    return sip.headers().hasToken("Require", "siprec");
  }

  boolean hasSrcTag() {
    return anyContact(contact -> SRC_TAG.matcher(parameters(contact)).find());
  }

  private boolean anyContact(Predicate<String> test) {
    return sip.headers().all("Contact").stream()
        .map(contact -> contact.toLowerCase(Locale.ROOT))
        .anyMatch(test);
  }

  /** What stands behind the URI: without brackets, parameters are the header's. */
  private static String parameters(String contact) {
    int close = contact.lastIndexOf('>');
    return contact.substring(close < 0 ? Math.max(0, contact.indexOf(';')) : close + 1);
  }

  private static String inBrackets(String contact) {
    int open = contact.lastIndexOf('<');
    int close = contact.indexOf('>', open + 1);
    return open < 0 || close < 0 ? "" : contact.substring(open + 1, close);
  }

  /** In what this request departs from the RFCs, but for its session description and metadata. */
  List<DeviationFound> deviations() {
    Deviations found = new Deviations();
    found.addAll(inBody);
    found.addAll(inContact(sip.headers(), sip.method()));
    if (sip.method().equals("INVITE") && sip.toTag() == null) {
      if (!hasSrcTag()) {
        found.add(
            anyContact(contact -> SRC_TAG.matcher(inBrackets(contact)).find())
                ? Deviation.SRC_TAG_IN_URI
                : hasAnyTag() ? Deviation.SRC_TAG_OLD : Deviation.SRC_TAG_MISSING,
            "Contact of the INVITE");
      }
      if (!requiresSiprec()) {
        boolean supported = sip.headers().hasToken("Supported", "siprec");
        found.add(
            Deviation.REQUIRE_MISSING,
            supported ? "siprec in Supported only" : "no siprec in Require");
      }
      if (metadata.isEmpty()) {
        found.add(Deviation.METADATA_MISSING, "no part of the INVITE's body");
      }
    }
    return found.list();
  }

  /**
   * Whether Contact headers of a message of an SRC are malformed.
   *
   * @param message what it is, for people
   */
  static List<DeviationFound> inContact(SipHeaders headers, String message) {
    Deviations found = new Deviations();
    for (String contact : headers.all("Contact")) {
      String value = contact.strip().toLowerCase(Locale.ROOT);
      if (!value.equals("*") && !CONTACT.matcher(value).matches()) {
        found.add(Deviation.CONTACT_MALFORMED, "Contact of the " + message);
      }
    }
    return found.list();
  }
}
