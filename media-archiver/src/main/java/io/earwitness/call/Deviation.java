package io.earwitness.call;

/**
 * In what a session recording client departs from the RFCs, or from what a recorder needs, and is
 * recorded nevertheless. None costs audio; each is counted by SRC, so that whoever runs the SBC can
 * set it right.
 */
public enum Deviation implements WireName {
  // The request
  SRC_TAG_MISSING(
      "src-tag-missing",
      "RFC 7866 §6.1.1",
      "The INVITE's Contact has no feature tag +sip.src.",
      "Let the SBC send +sip.src in Contact; where it can't, leave this SRC's proof at tolerant or"
          + " any."),
  SRC_TAG_OLD(
      "src-tag-not-sip-src",
      "RFC 7866 §6.1.1",
      "The INVITE's Contact has the tag src in place of +sip.src, as drafts of the RFC had it.",
      "Look for a setting of the SBC that follows RFC 7866, or rewrite the header on it."),
  SRC_TAG_IN_URI(
      "src-tag-in-uri",
      "RFC 3840 §9",
      "The INVITE's Contact has its feature tag inside the URI, where it says nothing.",
      "Let the SBC put +sip.src behind the closing angle bracket of Contact."),
  REQUIRE_MISSING(
      "require-missing",
      "RFC 7866 §6.1.1",
      "The INVITE has no Require: siprec.",
      "Let the SBC send Require: siprec, so that no other server takes the call for an ordinary"
          + " one."),
  CONTACT_MALFORMED(
      "contact-malformed",
      "RFC 3261 §20.10",
      "A Contact header of the SRC is no valid address.",
      "Ask the SBC's vendor for a correction; what is sent to this address may not arrive."),

  // The body
  METADATA_TYPE_OLD(
      "content-type-rs-metadata-old",
      "RFC 9806 §2",
      "The metadata has the type application/rs-metadata in place of application/rs-metadata+xml.",
      "Nothing needs to be done; newer releases of the SBC may have the new type."),
  DISPOSITION_MISSING(
      "disposition-missing",
      "RFC 7866 §9.1",
      "The metadata has no Content-Disposition: recording-session.",
      "Let the SBC send the disposition."),
  METADATA_FIRST(
      "metadata-part-first",
      "RFC 7866 §9.1",
      "The metadata stands before the session description that its labels refer to.",
      "Let the SBC send the session description first, as all examples of the RFC do."),
  MIME_CLOSE_PADDED(
      "mime-close-padded",
      "RFC 2046 §5.1.1",
      "The body's closing delimiter is followed by blanks, which a sender must not add.",
      "Ask the SBC's vendor for a correction; other recorders may see a part too many."),
  MIME_CLOSE_MISSING(
      "mime-close-missing",
      "RFC 2046 §5.1.1",
      "The multipart body has no closing delimiter.",
      "Ask the SBC's vendor for a correction; a body that was cut short looks the same."),
  MIME_LINE_END(
      "mime-line-end",
      "RFC 2046 §4.1.1",
      "Delimiters of the multipart body end in a line feed alone.",
      "Ask the SBC's vendor for a correction."),

  // The metadata
  METADATA_MISSING(
      "metadata-missing",
      "RFC 7866 §9.1",
      "The INVITE has no recording metadata: parties are known from later messages or not at all.",
      "Let the SBC send RFC 7865 metadata; without it calls can only be told apart by SRC or"
          + " address."),
  METADATA_NOT_WELL_FORMED(
      "metadata-not-well-formed",
      "RFC 7865 §9",
      "The metadata is no well-formed XML; what could be read was.",
      "Ask the SBC's vendor for a correction; often a name holds & or < as it is."),
  NAMESPACE_WRONG(
      "namespace-wrong",
      "RFC 7865 §5.1",
      "The metadata's root is not in the namespace urn:ietf:params:xml:ns:recording:1.",
      "Look for a setting of the SBC that follows RFC 7865 and not one of its drafts."),
  ROOT_NAME(
      "root-not-recording",
      "RFC 7865 §9",
      "The metadata's root element is not recording.",
      "Look for a setting of the SBC that follows RFC 7865 and not one of its drafts."),
  DATAMODE_SPELLING(
      "datamode-spelling",
      "RFC 7865 §9",
      "The data mode is not given by an element datamode, as the schema has it.",
      "Nothing needs to be done; the RFC's text and its schema differ in the spelling."),
  DATAMODE_UNKNOWN(
      "datamode-unknown",
      "RFC 7865 §6.1.1",
      "The data mode is neither complete nor partial; it is taken for complete.",
      "Ask the SBC's vendor for a correction: who is on the call may be wrong after an update."),
  ID_ATTRIBUTE(
      "id-attribute-name",
      "RFC 7865 §9",
      "Ids stand in the attributes id, session or participant of a draft.",
      "Look for a setting of the SBC that follows RFC 7865 and not one of its drafts."),
  ID_MISSING(
      "element-id-missing",
      "RFC 7865 §6.10",
      "An element has no id, so that later messages can't refer to it.",
      "Ask the SBC's vendor for a correction."),
  ID_NOT_UUID(
      "element-id-not-uuid",
      "RFC 7865 §6.10",
      "An id is not the base64 form of a UUID.",
      "Nothing needs to be done as long as ids are unique; they are compared as they come."),
  ID_TWICE(
      "element-id-twice",
      "RFC 7865 §6.10",
      "Two elements have the same id.",
      "Ask the SBC's vendor for a correction: parties or streams may be mixed up."),
  TIME_WITHOUT_ZONE(
      "time-without-zone",
      "RFC 7865 §9",
      "A time names no zone; it is taken for UTC.",
      "Set the SBC's clock to UTC, or let it send times with zone."),
  TIME_ZONE_FORM(
      "time-zone-without-colon",
      "RFC 7865 §9",
      "A time's zone has no colon, as +0000, which is none of XML Schema's forms.",
      "Nothing needs to be done; the time is understood."),
  TIME_UNREADABLE(
      "time-unreadable",
      "RFC 7865 §9",
      "A time can't be read.",
      "Ask the SBC's vendor for a correction; times of the recorder's own clock are shown."),
  SEND_IN_PARTICIPANT(
      "send-in-participant",
      "RFC 7865 §6.8",
      "Who sends which stream stands inside participant, not in participantstreamassoc.",
      "Look for a setting of the SBC that follows RFC 7865 and not one of its drafts."),
  AOR_WITHOUT_SCHEME(
      "aor-without-scheme",
      "RFC 7865 §6.5.1",
      "A party's address of record has no scheme such as sip: or tel:.",
      "Nothing needs to be done; the address is understood."),
  SESSION_ID_FORM(
      "sip-session-id-malformed",
      "RFC 7989 §5",
      "A sipSessionID is no Session-ID of 32 hex digits, but a Call-ID or something else.",
      "Turn on Session-ID (RFC 7989) on the SBC if recordings of one call are to be joined."),

