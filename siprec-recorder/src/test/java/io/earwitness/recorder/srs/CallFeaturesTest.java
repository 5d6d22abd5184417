package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.MetadataText.complete;
import static io.earwitness.recorder.srs.MetadataText.ended;
import static io.earwitness.recorder.srs.MetadataText.group;
import static io.earwitness.recorder.srs.MetadataText.leaves;
import static io.earwitness.recorder.srs.MetadataText.media;
import static io.earwitness.recorder.srs.MetadataText.partial;
import static io.earwitness.recorder.srs.MetadataText.person;
import static io.earwitness.recorder.srs.MetadataText.sdp;
import static io.earwitness.recorder.srs.MetadataText.session;
import static io.earwitness.recorder.srs.MetadataText.stream;
import static io.earwitness.recorder.srs.MetadataText.takesPart;
import static io.earwitness.recorder.srs.MetadataText.vendor;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.Direction;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people do with calls, message by message, and the whole timeline that results. */
class CallFeaturesTest {
  private static final String ANNA = person("A", "sip:+12025550101@acme.example", "Anna Berg");
  private static final String BO = person("B", "sip:+6561234567@carrier.example", "Bo Chen");
  private static final String CAROL = person("C", "sip:+12025550112@acme.example", "Carol Desk");
  private static final String DAN = person("D", "sip:+6567654321@carrier.example", "Dan Eng");

  /** Anna on the left talks with Bo on the right. */
  private static final String ANNA_WITH_BO =
      complete(
          group("G"),
          session("S", "G"),
          ANNA,
          BO,
          takesPart("A", "S"),
          takesPart("B", "S"),
          stream("L", "S", "1"),
          stream("R", "S", "2"),
          media("A", "L", "R"),
          media("B", "R", "L"));

  private static final String ANNA_JOINED = "joined: Anna Berg (+12025550101) joined on the left";
  private static final String BO_JOINED = "joined: Bo Chen (+6561234567) joined on the right";
  private static final String CAROL_JOINED =
      "joined: Carol Desk (+12025550112) joined on the right";
  private static final String ENDED = "ended: ended by the SRC";

  private ServerFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = new ServerFixture();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private DialogueWithSrc begin(String headers, String metadata, String... labels)
      throws Exception {
    String callId = "rs-" + fixture.captures.captures.size() + "@src";
    return DialogueWithSrc.begin(fixture, callId, headers, sdp(labels), metadata);
  }

  private DialogueWithSrc annaWithBo() throws Exception {
    return begin("", ANNA_WITH_BO, "1", "2");
  }

  @Test
  void holdAndResume() throws Exception {
    try (DialogueWithSrc call = annaWithBo()) {
      // Anna's telephone says sendonly (RFC 3264 §8.4): she still sends music and hears nothing
      call.update(partial(media("A", "L", ""), media("B", "", "L")))
          .update(partial(media("A", "L", "R"), media("B", "R", "L")))
          .bye();
      assertThat(call.timeline())
          .containsExactly(
              ANNA_JOINED,
              BO_JOINED,
              "held: held by Anna Berg (+12025550101): Bo Chen (+6561234567) is no longer heard",
              "resumed: Bo Chen (+6561234567) is back from hold",
              ENDED);
    }
  }

  @Test
  void holdOfWhichNobodyTellsWhoBeganIt() throws Exception {
    try (DialogueWithSrc call = annaWithBo()) {
      call.update(partial(media("B", "", "L"))).bye();
      assertThat(call.timeline())
          .containsExactly(
              ANNA_JOINED,
              BO_JOINED,
              "held: Bo Chen (+6561234567) is on hold: no longer heard",
              ENDED);
    }
  }

  @Test
  void transferByReInvite() throws Exception {
    try (DialogueWithSrc call = annaWithBo()) {
      call.reinvite(
              sdp("1", "2"),
              partial(CAROL, leaves("B", "S"), takesPart("C", "S"), media("C", "R", "L")))
          .bye();
      assertThat(call.timeline())
          .containsExactly(
              ANNA_JOINED,
              BO_JOINED,
              "left: Bo Chen (+6561234567) left",
              CAROL_JOINED,
              "transferred: transferred from Bo Chen (+6561234567) to Carol Desk (+12025550112)",
              ENDED);
    }
  }

  @Test
  void blindTransferByReferWithinOneRecordingSession() throws Exception {
    try (DialogueWithSrc call = annaWithBo()) {
      // A new communication session in the same group (RFC 8068 §3.2.3)
      call.reinvite(
              sdp("1", "2"),
              partial(
                  ended("S"),
                  session("S2", "G"),
                  ANNA,
                  CAROL,
                  takesPart("A", "S2"),
                  takesPart("C", "S2"),
                  stream("L2", "S2", "1"),
                  stream("R2", "S2", "2"),
                  media("A", "L2", "R2"),
                  media("C", "R2", "L2")))
          .bye();
      assertThat(call.timeline())
          .containsExactly(
              ANNA_JOINED,
              BO_JOINED,
              "left: Bo Chen (+6561234567) left",
              CAROL_JOINED,
              "transferred: transferred from Bo Chen (+6561234567) to Carol Desk (+12025550112)",
              ENDED);
      assertThat(call.summary().callIds()).contains("S", "S2", "G");
    }
  }

