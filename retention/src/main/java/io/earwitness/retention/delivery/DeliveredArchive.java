package io.earwitness.retention.delivery;

import io.earwitness.archive.Decryptor;
import io.earwitness.archive.Manifest;
import io.earwitness.archive.ManifestVerifier;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.VerifiedManifest;
import io.earwitness.archive.catalog.Deliveries.Arrived;
import io.earwitness.archive.crypto.ContentKey;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.EnvelopeDecryptor;
import io.earwitness.archive.crypto.EnvelopeHeader;
import io.earwitness.archive.crypto.SealedBundle;
import io.earwitness.archive.crypto.SignatureRejectedException;
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
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's delivered recordings, found and opened with its private key and nothing of ours: no
 * catalog, no server. For one thread.
 */
public final class DeliveredArchive {
  /** More days than this are listed all at once. */
  private static final int MOST_DAYS = 400;

  private final ObjectPlace place;
  private final TenantSlug tenant;
  private final PrivateKey key;
  private final SignedDataVerifier signatures;
  private final ManifestVerifier manifests;

  /**
   * @param authority by whose certificate signatures are checked
   */
  public DeliveredArchive(
      ObjectPlace place, TenantSlug tenant, PrivateKey key, X509Certificate authority) {
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
   * @param disposedAt when it was disposed of where it came from; null if it was not
   * @param onHold whether a legal hold is on it there
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
      @Nullable Instant disposedAt,
      boolean onHold,
      List<String> problems) {
    Found with(Told told) {
      Instant disposed = told.disposed().get(recording);
      return new Found(
          recording,
          generation,
          start,
          durationMs,
          direction,
          parties,
          source,
          disposed,
          told.held().contains(recording),
          // What was deleted since is not missing
          disposed == null ? problems : List.of());
    }
  }

  /** What instructions say of recordings. */
  private record Told(Map<RecordingId, Instant> disposed, Set<RecordingId> held) {}

  /**
   * What was found.
   *
   * @param problems of what could not be read, and so was not searched
   */
  public record Result(List<Found> found, List<String> problems) {}

