package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.json;
import static io.earwitness.portal.TestPortal.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.access.Role;
import io.earwitness.archive.ArchiverWorld;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.RangeSource;
import io.earwitness.archive.crypto.TenantKeyStore;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.archive.media.G711;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.call.CallSummary;
import io.earwitness.capture.CaptureWriter;
import io.earwitness.portal.media.StoredMedia;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call of ten seconds that was archived in three parts is played and taken away whole. */
class LongCallTest {
  private static final int PART_SAMPLES = 30_001;
  private static final int PACKETS = 500;

  @TempDir private Path folder;
  private final FakeAudit keyUses = new FakeAudit();
  private final CallSummary call = io.earwitness.archive.TestCalls.live(ACME);
  private final String path = "/api/v1/recordings/" + call.id();
  private ArchiverWorld world;
  private StoredMedia media;
  private TestPortal portal;
  private TestPortal.Client officer;
  private short[][] spoken;
  private Function<String, Optional<RangeSource>> elsewhere = _ -> Optional.empty();

  @BeforeEach
  void archive() throws Exception {
    world = new ArchiverWorld(folder);
    TenantKeyStore keys =
        TenantKeyStore.open(
            folder.resolve("tenants.p12"), "secret".toCharArray(), Clock.systemUTC());
    keys.generate(ACME, ManagedKeyKind.EC_P256, "recordings");
    world.addKey(keys.certificates(ACME).getFirst());
    CaptureWriter.Session session = world.open(call);
    spoken =
        new short[][] {
          decoded(new ArchiverWorld.Voice(0, 1).send(session, 0, 0, PACKETS)),
          decoded(new ArchiverWorld.Voice(1, 2).send(session, 0, 0, PACKETS))
        };
    ArchiverWorld.close(session, PACKETS);
    world.archiver(4 * PART_SAMPLES).archive(world.take());
    media =
        new StoredMedia(
            world.store,
            (_, key) -> elsewhere.apply(key),
            world.manifests,
            keys,
            new FakeRestrictions(),
            keyUses,
            Clock.systemUTC());
    portal = new TestPortal(media);
    portal.calls.put(world.catalog.find(ACME, call.id()).orElseThrow());
    officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
  }

  @AfterEach
  void stop() {
    portal.close();
    world.close();
  }

  private static short[] decoded(byte[] codes) {
    short[] samples = new short[codes.length];
    G711.decodeMuLaw(codes, 0, codes.length, samples, 0);
    return samples;
  }

  private byte[] part(int number) {
    HttpResponse<byte[]> response = officer.get(path + "/media?part=" + number);
    assertThat(response.statusCode()).as(text(response)).isEqualTo(200);
    return response.body();
  }

  @Test
  void theDetailListsThePartsOnOneTimeLine() {
    JsonNode parts = json(officer.get(path)).get("parts");
    assertThat(parts.toString())
        .isEqualTo(
            """
            [{"part":1,"startMs":0,"durationMs":3750,"size":%d},\
            {"part":2,"startMs":3750,"durationMs":3750,"size":%d},\
            {"part":3,"startMs":7500,"durationMs":2500,"size":%d}]"""
                .formatted(part(1).length, part(2).length, part(3).length));
  }

  @Test
  void everyPartPlaysSampleForSampleWhatWasSpoken() {
    int at = 0;
    for (int number = 1; number <= 3; number++) {
      short[][] samples = FlacDecoder.decode(part(number));
      int length = samples[0].length;
      for (int channel = 0; channel < 2; channel++) {
        assertThat(samples[channel])
            .as("part %d, channel %d", number, channel)
            .isEqualTo(Arrays.copyOfRange(spoken[channel], at, at + length));
      }
      at += length;
    }
    assertThat(at).isEqualTo(spoken[0].length);
    assertThat(officer.get(path + "/media").body()).as("without a number").isEqualTo(part(1));
  }

