package io.earwitness.archive.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.archive.store.ObjectStore.LockedException;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.archive.store.ObjectStore.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every adapter must do alike, against the real thing. */
public interface ObjectStoreContract {
  /** The store under test; keys of other tests may be in it. */
  ObjectStore store();

  /** The time by which this store judges locks. */
  Instant now();

  /** Returns when the store's time is past this instant, which is seconds away at most. */
  void passUntil(Instant instant) throws InterruptedException;

  /** A folder of its own for each test, with a slash at its end. */
  static String folder() {
    return "contract/" + UUID.randomUUID() + "/";
  }

  /** Random bytes that are the same each time for the same size. */
  static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(US_ASCII);
  }

  private Lock lockFor(LockMode mode, Duration time) {
    return new Lock(mode, now().plus(time));
  }

  private Optional<byte[]> read(Bucket bucket, String key, @Nullable String versionId) {
    return readAll(store().open(bucket, key, versionId));
  }

  private static Optional<byte[]> readAll(Optional<InputStream> opened) {
    return opened.map(
        stream -> {
          try (InputStream in = stream) {
            return in.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  default void whatWasPutIsReadBackWhateverItsSize(Bucket bucket) {
    String folder = folder();
    for (int size : new int[] {0, 1, 65_535, 65_536, 65_537, 3_000_001}) {
      String version = store().put(bucket, folder + size, bytes(size));
      assertThat(read(bucket, folder + size, null)).hasValue(bytes(size));
      assertThat(read(bucket, folder + size, version.isEmpty() ? null : version))
          .hasValue(bytes(size));
    }
  }

  @ParameterizedTest
  @EnumSource
  default void piecesBecomeOneObject(Bucket bucket) {
    String key = folder() + "media.cms";
    byte[] content = bytes(2_500_000);
    store()
        .put(
            bucket,
            key,
            List.of(
                java.util.Arrays.copyOf(content, 1),
                java.util.Arrays.copyOfRange(content, 1, 1 << 20),
                new byte[0],
                java.util.Arrays.copyOfRange(content, 1 << 20, content.length)));
    assertThat(read(bucket, key, null)).hasValue(content);
    store().put(bucket, key, List.<byte[]>of());
    assertThat(read(bucket, key, null)).hasValue(new byte[0]);
  }

  @ParameterizedTest
  @EnumSource
  default void aRangeIsReadAlone(Bucket bucket) {
    String key = folder() + "media.cms";
    byte[] content = bytes(200_000);
    String version = store().put(bucket, key, content);
    for (int[] range :
        new int[][] {{0, 1}, {0, 200_000}, {65_535, 2}, {65_536, 65_536}, {199_999, 1}, {5, 0}}) {
      byte[] expected = java.util.Arrays.copyOfRange(content, range[0], range[0] + range[1]);
      assertThat(readAll(store().open(bucket, key, null, range[0], range[1]))).hasValue(expected);
      assertThat(
              readAll(
                  store()
                      .open(bucket, key, version.isEmpty() ? null : version, range[0], range[1])))
          .hasValue(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  default void aRangeThatDoesNotLieInsideIsAnError(Bucket bucket) {
    String key = folder() + "short";
    store().put(bucket, key, bytes(100));
    for (int[] range : new int[][] {{0, 101}, {99, 2}, {100, 1}, {101, 0}, {-1, 1}, {0, -1}}) {
      assertThatThrownBy(() -> readAll(store().open(bucket, key, null, range[0], range[1])))
          .as("range %d+%d", range[0], range[1])
          .isInstanceOf(ObjectStoreException.class)
          .hasMessageContaining(key);
    }
  }

  @ParameterizedTest
  @EnumSource
  default void whatIsNotThereIsEmpty(Bucket bucket) {
    String folder = folder();
    assertThat(store().open(bucket, folder + "none", null)).isEmpty();
    assertThat(store().open(bucket, folder + "none", null, 0, 1)).isEmpty();
    assertThat(store().open(bucket, folder + "none", null, 0, 0)).isEmpty();
    assertThat(store().list(bucket, folder)).isEmpty();
    assertThat(store().lockOf(folder + "none", "none")).isEmpty();
    store().delete(bucket, folder + "none", null);
  }

  @Test
  default void aVersionThatIsNotThereIsEmptyAndCannotBeLocked() {
    String key = folder() + "call.cms";
    String gone = store().put(Bucket.LOCK, key, text("first"));
    store().put(Bucket.LOCK, key, text("second"));
    store().delete(Bucket.LOCK, key, gone);
    assertThat(store().open(Bucket.LOCK, key, gone)).isEmpty();
    assertThat(store().open(Bucket.LOCK, key, gone, 0, 1)).isEmpty();
    assertThat(store().lockOf(key, gone)).isEmpty();
    assertThatThrownBy(
            () -> store().lock(key, gone, lockFor(LockMode.GOVERNANCE, Duration.ofDays(1))))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(gone);
  }

  @Test
  default void everyPutInTheLockBucketMakesAVersionAndTheLatestIsReadByDefault() {
    String key = folder() + "manifest-0.p7";
    String first = store().put(Bucket.LOCK, key, text("first"));
    String second = store().put(Bucket.LOCK, key, text("the second"));
    assertThat(first).isNotEmpty().isNotEqualTo(second);
    assertThat(read(Bucket.LOCK, key, first)).hasValue(text("first"));
    assertThat(read(Bucket.LOCK, key, second)).hasValue(text("the second"));
    assertThat(read(Bucket.LOCK, key, null)).hasValue(text("the second"));
    assertThat(store().list(Bucket.LOCK, key))
        .extracting(Version::versionId, Version::size)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(second, 10L),
            org.assertj.core.groups.Tuple.tuple(first, 5L));
  }

  @Test
  default void deletingTheLatestVersionBringsTheOneBeforeBack() {
    String key = folder() + "object";
    String first = store().put(Bucket.LOCK, key, text("first"));
    String second = store().put(Bucket.LOCK, key, text("second"));
    store().delete(Bucket.LOCK, key, second);
    assertThat(read(Bucket.LOCK, key, null)).hasValue(text("first"));
    assertThat(store().list(Bucket.LOCK, key))
        .extracting(Version::versionId)
        .containsExactly(first);
    store().delete(Bucket.LOCK, key, null);
    assertThat(store().open(Bucket.LOCK, key, null)).isEmpty();
    assertThat(store().list(Bucket.LOCK, key)).isEmpty();
  }

  @Test
  default void aPutInTheWorkBucketReplaces() {
    String key = folder() + "05.parquet";
    assertThat(store().put(Bucket.WORK, key, text("first"))).isEmpty();
    assertThat(store().put(Bucket.WORK, key, text("second"))).isEmpty();
    assertThat(read(Bucket.WORK, key, null)).hasValue(text("second"));
    assertThat(store().list(Bucket.WORK, key))
        .extracting(Version::versionId, Version::size)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("", 6L));
  }

  @ParameterizedTest
  @EnumSource
  default void bucketsKnowNothingOfEachOther(Bucket bucket) {
    Bucket other = bucket == Bucket.LOCK ? Bucket.WORK : Bucket.LOCK;
    String key = folder() + "same-key";
    store().put(bucket, key, text("here"));
    assertThat(store().open(other, key, null)).isEmpty();
    assertThat(store().list(other, key)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  default void aListingHasEveryKeyOfThePrefixInOrderAndNoOther(Bucket bucket) {
    String folder = folder();
    List<String> inside = List.of("b/1", "b/1-more", "b/2/deep/er", "b/2/deep/x", "b/3");
    for (String name :
        List.of("b/3", "b/2/deep/x", "a/1", "b/1-more", "bb", "b/2/deep/er", "b/1")) {
      store().put(bucket, folder + name, text(name));
    }
    assertThat(store().list(bucket, folder + "b/"))
        .extracting(Version::key)
        .containsExactlyElementsOf(inside.stream().sorted().map(folder::concat).toList());
    assertThat(store().list(bucket, folder + "b/1"))
        .extracting(Version::key)
        .containsExactly(folder + "b/1", folder + "b/1-more");
    assertThat(store().list(bucket, folder + "b/2/deep/x")).hasSize(1);
    assertThat(store().list(bucket, folder + "b/2/deep/x/")).isEmpty();
    assertThat(store().list(bucket, folder + "c")).isEmpty();
    assertThat(store().list(bucket, folder)).hasSize(7);
    Version one = store().list(bucket, folder + "b/2/deep/x").getFirst();
    assertThat(one.size()).isEqualTo(10);
    assertThat(one.lastModified())
        .isBetween(now().minus(Duration.ofMinutes(10)), now().plus(Duration.ofMinutes(10)));
  }

  @ParameterizedTest
  @EnumSource
  default void keysWithOddButLegalCharactersAreKeptApart(Bucket bucket) {
    String folder = folder();
    List<String> names =
        List.of(
            "a b",
            "a+b",
            "a%20b",
            "a%2Fb",
            "a&b",
            "a=b",
            "a?b",
            "a#b",
            "a:b",
            "a;b",
            "a,b",
            "a@b",
            "a~b",
            "a!b",
            "a$b",
            "a'b",
            "a(b)",
            "a[b]",
            "a{b}",
            "a^b",
            "a|b",
            "a\"b",
            "a<b>",
            "a`b",
            "a*b",
            "...",
            "..a",
            "-a",
            "_",
            "a.lock",
            "0000000001-00000000/x",
            "x".repeat(255));
    for (String name : names) {
      store().put(bucket, folder + name, text(name));
    }
    for (String name : names) {
      assertThat(read(bucket, folder + name, null)).as(name).hasValue(text(name));
    }
    assertThat(store().list(bucket, folder))
        .extracting(Version::key)
        .containsExactlyElementsOf(names.stream().sorted().map(folder::concat).toList());
    for (String name : names) {
      store().delete(bucket, folder + name, null);
    }
    assertThat(store().list(bucket, folder)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "../a",
        "a/../../b",
        "a/./b",
        "a/..",
        "a\\b",
        "a\nb",
        "a\u0000b",
        "\u00fc",
        "a\u007f"
      })
  default void keysThatAreNotLegalAreRefusedByEveryMethod(String key) {
    assertThatThrownBy(() -> store().put(Bucket.LOCK, key, text("x"))).isInstanceOf(ILLEGAL);
    assertThatThrownBy(() -> store().put(Bucket.WORK, key, text("x"))).isInstanceOf(ILLEGAL);
    assertThatThrownBy(() -> store().create(key, text("x"))).isInstanceOf(ILLEGAL);
    assertThatThrownBy(() -> store().open(Bucket.LOCK, key, null)).isInstanceOf(ILLEGAL);
    assertThatThrownBy(() -> store().open(Bucket.WORK, key, null, 0, 1)).isInstanceOf(ILLEGAL);
    assertThatThrownBy(
            () -> store().lock(key, "1", lockFor(LockMode.GOVERNANCE, Duration.ofDays(1))))
        .isInstanceOf(ILLEGAL);
    assertThatThrownBy(() -> store().lockOf(key, "1")).isInstanceOf(ILLEGAL);
    assertThatThrownBy(() -> store().delete(Bucket.WORK, key, null)).isInstanceOf(ILLEGAL);
    assertThatThrownBy(() -> store().delete(Bucket.LOCK, key, "1")).isInstanceOf(ILLEGAL);
  }

  Class<IllegalArgumentException> ILLEGAL = IllegalArgumentException.class;

  @Test
  default void aVersionIdThatIsNoneReachesNothing() {
    String folder = folder();
    store().put(Bucket.LOCK, folder + "a", text("a"));
    for (String id : List.of("../a", "..", "/etc/passwd", "x".repeat(3000), "no such version")) {
      assertThat(read(Bucket.LOCK, folder + "a", id)).as(id).isEmpty();
      assertThat(store().lockOf(folder + "a", id)).as(id).isEmpty();
      store().delete(Bucket.LOCK, folder + "a", id);
    }
    assertThat(read(Bucket.LOCK, folder + "a", null)).hasValue(text("a"));
  }

  @Test
  default void createMakesWhatIsNotThereAndLeavesWhatIs() {
    String key = folder() + "manifest-0.p7";
    assertThat(store().create(key, text("first"))).isTrue();
    assertThat(store().create(key, text("second"))).isFalse();
    assertThat(read(Bucket.WORK, key, null)).hasValue(text("first"));
    store().delete(Bucket.WORK, key, null);
    assertThat(store().create(key, text("third"))).isTrue();
    assertThat(read(Bucket.WORK, key, null)).hasValue(text("third"));
  }

  @Test
  default void ofFiftyConcurrentCreatorsExactlyOneWins() throws Exception {
    for (int round = 0; round < 3; round++) {
      String key = folder() + "manifest-0.p7";
      List<Boolean> won =
          Together.run(
              IntStream.range(0, 50)
                  .mapToObj(n -> (Together.Task<Boolean>) () -> store().create(key, text("n" + n)))
                  .toList());
      assertThat(won).filteredOn(Boolean::booleanValue).hasSize(1);
      assertThat(read(Bucket.WORK, key, null)).hasValue(text("n" + won.indexOf(true)));
    }
  }

  @Test
  default void concurrentPutsEachMakeAVersionAndAllAgreeOnTheLatest() throws Exception {
    String key = folder() + "object";
    List<String> ids =
        Together.run(
            IntStream.range(0, 20)
                .mapToObj(
                    n -> (Together.Task<String>) () -> store().put(Bucket.LOCK, key, text("n" + n)))
                .toList());
    assertThat(ids).doesNotHaveDuplicates();
    List<Version> versions = store().list(Bucket.LOCK, key);
    assertThat(versions).extracting(Version::versionId).containsExactlyInAnyOrderElementsOf(ids);
    String latest = versions.getFirst().versionId();
    assertThat(read(Bucket.LOCK, key, null)).hasValue(text("n" + ids.indexOf(latest)));
  }

  @ParameterizedTest
  @EnumSource
  default void aLockedVersionCannotBeDeletedAndItsContentStays(LockMode mode) {
    String key = folder() + "media.cms";
    String version = store().put(Bucket.LOCK, key, text("evidence"));
    Lock lock = lockFor(mode, Duration.ofDays(365));
    store().lock(key, version, lock);
    assertThat(store().lockOf(key, version)).hasValue(lock);
    assertThatThrownBy(() -> store().delete(Bucket.LOCK, key, version))
        .isInstanceOf(LockedException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(lock.until().toString());
    assertThatThrownBy(() -> store().delete(Bucket.LOCK, key, null))
        .isInstanceOf(LockedException.class);
    assertThat(read(Bucket.LOCK, key, version)).hasValue(text("evidence"));
    assertThat(store().lockOf(key, version)).hasValue(lock);
  }

  @Test
  default void onlyTheVersionThatWasLockedIsLocked() {
    String key = folder() + "manifest-0.p7";
    String first = store().put(Bucket.LOCK, key, text("first"));
    String second = store().put(Bucket.LOCK, key, text("second"));
    String third = store().put(Bucket.LOCK, key, text("third"));
    store().lock(key, second, lockFor(LockMode.COMPLIANCE, Duration.ofDays(1)));
    assertThat(store().lockOf(key, first)).isEmpty();
    assertThat(store().lockOf(key, third)).isEmpty();
    store().delete(Bucket.LOCK, key, first);
    store().delete(Bucket.LOCK, key, third);
    assertThat(store().list(Bucket.LOCK, key))
        .extracting(Version::versionId)
        .containsExactly(second);
    assertThat(read(Bucket.LOCK, key, null)).hasValue(text("second"));
  }

  @ParameterizedTest
  @EnumSource
  default void aLockCanBeExtendedButNeverShortened(LockMode mode) {
    String key = folder() + "media.cms";
    String version = store().put(Bucket.LOCK, key, text("evidence"));
    Lock middle = lockFor(mode, Duration.ofDays(30));
    Lock late = lockFor(mode, Duration.ofDays(60));
    store().lock(key, version, middle);
    store().lock(key, version, late);
    assertThat(store().lockOf(key, version)).hasValue(late);
    store().lock(key, version, middle);
    store().lock(key, version, lockFor(mode, Duration.ofSeconds(1)));
    assertThat(store().lockOf(key, version)).hasValue(late);
    assertThatThrownBy(() -> store().delete(Bucket.LOCK, key, version))
        .isInstanceOf(LockedException.class);
  }

  @ParameterizedTest
  @EnumSource
  default void theModeOfTheFirstLockStaysAndTheLockInForceIsReturned(LockMode mode) {
    String key = folder() + "media.cms";
    String version = store().put(Bucket.LOCK, key, text("evidence"));
    Lock first = lockFor(mode, Duration.ofDays(30));
    LockMode otherMode = mode == LockMode.GOVERNANCE ? LockMode.COMPLIANCE : LockMode.GOVERNANCE;
    Lock shorter = lockFor(otherMode, Duration.ofDays(20));
    Lock longer = lockFor(otherMode, Duration.ofDays(40));
    assertThat(store().lock(key, version, first)).isEqualTo(first);
    assertThat(store().lock(key, version, shorter)).isEqualTo(first);
    assertThat(store().lock(key, version, longer)).isEqualTo(new Lock(mode, longer.until()));
    assertThat(store().lockOf(key, version)).hasValue(new Lock(mode, longer.until()));
  }

  @Test
  default void aLockIsStrengthenedOnlyWhereThatIsAskedFor() {
    String key = folder() + "media.cms";
    String version = store().put(Bucket.LOCK, key, text("evidence"));
    assertThatThrownBy(() -> store().strengthen(key, version)).isInstanceOf(RuntimeException.class);
    Lock lock = lockFor(LockMode.GOVERNANCE, Duration.ofDays(30));
    store().lock(key, version, lock);
    store().strengthen(key, version);
    store().strengthen(key, version);
    assertThat(store().lockOf(key, version)).hasValue(new Lock(LockMode.COMPLIANCE, lock.until()));
    assertThatThrownBy(() -> store().delete(Bucket.LOCK, key, version))
        .isInstanceOf(LockedException.class);
  }

  @Test
  default void concurrentLockersEndWithTheFurthestLock() throws Exception {
    String key = folder() + "media.cms";
    String version = store().put(Bucket.LOCK, key, text("evidence"));
    Instant start = now();
    Together.run(
        IntStream.rangeClosed(1, 12)
            .mapToObj(
                n ->
                    (Together.Task<String>)
                        () -> {
                          Instant until = start.plus(Duration.ofDays((n * 7) % 13));
                          store().lock(key, version, new Lock(LockMode.GOVERNANCE, until));
                          return "";
                        })
            .toList());
    assertThat(store().lockOf(key, version))
        .hasValue(new Lock(LockMode.GOVERNANCE, start.plus(Duration.ofDays(12))));
  }

  @Test
  default void aVersionCanBeDeletedOnceItsLockHasExpired() throws Exception {
    String key = folder() + "media.cms";
    String version = store().put(Bucket.LOCK, key, text("evidence"));
    Lock lock = lockFor(LockMode.COMPLIANCE, Duration.ofSeconds(3));
    store().lock(key, version, lock);
    assertThatThrownBy(() -> store().delete(Bucket.LOCK, key, version))
        .isInstanceOf(LockedException.class);
    passUntil(lock.until());
    store().delete(Bucket.LOCK, key, version);
    assertThat(store().open(Bucket.LOCK, key, version)).isEmpty();
  }

  @Test
  default void aHeldVersionCannotBeDeletedUntilItIsFreedWhateverItsLock() throws Exception {
    String key = folder() + "media.cms";
    String other = store().put(Bucket.LOCK, key, text("other"));
    String version = store().put(Bucket.LOCK, key, text("evidence"));
    assertThat(store().isHeld(key, version)).isFalse();
    store().hold(key, version, true);
    store().hold(key, version, true);
    assertThat(store().isHeld(key, version)).isTrue();
    assertThat(store().isHeld(key, other)).isFalse();
    assertThatThrownBy(() -> store().delete(Bucket.LOCK, key, version))
        .isInstanceOf(LockedException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("legal hold");
    Lock lock = lockFor(LockMode.COMPLIANCE, Duration.ofSeconds(2));
    store().lock(key, version, lock);
    passUntil(lock.until());
    assertThatThrownBy(() -> store().delete(Bucket.LOCK, key, version))
        .isInstanceOf(LockedException.class);
    assertThat(read(Bucket.LOCK, key, version)).hasValue(text("evidence"));
    store().delete(Bucket.LOCK, key, other);
    store().hold(key, version, false);
    store().hold(key, version, false);
    assertThat(store().isHeld(key, version)).isFalse();
    store().delete(Bucket.LOCK, key, version);
    assertThat(store().list(Bucket.LOCK, key)).isEmpty();
    assertThatThrownBy(() -> store().hold(key, version, true))
        .isInstanceOf(ObjectStore.ObjectStoreException.class);
    assertThat(store().isHeld(key, version)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  default void deletingTwiceIsNoError(Bucket bucket) {
    String key = folder() + "object";
    String version = store().put(bucket, key, text("x"));
    String id = version.isEmpty() ? null : version;
    store().delete(bucket, key, id);
    store().delete(bucket, key, id);
    assertThat(store().open(bucket, key, null)).isEmpty();
    assertThat(store().list(bucket, key)).isEmpty();
  }
}
