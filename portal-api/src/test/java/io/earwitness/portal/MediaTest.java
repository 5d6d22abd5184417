package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.NOW;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.CallState;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.portal.MediaAccess.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MediaTest {
  /** Three blocks and a bit. */
  private static final int SIZE = 3 * FakeMedia.BLOCK + 1000;

  private final TestPortal portal = new TestPortal(0, Set.of(GLOBEX), Clock.systemUTC());
  private final byte[] audio = new byte[SIZE];
  private final RecordingId id = call(CallState.ARCHIVED);
  private final String path = "/api/v1/recordings/" + id;
  private final TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);

  @AfterEach
  void stop() {
    portal.close();
  }

  private RecordingId call(CallState state) {
    new Random(7).nextBytes(audio);
    CallEntry entry =
        TestCalls.archived(
            TestCalls.summary(
                ACME,
                state,
                NOW.minusSeconds(90),
                Duration.ofSeconds(30),
                TestCalls.party(Side.LEFT, "Anna", "+4930123")),
            SIZE,
            Duration.ofSeconds(30));
    portal.calls.put(entry);
    portal.media.put(entry.summary().id(), Part.MEDIA, audio);
    return entry.summary().id();
  }

  private HttpResponse<byte[]> range(@Nullable String range) {
    return range == null
        ? officer.get(path + "/media")
        : officer.get(path + "/media", "Range", range);
  }

  private void assertPart(String range, int first, int last) {
    HttpResponse<byte[]> response = range(range);
    assertThat(response.statusCode()).as(range).isEqualTo(206);
    assertThat(response.headers().firstValue("Content-Range"))
        .as(range)
        .contains("bytes %d-%d/%d".formatted(first, last, SIZE));
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(last - first + 1);
    assertThat(response.body()).as(range).isEqualTo(Arrays.copyOfRange(audio, first, last + 1));
  }

  @Test
  void withoutARangeAllIsSentWithItsTypeAndATag() {
    HttpResponse<byte[]> response = range(null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(audio);
    assertThat(response.headers().firstValue("Content-Type")).contains("audio/flac");
    assertThat(response.headers().firstValue("Accept-Ranges")).contains("bytes");
    assertThat(response.headers().firstValue("ETag")).contains("\"a1\"");
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
  }

  @Test
  void singleRangesAreServedToTheByteAroundTheBoundariesOfBlocks() {
    int block = FakeMedia.BLOCK;
    assertPart("bytes=0-0", 0, 0);
    assertPart("bytes=0-99", 0, 99);
    assertPart("bytes=%d-%d".formatted(block - 1, block), block - 1, block);
    assertPart("bytes=%d-%d".formatted(block, 2 * block - 1), block, 2 * block - 1);
    assertPart("bytes=%d-%d".formatted(block + 1, 3 * block + 1), block + 1, 3 * block + 1);
    assertPart("bytes=%d-%d".formatted(SIZE - 1, SIZE - 1), SIZE - 1, SIZE - 1);
  }

  @Test
  void openAndSuffixRangesAndOnesThatReachTooFarEndAtTheEnd() {
    assertPart("bytes=0-", 0, SIZE - 1);
    assertPart("bytes=%d-".formatted(SIZE - 1), SIZE - 1, SIZE - 1);
    assertPart("bytes=-500", SIZE - 500, SIZE - 1);
    assertPart("bytes=-%d".formatted(SIZE + 1), 0, SIZE - 1);
    assertPart("bytes=10-99999999999999999999999", 10, SIZE - 1);
  }

  @Test
  void aRangeBehindTheEndIsNotSatisfiable() {
    for (String range :
        List.of("bytes=%d-".formatted(SIZE), "bytes=99999999999999999999-", "bytes=-0")) {
      HttpResponse<byte[]> response = range(range);
      assertThat(response.statusCode()).as(range).isEqualTo(416);
      assertThat(response.headers().firstValue("Content-Range"))
          .as(range)
          .contains("bytes */" + SIZE);
      assertThat(json(response).get("type").asText())
          .isEqualTo("urn:earwitness:problem:range-not-satisfiable");
    }
  }

  @Test
  void malformedRangesOtherUnitsAndSeveralAtOnceGetAllAsTheRfcAllows() {
    for (String range :
        List.of("bytes=5-2", "bytes=a-b", "bytes=-", "bytes", "items=0-1", "bytes=0-1,5-9", "=")) {
      HttpResponse<byte[]> response = range(range);
      assertThat(response.statusCode()).as(range).isEqualTo(200);
      assertThat(response.body()).as(range).isEqualTo(audio);
    }
  }

  @Test
  void ifRangeServesThePartOnlyOfWhatTheClientHasAlready() {
    HttpResponse<byte[]> same =
        officer.get(path + "/media", "Range", "bytes=0-9", "If-Range", "\"a1\"");
    assertThat(same.statusCode()).isEqualTo(206);
    for (String other : List.of("\"a2\"", "W/\"a1\"", "Sat, 21 Nov 2026 10:00:00 GMT")) {
      HttpResponse<byte[]> response =
          officer.get(path + "/media", "Range", "bytes=0-9", "If-Range", other);
      assertThat(response.statusCode()).as(other).isEqualTo(200);
      assertThat(response.body()).hasSize(SIZE);
    }
  }

  @Test
  void headTellsTheSizeAndSendsNothing() {
    HttpResponse<byte[]> response = officer.send("HEAD", path + "/media", null);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(SIZE);
    assertThat(response.headers().firstValue("Content-Type")).contains("audio/flac");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void aBlockThatIsNotWhatWasSignedIsNeverSentAndBreaksTheResponseOff() throws Exception {
    portal.media.tamper(id, Part.MEDIA, 2 * FakeMedia.BLOCK + 77);
    assertBrokenOffBefore(2 * FakeMedia.BLOCK);

    List<AuditEntry> entries = waitFor("recording.play", 3);
    assertThat(entries.get(0).outcome()).isNull();
    assertThat(entries.get(1).outcome()).isEqualTo("done");
    assertThat(entries.get(2).outcome())
        .isEqualTo("failed: block 2 of media.cms is not what was signed");
    assertThat(entries.get(2).actId()).isEqualTo(entries.get(0).id());
    assertThat(portal.metrics.counter("earwitness.portal.media.broken").count()).isEqualTo(1);
  }

  /** The client may drop what it holds once the connection broke, so no least number is asked. */
  private void assertBrokenOffBefore(int end) throws Exception {
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    try (InputStream body =
        portal
            .http
            .send(officer.request("GET", path + "/media", null), BodyHandlers.ofInputStream())
            .body()) {
      assertThatThrownBy(() -> body.transferTo(got)).isInstanceOf(IOException.class);
    }
    assertThat(got.size()).isLessThanOrEqualTo(end);
    assertThat(got.toByteArray()).isEqualTo(Arrays.copyOf(audio, got.size()));
  }

  @Test
  void aStoreThatGoesAwayBreaksTheResponseOffToo() throws Exception {
    portal.media.missingBlock = 2;
    assertBrokenOffBefore(2 * FakeMedia.BLOCK);
    assertThat(waitFor("recording.play", 3).get(2).outcome())
        .isEqualTo("failed: the object store can't be reached");

    HttpResponse<byte[]> response = range("bytes=%d-".formatted(2 * FakeMedia.BLOCK));
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(json(response).get("detail").asText()).contains("object store");
  }

  /** The outcome is entered when the response is already broken off. */
  private List<AuditEntry> waitFor(String action, int count) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (portal.audit.of(action).size() < count && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    assertThat(portal.audit.of(action)).hasSize(count);
    return portal.audit.of(action);
  }

  @Test
  void whereTheFirstBlockIsBadTheAnswerSaysSo() {
    portal.media.tamper(id, Part.MEDIA, 2 * FakeMedia.BLOCK + 77);
    HttpResponse<byte[]> response = range("bytes=%d-".formatted(2 * FakeMedia.BLOCK));
    assertThat(response.statusCode()).as(text(response)).isEqualTo(502);
    assertThat(json(response).get("detail").asText())
        .isEqualTo("block 2 of media.cms is not what was signed");
    assertThat(response.headers().firstValue("Content-Range")).isEmpty();
    assertPart("bytes=0-9", 0, 9);
  }

  @Test
  void aPlayIsEnteredOnceAndUsesTheKeyOnceHoweverManyRequestsItTakes() {
    HttpResponse<byte[]> opened = officer.post(path + "/plays", Map.of("reason", "case 17"));
    assertThat(opened.statusCode()).as(text(opened)).isEqualTo(201);
    UUID play = UUID.fromString(json(opened).get("id").asText());
    for (int i = 0; i < 5; i++) {
      range("bytes=%d-".formatted(i * 1000));
    }
    List<AuditEntry> entries = portal.audit.of("recording.play");
    assertThat(entries).hasSize(2);
    assertThat(entries.getFirst().id()).isEqualTo(play);
    assertThat(entries.getFirst().object()).isEqualTo("recording:" + id);
    assertThat(entries.getFirst().details()).containsExactly(Map.entry("reason", "case 17"));
    assertThat(portal.media.keyUses)
        .containsExactly(new MediaAccess.Requester("user:compliance-officer@acme", play));
  }

  @Test
  void withoutAnOpenPlayListeningOpensOneAndAnotherPersonsDoesNotCount() {
    officer.post(path + "/plays", Map.of());
    range("bytes=0-9");
    assertThat(portal.plays.plays).hasSize(1);
    portal.user(ACME, "second", Set.of(Role.COMPLIANCE_OFFICER));
    portal.signIn(ACME, "second").get(path + "/media");
    assertThat(portal.plays.plays).hasSize(2);
    portal.clock.advance(Duration.ofMinutes(62));
    portal.signIn(ACME, Role.COMPLIANCE_OFFICER).get(path + "/media");
    assertThat(portal.plays.plays).as("an hour and three times its length are over").hasSize(3);
  }

  @Test
  void aPlayGoesOnWithTheArchiveThatSupersedesItsFirst() {
    assertThat(range(null).body()).isEqualTo(audio);
    new Random(8).nextBytes(audio);
    portal.media.put(id, Part.MEDIA, audio);
    portal.calls.put(TestCalls.superseded(portal.calls.load(List.of(id)).getFirst(), "a2"));

    HttpResponse<byte[]> response = range(null);
    assertThat(response.body()).isEqualTo(audio);
    assertThat(response.headers().firstValue("ETag")).contains("\"a2\"");
    assertPart("bytes=0-99", 0, 99);
    assertThat(portal.plays.plays).as("still the same play").hasSize(1);
    assertThat(portal.media.keyUses).as("one for each archive").hasSize(2);
  }

  @Test
  void aTenantThatAsksForReasonsIsToldOneBeforeAnythingIsHeard() {
    CallEntry entry =
        TestCalls.archived(
            TestCalls.summary(
                GLOBEX, CallState.ARCHIVED, NOW.minusSeconds(60), Duration.ofSeconds(30)),
            SIZE,
            Duration.ofSeconds(30));
    portal.calls.put(entry);
    portal.media.put(entry.summary().id(), Part.MEDIA, audio);
    TestPortal.Client other = portal.signIn(GLOBEX, Role.COMPLIANCE_OFFICER);
    String call = "/api/v1/recordings/" + entry.summary().id();

    HttpResponse<byte[]> without = other.get(call + "/media");
    assertThat(without.statusCode()).isEqualTo(403);
    assertThat(json(without).get("type").asText())
        .isEqualTo("urn:earwitness:problem:reason-required");
    assertThat(other.post(call + "/plays", Map.of("reason", " ")).statusCode()).isEqualTo(403);
    assertThat(portal.media.keyUses).isEmpty();
    assertThat(portal.audit.of("recording.play")).hasSize(4);

    assertThat(other.post(call + "/plays", Map.of("reason", "case 17")).statusCode())
        .isEqualTo(201);
    assertThat(other.get(call + "/media").statusCode()).isEqualTo(200);
  }

  @Test
  void nothingIsHeardWhileTheAuditTrailCantBeWritten() {
    portal.audit.broken = true;
    HttpResponse<byte[]> response = range(null);
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.headers().firstValue("Retry-After")).contains("5");
    assertThat(json(response).get("detail").asText()).contains("audit trail");
    assertThat(officer.post(path + "/plays", Map.of()).statusCode()).isEqualTo(503);
    assertThat(officer.get(path + "/media?download=true").statusCode()).isEqualTo(503);
    assertThat(officer.get(path + "/object").statusCode()).isEqualTo(503);
    assertThat(portal.media.keyUses).isEmpty();
    assertThat(portal.plays.plays).isEmpty();
  }

  @Test
  void aDownloadIsEnteredForItselfAndNamesItsFile() throws Exception {
    HttpResponse<byte[]> response = officer.get(path + "/media?download=true");
    assertThat(response.body()).isEqualTo(audio);
    assertThat(response.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename=\"20261121T095830Z-%s.flac\"".formatted(id));
    assertThat(waitFor("recording.download", 2).get(1).outcome()).isEqualTo("done");
    assertThat(portal.plays.plays).isEmpty();
  }

  @Test
  void theEncryptedObjectAndTheManifestAreHandedOutAsTheyAreStored() {
    HttpResponse<byte[]> object = officer.get(path + "/object");
    assertThat(object.body()).isEqualTo(FakeMedia.sealed(id));
    assertThat(object.headers().firstValue("Content-Type")).contains("application/cms");
    HttpResponse<byte[]> manifest = officer.get(path + "/manifest");
    assertThat(manifest.body()).asString().isEqualTo("signed " + id);
    assertThat(manifest.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename=\"%s-manifest-0.p7\"".formatted(id));
    assertThat(portal.media.keyUses).isEmpty();
  }

  @Test
  void aCallWhoseKeyItsTenantKeepsCantBePlayedHere() {
    portal.media.keysElsewhere.add(id);
    HttpResponse<byte[]> response = range(null);
    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(json(response).get("type").asText())
        .isEqualTo("urn:earwitness:problem:key-not-held");
  }

  @Test
  void aCallWithoutMediaSaysWhatStateItIsIn() {
    for (CallState state : List.of(CallState.LIVE, CallState.REFUSED, CallState.DISPOSED)) {
      RecordingId other = call(state);
      HttpResponse<byte[]> response = officer.get("/api/v1/recordings/" + other + "/media");
      assertThat(response.statusCode()).isEqualTo(409);
      assertThat(json(response).get("detail").asText())
          .isEqualTo("The call is '%s': nothing of it is stored.".formatted(state.wireName()));
    }
  }
}
