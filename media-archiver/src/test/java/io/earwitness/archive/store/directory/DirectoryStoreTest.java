package io.earwitness.archive.store.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.store.MovableClock;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.archive.store.Together;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest {
  private static final String KEY = "acme/recordings/2026/03/01/r/a/media.cms";

  private final MovableClock clock = new MovableClock(Instant.parse("2026-03-01T10:00:00Z"));
  private Path data;
  private ObjectStore store;

  @BeforeEach
  void open(@TempDir Path folder) {
    data = folder;
    store = DirectoryStore.open(data, clock);
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void thePlainPathShowsTheNewestVersion() throws Exception {
    Path plain = data.resolve("objects").resolve(KEY);
    String first = store.put(Bucket.LOCK, KEY, text("first"));
    assertThat(plain).hasContent("first");
    String second = store.put(Bucket.LOCK, KEY, text("second"));
    assertThat(plain).hasContent("second");
    store.delete(Bucket.LOCK, KEY, second);
    assertThat(plain).hasContent("first");
    store.delete(Bucket.LOCK, KEY, first);
    assertThat(plain).doesNotExist();
  }

  @Test
  void workObjectsLieBesideUnderTheirKeys() {
    store.put(Bucket.WORK, "cdr/tenant=acme/date=2026-03-01/10.parquet", text("rows"));
    assertThat(data.resolve("work/cdr/tenant=acme/date=2026-03-01/10.parquet")).hasContent("rows");
  }

  @Test
  void objectsAreReadOnlyFilesThatOthersOfTheHostCannotRead() throws Exception {
    store.put(Bucket.LOCK, KEY, text("x"));
    Path plain = data.resolve("objects").resolve(KEY);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(plain)))
        .isEqualTo("r--r-----");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(plain.getParent())))
        .isEqualTo("rwxr-x---");
  }

  @Test
  void emptyFoldersAndTemporaryFilesAreNotLeftBehind() throws Exception {
    String version = store.put(Bucket.LOCK, KEY, text("x"));
    store.create("acme/claim", text("x"));
    store.delete(Bucket.LOCK, KEY, version);
    store.delete(Bucket.WORK, "acme/claim", null);
    assertThat(data.resolve("objects")).isEmptyDirectory();
    assertThat(data.resolve("object-store/versions")).isEmptyDirectory();
    assertThat(data.resolve("work")).isEmptyDirectory();
    assertThat(data.resolve("object-store/tmp")).isEmptyDirectory();
  }

  @Test
  void foldersThatOthersPruneAtTheSameTimeAreMadeAgain() throws Exception {
    Together.run(
        IntStream.range(0, 8)
            .mapToObj(
                n ->
                    (Together.Task<String>)
                        () -> {
                          for (int i = 0; i < 40; i++) {
                            String key = "same/folder/" + n;
                            String id = store.put(Bucket.LOCK, key, text("x"));
                            store.delete(Bucket.LOCK, key, id);
                            assertThat(store.create(key, text("x"))).isTrue();
                            store.delete(Bucket.WORK, key, null);
                          }
                          return "";
                        })
            .toList());
    assertThat(files(data.resolve("objects"))).isEmpty();
    assertThat(files(data.resolve("work"))).isEmpty();
  }

  @Test
  void lockSurvivesReopeningAndIsJudgedByTheClock() {
    String version = store.put(Bucket.LOCK, KEY, text("x"));
    Lock lock = new Lock(LockMode.GOVERNANCE, clock.instant().plus(Duration.ofDays(365)));
    store.lock(KEY, version, lock);
    ObjectStore again = DirectoryStore.open(data, clock);
    assertThat(again.lockOf(KEY, version)).hasValue(lock);
    clock.set(lock.until().minusMillis(1));
    assertThatThrownBy(() -> again.delete(Bucket.LOCK, KEY, version))
        .isInstanceOf(LockedException.class)
        .hasMessageContaining("GOVERNANCE")
        .hasMessageContaining("2027-03-01T10:00:00Z");
    clock.set(lock.until());
    again.delete(Bucket.LOCK, KEY, version);
    assertThat(again.list(Bucket.LOCK, "")).isEmpty();
  }

  @Test
  void aLockThatCannotBeReadCountsAsALock() throws Exception {
    String version = store.put(Bucket.LOCK, KEY, text("x"));
    store.lock(KEY, version, new Lock(LockMode.GOVERNANCE, clock.instant().plusSeconds(60)));
    clock.advance(Duration.ofDays(1));
    Path lock = data.resolve("object-store/versions").resolve(KEY).resolve(version + ".lock");
    Files.delete(lock);
    Files.writeString(lock, "{\"mode\":\"GOVER");
    assertThatThrownBy(() -> store.delete(Bucket.LOCK, KEY, version))
        .isInstanceOf(LockedException.class)
        .hasMessageContaining(KEY);
    assertThat(store.open(Bucket.LOCK, KEY, version)).isPresent();
  }

  @Test
  void aPlainPathThatACrashLeftBehindIsMendedByTheNextLock() throws Exception {
    String version = store.put(Bucket.LOCK, KEY, text("evidence"));
    Path plain = data.resolve("objects").resolve(KEY);
    Files.delete(plain);
    store.lock(KEY, version, new Lock(LockMode.GOVERNANCE, clock.instant().plusSeconds(60)));
    assertThat(plain).hasContent("evidence");
  }

  @Test
  void temporaryFilesOfADeadProcessGoADayLaterAndYoungOnesStay() throws Exception {
    Path old = Files.writeString(data.resolve("object-store/tmp/old"), "x");
    Path young = Files.writeString(data.resolve("object-store/tmp/young"), "x");
    Files.setLastModifiedTime(old, FileTime.from(clock.instant().minus(Duration.ofHours(25))));
    Files.setLastModifiedTime(young, FileTime.from(clock.instant().minus(Duration.ofHours(23))));
    DirectoryStore.open(data, clock);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void aKeyBelowAnotherKeyIsRefusedAndLeavesNothing() {
    store.put(Bucket.LOCK, "a", text("x"));
    assertThatThrownBy(() -> store.put(Bucket.LOCK, "a/b", text("y")))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("a/b");
    store.put(Bucket.LOCK, "c/d", text("x"));
    assertThatThrownBy(() -> store.put(Bucket.LOCK, "c", text("y")))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("other keys begin");
    assertThat(store.list(Bucket.LOCK, "")).extracting(Version::key).containsExactly("a", "c/d");
  }

  @Test
  void anUnusableFolderIsRefusedWithItsName() throws Exception {
    Path file = Files.writeString(data.resolve("a-file"), "x");
    assertThatThrownBy(() -> DirectoryStore.open(file, clock))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> DirectoryStore.open(file.resolve("below"), clock))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining(file.toString());
    Path blocked = Files.createDirectory(data.resolve("blocked"));
    Files.writeString(blocked.resolve("work"), "no folder");
    assertThatThrownBy(() -> DirectoryStore.open(blocked, clock))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining(blocked.resolve("work").toString());
  }

  @Test
  void aDiskThatTakesNoMoreIsAClearErrorAndNothingHalfWrittenRemains() throws Exception {
    // 1 MiB (2,048 blocks of 512 bytes) is the largest file that this process may write
    Process process = StoreProcess.start("ulimit -f 2048", data, "x");
    List<String> said = converse(List.of(process), List.of("fill 2000000", "fill 1000")).getFirst();
    assertThat(said.get(1)).contains("can't write 'fill/2000000'").contains("File too large");
    assertThat(said.get(2)).matches("[0-9]{10}-[0-9a-f]{8}");
    assertThat(data.resolve("object-store/tmp")).isEmptyDirectory();
    assertThat(store.list(Bucket.LOCK, "")).extracting(Version::key).containsExactly("fill/1000");
  }

  @Test
  void acrossProcessesEachObjectIsCreatedOnceAndNoVersionIsLost() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (String name : List.of("first", "second", "third")) {
      processes.add(StoreProcess.start("true", data, name));
    }
    List<String> commands =
        Stream.concat(IntStream.range(0, 60).mapToObj(n -> "create " + n), Stream.of("put 30"))
            .toList();
    List<List<String>> said = converse(processes, commands);
    for (int round = 1; round <= 60; round++) {
      int line = round;
      assertThat(said.stream().map(lines -> lines.get(line)))
          .as("round %d", round)
          .containsExactlyInAnyOrder("true", "false", "false");
    }
    assertThat(said).allMatch(lines -> lines.getLast().equals("put"));
    assertThat(store.list(Bucket.LOCK, "race/versions")).hasSize(90);
  }

  /** Gives all the same command at a time, waits for all answers, and returns each one's lines. */
  private static List<List<String>> converse(List<Process> processes, List<String> commands)
      throws Exception {
    List<List<String>> said = new ArrayList<>();
    try {
      List<BufferedReader> readers = new ArrayList<>();
      for (Process process : processes) {
        BufferedReader reader = process.inputReader(UTF_8);
        said.add(new ArrayList<>(List.of(String.valueOf(reader.readLine()))));
        readers.add(reader);
      }
      assertThat(said).allMatch(lines -> lines.equals(List.of("ready")));
      for (String command : commands) {
        for (Process process : processes) {
          Writer writer = process.outputWriter(UTF_8);
          writer.write(command + "\n");
          writer.flush();
        }
        for (int i = 0; i < processes.size(); i++) {
          said.get(i).add(String.valueOf(readers.get(i).readLine()));
        }
      }
      return said;
    } finally {
      processes.forEach(Process::destroy);
    }
  }
}
