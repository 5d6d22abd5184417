package io.earwitness.recorder.srs;

import static io.earwitness.recorder.srs.ServerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.AnswerMode;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingAction;
import io.earwitness.call.RecordingDecision;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.RecordingRule;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.SrcProof;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.TenantSlug;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.recorder.sip.SipPeer;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the tenants' policies make of real INVITEs. */
class NotRecordedTest extends CallFixture {
  private static final TenantSlug OTHER = new TenantSlug("other");
  private static final String ALICES = "+12025550101";

  @Override
  ServerFixture server() throws IOException {
    return of(null, rule("Alice's number", RecordingAction.NEVER, ALICES), null);
  }

  private static RecordingRule rule(String name, RecordingAction action, String own) {
    return new RecordingRule(
        name,
        Set.of(),
        Set.of(),
        null,
        List.of(own),
        List.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        null,
        null,
        action,
        null,
        null);
  }

  /** One tenant with Alice, and another one with Bob if it has a rule. */
  private static ServerFixture of(
      @Nullable Integer refuse, RecordingRule acmes, @Nullable RecordingRule others)
      throws IOException {
    RecorderSnapshot one =
        ServerFixture.snapshot(
            "127.0.0.0/8",
            new SrcProfile(SrcProof.TOLERANT, null, AnswerMode.ALL_CODECS, true, refuse));
    List<RecorderSnapshot.Tenant> tenants = new ArrayList<>();
    RecorderSnapshot.Tenant acme = one.tenants().getFirst();
    tenants.add(tenant(acme.slug(), acme.numbers(), acmes));
    if (others != null) {
      tenants.add(
          tenant(
              OTHER,
              List.of(new RecorderSnapshot.Number("+4420", true, null, null, List.of())),
              others));
    }
    return new ServerFixture(new RecorderSnapshot("v9", tenants, one.srcs()), 10);
  }

  private static RecorderSnapshot.Tenant tenant(
      TenantSlug slug, List<RecorderSnapshot.Number> numbers, RecordingRule rule) {
    return new RecorderSnapshot.Tenant(slug, ZoneId.of("America/New_York"), Set.of(), numbers)
        .with(new RecordingPolicy(4, List.of(), List.of(rule)));
  }

  private void serve(ServerFixture other) throws Exception {
    peer.close();
    fixture.close();
    fixture = other;
    peer = fixture.peer(io.earwitness.recorder.sip.Transport.TCP);
  }

  private List<StreamDescription> streams() {
    return capture().all(CaptureEvent.Streams.class).getLast().streams();
  }

  private static long count(SipPeer.Message answer, String line) {
    return answer.bodyText().lines().filter(each -> each.strip().equals(line)).count();
  }

  @Test
  void whatPolicyForbidsIsAnsweredInactiveAndNothingIsWritten() throws Exception {
    SipPeer.Message answer = begin(sample());

    assertThat(count(answer, "a=inactive")).isEqualTo(2);
    assertThat(count(answer, "a=recvonly")).isZero();
    assertThat(streams()).isNotEmpty().allMatch(StreamDescription::paused);
    RecordingDecision policy = Objects.requireNonNull(capture().summary().policy());
    assertThat(policy.recorded()).isFalse();
    assertThat(policy.policyVersion()).isEqualTo(4);
    assertThat(policy.rule()).isEqualTo("Alice's number");
    assertThat(policy.reason())
        .isEqualTo("rule 1, 'Alice's number', applies to this outbound call: it is not recorded");
    // It stays so with the SRC's next offer
    SipPeer.Message again =
        request(
            answer,
            "INVITE",
            2,
            SDP_TYPE,
            sdp("m=audio 40000 RTP/AVP 0", "a=label:1", "m=audio 40002 RTP/AVP 0", "a=label:2"));
    assertThat(count(again, "a=inactive")).isEqualTo(2);
    assertThat(request(answer, "BYE", 3).status()).isEqualTo(200);
    until(() -> fixture.heard.stream().anyMatch(each -> each.startsWith("closed")));
  }

  @Test
  void anSrcThatWantsItIsRefusedAndTheReasonIsKept() throws Exception {
    serve(of(603, rule("Alice's number", RecordingAction.NEVER, ALICES), null));

    SipPeer.Message answer = invite(sample());

    assertThat(answer.status()).isEqualTo(603);
    until(() -> !fixture.captures.refusals.isEmpty());
    CallSummary refused = fixture.captures.refusals.getFirst();
    assertThat(Objects.requireNonNull(refused.refusal()).reason())
        .startsWith("not recorded by policy: rule 1, 'Alice's number', applies");
    assertThat(refused.tenant()).isEqualTo(ServerFixture.ACME);
  }

  @Test
  void whoIsNotKnownYetIsRecordedUntilTheMetadataSaysWhoItIs() throws Exception {
    SipPeer.Message answer =
        begin(
            sdpOnly().replaceInHead("INVITE sip:[^ ]*", "INVITE sip:" + ALICES + "@acme.example"));
    // Nobody's call yet: everything is written
    assertThat(count(answer, "a=recvonly")).isEqualTo(2);
    assertThat(streams()).noneMatch(StreamDescription::paused);

    request(answer, "UPDATE", 2, XML_TYPE, metadataOf(BASIC));

    until(() -> streams().stream().allMatch(StreamDescription::paused));
    until(() -> capture().all(CaptureEvent.Updated.class).size() > 0);
    CallSummary call = capture().all(CaptureEvent.Updated.class).getLast().summary();
    assertThat(call.direction()).isEqualTo(Direction.OUTBOUND);
    assertThat(call.notRecorded()).isTrue();
  }

  @Test
  void aCallOfTwoTenantsIsWrittenIfOneOfThemHasItRecorded() throws Exception {
    serve(
        of(
            603,
            rule("Alice's number", RecordingAction.NEVER, ALICES),
            rule("all", RecordingAction.ALWAYS, "+4420*")));

    SipPeer.Message answer =
        begin(sample().replaceInBody("sip:+12025550102@example.net", "tel:+442079460000"));

    CallSummary call = capture().summary();
    assertThat(call.notRecorded()).isTrue();
    assertThat(call.shares()).hasSize(1);
    assertThat(Objects.requireNonNull(call.shares().getFirst().policy()).recorded()).isTrue();
    assertThat(count(answer, "a=recvonly")).isEqualTo(2);
    assertThat(streams()).noneMatch(StreamDescription::paused);
  }
}
