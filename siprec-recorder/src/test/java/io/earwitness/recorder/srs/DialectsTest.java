package io.earwitness.recorder.srs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Party;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.VendorDatum;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each kind of SRC sends, in its own way of writing it, through the whole server. */
class DialectsTest {
  private ServerFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = new ServerFixture();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static SampleInvite sample(String name) throws Exception {
    return SampleInvite.load("dialects/" + name);
  }

  private DialogueWithSrc begin(String name) throws Exception {
    return DialogueWithSrc.begin(fixture, sample(name));
  }

  @Test
  void oracleInvitesBeforeTheCalleeAnswersAndAddsItLater() throws Exception {
    try (DialogueWithSrc call = begin("oracle-invite-before-the-answer")) {
      assertThat(call.summary().flags()).containsExactly(CallFlag.TENANT_UNKNOWN);
      assertThat(call.summary().parties())
          .extracting(Party::name, Party::number, Party::side)
          .containsExactly(tuple("Ms Brown", "+442079460101", Side.LEFT));

      call.then(sample("oracle-reinvite-after-the-answer"));

      CallSummary summary = call.summary();
      assertThat(summary.tenant()).isEqualTo(ServerFixture.ACME);
      assertThat(summary.flags()).isEmpty();
      assertThat(summary.parties())
          .extracting(Party::name, Party::number, Party::side)
          .containsExactly(
              tuple("Ms Brown", "+442079460101", Side.LEFT),
              tuple("+12025550111", "+12025550111", Side.RIGHT));
      assertThat(summary.callIds())
          .contains("J1h9QqOrUeGqDwBQVoTg1A==", "00FA08002A00516ABCDEF0", "00042000811790762736");
      assertThat(summary.vendorData())
          .containsExactly(
              new VendorDatum("ucid", "00FA08002A00516ABCDEF0;encoding=hex"),
              new VendorDatum("callerOrig", "true"),
              new VendorDatum("callingParty", "sip:+442079460101@192.0.2.30"),
              new VendorDatum("request-uri", "sip:+12025550111@192.0.2.21:5060;user=phone"),
              new VendorDatum("realm", "access-london"),
              new VendorDatum(
                  "Diversion", "<sip:+12025550119@example.com>;reason=no-answer;counter=1"));
      assertThat(call.timeline())
          .containsExactly(
              "joined: Ms Brown (+442079460101) joined on the left",
              "note: forwarded from +12025550119 (no-answer)",
              "stream-changed: right stream added",
              "joined: +12025550111 joined on the right");
    }
  }

  @Test
  void oraclesSampleWithAnUnquotedAttributeLosesNobody() throws Exception {
    SampleInvite invite =
        sample("oracle-reinvite-after-the-answer")
            .replaceInHead(";tag=@TAG@", "")
            .replaceInHead("@CSEQ@", "1")
            .replaceInBody(
                "<participant id=\"p2Sxw8XHXQ2hVYVjPx8w9g==\"",
                "<participant id=p2Sxw8XHXQ2hVYVjPx8w9g==");
    try (DialogueWithSrc call = DialogueWithSrc.begin(fixture, invite)) {
      assertThat(call.summary().flags()).containsExactly(CallFlag.METADATA_MALFORMED);
      assertThat(call.summary().parties())
          .extracting(Party::number, Party::side)
          .containsExactly(tuple("+442079460101", Side.LEFT), tuple("+12025550111", Side.RIGHT));
    }
  }

  @Test
  void ribbonsCallerSendsLabelTwoAndItsTimesOf1970EndNothing() throws Exception {
    try (DialogueWithSrc call = begin("ribbon-invite")) {
      CallSummary summary = call.summary();
      assertThat(summary.parties())
          .extracting(Party::aor, Party::number, Party::side)
          .containsExactly(
              tuple("4420794601@192.0.2.40", "4420794601", Side.RIGHT),
              tuple("2025550117@192.0.2.41", "2025550117", Side.LEFT));
      assertThat(summary.flags()).containsExactly(CallFlag.TENANT_UNKNOWN);
      assertThat(summary.callIds())
          .contains(
              "a4c1f6de-9a41-11ee-8c90-0242ac120002",
              "d2b6c8f0-9a41-11ee-8c90-0242ac120002",
              "1844671_90212@192.0.2.40",
              "20917733");
      assertThat(summary.vendorData())
          .contains(
              new VendorDatum("callData/gcid", "20917733"),
              new VendorDatum("callData/tohdr", "<sip:2025550117@192.0.2.41>"));
      assertThat(call.timeline())
          .containsExactly(
              "joined: 4420794601 joined on the right", "joined: 2025550117 joined on the left");
    }
  }

