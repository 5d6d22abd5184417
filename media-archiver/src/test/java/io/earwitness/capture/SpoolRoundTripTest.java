package io.earwitness.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Codec;
import io.earwitness.call.RecordingId;
import io.earwitness.call.StreamDescription;
import io.earwitness.call.StreamQuality;
import io.earwitness.call.TimelineEvent;
import io.earwitness.call.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolRoundTripTest {
  private static final Instant AT = Instant.parse("2026-11-20T09:33:19.123456789Z");

  @TempDir Path directory;

  @Test
  void whatWasWrittenIsReadInTheSameOrder() throws IOException {
    CallSummary summary = Spools.summary();
    List<CaptureEvent> events = everyEvent(summary);
    Spools.Content content = new Spools.Content();
    CaptureReader.End end;
    try (SpoolWriter writer = Spools.writer(directory)) {
      CaptureWriter.Session session = writer.open(summary);
      for (CaptureEvent event : events) {
        session.append(event);
      }
      for (int i = 0; i < 500; i++) {
        assertThat(Spools.put(session, i % 2, 1_000L + i, Spools.packet(i))).isTrue();
      }
      CaptureEvent.Closed closed = new CaptureEvent.Closed(AT, "BYE", List.of(CallFlag.ONE_WAY));
      session.close(closed);
      end = Spools.reader(directory).read(summary.id(), content);

      assertThat(content.events.getFirst()).isInstanceOf(CaptureEvent.Opened.class);
      assertThat(((CaptureEvent.Opened) content.events.getFirst()).summary()).isEqualTo(summary);
      assertThat(content.events.getLast()).isEqualTo(closed);
    }
    assertThat(content.events.subList(1, content.events.size() - 1))
        .usingRecursiveComparison()
        .isEqualTo(events);
    assertThat(end.closed()).isTrue();
    assertThat(end.damaged()).isFalse();
    assertThat(end.remark()).isEmpty();
    assertThat(content.packets).hasSize(500);
    for (int i = 0; i < 500; i++) {
      Spools.Content.Packet packet = content.packets.get(i);
      assertThat(packet.stream()).isEqualTo(i % 2);
      assertThat(packet.arrival()).isEqualTo(1_000L + i);
      assertThat(packet.bytes()).isEqualTo(Spools.packet(i));
    }
  }

  private static List<CaptureEvent> everyEvent(CallSummary summary) {
    StreamQuality quality =
        new StreamQuality(
            1, 0xffff_fff0L, 9, 1800, 10, 1, 0, 0, 0, 0, 0.25, "192.0.2.1:4000", AT, AT);
    StreamDescription stream =
        new StreamDescription(
            0,
            "audio",
            "1",
            List.of(new Codec(101, "TELEPHONE-EVENT", 8000, 1, "0-15")),
            true,
            10_000,
            "192.0.2.1",
            4000);
    return List.of(
        new CaptureEvent.Updated(AT, summary),
        new CaptureEvent.Message(AT, true, "TCP", "192.0.2.1:5060", new byte[] {0, -1, 13, 10}),
        new CaptureEvent.Message(
            AT,
            true,
            "TLS",
            "192.0.2.1:5061",
            new byte[] {1},
            new TlsIdentity("CN=sbc-1", List.of("sbc-1", "sbc.example"), "a".repeat(64))),
        new CaptureEvent.Streams(AT, List.of(stream)),
        new CaptureEvent.Timeline(
            AT, new TimelineEvent(AT, TimelineEvent.Type.HELD, null, "held by Anna Berg")),
        new CaptureEvent.Statistics(AT, List.of(quality)),
        new CaptureEvent.Dropped(AT, 1, 17));
  }

  @Test
  void anOpenedCallIsReadableBeforeItsInviteIsAnswered() throws IOException {
    CallSummary summary = Spools.summary();
    try (SpoolWriter writer = Spools.writer(directory)) {
      CaptureWriter.Session session = writer.open(summary);
      Spools.Content content = new Spools.Content();
      CaptureReader.End end = Spools.reader(directory).read(summary.id(), content);

      assertThat(content.events).hasSize(1);
      assertThat(end.closed()).isFalse();
      assertThat(end.damaged()).isFalse();
      session.close(Spools.closed());
    }
  }

  @Test
  void aLongCallIsManySegmentsReadInOrder() throws IOException {
    CallSummary summary = Spools.summary();
    int packets = 3_000;
    try (SpoolWriter writer = Spools.smallSegments(directory)) {
      CaptureWriter.Session session = writer.open(summary);
      for (int i = 0; i < packets; i++) {
        Spools.put(session, 0, i, Spools.packet(i));
      }
      session.close(Spools.closed());
    }
    Spools.Content content = new Spools.Content();
    CaptureReader.End end = Spools.reader(directory).read(summary.id(), content);

    assertThat(Spools.segments(directory, summary.id())).hasSizeGreaterThan(5);
    assertThat(end.remark()).isEmpty();
    assertThat(end.closed()).isTrue();
    assertThat(content.numbers()).isEqualTo(IntStream.range(0, packets).boxed().toList());
  }

  @Test
  void eventsAreReadOnFromWhereTheLastReadingEnded() throws Exception {
    CallSummary summary = Spools.summary();
    SpoolReader reader = Spools.reader(directory);
    List<Long> dropped = new ArrayList<>();
    try (SpoolWriter writer = Spools.smallSegments(directory)) {
      CaptureWriter.Session session = writer.open(summary);
      long position = 0;
      for (int round = 1; round <= 20; round++) {
        for (int i = 0; i < 100; i++) {
          Spools.put(session, 0, i, Spools.packet(i));
        }
        session.append(new CaptureEvent.Dropped(AT, 0, round));
        while (dropped.size() < round) {
          Spools.Content content = new Spools.Content();
          CaptureReader.End end = reader.readEvents(summary.id(), position, content);
          assertThat(end.damaged()).as(end.remark()).isFalse();
          assertThat(content.packets).isEmpty();
          for (CaptureEvent event : content.events) {
            if (event instanceof CaptureEvent.Dropped d) {
              dropped.add(d.packets());
            }
          }
          position = end.position();
        }
      }
      session.close(Spools.closed());
      CaptureReader.End end = reader.readEvents(summary.id(), position, new Spools.Content());
      assertThat(end.closed()).isTrue();
      CaptureReader.End again =
          reader.readEvents(summary.id(), end.position(), new Spools.Content());
      assertThat(again.closed()).isTrue();
      assertThat(again.position()).isEqualTo(end.position());
    }
    assertThat(dropped).isEqualTo(IntStream.rangeClosed(1, 20).mapToObj(i -> (long) i).toList());
  }

  @Test
  void theListSaysWhichCapturesAreBeingWritten() throws IOException {
    CallSummary first = Spools.summary();
    CallSummary second = Spools.summary();
    SpoolReader reader = Spools.reader(directory);
    try (SpoolWriter writer = Spools.writer(directory)) {
      CaptureWriter.Session ended = writer.open(first);
      writer.open(second);
      ended.close(Spools.closed());

      assertThat(reader.list())
          .extracting(CaptureReader.Entry::id, CaptureReader.Entry::beingWritten)
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple(first.id(), false),
              org.assertj.core.groups.Tuple.tuple(second.id(), true));
      assertThatThrownBy(() -> reader.remove(second.id()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("still being written");
    }
    assertThat(reader.list()).noneMatch(CaptureReader.Entry::beingWritten);
    CaptureReader.End interrupted = reader.read(second.id(), new Spools.Content());
    assertThat(interrupted.closed()).isFalse();
    assertThat(interrupted.damaged()).isFalse();

    reader.remove(second.id());
    assertThat(reader.list()).extracting(CaptureReader.Entry::id).containsExactly(first.id());
    assertThatThrownBy(() -> reader.read(second.id(), new Spools.Content()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(second.id().toString());
  }

  @Test
  void aCaptureThatJustBeginsIsNeverTakenForOneThatNobodyWrites() throws Exception {
    Set<RecordingId> left = ConcurrentHashMap.newKeySet();
    AtomicBoolean done = new AtomicBoolean();
    try (SpoolWriter writer = Spools.writer(directory);
        ExecutorService looking = Executors.newFixedThreadPool(2)) {
      SpoolReader reader = Spools.reader(directory);
      for (int i = 0; i < 2; i++) {
        looking.submit(
            () -> {
              while (!done.get()) {
                reader.list().stream()
                    .filter(entry -> !entry.beingWritten())
                    .forEach(entry -> left.add(entry.id()));
              }
              return null;
            });
      }
      for (int i = 0; i < 400; i++) {
        writer.open(Spools.summary());
      }
      done.set(true);
    }
    assertThat(left).isEmpty();
  }

  @Test
  void aReaderThatCameBeforeTheRecorderSeesThatItWrites() throws IOException {
    SpoolReader reader = Spools.reader(directory);
    CallSummary earlier = Spools.summary();
    try (SpoolWriter writer = Spools.writer(directory)) {
      writer.open(earlier);
    }
    assertThat(reader.list()).noneMatch(CaptureReader.Entry::beingWritten);
    try (SpoolWriter writer = Spools.writer(directory)) {
      CallSummary running = Spools.summary();
      writer.open(running);
      assertThat(reader.list())
          .filteredOn(CaptureReader.Entry::beingWritten)
          .extracting(CaptureReader.Entry::id)
          .containsExactly(running.id());
    }
  }

  /** Making and deleting a file for each call is what it would cost most. */
  @Test
  void markersAreNamesOfOneFileAndFilesOfTheirOwnWhereThatCanNotBe() throws IOException {
    try (SpoolWriter writer = Spools.writer(directory)) {
      CallSummary first = Spools.summary();
      writer.open(first);
      Path one = directory.resolve("open");
      assertThat(Files.isSameFile(marker(first), one)).isTrue();
      Files.delete(one);
      CallSummary second = Spools.summary();
      writer.open(second).close(Spools.closed());
      CallSummary third = Spools.summary();
      writer.open(third);
      assertThat(Files.isSameFile(marker(first), marker(third))).isFalse();
      assertThat(Spools.reader(directory).list())
          .filteredOn(CaptureReader.Entry::beingWritten)
          .extracting(CaptureReader.Entry::id)
          .containsExactlyInAnyOrder(first.id(), third.id());
      assertThat(marker(second)).doesNotExist();
    }
  }

  private Path marker(CallSummary call) {
    return directory.resolve("captures/" + call.id()).resolve(SpoolLayout.OPEN);
  }

  @Test
  void whatACrashLeftOfACaptureThatHadNotBegunIsClearedAway() throws IOException {
    Path begun = directory.resolve("captures/.begun-" + Spools.summary().id());
    Spools.writer(directory).close();
    Files.createDirectory(begun);
    Files.createFile(begun.resolve(SpoolLayout.OPEN));
    assertThat(Spools.reader(directory).list()).isEmpty();
    Spools.writer(directory).close();
    assertThat(begun).doesNotExist();
  }

  @Test
  void everythingIsForItsOwnerOnly() throws IOException {
    try (SpoolWriter writer = Spools.writer(directory)) {
      writer.open(Spools.summary());
      writer.refuse(Spools.refused("no codec"), null);
      try (var paths = Files.walk(directory)) {
        assertThat(paths)
            .hasSizeGreaterThan(6)
            .allSatisfy(
                path ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
      }
    }
  }

  @Test
  void aReaderWithoutTheKeySaysSoAndBlamesNoDamage() throws Exception {
    CallSummary summary = Spools.summary();
    try (SpoolWriter writer = Spools.writer(directory)) {
      writer.open(summary).close(Spools.closed());
    }
    SpoolReader keyless = new SpoolReader(directory, List.of());
    assertThatThrownBy(() -> keyless.read(summary.id(), new Spools.Content()))
        .isInstanceOf(UnknownCaptureKeyException.class)
        .hasMessageContaining("add that key");

    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(3072);
    SpoolReader wrong =
        new SpoolReader(
            directory,
            List.of(
                new CaptureKey(
                    TestCaptureKey.key().certificate(), generator.generateKeyPair().getPrivate())));
    assertThatThrownBy(() -> wrong.read(summary.id(), new Spools.Content()))
        .isInstanceOf(UnknownCaptureKeyException.class)
        .hasMessageContaining("does that key belong to that certificate");
  }

  @Test
  void aCertificateThatIsTooWeakIsRefused() {
    for (String name : List.of("certificate-rsa-2048.pem", "certificate-ec.pem")) {
      assertThatThrownBy(
              () ->
                  SpoolWriter.start(
                      SpoolSettings.defaults(directory),
                      TestCaptureKey.certificate(name),
                      Clock.systemUTC()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3072 bits or more");
    }
  }

  @Test
  void twoRecordersCannotShareOneSpool() throws IOException {
    try (SpoolWriter writer = Spools.writer(directory)) {
      assertThatThrownBy(() -> Spools.writer(directory))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("written by another recorder")
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
      // A reader that looks at the lock must not make the writer lose it
      assertThat(Spools.reader(directory).list()).isEmpty();
      assertThatThrownBy(() -> Spools.writer(directory)).isInstanceOf(IOException.class);
      assertThat(writer.health().sessions()).isZero();
    }
    Spools.writer(directory).close();
  }

  @Test
  void aSpoolThatCannotBeSaysWhatToDo() throws IOException {
    assertThatThrownBy(() -> Spools.writer(directory.resolve("missing")))
        .hasMessageContaining("does not exist; create it");
    Path file = Files.writeString(directory.resolve("file"), "x");
    assertThatThrownBy(() -> Spools.writer(file)).hasMessageContaining("is not a directory");
    assertThatThrownBy(() -> Spools.writer(Path.of("/proc/self/net")))
        .hasMessageContaining("can't be written");
  }

  @Test
  void theSameRecordingIsNotOpenedTwice() throws IOException {
    CallSummary summary = Spools.summary(RecordingId.draw(AT), null);
    try (SpoolWriter writer = Spools.writer(directory)) {
      CaptureWriter.Session session = writer.open(summary);
      assertThatThrownBy(() -> writer.open(summary)).isInstanceOf(IOException.class);
      session.close(Spools.closed());
      assertThat(Spools.put(session, 0, 0, Spools.packet(0))).isFalse();
      assertThat(Spools.reader(directory).read(summary.id(), new Spools.Content()).closed())
          .isTrue();
    }
  }

  @Test
  void theSpoolIsSyncedAgainAndAgain() throws Exception {
    try (SpoolWriter writer = Spools.writer(directory)) {
      writer.open(Spools.summary());
      Spools.await("two syncs", () -> writer.health().syncs() >= 2);
      assertThat(writer.health().syncMethod()).isEqualTo("syncfs");
      assertThat(writer.health().syncErrors()).isZero();
      assertThat(writer.health().syncedAt()).isNotNull();
    }
  }

  @Test
  void fileByFileSyncWorksWhereSyncfsCannotBeHad() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    try (DiskSync sync = new DiskSync.EachFile()) {
      sync.touched(file);
      sync.touched(directory);
      sync.touched(directory.resolve("gone"));
      sync.sync();
      sync.sync();
    }
  }
}
