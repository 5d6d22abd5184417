package io.earwitness.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.earwitness.archive.JournalReader.BrokenJournalException;
import io.earwitness.archive.catalog.JournalBundle;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.SealedBundle;
import io.earwitness.archive.crypto.SignedDataVerifier;
import io.earwitness.archive.crypto.TestAuthority;
import io.earwitness.archive.crypto.TestKeys;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.call.TenantSlug;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals are read as they were written, and not a step beyond what is missing or forged. */
class JournalReaderTest {
  private static final TestAuthority AUTHORITY = new TestAuthority(Clock.systemUTC());
  private static final TestAuthority STRANGER = new TestAuthority(Clock.systemUTC());
  private static final SignedDataVerifier SIGNATURES =
      new SignedDataVerifier(List.of(AUTHORITY.certificate()));
  private static final TenantSlug ACME = new TenantSlug("acme");

  @TempDir private Path folder;
  private ObjectStore store;

  @BeforeEach
  void open() {
    store = DirectoryStore.open(folder, InstantSource.system());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static String key(long from, long to) {
    return ObjectKeys.journal(ACME, LocalDate.of(2026, 11, 27), from, to);
  }

  private static byte[] bundle(String key, long from, long to, TestAuthority by) throws Exception {
    String entries =
        LongStream.rangeClosed(from, to)
            .mapToObj(
                position ->
                    "{\"position\":%d,\"at\":\"2026-11-27T12:00:00Z\",\"actor\":\"t\",\"kind\":\"k\",\"data\":{}}"
                        .formatted(position))
            .collect(Collectors.joining(","));
    String content =
        "{\"format\":\"earwitness-journal-1\",\"tenant\":\"acme\",\"from\":%d,\"to\":%d,\"entries\":[%s]}"
            .formatted(from, to, entries);
    return SealedBundle.seal(
        key,
        content.getBytes(StandardCharsets.UTF_8),
        by.signer(),
        List.of(TestKeys.recipient(ManagedKeyKind.EC_P384)));
  }

  private void put(long from, long to) throws Exception {
    store.put(Bucket.LOCK, key(from, to), bundle(key(from, to), from, to, AUTHORITY));
  }

  /** The last positions of the bundles that can be read. */
  private List<Long> read(@Nullable Consumer<String> stopped) {
    JournalReader reader =
        new JournalReader(
            store,
            (key, bundle) ->
                SealedBundle.open(
                        key,
                        bundle,
                        header ->
                            ContentKey.recover(header, TestKeys.privateKey(ManagedKeyKind.EC_P384)),
                        SIGNATURES)
                    .content(),
            stopped);
    List<Long> read = new ArrayList<>();
    for (Iterator<JournalBundle> journal : reader.journals(store.list(Bucket.LOCK, ""))) {
      journal.forEachRemaining(
          bundle -> {
            assertThat(bundle.entries().getLast().position()).isEqualTo(bundle.last());
            read.add(bundle.last());
          });
    }
    return read;
  }

  private void assertStopsBefore(List<Long> readable, String... problem) {
    assertThatThrownBy(() -> read(null))
        .isInstanceOf(BrokenJournalException.class)
        .hasMessageContainingAll(problem);
    List<String> problems = new ArrayList<>();
    assertThat(read(problems::add)).isEqualTo(readable);
    assertThat(problems).hasSize(1).first().asString().contains(problem);
  }

  @Test
  void bundles_are_read_in_the_order_of_their_positions() throws Exception {
    put(3, 9);
    put(10, 11);
    put(1, 2);
    assertThat(read(null)).containsExactly(2L, 9L, 11L);
  }

  @Test
  void a_missing_bundle_is_named() throws Exception {
    put(1, 2);
    put(5, 6);
    put(7, 8);
    assertStopsBefore(List.of(2L), "the journal of acme lacks entries 3 to 4", key(5, 6));
  }

  @Test
  void a_second_installation_in_the_same_store_is_noticed() throws Exception {
    put(1, 5);
    put(1, 1);
    assertStopsBefore(List.of(1L), "entries from 1 on twice", key(1, 5));
  }

  @Test
  void a_forged_a_moved_and_a_changed_bundle_are_not_used() throws Exception {
    put(1, 2);
    store.put(Bucket.LOCK, key(3, 4), bundle(key(3, 4), 3, 4, STRANGER));
    assertStopsBefore(List.of(2L), key(3, 4), "The signer");
    put(3, 4); // once more, rightly; and a forgery on top
    store.put(Bucket.LOCK, key(3, 4), bundle(key(3, 4), 3, 4, STRANGER));
    assertThat(read(null)).containsExactly(2L, 4L);

    store.put(Bucket.LOCK, key(5, 6), bundle(key(7, 8), 5, 6, AUTHORITY));
    assertStopsBefore(List.of(2L, 4L), key(5, 6), "was signed for");
    put(5, 6);
    byte[] changed = bundle(key(7, 8), 7, 8, AUTHORITY);
    changed[changed.length - 30] ^= 1;
    store.put(Bucket.LOCK, key(7, 8), changed);
    assertStopsBefore(List.of(2L, 4L, 6L), key(7, 8));
  }

  @Test
  void what_is_signed_must_be_what_the_key_says() throws Exception {
    store.put(Bucket.LOCK, key(1, 3), bundle(key(1, 3), 1, 2, AUTHORITY));
    assertStopsBefore(List.of(), key(1, 3), "no bundle");
  }
}