  @Test
  void blindTransferByReferAsANewRecordingSessionOfTheSameGroup() throws Exception {
    try (DialogueWithSrc first = annaWithBo()) {
      first.bye(partial(ended("S")));
      assertThat(first.timeline())
          .containsExactly(
              ANNA_JOINED,
              BO_JOINED,
              "note: communication session S ended",
              "left: Anna Berg (+12025550101) left",
              "left: Bo Chen (+6561234567) left",
              ENDED);
    }
    try (DialogueWithSrc second =
        begin(
            "Referred-By: \"Bo Chen\" <sip:+6561234567@carrier.example>\r\n",
            complete(
                group("G"),
                session("S2", "G"),
                ANNA,
                CAROL,
                takesPart("A", "S2"),
                takesPart("C", "S2"),
                stream("L2", "S2", "1"),
                stream("R2", "S2", "2"),
                media("A", "L2", "R2"),
                media("C", "R2", "L2")),
            "1",
            "2")) {
      second.bye();
      assertThat(second.timeline())
          .containsExactly(
              ANNA_JOINED, CAROL_JOINED, "note: transferred by Bo Chen (+6561234567)", ENDED);
      assertThat(second.summary().callIds()).contains("G");
    }
  }

  @Test
  void consultativeTransfer() throws Exception {
    try (DialogueWithSrc call = annaWithBo();
        DialogueWithSrc consultation =
            begin(
                "",
                complete(
                    group("G"),
                    session("S9", "G"),
                    ANNA,
                    CAROL,
                    takesPart("A", "S9"),
                    takesPart("C", "S9"),
                    stream("L9", "S9", "1"),
                    stream("R9", "S9", "2"),
                    media("A", "L9", "R9"),
                    media("C", "R9", "L9")),
                "1",
                "2")) {
      call.update(partial(media("A", "L", ""), media("B", "", "L")));
      consultation.bye();
      call.reinvite(
              sdp("1", "2"),
              partial(
                  CAROL,
                  leaves("A", "S"),
                  takesPart("C", "S"),
                  media("C", "L", "R"),
                  media("B", "R", "L")))
          .bye();
      assertThat(consultation.timeline()).containsExactly(ANNA_JOINED, CAROL_JOINED, ENDED);
      assertThat(call.timeline())
          .containsExactly(
              ANNA_JOINED,
              BO_JOINED,
              "held: held by Anna Berg (+12025550101): Bo Chen (+6561234567) is no longer heard",
              "left: Anna Berg (+12025550101) left",
              "joined: Carol Desk (+12025550112) joined on the left",
              "transferred: transferred from Anna Berg (+12025550101) to Carol Desk"
                  + " (+12025550112)",
              "resumed: Bo Chen (+6561234567) is back from hold",
              ENDED);
    }
  }

  @Test
  void conferenceInOneMixedStream() throws Exception {
    try (DialogueWithSrc call =
        begin(
            "",
            complete(
                session("S", "G"),
                ANNA,
                BO,
                takesPart("A", "S"),
                takesPart("B", "S"),
                stream("M", "S", "1"),
                media("A", "M", "M"),
                media("B", "M", "M")),
            "1")) {
      call.update(partial(CAROL, takesPart("C", "S"), media("C", "M", "M")))
          // One goes and another comes at once: in a conference that is no transfer
          .update(partial(DAN, leaves("B", "S"), takesPart("D", "S"), media("D", "M", "M")))
          .update(partial(leaves("C", "S")))
          .bye();
      assertThat(call.timeline())
          .containsExactly(
              ANNA_JOINED,
              "joined: Bo Chen (+6561234567) joined on the left",
              "joined: Carol Desk (+12025550112) joined the conference on the left",
              "left: Bo Chen (+6561234567) left the conference",
              "joined: Dan Eng (+6567654321) joined the conference on the left",
              "left: Carol Desk (+12025550112) left the conference",
              ENDED);
      assertThat(call.summary().parties())
          .hasSize(4)
          .extracting(Party::side)
          .containsOnly(Side.LEFT);
    }
  }

  @Test
  void parkAndPickup() throws Exception {
    try (DialogueWithSrc call = annaWithBo()) {
      call.update(partial(leaves("A", "S"), media("B", "R", "")))
          .update(partial(CAROL, takesPart("C", "S"), media("C", "L", "R"), media("B", "R", "L")))
          .bye();
      assertThat(call.timeline())
          .containsExactly(
              ANNA_JOINED,
              BO_JOINED,
              "left: Anna Berg (+12025550101) left",
              "joined: Carol Desk (+12025550112) joined on the left",
              ENDED);
    }
  }

