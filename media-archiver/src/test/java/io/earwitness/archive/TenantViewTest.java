package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.CallSummary;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TenantViewTest {
  private static final TenantSlug OTHER = new TenantSlug("other");
  private static final TenantSlug STRANGER = new TenantSlug("stranger");

  /** What a visitor is shown. */
  private static final class Shown implements CaptureReader.Visitor {
    private final List<String> packets = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final List<List<Boolean>> paused = new ArrayList<>();
    private final List<@Nullable String> notKept = new ArrayList<>();

    @Override
    public void event(CaptureEvent event) {
      switch (event) {
        case CaptureEvent.Timeline line -> lines.add(line.event().text());
        case CaptureEvent.Streams streams ->
            paused.add(streams.streams().stream().map(StreamDescription::paused).toList());
        case CaptureEvent.Withheld withheld -> notKept.add(withheld.notKept());
        default -> {}
      }
    }

    @Override
    public void packet(int stream, long arrivalNanos, byte[] packet, int offset, int length) {
      packets.add(stream + ":" + packet[0]);
    }
  }

  private static CaptureEvent.Timeline line(String text, @Nullable TenantSlug tenant) {
    return new CaptureEvent.Timeline(
        TestCalls.START,
        new TimelineEvent(TestCalls.START, TimelineEvent.Type.NOTE, null, text),
        tenant);
  }

  private static CaptureEvent withheld(
      TenantSlug tenant, @Nullable String notKept, Integer... streams) {
    return new CaptureEvent.Withheld(TestCalls.START, tenant, List.of(streams), notKept);
  }

  private static Shown asSeenBy(TenantSlug tenant) {
    CallSummary call = TestCalls.live(TestCalls.TENANT);
    CallSummary shared =
        new CallSummary(
            call.id(),
            call.tenant(),
            call.state(),
            call.start(),
            call.end(),
            call.zone(),
            call.direction(),
            call.parties(),
            call.flags(),
            call.callIds(),
            call.node(),
            call.matchedRule(),
            call.configurationVersion(),
            call.refusal(),
            call.rawMetadata(),
            call.vendorData(),
            null,
            List.of(
                new CallSummary.Share(
                    call.id(),
                    OTHER,
                    call.zone(),
                    call.direction(),
                    call.parties(),
                    "number",
                    call.flags(),
                    null)),
            null);
    Shown shown = new Shown();
    TenantView view = new TenantView(tenant, shown);
    view.event(new CaptureEvent.Opened(TestCalls.START, shared));
    view.event(new CaptureEvent.Streams(TestCalls.START, TestCalls.streams()));
    packet(view, 0, 1);
    view.event(withheld(TestCalls.TENANT, "because", 0, 1));
    view.event(line("paused by one", TestCalls.TENANT));
    packet(view, 0, 2);
    packet(view, 1, 2);
    view.event(line("held", null));
    view.event(withheld(OTHER, null, 1));
    packet(view, 1, 3);
    view.event(withheld(TestCalls.TENANT, null));
    packet(view, 0, 4);
    packet(view, 1, 4);
    return shown;
  }

  private static void packet(TenantView view, int stream, int number) {
    view.packet(stream, 0, new byte[] {(byte) number}, 0, 1);
  }

  @Test
  void eachTenantHasAllButWhatWasWithheldForIt() {
    Shown own = asSeenBy(TestCalls.TENANT);
    assertThat(own.packets).containsExactly("0:1", "0:4", "1:4");
    assertThat(own.lines).containsExactly("paused by one", "held");
    assertThat(own.paused)
        .containsExactly(List.of(false, false), List.of(true, true), List.of(false, false));
    assertThat(own.notKept).containsExactly("because", null);
    Shown other = asSeenBy(OTHER);
    assertThat(other.packets).containsExactly("0:1", "0:2", "1:2", "0:4");
    assertThat(other.lines).containsExactly("held");
    assertThat(other.paused).containsExactly(List.of(false, false), List.of(false, true));
    assertThat(other.notKept).containsExactly((String) null);
  }

  @Test
  void whomTheCaptureDoesNotKnowGetsOnlyWhatNobodyWithholds() {
    Shown stranger = asSeenBy(STRANGER);
    assertThat(stranger.packets).containsExactly("0:1", "0:4");
    assertThat(stranger.lines).containsExactly("held");
  }
}