  @Test
  void audioCodesLegacyFormatAndItsHoldOfBothStreams() throws Exception {
    try (DialogueWithSrc call = begin("audiocodes-invite-legacy")) {
      CallSummary summary = call.summary();
      assertThat(summary.tenant()).isEqualTo(ServerFixture.ACME);
      assertThat(summary.flags()).isEmpty();
      assertThat(summary.parties())
          .extracting(Party::aor, Party::number, Party::side)
          .containsExactly(
              tuple("+12025550113@192.0.2.61", "+12025550113", Side.LEFT),
              tuple("reception@192.0.2.62", null, Side.RIGHT));
      assertThat(summary.callIds())
          .contains(
              "00000000-0000-0000-0000-0090f8c0de01",
              "FA08000100076921B3C4",
              "00001000071763816388",
              "7KTQ9P0G2T0G5F4I8D3JQ4K4AS000AB1",
              "5c01:a3:19");
      assertThat(summary.vendorData())
          .contains(new VendorDatum("X-AC-Session-ID", "5c01:a3:19"))
          .noneMatch(datum -> datum.name().equals("X-AC-Auth-Token"));

      call.then(sample("audiocodes-reinvite-hold"));
      assertThat(call.timeline())
          .containsExactly(
              "joined: +12025550113 joined on the left",
              "joined: reception@192.0.2.62 joined on the right",
              "stream-paused: left stream paused",
              "stream-paused: right stream paused");
    }
  }

  @Test
  void ciscoCubeBeginsInactiveWithAThirdPartAndMilliseconds() throws Exception {
    try (DialogueWithSrc call = begin("cube-invite-inactive-with-gtd")) {
      CallSummary summary = call.summary();
      assertThat(summary.flags()).isEmpty();
      assertThat(summary.parties())
          .extracting(Party::name, Party::number, Party::side)
          .containsExactly(
              tuple("Desk 14", "+12025550114", Side.LEFT), tuple(null, "2125550199", Side.RIGHT));
      assertThat(call.capture().streams()).allMatch(stream -> stream.paused());
      assertThat(summary.callIds())
          .contains(
              "4fd24d91121935531a7f8d750ad16e19",
              "5e2ad16e194fd24d91121935531a7f8d",
              "1015966416-3310293487-2601039016-4122025089");
    }
  }

  @Test
  void ciscoNetworkBasedRecordingNamesThePartiesInHeadersOnly() throws Exception {
    try (DialogueWithSrc call = begin("cube-nbr-invite-without-metadata")) {
      assertThat(call.summary().flags()).containsExactly(CallFlag.METADATA_MISSING);
      assertThat(call.summary().tenant()).isEqualTo(ServerFixture.ACME);
      assertThat(call.summary().parties())
          .extracting(Party::number, Party::side)
          .containsExactly(tuple("2125550188", Side.LEFT), tuple("+12025550114", Side.RIGHT));
      assertThat(call.summary().callIds()).contains("1334370502-1348997600-2396699092-3395863316");

      call.then(sample("cube-nbr-reinvite-transferred"));
      assertThat(call.timeline())
          .containsExactly(
              "joined: 2125550188 joined on the left",
              "joined: +12025550114 joined on the right",
              "left: +12025550114 left",
              "joined: +12025550116 joined on the right",
              "transferred: transferred from +12025550114 to +12025550116");
    }
  }

  @Test
  void ciscoPhonesBuiltInBridgeMakesTwoDialogsThatNameBothEnds() throws Exception {
    try (DialogueWithSrc near = begin("cucm-bib-nearend");
        DialogueWithSrc far = begin("cucm-bib-farend")) {
      assertThat(near.summary().parties())
          .extracting(Party::name, Party::number, Party::side)
          .containsExactly(
              tuple("Desk 15", "+12025550115", Side.LEFT), tuple(null, "2125550177", null));
      assertThat(far.summary().parties())
          .extracting(Party::name, Party::number, Party::side)
          .containsExactlyInAnyOrder(
              tuple("Desk 15", "+12025550115", null), tuple(null, "2125550177", Side.LEFT));
      assertThat(near.summary().callIds()).contains("38960750", "38960749");
      assertThat(far.summary().callIds()).contains("38960750", "38960749");
      assertThat(near.summary().vendorData())
          .contains(new VendorDatum("x-nearenddevice", "SEP001795BDD16B"));
    }
  }

  @Test
  void metaswitchMixesBothIntoOneStreamAndHoldsByAnAddressOfZeros() throws Exception {
    try (DialogueWithSrc call = begin("metaswitch-invite-mixed")) {
      CallSummary summary = call.summary();
      assertThat(summary.flags()).isEmpty();
      // The calling party comes first
      assertThat(summary.parties())
          .extracting(Party::name, Party::number, Party::side)
          .containsExactly(
              tuple("Client House", "2125550166", Side.LEFT),
              tuple("+12025550118", "+12025550118", Side.LEFT));
      assertThat(summary.callIds()).contains("q7Zc0uHJEea+seyezQV3BA==");
      assertThat(summary.vendorData())
          .contains(
              new VendorDatum("metaswitchRecordingMetadata/businessGroup", "Trading Floor 2"));

      call.then(sample("metaswitch-reinvite-hold"));
      assertThat(call.timeline())
          .containsExactly(
              "joined: +12025550118 joined on the left",
              "joined: Client House (2125550166) joined on the left",
              "stream-paused: left stream paused");
    }
  }