  // Labels
  LABEL_MISSING(
      "label-missing",
      "RFC 7866 §7.1.1",
      "A stream of the offer has no label, so that nothing tells who speaks on it.",
      "Let the SBC send a=label for each stream; who speaks is guessed from the order."),
  LABEL_TWICE(
      "label-twice",
      "RFC 4574 §4",
      "Two streams of the offer have the same label.",
      "Ask the SBC's vendor for a correction: who speaks on the second stream is not known."),
  LABEL_UNKNOWN(
      "label-unknown",
      "RFC 7866 §7.1.1",
      "The metadata names a label that no stream of the offer has.",
      "Ask the SBC's vendor for a correction: the party of that stream may be missing."),
  STREAM_NOT_IN_METADATA(
      "stream-not-in-metadata",
      "RFC 7866 §7.1.1",
      "The metadata does not name a stream of the offer by its label.",
      "Ask the SBC's vendor for a correction: who speaks on that stream is guessed."),
  LABELS_WITHOUT_OFFER(
      "labels-without-offer",
      "RFC 7866 §9.1",
      "Metadata that names labels came without a session description; the last offer's count.",
      "Nothing needs to be done; the metadata is understood."),

  // The session description
  NO_DIRECTION(
      "no-direction",
      "RFC 7866 §7.1.1",
      "A stream of the offer has no direction; an SRC offers sendonly, or inactive on hold.",
      "Let the SBC send a=sendonly."),
  DIRECTION_NOT_SENDONLY(
      "direction-not-sendonly",
      "RFC 7866 §7.1.1",
      "A stream of the offer is sendrecv or recvonly; an SRC offers sendonly, or inactive on hold.",
      "Let the SBC send a=sendonly; a stream that is recvonly carries nothing to record."),
  HOLD_BY_ADDRESS(
      "hold-by-zero-address",
      "RFC 3264 §8.4",
      "A stream is put on hold by the address 0.0.0.0, as in RFC 2543, not by its direction.",
      "Nothing needs to be done; the hold is understood."),
  ADDRESS_MISSING(
      "address-missing",
      "RFC 8866 §5.7",
      "The offer gives no IP address for a stream; its media is taken from the SRC's own address.",
      "Let the SBC send an IP address in c=; media from another address is not recorded."),
  STREAM_GONE(
      "m-line-gone",
      "RFC 3264 §8",
      "A later offer has fewer m-lines than the one before; what is missing is taken for ended.",
      "Ask the SBC's vendor for a correction: streams after the missing one may be mixed up."),
  CRYPTO_KEY_UNPADDED(
      "crypto-key-unpadded",
      "RFC 4568 §6.1",
      "An SRTP key is base64 without its padding.",
      "Nothing needs to be done; the key is understood."),
  SOURCE_PORT_MISMATCH(
      "source-port-mismatch",
      "RFC 4961 §3",
      "Media came from another port than the offered one.",
      "Let the SBC send from the port that it offers (symmetric RTP), or look for a NAT between."),

  // The dialog
  ACK_MISSING(
      "ack-missing",
      "RFC 3261 §13.2.2.4",
      "The SRC never acknowledged our answer.",
      "Look whether the recorder's Contact address can be reached from the SBC."),
  BYE_MISSING(
      "bye-missing",
      "RFC 3261 §15",
      "The SRC went away without a BYE, and neither media nor an answer came any more.",
      "Look whether the SBC failed or was restarted; else see what it does when a call ends."),
  BYE_REFUSED(
      "bye-refused",
      "RFC 3261 §15.1.2",
      "The SRC refused the recorder's BYE, and may go on sending media that nobody takes.",
      "Let the SBC end a recording session when the recorder does; until then it holds resources"
          + " for a session that is over.");

  private final String wireName;
  private final String rule;
  private final String meaning;
  private final String remedy;

  Deviation(String wireName, String rule, String meaning, String remedy) {
    this.wireName = wireName;
    this.rule = rule;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  @Override
  public String wireName() {
    return wireName;
  }

  /** Document and section that say how it should be. */
  public String rule() {
    return rule;
  }

  /** What was seen, in a sentence. */
  public String meaning() {
    return meaning;
  }

  /** What to change on the SBC, in a sentence. */
  public String remedy() {
    return remedy;
  }
}
