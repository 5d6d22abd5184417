package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.crypto.UnusableKeyException;
import io.earwitness.archive.media.FlacDecoder;
import io.earwitness.archive.media.G711;
import io.earwitness.archive.media.Programs;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Licence;
import io.earwitness.call.Mark;
import io.earwitness.call.RetentionBasis;
import io.earwitness.call.RetentionClass;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.RetentionRule;
import io.earwitness.call.Side;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.TimelineEvent;
import io.earwitness.capture.CaptureEvent;
import io.earwitness.capture.CaptureWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiverTest {
  @TempDir private Path folder;
  private ArchiverWorld world;
  private final CallSummary call = TestCalls.live(TestCalls.TENANT);
  private final ArchiverWorld.Voice left = new ArchiverWorld.Voice(0, 1);
  private final ArchiverWorld.Voice right = new ArchiverWorld.Voice(1, 2);

  @BeforeEach
  void open() throws Exception {
    world = new ArchiverWorld(folder);
  }

  @AfterEach
  void close() {
    world.close();
  }

  static short[] muLaw(byte[] codes) {
    short[] samples = new short[codes.length];
    G711.decodeMuLaw(codes, 0, codes.length, samples, 0);
    return samples;
  }

  private byte[] flac(String file) throws Exception {
    return world.decrypt(TestCalls.TENANT, call.id(), file, ManagedKeyKind.EC_P256);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void thePolicyDecidesUntilWhenObjectsAreLockedAndTheManifestSaysSo() throws Exception {
    RetentionRule rule =
        new RetentionRule("Desk", Set.of(), List.of(), Set.of(), Set.of(), RetentionClass.days(90));
    RetentionPolicy policy = new RetentionPolicy(4, false, RetentionClass.ONE_YEAR, List.of(rule));
    Set<Licence> licences = Set.of(Licence.EXTENDED);
    world.retention =
        ended -> {
          Instant end = Objects.requireNonNull(ended.end());
          ZoneId zone = ZoneId.of("Europe/Berlin");
          RetentionPolicy.Decision decision =
              policy.decide(RetentionPolicy.Question.of(ended, licences), end, zone);
          return new InitialRetention.Kept(
              decision.keep().lockedUntil(end, zone), RetentionBasis.of(decision, licences));
        };
    CaptureWriter.Session session = world.open(call);
    left.send(session, 0, 0, 50);
    ArchiverWorld.close(session, 500);

    Committed committed = world.archiver().archive(world.take());

    CallCatalog.ArchivedCall archive = world.archive(call.id());
    Instant until = committed.manifest().keepUntil();
    assertThat(Duration.between(TestCalls.START, until))
        .isBetween(Duration.ofDays(90).minusHours(1), Duration.ofDays(90).plusHours(2));
    assertThat(archive.keepUntil()).isEqualTo(until);
    assertThat(archive.retention())
        .isEqualTo(new RetentionBasis(4, RetentionClass.days(90), "Desk", licences));
    assertThat(committed.manifest().policies())
        .containsEntry("retention", "90-days")
        .containsEntry("retentionPolicy", "4")
        .containsEntry("retentionRule", "Desk");
    assertThat(world.store.lockOf(archive.manifestKey(), archive.manifestVersionId()))
        .hasValueSatisfying(
            lock ->
                assertThat(lock.until())
                    .isBetween(
                        until.isAfter(world.clock.instant()) ? until : world.clock.instant(),
                        (until.isAfter(world.clock.instant()) ? until : world.clock.instant())
                            .plus(Duration.ofDays(1))
                            .plusSeconds(1)));
  }

  @Test
  void whatWasCapturedComesOutOfTheEncryptedObjectsSampleForSample() throws Exception {
    CaptureWriter.Session session = world.open(call);
    session.append(
        new CaptureEvent.Message(
            TestCalls.START,
            true,
            "UDP",
            "127.0.0.1:5060",
            "INVITE sip:é SIP/2.0\r\n".getBytes(StandardCharsets.ISO_8859_1)));
    session.append(
        new CaptureEvent.Timeline(
            TestCalls.START,
            new TimelineEvent(TestCalls.START, TimelineEvent.Type.JOINED, Side.LEFT, "Anna")));
    byte[] a = left.send(session, 0, 0, 500);
    byte[] b = right.send(session, 0, 0, 500);
    ArchiverWorld.close(session, 500);
    Committed committed = world.archiver().archive(world.take());

    assertThat(committed.own()).isTrue();
    CallCatalog.ArchivedCall archive = world.archive(call.id());
    assertThat(archive.outcome()).isEqualTo(CallState.ARCHIVED);
    assertThat(archive.durationMs()).isEqualTo(10_000);
    assertThat(archive.channels()).isEqualTo(2);
    assertThat(archive.flags()).isEmpty();
    assertThat(archive.keepUntil()).isEqualTo(Instant.parse("2027-11-21T10:00:10Z"));
    byte[] flac = flac("media.cms");
    assertThat(FlacDecoder.decode(flac)).isDeepEqualTo(new short[][] {muLaw(a), muLaw(b)});
    Programs.pipe(flac, "flac", "-t", "-s", "-");
    assertThat(world.decrypt(TestCalls.TENANT, call.id(), "media.cms", ManagedKeyKind.RSA_3072))
        .isEqualTo(flac);
    CallRecord record = world.record(TestCalls.TENANT, call.id());
    assertThat(record.audioSha256()).isEqualTo(sha256(flac));
    assertThat(record.audioStart()).isEqualTo(TestCalls.START);
    assertThat(record.summary().state()).isEqualTo(CallState.ARCHIVED);
    assertThat(record.messages().getFirst().text()).isEqualTo("INVITE sip:é SIP/2.0\r\n");
    assertThat(record.timeline()).hasSize(1);
    assertThat(record.streams()).isEqualTo(TestCalls.streams());
    assertThat(record.quality().get(1).packets()).isEqualTo(500);
    assertThat(record.marks()).isEmpty();
    assertThat(world.decrypt(TestCalls.TENANT, call.id(), "waveform.cms", ManagedKeyKind.EC_P256))
        .hasSize(12 + 2 * 200);
  }

  @Test
  void theCatalogRecoveryKeyOpensTheCallRecordAndNothingElse() throws Exception {
    CaptureWriter.Session session = world.open(call);
    left.send(session, 0, 0, 10);
    ArchiverWorld.close(session, 10);
    world.archiver().archive(world.take());
    assertThat(world.decrypt(TestCalls.TENANT, call.id(), "call.cms", ManagedKeyKind.EC_P384))
        .isNotEmpty();
    for (String file : List.of("media.cms", "waveform.cms")) {
      assertThatThrownBy(
              () -> world.decrypt(TestCalls.TENANT, call.id(), file, ManagedKeyKind.EC_P384))
          .isInstanceOf(io.earwitness.archive.crypto.CryptoException.class);
    }
    assertThat(world.manifest(TestCalls.TENANT, call.id()).manifest().keys())
        .containsExactlyInAnyOrderElementsOf(
            TestKeys.recipients().stream().map(recipient -> recipient.id()).toList());
  }

  @Test
  void aTornCaptureIsArchivedPartialWithAllButTheTornTail() throws Exception {
    CaptureWriter.Session session = world.open(call);
    byte[] a = left.send(session, 0, 0, 200);
    byte[] b = right.send(session, 0, 0, 200);
    Path segment = segment();
    TestCalls.await("the first part is written", () -> size(segment) > 400 * 172);
    long whole = size(segment);
    left.send(session, 0, 200, 100);
    TestCalls.await("more is written", () -> size(segment) > whole);
    world.writer.close();
    byte[] bytes = Files.readAllBytes(segment);
    Files.write(segment, Arrays.copyOf(bytes, (int) whole + 100));

    world.archiver().archive(world.take());
    CallCatalog.ArchivedCall archive = world.archive(call.id());
    assertThat(archive.outcome()).isEqualTo(CallState.ARCHIVED_PARTIAL);
    assertThat(archive.flags())
        .contains(CallFlag.RECORDER_INTERRUPTED)
        .doesNotContain(CallFlag.CAPTURE_DAMAGED);
    short[][] samples = FlacDecoder.decode(flac("media.cms"));
    assertThat(Arrays.copyOf(samples[0], a.length)).isEqualTo(muLaw(a));
    assertThat(Arrays.copyOf(samples[1], b.length)).isEqualTo(muLaw(b));
    assertThat(world.record(TestCalls.TENANT, call.id()).summary().end())
        .isEqualTo(TestCalls.START.plusMillis(20 * 199));
  }

  private Path segment() throws Exception {
    try (var files = Files.walk(world.spool)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains(call.id().toString()))
          .max(Comparator.comparingLong(ArchiverTest::size))
          .orElseThrow();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void damageInTheMiddleCostsOnlyWhatItHit() throws Exception {
    CaptureWriter.Session session = world.open(call);
    left.send(session, 0, 0, 200);
    Path segment = segment();
    TestCalls.await("the first part is written", () -> size(segment) > 200 * 172);
    long whole = size(segment);
    byte[] after = left.send(session, 0, 200, 100);
    ArchiverWorld.close(session, 300);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[(int) whole - 200] ^= 1;
    Files.write(segment, bytes);
    world.archiver().archive(world.take());
    CallCatalog.ArchivedCall archive = world.archive(call.id());
    assertThat(archive.outcome()).isEqualTo(CallState.ARCHIVED_PARTIAL);
    assertThat(archive.flags()).contains(CallFlag.CAPTURE_DAMAGED);
    short[] samples = FlacDecoder.decode(flac("media.cms"))[0];
    assertThat(Arrays.copyOfRange(samples, samples.length - after.length, samples.length))
        .isEqualTo(muLaw(after));
  }

  @Test
  void aCallWithoutAnyPacketKeepsItsCallRecord() throws Exception {
    CaptureWriter.Session session = world.open(call);
    session.close(new CaptureEvent.Closed(TestCalls.START.plusSeconds(5), "BYE", List.of()));
    world.archiver().archive(world.take());
    assertThat(world.call(call.id()).state()).isEqualTo(CallState.NO_MEDIA);
    assertThat(world.manifest(TestCalls.TENANT, call.id()).manifest().objects())
        .extracting(entry -> entry.name().replaceFirst(".*/", ""))
        .containsExactly("call.cms");
    CallRecord record = world.record(TestCalls.TENANT, call.id());
    assertThat(record.audioSha256()).isNull();
    assertThat(record.summary().end()).isEqualTo(TestCalls.START.plusSeconds(5));
  }

  @Test
  void aCallOfNobodyIsReadableWithTheQuarantineKeyOnly() throws Exception {
    CallSummary stranger = TestCalls.live(TenantSlug.PLATFORM);
    CaptureWriter.Session session = world.open(stranger);
    byte[] a = left.send(session, 0, 0, 10);
    ArchiverWorld.close(session, 10);
    world.archiver().archive(world.take());
    CallCatalog.ArchivedCall archive = world.archive(stranger.id());
    assertThat(archive.outcome()).isEqualTo(CallState.QUARANTINED);
    assertThat(archive.flags()).contains(CallFlag.TENANT_UNKNOWN, CallFlag.ONE_WAY);
    // in this world the RSA key is the quarantine's
    byte[] flac =
        world.decrypt(TenantSlug.PLATFORM, stranger.id(), "media.cms", ManagedKeyKind.RSA_3072);
    assertThat(FlacDecoder.decode(flac)[0]).isEqualTo(muLaw(a));
    assertThatThrownBy(
            () ->
                world.decrypt(
                    TenantSlug.PLATFORM, stranger.id(), "media.cms", ManagedKeyKind.EC_P256))
        .isInstanceOf(io.earwitness.archive.crypto.CryptoException.class);
  }

  @Test
  void packetsThatCantBeDecodedAreArchivedAsReceived() throws Exception {
    CaptureWriter.Session session = world.open(call);
    byte[] g729 = left.send(session, 18, 0, 10);
    right.send(session, 0, 0, 10);
    ArchiverWorld.close(session, 10);
    world.archiver().archive(world.take());
    CallCatalog.ArchivedCall archive = world.archive(call.id());
    assertThat(archive.outcome()).isEqualTo(CallState.ARCHIVED);
    assertThat(archive.flags()).containsExactly(CallFlag.CODEC_NOT_DECODABLE);
    byte[] pcap = flac("packets.cms");
    int record = 16 + 20 + 8 + 12 + ArchiverWorld.PACKET;
    assertThat(pcap).hasSize(24 + 10 * record);
    int ninth = 24 + 10 * record - ArchiverWorld.PACKET;
    assertThat(Arrays.copyOfRange(pcap, ninth, pcap.length))
        .isEqualTo(Arrays.copyOfRange(g729, g729.length - ArchiverWorld.PACKET, g729.length));
    assertThat(world.record(TestCalls.TENANT, call.id()).marks())
        .containsExactly(
            new Mark(Side.LEFT, Duration.ZERO, Duration.ofMillis(200), Mark.Cause.NOT_DECODED));
  }

  @Test
  void aLongCallGoesOnInFurtherFilesWithoutGapOrOverlap() throws Exception {
    CaptureWriter.Session session = world.open(call);
    byte[] a = left.send(session, 0, 0, 500);
    byte[] b = right.send(session, 0, 0, 500);
    ArchiverWorld.close(session, 500);
    world.archiver(4 * 30_001).archive(world.take()); // 30,001 samples of two channels
    List<String> digests = new ArrayList<>();
    short[][] all = new short[2][80_000];
    int at = 0;
    for (String file : List.of("media.cms", "media-2.cms", "media-3.cms")) {
      byte[] flac = flac(file);
      digests.add(sha256(flac));
      short[][] part = FlacDecoder.decode(flac);
      System.arraycopy(part[0], 0, all[0], at, part[0].length);
      System.arraycopy(part[1], 0, all[1], at, part[1].length);
      at += part[0].length;
    }
    assertThat(at).isEqualTo(80_000);
    assertThat(all).isDeepEqualTo(new short[][] {muLaw(a), muLaw(b)});
    CallRecord record = world.record(TestCalls.TENANT, call.id());
    assertThat(record.audioSha256()).isEqualTo(digests.getFirst());
    assertThat(record.furtherAudioSha256()).isEqualTo(digests.subList(1, 3));
    assertThat(world.archive(call.id()).durationMs()).isEqualTo(10_000);
  }

  @Test
  void aCallThatIsStillWrittenIsNotArchived() throws Exception {
    CaptureWriter.Session session = world.open(call);
    left.send(session, 0, 0, 10);
    CallCatalog.Work work =
        new CallCatalog.Work(
            call.id(), TestCalls.TENANT, null, 1, world.clock.instant(), "node-1", null, false);
    assertThatThrownBy(() -> world.archiver().archive(work))
        .isInstanceOf(Archiver.StillWrittenException.class);
  }

  @Test
  void withoutAKeyNothingIsWrittenAndTheReasonIsClear() throws Exception {
    CaptureWriter.Session session = world.open(call);
    left.send(session, 0, 0, 10);
    ArchiverWorld.close(session, 10);
    Archiver archiver = world.archiver(world.store, new InMemoryDirectory(), Archiver.PART_BYTES);
    CallCatalog.Work work = world.take();
    assertThatThrownBy(() -> archiver.archive(work))
        .isInstanceOf(UnusableKeyException.class)
        .hasMessageContaining("tenant acme has no active public key");
    assertThat(world.store.list(io.earwitness.archive.store.ObjectStore.Bucket.LOCK, "")).isEmpty();
  }

  @Test
  void archivedTwiceItIsArchivedOnce() throws Exception {
    CaptureWriter.Session session = world.open(call);
    left.send(session, 0, 0, 10);
    ArchiverWorld.close(session, 10);
    CallCatalog.Work work = world.take();
    Committed first = world.archiver().archive(work);
    Committed second = world.archiver().archive(work);
    assertThat(second.own()).isFalse();
    assertThat(second.manifest()).isEqualTo(first.manifest());
  }

  @Test
  void plainAudioIsNowhereOnTheDisk() throws Exception {
    CaptureWriter.Session session = world.open(call);
    byte[] a = left.send(session, 0, 0, 300);
    right.send(session, 18, 0, 300);
    TestCalls.await("audio is in the spool", () -> spoolSize() > 600 * 172);
    byte[] samples = new byte[64];
    java.nio.ByteBuffer.wrap(samples)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .asShortBuffer()
        .put(muLaw(a), 1000, 32);
    List<byte[]> patterns =
        new ArrayList<>(
            List.of(
                Arrays.copyOfRange(a, 160, 192),
                samples,
                "fLaC".getBytes(StandardCharsets.US_ASCII)));
    assertThat(world.filesWith(patterns)).as("during the call").isEmpty();
    ArchiverWorld.close(session, 300);
    world.archiver().archive(world.take());
    byte[] flac = flac("media.cms");
    patterns.add(Arrays.copyOfRange(flac, 5000, 5032));
    assertThat(world.filesWith(patterns)).as("after the call").isEmpty();
    Path control = Files.write(folder.resolve("control"), flac);
    Path raw = Files.write(folder.resolve("raw"), a);
    assertThat(world.filesWith(patterns))
        .as("the search finds what is there")
        .containsExactlyInAnyOrder(control, raw);
  }

  private long spoolSize() {
    try (var files = Files.walk(world.spool)) {
      return files.filter(Files::isRegularFile).mapToLong(ArchiverTest::size).sum();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
