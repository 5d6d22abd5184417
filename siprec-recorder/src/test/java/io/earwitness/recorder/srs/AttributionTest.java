package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.MetadataText.complete;
import static io.earwitness.recorder.srs.MetadataText.group;
import static io.earwitness.recorder.srs.MetadataText.media;
import static io.earwitness.recorder.srs.MetadataText.partial;
import static io.earwitness.recorder.srs.MetadataText.person;
import static io.earwitness.recorder.srs.MetadataText.sdp;
import static io.earwitness.recorder.srs.MetadataText.session;
import static io.earwitness.recorder.srs.MetadataText.stream;
import static io.earwitness.recorder.srs.MetadataText.takesPart;
import static io.earwitness.recorder.srs.MetadataText.vendor;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statements of one SRC that can't both be true are flagged and named; they change no audio. */
class AttributionTest {
  private static final String CALLING = vendor("<apkt:callingParty>true</apkt:callingParty>");

  private ServerFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = new ServerFixture();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private DialogueWithSrc begin(String sdp, String metadata) throws Exception {
    String callId = "attribution-" + fixture.captures.captures.size() + "@src";
    return DialogueWithSrc.begin(fixture, callId, "", sdp, metadata);
  }

  /** Anna's voice on label 1, Bo's on label 2. */
  private static String metadata(String ofAnna, String ofBo, String... more) {
    return complete(
        group("G"),
        session("S", "G"),
        person("A", "sip:+12025550101@acme.example", "Anna Berg", ofAnna),
        person("B", "sip:bo@carrier.example", "Bo Chen", ofBo),
        takesPart("A", "S"),
        takesPart("B", "S"),
        stream("L", "S", "1"),
        stream("R", "S", "2"),
        media("A", "L", "R"),
        media("B", "R", "L"),
        String.join("\n", more));
  }

  private static String sdpNaming(String ofFirst, String ofSecond) {
    return sdp("1", "2")
        .replace("a=label:1", "a=label:1\r\na=ssrc:314159265 cname:" + ofFirst)
        .replace("a=label:2", "a=label:2\r\na=ssrc:271828182 cname:" + ofSecond);
  }

  private static List<String> notes(DialogueWithSrc call) {
    return call.timeline().stream().filter(line -> line.startsWith("note: ")).toList();
  }

  @Test
  void labelsThatAreSwappedAgainstTheCnamesAreFlagged() throws Exception {
    try (DialogueWithSrc call =
        begin(sdpNaming("bo@carrier.example", "+12025550101@acme.example"), metadata("", ""))) {
      assertThat(call.summary().flags()).containsExactly(CallFlag.ATTRIBUTION_CONTRADICTED);
      assertThat(notes(call))
          .containsExactlyInAnyOrder(
              "note: the SDP's CNAME for label 1, bo@carrier.example, is that of Bo Chen"
                  + " (sip:bo@carrier.example), whom the metadata puts on label 2",
              "note: the SDP's CNAME for label 2, +12025550101@acme.example, is that of Anna Berg"
                  + " (+12025550101), whom the metadata puts on label 1");
      // What the metadata says stands
      assertThat(call.summary().parties())
          .extracting(Party::side)
          .containsExactly(Side.LEFT, Side.RIGHT);

      // Said again, it is told no second time
      call.reinvite(sdpNaming("bo@carrier.example", "+12025550101@acme.example"), metadata("", ""));
      assertThat(notes(call)).hasSize(2);
    }
  }

  @Test
  void cnamesThatAgreeOrNameNobodyAreNoContradiction() throws Exception {
    try (DialogueWithSrc call =
        begin(sdpNaming("+12025550101@acme.example", "f81d4fae@192.0.2.9"), metadata("", ""))) {
      assertThat(call.summary().flags()).isEmpty();
      assertThat(notes(call)).isEmpty();
    }
  }

  @Test
  void swappedLabelsInALaterUpdateAreFlaggedThen() throws Exception {
    try (DialogueWithSrc call =
        begin(sdpNaming("+12025550101@acme.example", "bo@carrier.example"), metadata("", ""))) {
      assertThat(call.summary().flags()).isEmpty();
      call.update(partial(media("A", "R", "L"), media("B", "L", "R")));
      assertThat(call.summary().flags()).containsExactly(CallFlag.ATTRIBUTION_CONTRADICTED);
      assertThat(notes(call)).hasSize(2);
    }
  }

