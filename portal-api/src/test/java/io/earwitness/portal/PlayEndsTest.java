package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.NOW;
import static io.earwitness.portal.TestPortal.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.portal.MediaAccess.Part;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlayEndsTest {
  private final TestPortal portal = new TestPortal();
  private final RecordingId recording = call();
  private final String path = "/api/v1/recordings/" + recording;
  private final TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);

  @AfterEach
  void stop() {
    portal.close();
  }

  private RecordingId call() {
    CallEntry entry =
        TestCalls.archived(
            TestCalls.summary(
                ACME,
                CallState.ARCHIVED,
                NOW.minusSeconds(90),
                Duration.ofSeconds(30),
                TestCalls.party(Side.LEFT, "Anna", "+4930123")),
            1000,
            Duration.ofSeconds(30));
    portal.calls.put(entry);
    portal.media.put(entry.summary().id(), Part.MEDIA, new byte[1000]);
    return entry.summary().id();
  }

  private String open() {
    return json(officer.post(path + "/plays", Map.of())).get("id").asText();
  }

  private int close(TestPortal.Client client, String play, Object... heard) {
    return client
        .post(path + "/plays/" + play + "/close", Map.of("heard", List.of(heard)))
        .statusCode();
  }

  private List<AuditEntry> ends() {
    return portal.audit.of("recording.play").stream()
        .filter(entry -> "closed".equals(entry.outcome()))
        .toList();
  }

  @Test
  void theEndOfAPlayTellsWhatWasHeardAndWhatWasSent() {
    String play = open();
    assertThat(officer.get(path + "/media", "Range", "bytes=0-99").statusCode()).isEqualTo(206);
    assertThat(officer.get(path + "/media", "Range", "bytes=50-149").statusCode()).isEqualTo(206);
    assertThat(officer.get(path + "/media", "Range", "bytes=900-").statusCode()).isEqualTo(206);
    assertThat(
            close(
                officer,
                play,
                Map.of("from", 20, "to", 29.95),
                Map.of("from", 0, "to", 12.5),
                Map.of("from", 12.5, "to", 13)))
        .isEqualTo(204);
    AuditEntry end = ends().getFirst();
    assertThat(end.actId()).hasToString(play);
    assertThat(end.actor()).isEqualTo("user:compliance-officer@acme");
    assertThat(end.object()).isEqualTo("recording:" + recording);
    assertThat(end.details())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "heard", "00:00:00.0-00:00:13.0, 00:00:20.0-00:00:29.9",
                "sent", "bytes 0-150, 900-1000 of 1000"));
  }

  @Test
  void aPlayEndsOnceAndWhatIsHeardLaterIsAnotherOne() {
    String play = open();
    assertThat(close(officer, play)).isEqualTo(204);
    assertThat(close(officer, play)).isEqualTo(409);
    assertThat(ends()).hasSize(1);
    assertThat(officer.get(path + "/media").statusCode()).isEqualTo(200);
    assertThat(portal.plays.plays).hasSize(2);
    assertThat(portal.plays.plays.getLast().closed()).isNull();
  }

  @Test
  void nobodyEndsAnothersPlay() {
    String play = open();
    portal.user(ACME, "otto", java.util.Set.of(Role.COMPLIANCE_OFFICER));
    assertThat(close(portal.signIn(ACME, "otto"), play)).isEqualTo(404);
    assertThat(ends()).isEmpty();
  }

  @Test
  void spansThatAreNoneAreRefused() {
    String play = open();
    assertThat(close(officer, play, Map.of("from", 5, "to", 4))).isEqualTo(400);
    assertThat(close(officer, play, Map.of("from", -1, "to", 4))).isEqualTo(400);
    assertThat(close(officer, play, Map.of("from", 0, "to", 1e9))).isEqualTo(400);
    assertThat(ends()).isEmpty();
  }

  @Test
  void aPlayThatNobodyEndsEndsWhenItIsOver() {
    open();
    assertThat(officer.get(path + "/media", "Range", "bytes=0-9").statusCode()).isEqualTo(206);
    PlayEnds other = new PlayEnds(portal.parts(List.of()), portal.acts());
    portal.clock.advance(Duration.ofMinutes(62));
    portal.ends().closeOverdue();
    portal.ends().closeOverdue();
    other.closeOverdue();
    assertThat(ends()).extracting(AuditEntry::details).containsExactly(sent("bytes 0-10 of 1000"));
  }

  @Test
  void aPlayOfAServerThatIsGoneIsEndedByAnother() {
    open();
    PlayEnds other = new PlayEnds(portal.parts(List.of()), portal.acts());
    portal.clock.advance(Duration.ofMinutes(62));
    other.closeOverdue();
    assertThat(ends()).as("left to its own server").isEmpty();
    portal.clock.advance(Duration.ofMinutes(10));
    other.closeOverdue();
    assertThat(ends())
        .extracting(AuditEntry::details)
        .containsExactly(sent("nothing that this server knows of"));
    assertThat(ends().getFirst().actor()).isEqualTo("user:compliance-officer@acme");
  }

  private static Map<String, String> sent(String text) {
    return Map.of("sent", text);
  }
}
