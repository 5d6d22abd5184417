package io.earwitness.archive;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.catalog.JournalBundle;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Version;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the journals in an object store: each tenant's bundles in their order, opened, with their
 * signatures verified and their positions dense from 1. Format: {@code docs/formats/journal.md}.
 */
public final class JournalReader {
  private static final Pattern KEY =
      Pattern.compile(
          "([a-z0-9-]{1,40})/journal/([0-9]{4})/([0-9]{2})/([0-9]{2})/([0-9]{1,18})-([0-9]{1,18})\\.cms");
  private static final String FORMAT = "earwitness-journal-1";

  private final ObjectStore store;
  private final Opener opener;
  private final @Nullable Consumer<String> stopped;

  /** Decrypts a bundle and verifies by whom, and for which object key, it was signed. */
  @FunctionalInterface
  public interface Opener {
    byte[] open(String objectKey, byte[] sealed) throws CryptoException;
  }

  /** A journal can't be read further, by what is missing, forged or damaged. */
  public static final class BrokenJournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenJournalException(String message) {
      super(message);
    }
  }

  /**
   * @param stopped told of each journal that can't be read to its end, and why; null if that is an
   *     error
   */
  public JournalReader(ObjectStore store, Opener opener, @Nullable Consumer<String> stopped) {
    this.store = store;
    this.opener = opener;
    this.stopped = stopped;
  }

  /** A bundle by its key, and its versions, the newest first. */
  private record Found(
      String key,
      TenantSlug tenant,
      LocalDate day,
      long first,
      long last,
      List<Version> versions) {}

  /**
   * Every tenant's journal among these objects, to be read while it is gone through.
   *
   * @param objects a listing of {@link Bucket#LOCK}
   * @return iterators that throw {@link BrokenJournalException}, or {@link
   *     ObjectStore.ObjectStoreException} if the store failed
   */
  public List<Iterator<JournalBundle>> journals(Collection<Version> objects) {
    List<Iterator<JournalBundle>> journals = new ArrayList<>();
    found(objects).forEach((_, bundles) -> journals.add(new Journal(bundles.values())));
    return journals;
  }

  /**
   * Reads some bundles, each for itself, by their first entry: others may be missing.
   *
   * @param objects a listing of {@link Bucket#LOCK}
   * @param wanted told the first and last entry of each
   * @throws BrokenJournalException if one can't be used, unless that is told of
   */
  public List<JournalBundle> bundles(Collection<Version> objects, BiPredicate<Long, Long> wanted) {
    List<JournalBundle> bundles = new ArrayList<>();
    for (TreeMap<String, Found> keys : found(objects).values()) {
      for (Found found : keys.values()) {
        if (wanted.test(found.first(), found.last())) {
          try {
            bundles.add(read(found));
          } catch (BrokenJournalException e) {
            if (stopped == null) {
              throw e;
            }
            stopped.accept(String.valueOf(e.getMessage()));
          }
        }
      }
    }
    bundles.sort(Comparator.comparingLong(JournalBundle::first));
    return bundles;
  }

  private static TreeMap<String, TreeMap<String, Found>> found(Collection<Version> objects) {
    TreeMap<String, TreeMap<String, Found>> tenants = new TreeMap<>();
    for (Version version : objects) {
      Matcher key = KEY.matcher(version.key());
      if (key.matches()) {
        tenants
            .computeIfAbsent(key.group(1), _ -> new TreeMap<>())
            .computeIfAbsent(version.key(), _ -> found(key))
            .versions()
            .add(version);
      }
    }
    return tenants;
  }

  private static Found found(Matcher key) {
    return new Found(
        key.group(),
        new TenantSlug(key.group(1)),
        LocalDate.of(
            Integer.parseInt(key.group(2)),
            Integer.parseInt(key.group(3)),
            Integer.parseInt(key.group(4))),
        Long.parseLong(key.group(5)),
        Long.parseLong(key.group(6)),
        new ArrayList<>());
  }

  /** One tenant's. */
  private final class Journal implements Iterator<JournalBundle> {
    private final Iterator<Found> bundles;
    private long next = 1;
    private @Nullable JournalBundle ahead;
    private boolean ended;

    Journal(Collection<Found> bundles) {
      this.bundles =
          bundles.stream()
              .sorted(Comparator.comparingLong(Found::first).thenComparing(Found::key))
              .toList()
              .iterator();
    }

    @Override
    public boolean hasNext() {
      if (ahead == null && !ended) {
        ended = !bundles.hasNext();
        if (!ended) {
          ahead = read(bundles.next());
          ended = ahead == null;
        }
      }
      return ahead != null;
    }

    @Override
    public JournalBundle next() {
      if (!hasNext() || ahead == null) {
        throw new NoSuchElementException();
      }
      JournalBundle bundle = ahead;
      ahead = null;
      return bundle;
    }

    private @Nullable JournalBundle read(Found found) {
      try {
        if (found.first() != next) {
          throw new BrokenJournalException(misplaced(found));
        }
        JournalBundle bundle = JournalReader.this.read(found);
        next = found.last() + 1;
        return bundle;
      } catch (BrokenJournalException e) {
        if (stopped == null) {
          throw e;
        }
        stopped.accept(String.valueOf(e.getMessage()));
        return null;
      }
    }

    private String misplaced(Found found) {
      return found.first() > next
          ? "the journal of %s lacks entries %d to %d: there is no bundle of them; the next one is %s"
              .formatted(found.tenant(), next, found.first() - 1, found.key())
          : "the journal of %s has entries from %d on twice: %s overlaps the bundle before it; find out which of them another installation wrote"
              .formatted(found.tenant(), found.first(), found.key());
    }
  }

  /** Any version does: after a crash a bundle is written once more, and a forger may add one. */
  private JournalBundle read(Found found) {
    String problem = "it is gone";
    for (Version version : found.versions()) {
      Optional<byte[]> sealed = content(found.key(), version.versionId());
      if (sealed.isPresent()) {
        try {
          byte[] plain = opener.open(found.key(), sealed.get());
          return bundle(found, version.versionId(), Json.mapper().readTree(plain));
        } catch (IOException | IllegalArgumentException e) {
          problem = String.valueOf(e.getMessage());
        }
      }
    }
    throw new BrokenJournalException(
        "the bundle %s can't be used: %s".formatted(found.key(), problem));
  }

  private Optional<byte[]> content(String key, String versionId) {
    Optional<InputStream> opened = store.open(Bucket.LOCK, key, versionId);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = opened.get()) {
      return Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("%s can't be read".formatted(key), e);
    }
  }

  private static JournalBundle bundle(Found found, String versionId, JsonNode root) {
    boolean fits =
        root.path("format").asText().equals(FORMAT)
            && root.path("tenant").asText().equals(found.tenant().value())
            && root.path("from").asLong() == found.first()
            && root.path("to").asLong() == found.last()
            && root.path("entries").size() == found.last() - found.first() + 1;
    if (!fits) {
      throw new IllegalArgumentException(
          "it is validly signed, but no bundle in the format %s of entries %d to %d of %s"
              .formatted(FORMAT, found.first(), found.last(), found.tenant()));
    }
    List<JournalBundle.Entry> entries = new ArrayList<>();
    for (JsonNode node : root.path("entries")) {
      long position = found.first() + entries.size();
      if (node.path("position").asLong() != position) {
        throw new IllegalArgumentException(
            "entry %d stands where entry %d should"
                .formatted(node.path("position").asLong(), position));
      }
      entries.add(
          new JournalBundle.Entry(
              position,
              Instant.parse(node.path("at").asText()),
              node.path("actor").asText(),
              node.path("kind").asText(),
              node.path("data")));
    }
    return new JournalBundle(
        found.key(), versionId, found.tenant(), found.day(), found.first(), found.last(), entries);
  }
}
