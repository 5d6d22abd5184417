package io.earwitness.recorder.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.recorder.metadata.RecordingMetadata.DataMode;
import io.earwitness.recorder.metadata.RecordingMetadata.ExtensionItem;
import io.earwitness.recorder.metadata.RecordingMetadata.NameId;
import io.earwitness.recorder.metadata.RecordingMetadata.Participant;
import io.earwitness.recorder.metadata.RecordingMetadata.Stream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataParserTest {
  @Test
  void readsEveryObjectOfTheRfcExample() {
    RecordingMetadata metadata = Samples.parse(Samples.BASIC);

    assertThat(metadata.malformed()).isFalse();
    assertThat(metadata.remarks()).isEmpty();
    assertThat(metadata.dataMode()).isEqualTo(DataMode.COMPLETE);
    assertThat(metadata.groups()).hasSize(1);
    assertThat(metadata.sessions())
        .singleElement()
        .satisfies(
            session -> {
              assertThat(session.id()).isEqualTo("6n/7HooUWU+ZG+AaFn1XIA==");
              assertThat(session.groupRef()).isEqualTo("URTOaYeKXHmyNNg+WxAHPA==");
              assertThat(session.sipSessionIds())
                  .containsExactly(
                      "a1b2c3d4e5f60718293a4b5c6d7e8f90;remote=90f8e7d6c5b4a3928170f6e5d4c3b2a1");
              assertThat(session.startTime()).isEqualTo(MetadataTime.parse("2026-11-20T09:30:00Z"));
            });
    assertThat(metadata.participants())
        .containsExactly(
            new Participant(
                "8AFWbQZZXwyBSAkQxeq+8g==",
                List.of(new NameId("sip:+12025550101@example.com", "Alice Trader", "en")),
                List.of()),
            new Participant(
                "BPS8+N5DXa2YhK2cuq603A==",
                List.of(new NameId("sip:+12025550102@example.net", "Bob Client", "en")),
                List.of()));
    assertThat(metadata.streams())
        .containsExactly(
            new Stream("CkPCLH0tVL6aWmhmZp/szQ==", "6n/7HooUWU+ZG+AaFn1XIA==", "1", List.of()),
            new Stream("5xwmD+zEWbGv2UHyQcOdSw==", "6n/7HooUWU+ZG+AaFn1XIA==", "2", List.of()));
    assertThat(metadata.sessionRecordingAssocs()).hasSize(1);
    assertThat(metadata.participantSessionAssocs()).hasSize(2);
    assertThat(metadata.participantStreamAssocs())
        .hasSize(2)
        .first()
        .satisfies(
            assoc -> {
              assertThat(assoc.send()).containsExactly("CkPCLH0tVL6aWmhmZp/szQ==");
              assertThat(assoc.recv()).containsExactly("5xwmD+zEWbGv2UHyQcOdSw==");
            });
    assertThat(metadata.extensions()).isEmpty();
  }

  @Test
  void readsOraclesDialect() {
    RecordingMetadata metadata = Samples.parse(Samples.ORACLE);

    assertThat(metadata.malformed()).isFalse();
    assertThat(metadata.sessions())
        .singleElement()
        .satisfies(
            session -> {
              assertThat(session.id()).isEqualTo("5MOAFzCLVKG6o+H4TYD2qg==");
              assertThat(session.startTime())
                  .isEqualTo(
                      new MetadataTime(
                          "2026-11-20T09:31:07", Instant.parse("2026-11-20T09:31:07Z"), false));
              assertThat(session.extensions())
                  .containsExactly(
                      new ExtensionItem("ucid", null, "00FA0800A1B2C36AE0D1F2;encoding=hex"),
                      new ExtensionItem("callerOrig", null, "true"));
            });
    assertThat(metadata.participants().getFirst().nameIds())
        .containsExactly(new NameId("sip:+12025550111@192.0.2.30", "DESK 4 & BACKUP", null));
    assertThat(metadata.participants().getFirst().extensions())
        .containsExactly(
            new ExtensionItem("callingParty", null, "true"),
            new ExtensionItem("request-uri", null, "sip:+12025550112@192.0.2.21:5060;user=phone"),
            new ExtensionItem("in-realm", null, "core-trading"),
            new ExtensionItem("header", "P-Asserted-Identity", "<sip:+12025550111@example.com>"),
            new ExtensionItem("header", "P-Asserted-Identity", "<tel:+12025550111>"),
            new ExtensionItem(
                "header",
                "Diversion",
                "<sip:+12025550119@example.com>;reason=no-answer;counter=1"));
    assertThat(metadata.participantSessionAssocs())
        .allSatisfy(assoc -> assertThat(assoc.sessionId()).isEqualTo("5MOAFzCLVKG6o+H4TYD2qg=="))
        .hasSize(2);
    assertThat(metadata.participantStreamAssocs())
        .extracting(RecordingMetadata.ParticipantStreamAssoc::send)
        .containsExactly(List.of("NwkDqvD7UA+oABwNQyrhxQ=="), List.of("9jfsNoq8VkKiHXR6wEaOZQ=="));
    assertThat(metadata.streams())
        .extracting(Stream::label)
        .containsExactly("33554519", "33554520");
  }

  @Test
  void readsAnAddressWithoutAName() {
    RecordingMetadata metadata = Samples.parse(Samples.CUBE);

    assertThat(metadata.malformed()).isFalse();
    assertThat(metadata.participants())
        .extracting(participant -> participant.nameIds().getFirst())
        .containsExactly(
            new NameId("sip:2025550121@192.0.2.41", null, null),
            new NameId("sip:2025550122@192.0.2.42", "2025550122", "en"));
  }

  @Test
  void recoversEverythingOfTheMalformedSampleAndSaysWhatIsWrong() {
    RecordingMetadata malformed = Samples.parse(Samples.MALFORMED);
    RecordingMetadata good = Samples.parse(Samples.BASIC);

    assertThat(malformed.malformed()).isTrue();
    assertThat(malformed.remarks())
        .anyMatch(remark -> remark.startsWith("line 4, column 3: the prefix 'x' is not declared"))
        .anyMatch(remark -> remark.contains("line 17,") && remark.contains("unescaped '&'"))
        .anyMatch(remark -> remark.contains("line 17,") && remark.contains("'name' is not closed"))
        .anyMatch(remark -> remark.contains("line 8,") && remark.contains("'session' is not"));
    assertThat(malformed.groups()).isEqualTo(good.groups());
    assertThat(malformed.sessions()).isEqualTo(good.sessions());
    assertThat(malformed.streams()).isEqualTo(good.streams());
    assertThat(malformed.sessionRecordingAssocs()).isEqualTo(good.sessionRecordingAssocs());
    assertThat(malformed.participantSessionAssocs()).isEqualTo(good.participantSessionAssocs());
    assertThat(malformed.participantStreamAssocs()).isEqualTo(good.participantStreamAssocs());
    assertThat(malformed.participants())
        .extracting(participant -> participant.nameIds().getFirst())
        .containsExactly(
            new NameId("sip:+12025550101@example.com", "Alice Trader", "en"),
            new NameId("sip:+12025550102@example.net", "Bob & Co", null));
    assertThat(malformed.extensions())
        .containsExactly(new ExtensionItem("note", null, "prefix never declared"));
  }

  @Test
  void takesBothSpellingsOfTheDataModeAndNoneForComplete() {
    assertThat(parse("<recording><dataMode>partial</dataMode></recording>").dataMode())
        .isEqualTo(DataMode.PARTIAL);
    assertThat(parse("<recording><datamode> Partial </datamode></recording>").dataMode())
        .isEqualTo(DataMode.PARTIAL);
    assertThat(parse("<recording/>").dataMode()).isEqualTo(DataMode.COMPLETE);
  }

  @Test
  void readsPrefixedElementsOtherRootsAndVendorData() {
    RecordingMetadata sonus =
        parse(
            """
            <tns:recording xmlns:tns="urn:ietf:params:xml:ns:recording">
              <tns:group group_id="g"><callData><fromhdr>&lt;sip:100@h&gt;;tag=1</fromhdr>
                <gcid>77</gcid></callData></tns:group>
              <tns:participant participant_id="p">
                <tns:nameID aor="+12025550101@h"/></tns:participant>
            </tns:recording>\
            """);
    assertThat(sonus.malformed()).isFalse();
    assertThat(sonus.participants()).hasSize(1);
    assertThat(sonus.groups().getFirst().extensions())
        .containsExactly(
            new ExtensionItem("callData/fromhdr", null, "<sip:100@h>;tag=1"),
            new ExtensionItem("callData/gcid", null, "77"));

    RecordingMetadata broadWorks =
        parse(
            "<recording_metadata xmlns='urn:ietf:params:xml:ns:siprec'><participant id='p'/>"
                + "</recording_metadata>");
    assertThat(broadWorks.participants()).hasSize(1);
    assertThat(broadWorks.remarks()).isEmpty();
  }

  @Test
  void extensionDataThatNamesItsParentBelongsToIt() {
    RecordingMetadata oracle =
        parse(
            """
            <recording xmlns='urn:ietf:params:xml:ns:recording'><dataMode>complete</dataMode>
              <session id="s"><start-time>2026-11-20T09:33:19</start-time></session>
              <participant id="p" session="s"><aor>sip:100@h</aor><name>Desk </name>
                <send>x</send><start-time>2026-11-20T09:33:20</start-time></participant>
              <stream id="x" session="s"><label>1</label><mode>separate</mode></stream>
              <extensiondata id="e1" parent="p"><callingParty>true</callingParty></extensiondata>
              <extensiondata id="e2" parent="s"><ucid>77</ucid></extensiondata>
              <extensiondata id="e3" parent="nobody"><note>kept</note></extensiondata>
              <extensiondata><other>kept too</other></extensiondata>
            </recording>\
            """);
    assertThat(oracle.malformed()).isFalse();
    assertThat(oracle.participants())
        .containsExactly(
            new Participant(
                "p",
                List.of(new NameId("sip:100@h", "Desk", null)),
                List.of(new ExtensionItem("callingParty", null, "true"))));
    assertThat(oracle.participantSessionAssocs().getFirst().associateTime())
        .isEqualTo(MetadataTime.parse("2026-11-20T09:33:20"));
    assertThat(oracle.sessions().getFirst().extensions())
        .containsExactly(new ExtensionItem("ucid", null, "77"));
    assertThat(oracle.extensions())
        .containsExactlyInAnyOrder(
            new ExtensionItem("note", null, "kept"), new ExtensionItem("other", null, "kept too"));
    assertThat(oracle.streams()).containsExactly(new Stream("x", "s", "1", List.of()));
  }

  @Test
  void readsTimesAsVendorsWriteThem() {
    Instant expected = Instant.parse("2026-11-20T09:33:19Z");
    for (String text :
        List.of(
            "2026-11-20T09:33:19Z",
            "2026-11-20T09:33:19+0000",
            "2026-11-20T11:33:19+02:00",
            "2026-11-20 09:33:19Z",
            "2026-11-20T11:33:19+02",
            " 2026-11-20T09:33:19.000Z ")) {
      assertThat(MetadataTime.parse(text).instant()).as(text).isEqualTo(expected);
      assertThat(MetadataTime.parse(text).zoned()).as(text).isTrue();
    }
    assertThat(MetadataTime.parse("2026-11-20T09:33:19"))
        .isEqualTo(new MetadataTime("2026-11-20T09:33:19", expected, false));
    assertThat(MetadataTime.parse("yesterday").instant()).isNull();
  }

  @Test
  void followsNoDoctypeAndNoEntity(@TempDir Path directory) throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "S3CRET");
    RecordingMetadata external =
        parse(
            "<!DOCTYPE recording [<!ENTITY x SYSTEM '"
                + secret.toUri()
                + "'>]><recording><participant participant_id='p'><nameID aor='sip:a@h'>"
                + "<name>&x;</name></nameID></participant></recording>");
    assertThat(external.malformed()).isTrue();
    assertThat(external.remarks().getFirst()).contains("line 1", "document type declaration");
    assertThat(external.participants().getFirst().nameIds())
        .containsExactly(new NameId("sip:a@h", "&x;", null));

    RecordingMetadata billionLaughs =
        parse(
            "<!DOCTYPE r [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"
                + "<recording><stream stream_id='s'><label>&b;</label></stream></recording>");
    assertThat(billionLaughs.streams().getFirst().label()).isEqualTo("&b;");
  }

  @Test
  void readsWhatIsLeftOfADamagedText() {
    assertThat(parse("").malformed()).isTrue();
    assertThat(parse("not XML at all & <").malformed()).isTrue();

    byte[] document = Samples.document(Samples.BASIC);
    String text = new String(document, StandardCharsets.UTF_8);
    RecordingMetadata cut = parse(text.substring(0, text.indexOf("<sessionrecordingassoc") + 9));
    assertThat(cut.malformed()).isTrue();
    assertThat(cut.participants()).hasSize(2);
    assertThat(cut.streams()).hasSize(2);

    RecordingMetadata latin1 =
        MetadataParser.parse(
            "<recording><participant participant_id='p'><nameID aor='sip:a@h'><name>M\u00fcller</name>"
                .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(latin1.participants().getFirst().nameIds().getFirst().name())
        .isEqualTo("M\u00fcller");

    RecordingMetadata unquoted = parse("<recording><participant id=p session=s></recording>");
    assertThat(unquoted.participants().getFirst().id()).isEqualTo("p");
    assertThat(unquoted.participantSessionAssocs().getFirst().sessionId()).isEqualTo("s");
  }

  @Test
  void takesWhiteSpaceInFrontForNoDamage() {
    assertThat(parse("\r\n<?xml version='1.0'?><recording/>").malformed()).isFalse();
  }

  private static RecordingMetadata parse(String document) {
    return MetadataParser.parse(document.getBytes(StandardCharsets.UTF_8));
  }
}
