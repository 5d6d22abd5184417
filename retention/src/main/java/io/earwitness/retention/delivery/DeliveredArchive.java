package io.earwitness.retention.delivery;

import io.earwitness.archive.Decryptor;
import io.earwitness.archive.Manifest;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.VerifiedManifest;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.EnvelopeDecryptor;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.SealedBundle;
import io.earwitness.archive.crypto.SignedDataVerifier;
import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.call.CallRecord;
import io.earwitness.call.Direction;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.retention.delivery.DeliveryIndex.IndexedParty;
import io.earwitness.retention.delivery.DeliveryIndex.Line;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's delivered recordings, found and opened with its private key and nothing of ours: no
 * catalog, no server. For one thread.
 */
public final class DeliveredArchive {
  /** More days than this are listed all at once. */
  private static final int MOST_DAYS = 400;

  private final ObjectPlace.Listed place;
  private final TenantSlug tenant;
  private final PrivateKey key;
  private final SignedDataVerifier signatures;
  private final ManifestVerifier manifests;

  /**
   * @param authority by whose certificate signatures are checked
   */
  public DeliveredArchive(
      ObjectPlace.Listed place, TenantSlug tenant, PrivateKey key, X509Certificate authority) {
    this.place = place;
    this.tenant = tenant;
    this.key = key;
    this.signatures = new SignedDataVerifier(List.of(authority));
    this.manifests = new ManifestVerifier(signatures);
  }

  /**
   * What is looked for; what is null is not asked.
   *
   * @param number whose digits a party's number contains
   * @param name text that a party's name contains, in whatever case
   * @param from the first day (UTC) on which the call may have begun
   * @param to the last
   */
  public record Query(
      @Nullable String number,
      @Nullable String name,
      @Nullable LocalDate from,
      @Nullable LocalDate to) {
    boolean matches(Instant start, List<Party> parties) {
      LocalDate day = LocalDate.ofInstant(start, ZoneOffset.UTC);
      return (from == null || !day.isBefore(from))
          && (to == null || !day.isAfter(to))
          && (number == null
              || parties.stream()
                  .anyMatch(p -> p.number() != null && digits(p.number()).contains(digits(number))))
          && (name == null
              || parties.stream()
                  .anyMatch(
                      p ->
                          p.name() != null
                              && p.name()
                                  .toLowerCase(Locale.ROOT)
                                  .contains(name.toLowerCase(Locale.ROOT))));
    }
  }

  private static String digits(String number) {
    return number.replaceAll("[^0-9]", "");
  }

  /** A party of a call. */
  public record Party(@Nullable String side, @Nullable String number, @Nullable String name) {
    static Party of(IndexedParty party) {
      return new Party(
          party.side() == null ? null : party.side().wireName(), party.number(), party.name());
    }
  }

  /**
   * A recording that was found.
   *
   * @param source {@code index}, or {@code call record} where no index names it
   * @param problems what is wrong with it, a sentence each
   */
  public record Found(
      RecordingId recording,
      int generation,
      Instant start,
      long durationMs,
      Direction direction,
      List<Party> parties,
      String source,
      List<String> problems) {}

  /**
   * What was found.
   *
   * @param problems of what could not be read, and so was not searched
   */
  public record Result(List<Found> found, List<String> problems) {}

  /** Finds recordings, the first call first. */
  public Result find(Query query) throws IOException {
    List<String> problems = new ArrayList<>();
    Map<RecordingId, Line> indexed = indexes(problems);
    Map<RecordingId, Set<String>> there = recordings(query);
    List<Found> found = new ArrayList<>();
    for (Line line : indexed.values()) {
      List<Party> parties = line.parties().stream().map(Party::of).toList();
      if (query.matches(line.start(), parties)) {
        Set<String> names = there.getOrDefault(line.recording(), Set.of());
        found.add(
            new Found(
                line.recording(),
                line.generation(),
                line.start(),
                line.durationMs(),
                line.direction(),
                parties,
                "index",
                missing(line, names)));
      }
    }
    for (Map.Entry<RecordingId, Set<String>> each : there.entrySet()) {
      if (!indexed.containsKey(each.getKey())) {
        try {
          Found unlisted = unlisted(each.getKey(), each.getValue());
          if (query.matches(unlisted.start(), unlisted.parties())) {
            found.add(unlisted);
          }
        } catch (IOException e) {
          problems.add("Recording %s can't be read: %s".formatted(each.getKey(), e.getMessage()));
        }
      }
    }
    found.sort(Comparator.comparing(Found::start));
    return new Result(found, problems);
  }

  /** What all indexes say, of a recording the newest. */
  private Map<RecordingId, Line> indexes(List<String> problems) throws IOException {
    Map<RecordingId, Line> lines = new HashMap<>();
    for (String each : place.list(ObjectKeys.deliveryIndexes(tenant))) {
      try {
        byte[] content =
            SealedBundle.open(
                    each, bytes(each), header -> ContentKey.recover(header, key), signatures)
                .content();
        new String(content, StandardCharsets.UTF_8)
            .lines()
            .skip(1)
            .map(DeliveredArchive::line)
            .forEach(line -> lines.put(line.recording(), line));
      } catch (IOException | IllegalArgumentException e) {
        problems.add("The index %s can't be read: %s".formatted(each, e.getMessage()));
      }
    }
    return lines;
  }