  /** The objects as they lie in another place, and how often they were read there. */
  private RangeSource there(String key, boolean changed, AtomicInteger reads) {
    byte[] object;
    try (InputStream in = world.store.open(ObjectStore.Bucket.LOCK, key, null).orElseThrow()) {
      object = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (changed) {
      object[object.length / 2] ^= 1;
    }
    return (offset, target, position, length) -> {
      reads.incrementAndGet();
      RangeSource.of(object).read(offset, target, position, length);
    };
  }

  /** As a play that begins now would. */
  private byte[] read(int number) throws IOException {
    MediaAccess.Content content =
        media.open(
            Objects.requireNonNull(world.catalog.find(ACME, call.id()).orElseThrow().archive()),
            MediaAccess.Part.media(number),
            new MediaAccess.Requester("user:kim@acme", UUID.randomUUID()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    content.transferTo(0, content.length(), out);
    return out.toByteArray();
  }

  @Test
  void whatLiesElsewhereTooIsReadThereAndHereIfItIsAwayOrChangedThere() throws IOException {
    AtomicInteger reads = new AtomicInteger();
    elsewhere = key -> Optional.of(there(key, false, reads));
    assertThat(read(1)).isEqualTo(part(1));
    assertThat(reads).hasPositiveValue();
    int before = reads.get();
    elsewhere = key -> Optional.of(there(key, true, reads));
    assertThat(read(2)).isEqualTo(part(2));
    assertThat(reads).hasValueGreaterThan(before);
    before = reads.get();
    elsewhere =
        _ ->
            Optional.of(
                (_, _, _, _) -> {
                  reads.incrementAndGet();
                  throw new IOException("it is away");
                });
    assertThat(read(3)).isEqualTo(part(3));
    assertThat(reads).hasValueGreaterThan(before);
  }

  @Test
  void rangesAndEntityTagsAreThePartsOwn() {
    byte[] second = part(2);
    HttpResponse<byte[]> range =
        officer.get(path + "/media?part=2", "Range", "bytes=%d-".formatted(second.length - 100));
    assertThat(range.statusCode()).isEqualTo(206);
    assertThat(range.body())
        .isEqualTo(Arrays.copyOfRange(second, second.length - 100, second.length));
    String tag = range.headers().firstValue("ETag").orElseThrow();
    assertThat(officer.get(path + "/media").headers().firstValue("ETag"))
        .isPresent()
        .isNotEqualTo(tag);
    assertThat(
            officer.get(path + "/media?part=3", "Range", "bytes=0-9", "If-Range", tag).statusCode())
        .isEqualTo(200);
    HttpResponse<byte[]> head = officer.send("HEAD", path + "/media?part=2", null);
    assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(second.length);
  }

  @Test
  void onePlayCoversAllPartsAndUsesTheKeyOnceForEach() {
    for (int round = 0; round < 2; round++) {
      for (int number = 1; number <= 3; number++) {
        part(number);
      }
    }
    assertThat(portal.plays.plays).hasSize(1);
    assertThat(portal.audit.of("recording.play")).hasSize(2);
    assertThat(keyUses.of("key.use"))
        .extracting(use -> String.valueOf(use.details().get("object")).replaceFirst(".*/", ""))
        .containsExactly("media.cms", "media-2.cms", "media-3.cms");
    assertThat(keyUses.of("key.use"))
        .allSatisfy(use -> assertThat(use.actId()).isEqualTo(portal.plays.plays.getFirst().id()));
  }

  @Test
  void everyPartIsHandedOutAsAFileOfItsOwn() throws Exception {
    for (int number = 1; number <= 3; number++) {
      String name = number == 1 ? "media.cms" : "media-" + number + ".cms";
      HttpResponse<byte[]> object = officer.get(path + "/object?part=" + number);
      assertThat(object.body()).isEqualTo(world.sealed(ACME, call.id(), name));
      assertThat(object.headers().firstValue("Content-Disposition"))
          .contains("attachment; filename=\"%s-%s\"".formatted(call.id(), name));
      HttpResponse<byte[]> plain = officer.get(path + "/media?download=true&part=" + number);
      assertThat(plain.body()).isEqualTo(part(number));
      assertThat(plain.headers().firstValue("Content-Disposition").orElseThrow())
          .endsWith(call.id() + (number == 1 ? "" : "-" + number) + ".flac\"");
    }
  }

  @Test
  void aPartThatIsNotThereIsNotFoundAndANumberThatIsNoneIsRefused() {
    for (String route : List.of("/media?", "/media?download=true&", "/object?")) {
      HttpResponse<byte[]> missing = officer.get(path + route + "part=4");
      assertThat(missing.statusCode()).as(text(missing)).isEqualTo(404);
      assertThat(json(missing).get("type").asText()).isEqualTo("urn:earwitness:problem:not-found");
      assertThat(json(missing).get("detail").asText())
          .isEqualTo("The audio has no part 4; its last is 3.");
      for (String number : List.of("0", "-1", "1.5", "two", "99999999999")) {
        HttpResponse<byte[]> malformed = officer.get(path + route + "part=" + number);
        assertThat(malformed.statusCode()).as(route + number).isEqualTo(400);
        assertThat(json(malformed).get("parameter").asText()).isEqualTo("part");
      }
    }
    assertThat(portal.audit.of("recording.download").getLast().outcome())
        .isEqualTo("refused: The audio has no part 4; its last is 3.");
  }
}