  @Test
  void avayaNamesTheRealPartyInAnUpdateOfMetadataAlone() throws Exception {
    try (DialogueWithSrc call = begin("avaya-invite-dummy-party")) {
      assertThat(call.summary().tenant()).isEqualTo(TenantSlug.PLATFORM);
      assertThat(call.summary().parties())
          .extracting(Party::aor, Party::side)
          .containsExactly(
              tuple("sip:2125550155@192.0.2.81", Side.LEFT),
              tuple("sip:ASBCE@asbce.example", null));

      call.then(sample("avaya-update-bare-metadata"));

      CallSummary summary = call.summary();
      assertThat(summary.tenant()).isEqualTo(ServerFixture.ACME);
      assertThat(summary.flags()).isEmpty();
      assertThat(summary.parties())
          .extracting(Party::number, Party::side)
          .containsExactly(
              tuple("2125550155", Side.LEFT), tuple(null, null), tuple("+12025550112", Side.RIGHT));
      assertThat(summary.callIds()).contains("00FA080001000C69220BD4", "00001000121763838932");
      assertThat(summary.vendorData())
          .contains(new VendorDatum("User-to-User", "00FA080001000C69220BD4;encoding=hex"));
      assertThat(call.timeline())
          .containsExactly(
              "joined: 2125550155 joined on the left",
              "joined: sip:ASBCE@asbce.example joined",
              "left: sip:ASBCE@asbce.example left",
              "joined: +12025550112 joined on the right");
    }
  }

  @Test
  void broadWorksPutsMetadataFirstPausesBySdpAndTransfersWithNewIds() throws Exception {
    try (DialogueWithSrc call = begin("broadworks-invite-metadata-first")) {
      CallSummary summary = call.summary();
      assertThat(summary.tenant()).isEqualTo(ServerFixture.ACME);
      assertThat(summary.flags()).isEmpty();
      assertThat(summary.parties())
          .extracting(Party::number, Party::side)
          .containsExactly(tuple("+12125550144", Side.RIGHT), tuple("+12025550111", Side.LEFT));
      assertThat(summary.callIds())
          .contains(
              "urn:uuid:019ff134-7094-4ea9-a4a4-73f0c45e6a00",
              "urn:uuid:0119893c-d072-43d3-ba6c-8828cf7be400",
              "152463:1",
              "callhalf-177056759:1",
              "corr-152463");

      call.then(sample("broadworks-reinvite-pause"))
          .then(sample("broadworks-reinvite-resume"))
          .then(sample("broadworks-reinvite-new-ids"));

      assertThat(call.timeline())
          .containsExactly(
              "joined: +12025550111 joined on the left",
              "joined: +12125550144 joined on the right",
              "note: came through the queue Sales Desk",
              "stream-paused: left stream paused",
              "stream-paused: right stream paused",
              "stream-resumed: left stream resumed",
              "stream-resumed: right stream resumed",
              "left: +12125550144 left",
              "joined: Client Two (+12125550145) joined on the right",
              "transferred: transferred from +12125550144 to Client Two (+12125550145)");
      assertThat(call.summary().vendorData())
          .contains(
              new VendorDatum(
                  "broadWorksRecordingMetadata/redirectedCall/redirectedFromPartyNumber",
                  "sip:+12125550144@broadworks.example;user=phone"));
    }
  }

  @Test
  void teamsPartiesHaveAddressesButNoNumbers() throws Exception {
    try (DialogueWithSrc call = begin("teams-invite-through-a-bot")) {
      assertThat(call.summary().parties())
          .extracting(Party::name, Party::aor, Party::number, Party::side)
          .containsExactly(
              tuple("Anna Berg", "sip:anna.berg@acme.onmicrosoft.example", null, Side.LEFT),
              tuple(
                  "Bo Chen (Guest)",
                  "sip:orgid:6f1c0f0a-95b1-4c3b-9d7e-1b2f6c7d8e9f",
                  null,
                  Side.RIGHT));
      assertThat(call.summary().callIds()).contains("19:meeting_ZGVhbA@thread.example");
    }
  }

  @Test
  void openSipsLabelsFromZeroLeavesAStreamOutAndCountsItsVersionDown() throws Exception {
    try (DialogueWithSrc call = begin("opensips-invite-partial")) {
      CallSummary summary = call.summary();
      assertThat(summary.flags()).containsExactlyInAnyOrder(CallFlag.METADATA_MALFORMED);
      assertThat(summary.tenant()).isEqualTo(ServerFixture.ACME);
      assertThat(summary.parties())
          .extracting(Party::name, Party::side)
          .containsExactly(tuple("Bob & Co", Side.LEFT));
      assertThat(summary.callIds()).contains("5f3c-1190@192.0.2.90");
      assertThat(call.capture().streams()).hasSize(2);

      call.then(sample("opensips-reinvite-older-version"));
      assertThat(call.timeline())
          .containsExactly(
              "joined: Bob & Co (+12025550112) joined on the left",
              "note: metadata could not be read in full; the SRC can't be asked for all of it:"
                  + " it does not allow UPDATE",
              "stream-paused: left stream paused");
    }
  }
}