  private static Line line(String json) {
    try {
      return Json.read(json.getBytes(StandardCharsets.UTF_8), Line.class);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The names of each recording's objects, below its folder. */
  private Map<RecordingId, Set<String>> recordings(Query query) throws IOException {
    Map<RecordingId, Set<String>> recordings =
        new TreeMap<>(Comparator.comparing(RecordingId::value));
    for (String prefix : prefixes(query)) {
      for (String each : place.list(prefix)) {
        ObjectKeys.recordingOf(tenant, each)
            .ifPresent(
                id ->
                    recordings
                        .computeIfAbsent(id, _ -> new HashSet<>())
                        .add(each.substring(ObjectKeys.recording(tenant, id).length())));
      }
    }
    return recordings;
  }

  /** Recordings lie under the day on which their call began, or that beside it. */
  private List<String> prefixes(Query query) {
    LocalDate from = query.from();
    LocalDate to = query.to();
    if (from == null || to == null || from.plusDays(MOST_DAYS).isBefore(to)) {
      return List.of(ObjectKeys.recordings(tenant));
    }
    return from.minusDays(1)
        .datesUntil(to.plusDays(2))
        .map(day -> ObjectKeys.recordings(tenant, day))
        .toList();
  }

  private static List<String> missing(Line line, Set<String> names) {
    return line.objects().stream()
        .filter(object -> !names.contains(object.name()))
        .map(object -> "%s is missing.".formatted(object.name()))
        .toList();
  }

  private Found unlisted(RecordingId id, Set<String> names) throws IOException {
    int generation =
        names.stream()
            .map(ObjectKeys::manifestGeneration)
            .filter(OptionalInt::isPresent)
            .mapToInt(OptionalInt::getAsInt)
            .max()
            .orElseThrow(() -> new IOException("it has no manifest; its delivery was cut off"));
    Manifest manifest = manifest(id, generation).manifest();
    Manifest.Entry entry =
        manifest.objects().stream()
            .filter(object -> object.name().endsWith("/call.cms"))
            .findFirst()
            .orElseThrow(() -> new IOException("its manifest names no call record"));
    byte[] sealed = bytes(ObjectKeys.object(tenant, id, entry.name()));
    CallRecord record;
    try (ContentKey content = ContentKey.recover(EnvelopeHeader.parse(sealed), key)) {
      content.checkCommit(id, entry.envelope());
      record = Json.read(EnvelopeDecryptor.decrypt(sealed, content), CallRecord.class);
    }
    List<String> problems = new ArrayList<>();
    for (Manifest.Entry object : manifest.objects()) {
      if (!names.contains(object.name())) {
        problems.add("%s is missing.".formatted(object.name()));
      }
    }
    return new Found(
        id,
        generation,
        record.summary().start(),
        manifest.durationMs(),
        record.summary().direction(),
        record.summary().parties().stream().map(party -> Party.of(IndexedParty.of(party))).toList(),
        "call record",
        problems);
  }

  private VerifiedManifest manifest(RecordingId id, int generation) throws IOException {
    return manifests.verify(bytes(ObjectKeys.manifest(tenant, id, generation)), tenant, id);
  }

  private byte[] bytes(String each) throws IOException {
    try (InputStream in = place.open(each)) {
      return in.readAllBytes();
    }
  }

  /**
   * Verifies a recording's audio against its signed manifest and decrypts it into a folder.
   *
   * @return the files, {@code {recording}.flac} and so on; none if it has no audio
   * @throws CryptoException if something is not as it was signed, or the key does not fit
   * @throws IOException if something is missing or can't be read or written
   */
  public List<Path> decrypt(Found found, Path folder) throws IOException {
    VerifiedManifest manifest = manifest(found.recording(), found.generation());
    String extension = manifest.manifest().codec().equals("opus") ? "webm" : "flac";
    List<Path> files = new ArrayList<>();
    for (int part = 1; ; part++) {
      Manifest.Entry entry = manifest.entry(ObjectKeys.media(part)).orElse(null);
      if (entry == null) {
        return files;
      }
      Path file =
          folder.resolve(found.recording() + (part == 1 ? "" : "-" + part) + "." + extension);
      String object = ObjectKeys.object(tenant, found.recording(), entry.name());
      if (place instanceof FolderPlace here) {
        Decryptor.decrypt(here.path(object), key, manifest, file);
      } else {
        decryptCopy(object, manifest, file);
      }
      files.add(file);
    }
  }

  /** By a copy of the encrypted object. */
  private void decryptCopy(String object, VerifiedManifest manifest, Path file) throws IOException {
    Path copy = file.resolveSibling(file.getFileName() + ".cms");
    try (InputStream in = place.open(object)) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      Decryptor.decrypt(copy, key, manifest, file);
    } finally {
      Files.deleteIfExists(copy);
    }
  }
}
