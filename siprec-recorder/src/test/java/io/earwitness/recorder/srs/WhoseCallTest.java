package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.MatchingRule;
import io.earwitness.call.Party;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rules of the operator, and a second tenant in a call, by real INVITEs. */
class WhoseCallTest extends CallFixture {
  private static final TenantSlug OTHER = new TenantSlug("other");

  @Override
  ServerFixture server() throws IOException {
    RecorderSnapshot one = ServerFixture.snapshot("127.0.0.0/8");
    List<RecorderSnapshot.Tenant> tenants = new ArrayList<>(one.tenants());
    tenants.add(
        new RecorderSnapshot.Tenant(
            OTHER,
            ZoneId.of("UTC"),
            Set.of("other.example"),
            List.of(new RecorderSnapshot.Number("+4420", true, "u9", "Nina", List.of("t-nine")))));
    MatchingRule rule =
        new MatchingRule("by header", MatchingRule.Kind.HEADER, "X-Tenant", "other*", OTHER);
    return new ServerFixture(new RecorderSnapshot("v8", tenants, one.srcs(), List.of(rule)), 10);
  }

  @Test
  void aHeaderOfTheInviteDecidesByTheOperatorsRuleAndWhoTakesPartHasTheCallToo() throws Exception {
    begin(sample().replaceInHead("Content-Type: ", "X-Tenant: Other-7\r\nContent-Type: "));
    CallSummary call = capture().summary();
    assertThat(call.tenant()).isEqualTo(OTHER);
    assertThat(call.matchedRule()).isEqualTo("rule by header");
    assertThat(call.flags())
        .as("none of the numbers is theirs")
        .contains(CallFlag.NUMBER_NOT_OWNED);
    assertThat(call.shares())
        .singleElement()
        .satisfies(
            share -> {
              assertThat(share.tenant()).isEqualTo(ServerFixture.ACME);
              assertThat(share.rule()).isEqualTo("also number +12025550101");
              assertThat(share.parties().getFirst().userId()).isEqualTo("u-alice");
              assertThat(share.flags()).isEmpty();
            });
  }

  @Test
  void aTenantThatJoinsLaterHasARecordingUnderOneIdAndKeepsIt() throws Exception {
    SipPeer.Message answer = begin(sample());
    assertThat(capture().summary().tenant()).isEqualTo(ServerFixture.ACME);
    assertThat(capture().summary().shares()).isEmpty();
    for (String number : List.of("+442079460000", "+442079460001")) {
      int updates = capture().all(CaptureEvent.Updated.class).size();
      String xml =
          metadata(
              "partial",
              "<participant participant_id='p9'><nameID aor='tel:" + number + "'/></participant>");
      request(answer, "UPDATE", 2 + updates, "application/rs-metadata+xml", xml);
      until(() -> capture().all(CaptureEvent.Updated.class).size() > updates);
    }
    List<CallSummary.Share> shares =
        capture().all(CaptureEvent.Updated.class).stream()
            .flatMap(update -> update.summary().shares().stream())
            .toList();
    assertThat(shares).hasSizeGreaterThan(1);
    assertThat(shares).extracting(CallSummary.Share::tenant).containsOnly(OTHER);
    assertThat(shares.stream().map(CallSummary.Share::id).distinct()).hasSize(1);
    CallSummary theirs = capture().summary().others().getFirst();
    assertThat(theirs.captured()).isEqualTo(capture().summary().id());
    assertThat(theirs.direction()).isEqualTo(Direction.UNKNOWN);
    assertThat(theirs.parties()).extracting(Party::userId).contains("u9").doesNotContain("u-alice");
  }
}