  /** Finds recordings, the first call first. */
  public Result find(Query query) throws IOException {
    List<String> problems = new ArrayList<>();
    Told told = instructions(problems);
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
                null,
                false,
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
          if (told.disposed().containsKey(each.getKey())) {
            continue;
          }
          problems.add("Recording %s can't be read: %s".formatted(each.getKey(), e.getMessage()));
        }
      }
    }
    found.sort(Comparator.comparing(Found::start));
    return new Result(found.stream().map(each -> each.with(told)).toList(), problems);
  }

  /** What all instructions say, in their order. */
  private Told instructions(List<String> problems) throws IOException {
    Told told = new Told(new HashMap<>(), new HashSet<>());
    Map<Long, String> keys = new TreeMap<>();
    for (String each : place.list(ObjectKeys.deliveryInstructions(tenant))) {
      ObjectKeys.deliveryInstructionSequence(each).ifPresent(sequence -> keys.put(sequence, each));
    }
    for (String each : keys.values()) {
      try {
        List<String> lines = lines(each);
        long previous = read(lines.getFirst(), DeliveryInstructions.Head.class).previous();
        if (previous != 0 && !keys.containsKey(previous)) {
          problems.add(
              "The instruction %d, which %s follows, is missing".formatted(previous, each));
        }
        for (String line : lines.subList(1, lines.size())) {
          follow(told, read(line, DeliveryInstructions.Line.class));
        }
      } catch (IOException | IllegalArgumentException e) {
        problems.add("The instruction %s can't be read: %s".formatted(each, e.getMessage()));
      }
    }
    return told;
  }

  private static void follow(Told told, DeliveryInstructions.Line line) {
    switch (line.act()) {
      case DISPOSE -> {
        Instant at = line.disposedAt();
        if (at != null) {
          told.disposed().put(line.recording(), at);
        }
        told.held().remove(line.recording());
      }
      case HOLD -> told.held().add(line.recording());
      case RELEASE -> told.held().remove(line.recording());
    }
  }

  /** The lines of what we signed and sealed. */
  private List<String> lines(String each) throws IOException {
    byte[] content =
        SealedBundle.open(each, bytes(each), header -> ContentKey.recover(header, key), signatures)
            .content();
    List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty()) {
      throw new IOException("it is empty");
    }
    return lines;
  }

  /** What all indexes say, of a recording the newest. */
  private Map<RecordingId, Line> indexes(List<String> problems) throws IOException {
    Map<RecordingId, Line> lines = new HashMap<>();
    for (String each : place.list(ObjectKeys.deliveryIndexes(tenant))) {
      try {
        lines(each).stream()
            .skip(1)
            .map(line -> read(line, Line.class))
            .forEach(line -> lines.put(line.recording(), line));
      } catch (IOException | IllegalArgumentException e) {
        problems.add("The index %s can't be read: %s".formatted(each, e.getMessage()));
      }
    }
    return lines;
  }

  private static <T> T read(String json, Class<T> type) {
    try {
      return Json.read(json.getBytes(StandardCharsets.UTF_8), type);
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
    return missing(names, line.objects().stream().map(Arrived::name));
  }

  private static List<String> missing(Set<String> names, Stream<String> wanted) {
    return wanted.filter(name -> !names.contains(name)).map("%s is missing."::formatted).toList();
  }

  private Found unlisted(RecordingId id, Set<String> names) throws IOException {
    OptionalInt plain = newest(names, ObjectKeys::deliveredPlainGeneration);
    if (plain.isPresent()) {
      return unlistedPlain(id, names, plain.getAsInt());
    }
    int generation =
        newest(names, ObjectKeys::manifestGeneration)
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
    return found(
        id,
        generation,
        record,
        manifest.durationMs(),
        missing(names, manifest.objects().stream().map(Manifest.Entry::name)));
  }

  private static OptionalInt newest(Set<String> names, Function<String, OptionalInt> generationOf) {
    return names.stream()
        .map(generationOf)
        .filter(OptionalInt::isPresent)
        .mapToInt(OptionalInt::getAsInt)
        .max();
  }

  private Found unlistedPlain(RecordingId id, Set<String> names, int generation)
      throws IOException {
    PlainDelivery.Plain list = plain(id, generation);
    Arrived object =
        list.objects().stream()
            .filter(each -> each.name().endsWith("/call.json"))
            .findFirst()
            .orElseThrow(() -> new IOException("its list names no call record"));
    CallRecord record =
        Json.read(bytes(ObjectKeys.object(tenant, id, object.name())), CallRecord.class);
    return found(
        id,
        generation,
        record,
        list.durationMs(),
        missing(names, list.objects().stream().map(Arrived::name)));
  }

  private static Found found(
      RecordingId id, int generation, CallRecord record, long durationMs, List<String> problems) {
    return new Found(
        id,
        generation,
        record.summary().start(),
        durationMs,
        record.summary().direction(),
        record.summary().parties().stream().map(party -> Party.of(IndexedParty.of(party))).toList(),
        "call record",
        null,
        false,
        problems);
  }

  private VerifiedManifest manifest(RecordingId id, int generation) throws IOException {
    return manifests.verify(bytes(ObjectKeys.manifest(tenant, id, generation)), tenant, id);
  }

  /** The signed list of what was delivered decrypted. */
  private PlainDelivery.Plain plain(RecordingId id, int generation) throws IOException {
    String list = ObjectKeys.deliveredPlain(tenant, id, generation);
    SignedDataVerifier.Verified verified = signatures.verify(bytes(list));
    if (!verified.hint().equals(list)) {
      throw new SignatureRejectedException(
          "The list at '%s' was signed for '%s'.".formatted(list, verified.hint()));
    }
    return Json.read(verified.content(), PlainDelivery.Plain.class);
  }

  private byte[] bytes(String each) throws IOException {
    try (InputStream in = place.open(each)) {
      return in.readAllBytes();
    }
  }

  /**
   * Verifies a recording's audio against its signed manifest and decrypts it into a folder; what
   * was delivered decrypted, against its signed list, and copies it.
   *
   * @return the files, {@code {recording}.flac} and so on; none if it has no audio
   * @throws CryptoException if something is not as it was signed, or the key does not fit
   * @throws IOException if something is missing or can't be read or written
   */
  public List<Path> decrypt(Found found, Path folder) throws IOException {
    String list = ObjectKeys.deliveredPlain(tenant, found.recording(), found.generation());
    if (place.size(list).isPresent()) {
      return copy(found, folder);
    }
    VerifiedManifest manifest = manifest(found.recording(), found.generation());
    String extension = PlainDelivery.extension(manifest.manifest().codec());
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

  /** What is plain already. */
  private List<Path> copy(Found found, Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Arrived object : plain(found.recording(), found.generation()).objects()) {
      String name = object.name().substring(object.name().lastIndexOf('/') + 1);
      if (name.startsWith("media")) {
        Path file = folder.resolve(found.recording() + name.substring("media".length()));
        try (Shipment.Measuring in =
            new Shipment.Measuring(
                place.open(ObjectKeys.object(tenant, found.recording(), object.name())))) {
          Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
          if (!in.sha256().equals(object.sha256())) {
            Files.delete(file);
            throw new IOException("%s is not what was signed".formatted(object.name()));
          }
        }
        files.add(file);
      }
    }
    return files;
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