  @Test
  void oneInTheMetadataOfTheByeIsFlaggedToo() throws Exception {
    try (DialogueWithSrc call =
        begin(sdpNaming("+12025550101@acme.example", "bo@carrier.example"), metadata("", ""))) {
      call.bye(partial(media("A", "R", "L"), media("B", "L", "R")));
      assertThat(call.summary().flags()).contains(CallFlag.ATTRIBUTION_CONTRADICTED);
      assertThat(notes(call)).hasSize(2);
    }
  }

  @Test
  void twoCallingPartiesAreFlagged() throws Exception {
    try (DialogueWithSrc call = begin(sdp("1", "2"), metadata(CALLING, CALLING))) {
      assertThat(call.summary().flags()).containsExactly(CallFlag.ATTRIBUTION_CONTRADICTED);
      assertThat(notes(call))
          .containsExactly(
              "note: Anna Berg (+12025550101) and Bo Chen (sip:bo@carrier.example) are both said"
                  + " to be the calling party");
    }
  }

  @Test
  void aFromHeaderOfWhoIsNotTheCallingPartyIsFlagged() throws Exception {
    String from =
        "<extensiondata><callData><fromhdr>\"Bo\" &lt;sip:bo@carrier.example&gt;;tag=1</fromhdr>"
            + "</callData></extensiondata>";
    try (DialogueWithSrc call = begin(sdp("1", "2"), metadata(CALLING, "", from))) {
      assertThat(call.summary().flags()).containsExactly(CallFlag.ATTRIBUTION_CONTRADICTED);
      assertThat(notes(call))
          .containsExactly(
              "note: Anna Berg (+12025550101) is said to be the calling party, but the From of the"
                  + " call is that of Bo Chen (sip:bo@carrier.example)");
    }
    try (DialogueWithSrc call = begin(sdp("1", "2"), metadata("", CALLING, from))) {
      assertThat(call.summary().flags()).isEmpty();
    }
  }

  @Test
  void oneLabelForTheStreamsOfTwoPeopleIsFlagged() throws Exception {
    String twice = metadata("", "").replace("<label>2</label>", "<label>1</label>");
    try (DialogueWithSrc call = begin(sdp("1", "2"), twice)) {
      assertThat(call.summary().flags())
          .containsExactlyInAnyOrder(
              CallFlag.ATTRIBUTION_CONTRADICTED, CallFlag.METADATA_LABEL_MISMATCH);
      assertThat(notes(call))
          .containsExactly(
              "note: the label 1 is given to the streams of both Anna Berg (+12025550101) and Bo"
                  + " Chen (sip:bo@carrier.example)");
    }
  }

  @Test
  void oneIdOnTwoElementsIsFlagged() throws Exception {
    String sameId = metadata("", "").replace("\"L\"", "\"A\"").replace(">L<", ">A<");
    try (DialogueWithSrc call = begin(sdp("1", "2"), sameId)) {
      assertThat(call.summary().flags()).containsExactly(CallFlag.ATTRIBUTION_CONTRADICTED);
      assertThat(notes(call))
          .containsExactly("note: the id A stands for a participant and for a stream");
    }
    String samePerson = metadata("", "").replace("\"B\"", "\"A\"");
    try (DialogueWithSrc call = begin(sdp("1", "2"), samePerson)) {
      assertThat(call.summary().flags()).contains(CallFlag.ATTRIBUTION_CONTRADICTED);
      assertThat(notes(call))
          .containsExactly(
              "note: the id A stands for two of them: sip:+12025550101@acme.example,"
                  + " sip:bo@carrier.example");
    }
  }

  @Test
  void theSameIdsFromTwoSrcsAreNot() throws Exception {
    try (DialogueWithSrc one = begin(sdp("1", "2"), metadata("", ""));
        DialogueWithSrc other = begin(sdp("1", "2"), metadata("", ""))) {
      assertThat(one.summary().flags()).isEmpty();
      assertThat(other.summary().flags()).isEmpty();
      assertThat(other.summary().callIds()).contains("S", "G");
    }
  }
}
