package io.earwitness.recorder.srs;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallLimits;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.sip.SipPeer;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One tenant floods, 199 others place their calls: they lose none. Over TCP, at the same time. */
class FairShareTest {
  private static final int TENANTS = 200;
  private static final int GUARANTEED = 2;
  private static final int PLACES = 450;

  /** What nobody is guaranteed, and the flooding tenant's own two. */
  private static final int FLOOD_TAKES = PLACES - (TENANTS - 1) * GUARANTEED;

  private static final TenantSlug FLOODING = tenant(0);

  private static TenantSlug tenant(int number) {
    return new TenantSlug("t" + number);
  }

  private static RecorderSnapshot snapshot() {
    return new RecorderSnapshot(
        "v1",
        IntStream.range(0, TENANTS)
            .mapToObj(
                number ->
                    new RecorderSnapshot.Tenant(
                        tenant(number),
                        ZoneOffset.UTC,
                        Set.of("t" + number + ".example"),
                        List.of(),
                        new CallLimits(GUARANTEED, null)))
            .toList(),
        List.of(new RecorderSnapshot.Src("sbc", "127.0.0.0/8", null)));
  }

  @Test
  void oneTenantsFloodCostsTheOthersNoCall() throws Exception {
    flood(2_000);
  }

  @Test
  @Tag("full")
  void oneTenantsLongFloodCostsTheOthersNoCall() throws Exception {
    flood(50_000);
  }

  private static void flood(int invites) throws Exception {
    try (ServerFixture fixture = new ServerFixture(snapshot(), PLACES);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int connections = 4;
      List<Future<Map<Integer, Integer>>> floods = new ArrayList<>();
      List<Future<Map<Integer, Integer>>> others = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        int part = i;
        floods.add(
            threads.submit(
                place(
                    fixture,
                    IntStream.range(0, invites)
                        .filter(call -> call % connections == part)
                        .mapToObj(call -> "0-" + call)
                        .toList(),
                    50)));
        others.add(
            threads.submit(
                place(
                    fixture,
                    IntStream.range(0, GUARANTEED * (TENANTS - 1))
                        .filter(call -> call % connections == part)
                        .mapToObj(call -> (1 + call / GUARANTEED) + "-" + call)
                        .toList(),
                    1)));
      }

      assertThat(sum(others)).isEqualTo(Map.of(200, GUARANTEED * (TENANTS - 1)));
      assertThat(sum(floods)).isEqualTo(Map.of(200, FLOOD_TAKES, 503, invites - FLOOD_TAKES));
      // The last answer is out a moment before its recording is counted
      ServerFixture.until(() -> fixture.server.activeRecordings() == PLACES);
      // None of them vanished, and each says why
      assertThat(fixture.captures.refusals).hasSize(invites - FLOOD_TAKES);
      assertThat(fixture.captures.refusals).extracting(CallSummary::tenant).containsOnly(FLOODING);
      assertThat(
              fixture.captures.refusals.stream()
                  .map(call -> Objects.requireNonNull(call.refusal()).reason())
                  .map(reason -> reason.replaceAll("[0-9]+", "#"))
                  .collect(Collectors.toSet()))
          .isSubsetOf(
              "the # places that are free are guaranteed to other tenants; tenant t# has # calls",
              "# calls are being recorded, and no more are allowed");
    }
  }

  private static Map<Integer, Integer> sum(List<Future<Map<Integer, Integer>>> parts)
      throws Exception {
    Map<Integer, Integer> all = new TreeMap<>();
    for (Future<Map<Integer, Integer>> part : parts) {
      part.get().forEach((status, count) -> all.merge(status, count, Integer::sum));
    }
    return all;
  }

  /**
   * Places calls over a connection of its own.
   *
   * @param calls tenant and number of each
   * @param window INVITEs that may be unanswered at a time
   * @return the number of answers by status
   */
  private static Callable<Map<Integer, Integer>> place(
      ServerFixture fixture, List<String> calls, int window) {
    return () -> {
      Map<Integer, Integer> answers = new TreeMap<>();
      try (SipPeer peer = fixture.peer(Transport.TCP)) {
        int answered = 0;
        for (int sent = 0; sent < calls.size(); sent++) {
          peer.send(invite(peer, calls.get(sent)));
          if (sent - answered + 1 >= window) {
            answer(peer, answers);
            answered++;
          }
        }
        for (; answered < calls.size(); answered++) {
          answer(peer, answers);
        }
      }
      return answers;
    };
  }

  private static byte[] invite(SipPeer peer, String call) throws IOException {
    String tenant = call.substring(0, call.indexOf('-'));
    return SampleInvite.load("01-rfc8068-basic-two-mlines")
        .replaceInHead("sip:srs@recorder.example.com SIP", "sip:srs@t" + tenant + ".example SIP")
        .replaceInHead("rs-0001", "rs-" + call)
        .replaceInHead("basic001", "b" + call)
        .bytes(peer);
  }

  private static void answer(SipPeer peer, Map<Integer, Integer> answers) throws IOException {
    SipPeer.Message answer = peer.receiveFinal();
    answers.merge(answer.status(), 1, Integer::sum);
    if (answer.status() == 200) {
      peer.send(ServerFixture.inDialog(peer, answer, "ACK", 1));
    } else {
      assertThat(answer.header("Retry-After")).isEqualTo("10");
    }
  }
}