  @Test
  void queue() throws Exception {
    String acd =
        "<extensiondata><broadWorksRecordingMetadata><acd><acdUserId>sales@acme.example"
            + "</acdUserId><acdName>Sales Desk</acdName><acdNumber>tel:+12025550110</acdNumber>"
            + "</acd></broadWorksRecordingMetadata></extensiondata>";
    try (DialogueWithSrc call =
        begin("", ANNA_WITH_BO.replace("</recording>", acd + "</recording>"), "1", "2")) {
      // Said again with every update, told once
      call.update(ANNA_WITH_BO.replace("</recording>", acd + "</recording>")).bye();
      assertThat(call.timeline())
          .containsExactly(
              ANNA_JOINED, BO_JOINED, "note: came through the queue Sales Desk", ENDED);
    }
  }

  @Test
  void delegation() throws Exception {
    String boss = person("X", "sip:+12025550115@acme.example", "Xenia Boss");
    String secretary =
        person(
            "C",
            "sip:+12025550112@acme.example",
            "Carol Desk",
            vendor(
                "<apkt:header label=\"Diversion\"><value>\"Xenia Boss\""
                    + " &lt;sip:+12025550115@acme.example&gt;;reason=deflection</value>"
                    + "</apkt:header>"));
    try (DialogueWithSrc call =
        begin(
            "",
            complete(
                session("S", "G"),
                BO,
                secretary,
                takesPart("B", "S"),
                takesPart("C", "S"),
                stream("L", "S", "1"),
                stream("R", "S", "2"),
                media("B", "L", "R"),
                media("C", "R", "L")),
            "1",
            "2")) {
      call.update(partial(boss, leaves("C", "S"), takesPart("X", "S"), media("X", "R", "L"))).bye();
      assertThat(call.timeline())
          .containsExactly(
              "joined: Bo Chen (+6561234567) joined on the left",
              CAROL_JOINED,
              "note: forwarded from Xenia Boss (+12025550115) (deflection)",
              "left: Carol Desk (+12025550112) left",
              "joined: Xenia Boss (+12025550115) joined on the right",
              "transferred: transferred from Carol Desk (+12025550112) to Xenia Boss"
                  + " (+12025550115)",
              ENDED);
    }
  }

  @Test
  void forwarding() throws Exception {
    try (DialogueWithSrc call =
        begin(
            "Diversion: <sip:+12025550119@acme.example>;reason=user-busy;counter=1\r\n",
            ANNA_WITH_BO,
            "1",
            "2")) {
      call.bye();
      assertThat(call.timeline())
          .containsExactly(
              ANNA_JOINED, BO_JOINED, "note: forwarded from +12025550119 (user-busy)", ENDED);
    }
  }

  @Test
  void autoAttendant() throws Exception {
    String attendant = person("T", "sip:attendant@acme.example", "Auto Attendant");
    try (DialogueWithSrc call =
        begin(
            "",
            complete(
                session("S", "G"),
                BO,
                attendant,
                takesPart("B", "S"),
                takesPart("T", "S"),
                stream("L", "S", "1"),
                stream("R", "S", "2"),
                media("B", "L", "R"),
                media("T", "R", "L")),
            "1",
            "2")) {
      call.update(partial(CAROL, leaves("T", "S"), takesPart("C", "S"), media("C", "R", "L")))
          .bye();
      assertThat(call.timeline())
          .containsExactly(
              "joined: Bo Chen (+6561234567) joined on the left",
              "joined: Auto Attendant (sip:attendant@acme.example) joined on the right",
              "left: Auto Attendant (sip:attendant@acme.example) left",
              CAROL_JOINED,
              "transferred: transferred from Auto Attendant (sip:attendant@acme.example) to"
                  + " Carol Desk (+12025550112)",
              ENDED);
    }
  }

  @Test
  void sharedLineHeldAtOneTelephoneAndTakenUpAtAnother() throws Exception {
    String annaElsewhere = person("A2", "sip:+12025550101@acme.example", "Anna Berg");
    try (DialogueWithSrc call = annaWithBo()) {
      call.update(partial(media("A", "L", ""), media("B", "", "L")))
          .update(
              partial(
                  annaElsewhere,
                  leaves("A", "S"),
                  takesPart("A2", "S"),
                  media("A2", "L", "R"),
                  media("B", "R", "L")))
          .bye();
      assertThat(call.timeline())
          .containsExactly(
              ANNA_JOINED,
              BO_JOINED,
              "held: held by Anna Berg (+12025550101): Bo Chen (+6561234567) is no longer heard",
              "resumed: Bo Chen (+6561234567) is back from hold",
              ENDED);
      assertThat(call.summary().parties()).hasSize(2);
    }
  }

  @Test
  void internalCall() throws Exception {
    try (DialogueWithSrc call =
        begin(
            "",
            complete(
                session("S", "G"),
                ANNA,
                CAROL,
                takesPart("A", "S"),
                takesPart("C", "S"),
                stream("L", "S", "1"),
                stream("R", "S", "2"),
                media("A", "L", "R"),
                media("C", "R", "L")),
            "1",
            "2")) {
      call.bye();
      assertThat(call.timeline()).containsExactly(ANNA_JOINED, CAROL_JOINED, ENDED);
      assertThat(call.summary().direction()).isEqualTo(Direction.INTERNAL);
    }
  }
}
