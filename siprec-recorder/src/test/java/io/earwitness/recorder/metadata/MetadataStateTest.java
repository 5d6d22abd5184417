package io.earwitness.recorder.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.earwitness.call.Side;
import io.earwitness.recorder.metadata.MetadataChange.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetadataStateTest {
  private static final List<String> LABELS = List.of("1", "2");
  private final MetadataState state = new MetadataState();

  @Test
  void everybodyInTheFirstDocumentJoins() {
    List<MetadataChange> changes = state.apply(Samples.parse(Samples.BASIC));

    assertThat(changes)
        .extracting(MetadataChange::kind, MetadataChange::label, MetadataChange::text)
        .containsExactly(
            tuple(Kind.JOINED, "1", "Alice Trader (+12025550101) joined"),
            tuple(Kind.JOINED, "2", "Bob Client (+12025550102) joined"));
    assertThat(changes.getFirst().declaredAt()).isEqualTo(Instant.parse("2026-11-20T09:30:00Z"));
    assertThat(state.parties(LABELS))
        .containsExactly(
            new MetadataParty(
                "8AFWbQZZXwyBSAkQxeq+8g==",
                "Alice Trader",
                "sip:+12025550101@example.com",
                "+12025550101",
                "1",
                Side.LEFT,
                true,
                true),
            new MetadataParty(
                "BPS8+N5DXa2YhK2cuq603A==",
                "Bob Client",
                "sip:+12025550102@example.net",
                "+12025550102",
                "2",
                Side.RIGHT,
                false,
                true));
    assertThat(state.labels()).containsExactly("1", "2");
    assertThat(state.callIds())
        .containsExactly(
            "a1b2c3d4e5f60718293a4b5c6d7e8f90",
            "90f8e7d6c5b4a3928170f6e5d4c3b2a1",
            "6n/7HooUWU+ZG+AaFn1XIA==",
            "URTOaYeKXHmyNNg+WxAHPA==");
  }

  @Test
  void aTransferPutsTheJoinerOnTheLeaversSideAndKeepsTheLeaver() {
    state.apply(Samples.parse(Samples.BASIC));
    List<MetadataChange> changes = state.apply(Samples.parse(Samples.TRANSFER));

    assertThat(changes)
        .extracting(
            MetadataChange::kind,
            MetadataChange::label,
            MetadataChange::text,
            MetadataChange::declaredAt)
        .containsExactly(
            tuple(
                Kind.LEFT,
                "2",
                "Bob Client (+12025550102) left",
                Instant.parse("2026-11-20T09:34:29Z")),
            tuple(
                Kind.JOINED,
                "2",
                "Carol Desk (+12025550103) joined",
                Instant.parse("2026-11-20T09:34:30Z")),
            tuple(
                Kind.TRANSFERRED,
                "2",
                "transferred from Bob Client (+12025550102) to Carol Desk (+12025550103)",
                Instant.parse("2026-11-20T09:34:30Z")));
    assertThat(state.parties(LABELS))
        .extracting(MetadataParty::name, MetadataParty::side, MetadataParty::present)
        .containsExactly(
            tuple("Alice Trader", Side.LEFT, true),
            tuple("Bob Client", Side.RIGHT, false),
            tuple("Carol Desk", Side.RIGHT, true));
    assertThat(state.callIds()).contains("11223344556677889900aabbccddeeff");
    assertThat(state.labels()).containsExactly("1", "2");
  }

  @Test
  void aHoldAndItsEndAreSeenOnceEach() {
    state.apply(Samples.parse(Samples.BASIC));

    assertThat(state.apply(Samples.parse(Samples.HOLD)))
        .extracting(MetadataChange::kind, MetadataChange::label, MetadataChange::text)
        .containsExactly(
            tuple(
                Kind.HELD,
                "1",
                "held by Bob Client (+12025550102): Alice Trader (+12025550101) is no longer"
                    + " heard"));
    assertThat(state.apply(Samples.parse(Samples.HOLD))).isEmpty();
    assertThat(state.parties(LABELS).getFirst().side()).isEqualTo(Side.LEFT);
    assertThat(state.apply(Samples.parse(Samples.BASIC)))
        .extracting(MetadataChange::kind, MetadataChange::text)
        .containsExactly(tuple(Kind.RESUMED, "Alice Trader (+12025550101) is back from hold"));
    assertThat(state.apply(Samples.parse(Samples.BASIC))).isEmpty();
  }

  @Test
  void whoOnlyStopsHearingIsOnHoldToo() {
    state.apply(Samples.parse(Samples.BASIC));
    List<MetadataChange> changes =
        state.apply(
            parse(
                """
                <recording><datamode>partial</datamode>
                  <participantstreamassoc participant_id="BPS8+N5DXa2YhK2cuq603A==">
                    <send>5xwmD+zEWbGv2UHyQcOdSw==</send></participantstreamassoc>
                </recording>\
                """));
    assertThat(changes)
        .extracting(MetadataChange::kind, MetadataChange::text)
        .containsExactly(
            tuple(
                Kind.HELD,
                "held by Bob Client (+12025550102), who no longer hears the other side"));
  }

  @Test
  void aCompleteDocumentDropsWhoIsNotInIt() {
    state.apply(Samples.parse(Samples.BASIC));
    List<MetadataChange> changes =
        state.apply(
            parse(
                """
                <recording><datamode>complete</datamode>
                  <session session_id="s"/>
                  <participant participant_id="8AFWbQZZXwyBSAkQxeq+8g==">
                    <nameID aor="sip:+12025550101@example.com"><name>Alice Trader</name></nameID>
                  </participant>
                </recording>\
                """));
    assertThat(changes)
        .extracting(MetadataChange::kind, MetadataChange::text)
        .containsExactly(tuple(Kind.LEFT, "Bob Client (+12025550102) left"));
    assertThat(state.labels()).isEmpty();
  }

  @Test
  void aMalformedDocumentRemovesNobody() {
    state.apply(Samples.parse(Samples.BASIC));
    assertThat(state.apply(parse("<recording><datamode>complete</datamode><session"))).isEmpty();
    assertThat(state.parties(LABELS)).allMatch(MetadataParty::present);
    assertThat(state.labels()).containsExactly("1", "2");
  }

  @Test
  void theEndOfASessionTakesItsParticipantsAway() {
    state.apply(Samples.parse(Samples.BASIC));
    List<MetadataChange> changes =
        state.apply(
            parse(
                """
                <recording><datamode>partial</datamode>
                  <session session_id="6n/7HooUWU+ZG+AaFn1XIA==">
                    <stop-time>2026-11-20T09:40:00Z</stop-time></session>
                </recording>"""));
    assertThat(changes)
        .extracting(MetadataChange::kind)
        .containsExactly(Kind.SESSION_ENDED, Kind.LEFT, Kind.LEFT);
    assertThat(changes.getFirst().declaredAt()).isEqualTo(Instant.parse("2026-11-20T09:40:00Z"));
  }

  @Test
  void theRealPartyReplacesADummyUnderTheSameId() {
    state.apply(
        parse(
            """
            <recording><participant participant_id="p"><nameID aor="sip:ASBCE@h"/></participant>
            </recording>\
            """));
    List<MetadataChange> changes =
        state.apply(
            parse(
                """
                <recording><dataMode>partial</dataMode><participant participant_id="p">
                  <nameID aor="sip:+12025550101@h"><name>Alice</name></nameID></participant>
                </recording>\
                """));
    assertThat(changes)
        .extracting(MetadataChange::kind, MetadataChange::text)
        .containsExactly(tuple(Kind.IDENTIFIED, "sip:ASBCE@h is now Alice (+12025550101)"));
  }

  @Test
  void newIdsForTheSamePersonsOnTheSameStreamsAreNoTransfer() {
    String document =
        """
        <recording><session id="S%1$s"/>
          <participant id="A%1$s" session="S%1$s"><nameID aor="sip:100@h"/><send>X%1$s</send>
          </participant>
          <participant id="B%1$s" session="S%1$s"><nameID aor="sip:200@h"/><send>Y%1$s</send>
          </participant>
          <stream id="X%1$s" session="S%1$s"><label>1</label></stream>
          <stream id="Y%1$s" session="S%1$s"><label>2</label></stream>
        </recording>\
        """;
    state.apply(parse(document.formatted("1")));
    assertThat(state.apply(parse(document.formatted("2")))).isEmpty();
    assertThat(state.parties(LABELS)).hasSize(2).allMatch(MetadataParty::present);
  }

  @Test
  void oraclesCallingPartyComesFirstWhicheverStreamItHas() {
    String document = new String(Samples.document(Samples.ORACLE), StandardCharsets.UTF_8);
    String swapped =
        document
            .replace("callingParty>true", "callingParty>other")
            .replace("callingParty>false", "callingParty>true")
            .replace("callingParty>other", "callingParty>false");
    List<String> labels = List.of("33554519", "33554520");

    state.apply(parse(document));
    assertThat(state.parties(labels))
        .extracting(MetadataParty::number, MetadataParty::side, MetadataParty::calling)
        .containsExactly(
            tuple("+12025550111", Side.LEFT, true), tuple("+12025550112", Side.RIGHT, false));
    assertThat(state.callIds())
        .containsExactly(
            "5MOAFzCLVKG6o+H4TYD2qg==", "00FA0800A1B2C36AE0D1F2", "00161457631793118706");

    MetadataState other = new MetadataState();
    other.apply(parse(swapped));
    assertThat(other.parties(labels))
        .extracting(MetadataParty::number, MetadataParty::side, MetadataParty::calling)
        .containsExactly(
            tuple("+12025550112", Side.RIGHT, true), tuple("+12025550111", Side.LEFT, false));
  }

  @Test
  void theFirstMLineIsTheCallerWhereNobodySaysSo() {
    state.apply(Samples.parse(Samples.CUBE));
    assertThat(state.parties(List.of("2", "1")))
        .extracting(MetadataParty::number, MetadataParty::calling)
        .containsExactly(tuple("2025550122", true), tuple("2025550121", false));
  }

  @Test
  void sonusFromHeaderNamesTheCallerAlthoughItSendsLabelTwo() {
    state.apply(
        parse(
            """
            <recording><group group_id="g"><callData><fromhdr>"A" &lt;sip:100@h&gt;;tag=1</fromhdr>
              <callid>abc@h</callid></callData></group>
              <participant participant_id="b"><nameID aor="200@h"/></participant>
              <participant participant_id="a"><nameID aor="100@h"/></participant>
              <stream stream_id="x"><label>1</label></stream>
              <stream stream_id="y"><label>2</label></stream>
              <participantstreamassoc participant_id="a"><send>y</send></participantstreamassoc>
              <participantstreamassoc participant_id="b"><send>x</send></participantstreamassoc>
            </recording>\
            """));
    assertThat(state.parties(LABELS))
        .extracting(MetadataParty::number, MetadataParty::side)
        .containsExactly(tuple("100", Side.RIGHT), tuple("200", Side.LEFT));
    assertThat(state.callIds()).contains("abc@h");
  }

  @Test
  void aPartyWithoutAStreamHasNoSide() {
    state.apply(parse("<recording><participant participant_id='p'/></recording>"));
    assertThat(state.parties(Arrays.asList("1", null)))
        .extracting(MetadataParty::side)
        .containsOnlyNulls();
  }

  private static RecordingMetadata parse(String document) {
    return MetadataParser.parse(document.getBytes(StandardCharsets.UTF_8));
  }
}
