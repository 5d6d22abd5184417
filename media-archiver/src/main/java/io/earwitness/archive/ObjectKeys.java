package io.earwitness.archive;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Builds every object key there is; no other class may. */
public final class ObjectKeys {
  /** The certificate of the authority that signed the archivers' certificates. */
  public static final String CA_CERTIFICATE = "platform/certificates/ca.pem";

  /** All rescue copies of all nodes, with a slash at its end. */
  public static final String RESCUES = "platform/rescue/";

  /** Where a store is tried out at start, with a slash at its end. */
  static final String PROBES = "platform/probes/";

  private static final Pattern MEDIA = Pattern.compile("(media|packets)(-[0-9]+)?\\.cms");
  private static final Pattern MANIFEST = Pattern.compile("manifest-([0-9]{1,9})\\.p7");
  private static final Pattern ATTEMPT =
      Pattern.compile("g([0-9]{1,9})-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}");
  private static final Pattern AUDIT_BUNDLE =
      Pattern.compile("[^/]+/audit/[0-9]{4}/[0-9]{2}/[0-9]{2}/([0-9]{1,18})-[0-9]{1,18}\\.jsonl");
  private static final Pattern PLAIN = Pattern.compile("plain-([0-9]{1,9})\\.p7");
  private static final Pattern INSTRUCTION =
      Pattern.compile("[^/]+/instructions/[0-9]{4}/[0-9]{2}/[0-9]{2}/([0-9]{1,18})\\.cms");
  private static final DateTimeFormatter ATTEMPT_TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Pattern RESCUE =
      Pattern.compile(Pattern.quote(RESCUES) + "((?:[A-Za-z0-9.-]|_[0-9a-f]{2})+)/[^/]+\\.rescue");
  private static final DateTimeFormatter RESCUE_TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private ObjectKeys() {}

  /** The folder of one recording, with a slash at its end; the date is the id's, in UTC. */
  public static String recording(TenantSlug tenant, RecordingId id) {
    return "%s/recordings/%s/%s/".formatted(tenant, day(date(id)), id);
  }

  /** The folder of all of a tenant's recordings, with a slash at its end. */
  public static String recordings(TenantSlug tenant) {
    return tenant + "/recordings/";
  }

  /** An object of an attempt; {@code name} as in the manifest: {@code {attempt}/media.cms}. */
  public static String object(TenantSlug tenant, RecordingId id, String name) {
    return recording(tenant, id) + name;
  }

  /**
   * The file of the {@code number}th part of the audio: {@code media.cms}, {@code media-2.cms} …
   */
  public static String media(int number) {
    return numbered("media", number);
  }

  /** The {@code number}th file of packets that can't be decoded, named like {@link #media}. */
  static String packets(int number) {
    return numbered("packets", number);
  }

  /** Whether an object of a recording holds what was spoken, by its name or key. */
  public static boolean isMedia(String name) {
    return MEDIA.matcher(name.substring(name.lastIndexOf('/') + 1)).matches();
  }

  private static String numbered(String kind, int number) {
    return number == 1 ? kind + ".cms" : kind + "-" + number + ".cms";
  }

  /** The manifest of a generation. */
  public static String manifest(TenantSlug tenant, RecordingId id, int generation) {
    return recording(tenant, id) + "manifest-" + generation + ".p7";
  }

  /** The folder of a tenant's recordings that are filed under one day, with a slash at its end. */
  public static String recordings(TenantSlug tenant, LocalDate day) {
    return "%s/recordings/%s/".formatted(tenant, day(day));
  }

  /** The recording that an object belongs to; empty if the key is of something else. */
  public static Optional<RecordingId> recordingOf(TenantSlug tenant, String key) {
    String folder = recordings(tenant);
    String[] below =
        key.startsWith(folder) ? key.substring(folder.length()).split("/") : new String[0];
    try {
      // Behind the day: its id, and at least a name
      return below.length > 4 ? Optional.of(RecordingId.parse(below[3])) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The generation of a manifest by its file name; empty if the name is of something else. */
  public static OptionalInt manifestGeneration(String file) {
    Matcher matcher = MANIFEST.matcher(file);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  /**
   * Draws the name of a new attempt's folder: {@code g{generation}-{time}-{random}}. It names the
   * generation so that a sweeper knows which claim would have to name it.
   */
  static String attempt(int generation, Instant at) {
    return "g%d-%s-%016x"
        .formatted(generation, ATTEMPT_TIME.format(at), ThreadLocalRandom.current().nextLong());
  }

  /** The generation of an attempt by its folder's name; empty if it is no such name. */
  public static OptionalInt attemptGeneration(String attempt) {
    Matcher matcher = ATTEMPT.matcher(attempt);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  /** A bundle of later changes. */
  public static String journal(TenantSlug tenant, LocalDate day, long from, long to) {
    return journals(tenant) + "%s/%d-%d.cms".formatted(day(day), from, to);
  }

  /** Where a tenant's journal lies. */
  public static String journals(TenantSlug tenant) {
    return "%s/journal/".formatted(tenant);
  }

  /** What says that all objects of a generation were delivered, beside its manifest. */
  public static String deliveredMarker(TenantSlug tenant, RecordingId id, int generation) {
    return recording(tenant, id) + "delivered-" + generation + ".json";
  }

  /** What says, signed, which plain objects of a generation were delivered. */
  public static String deliveredPlain(TenantSlug tenant, RecordingId id, int generation) {
    return recording(tenant, id) + "plain-" + generation + ".p7";
  }

  /** The generation of such a list by its file name; empty if the name is of something else. */
  public static OptionalInt deliveredPlainGeneration(String file) {
    Matcher matcher = PLAIN.matcher(file);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  /** The folder of all indexes of what was delivered, with a slash at its end. */
  public static String deliveryIndexes(TenantSlug tenant) {
    return tenant + "/index/";
  }

  /** The index of what was delivered on a day. */
  public static String deliveryIndex(TenantSlug tenant, LocalDate day) {
    return "%s%s.cms".formatted(deliveryIndexes(tenant), day(day));
  }

  /** The folder of all that tenants' own storage is told, with a slash at its end. */
  public static String deliveryInstructions(TenantSlug tenant) {
    return tenant + "/instructions/";
  }

  /** What tenants' own storage is told of disposals and holds; the day is in UTC. */
  public static String deliveryInstruction(TenantSlug tenant, LocalDate day, long sequence) {
    return "%s%s/%d.cms".formatted(deliveryInstructions(tenant), day(day), sequence);
  }

  /** The sequence of such an instruction; empty if the key is of something else. */
  public static OptionalLong deliveryInstructionSequence(String key) {
    Matcher matcher = INSTRUCTION.matcher(key);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** Where a target is tried out before it is set up. */
  public static String deliveryProbe(TenantSlug tenant) {
    return "%s/probes/%016x".formatted(tenant, ThreadLocalRandom.current().nextLong());
  }

  /** All of a tenant's CDR lake, with a slash at its end. */
  public static String cdr(TenantSlug tenant) {
    return "cdr/tenant=%s/".formatted(tenant);
  }

  /** The certificate of a run of disposal; the date is that on which it ended, in UTC. */
  public static String disposalCertificate(TenantSlug tenant, LocalDate day, UUID run) {
    return "%s/disposals/%s/%s.p7".formatted(tenant, day(day), run);
  }

  /** What was recorded for a tenant that is closed, and whether it was delivered. */
  public static String closingInventory(TenantSlug tenant, UUID closing) {
    return "%s/closing/%s/inventory.p7".formatted(tenant, closing);
  }

  /** Says that nothing is left of a tenant that was closed. */
  public static String closingCertificate(TenantSlug tenant, UUID closing) {
    return "%s/closing/%s/certificate.p7".formatted(tenant, closing);
  }

  /** The folder of all copies of a tenant's audit log, with a slash at its end. */
  public static String auditLog(TenantSlug tenant) {
    return tenant + "/audit/";
  }

  /** Entries of a tenant's audit log without their personal values. */
  public static String auditBundle(TenantSlug tenant, LocalDate day, long first, long last) {
    return "%s%s/%d-%d.jsonl".formatted(auditLog(tenant), day(day), first, last);
  }

  /** The first leaf of such a bundle; empty if the key is of something else. */
  public static OptionalLong auditBundleFirst(String key) {
    Matcher matcher = AUDIT_BUNDLE.matcher(key);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** The personal values of the same entries, sealed. */
  public static String auditValues(TenantSlug tenant, LocalDate day, long first, long last) {
    return "%s%s/%d-%d.cms".formatted(auditLog(tenant), day(day), first, last);
  }

  /** All copied checkpoints of the platform's audit log, with a slash at its end. */
  public static final String AUDIT_CHECKPOINTS = "platform/audit/checkpoints/";

  /** A checkpoint of the platform's audit log. */
  public static String auditCheckpoint(LocalDate day, long treeSize) {
    return "%s%s/%d.txt".formatted(AUDIT_CHECKPOINTS, day(day), treeSize);
  }

  /** The verifier key of a tenant's audit log. */
  public static String auditVerifierKey(TenantSlug tenant) {
    return "platform/certificates/audit/%s.vkey".formatted(tenant);
  }

  /** One hour of the CDR lake, in UTC. */
  public static String cdr(TenantSlug tenant, LocalDate day, int hour) {
    return String.format(Locale.ROOT, "cdr/tenant=%s/date=%s/%02d.parquet", tenant, day, hour);
  }

  /** How far the lake follows the catalog; the underscore keeps readers of the lake away. */
  public static final String CDR_POSITION = "cdr/_position.json";

  /** The rescue copies of one node, with a slash at its end. */
  public static String rescues(String node) {
    return RESCUES + escaped(node) + "/";
  }

  /** Letters, digits, hyphens and inner dots stay; of others each byte becomes {@code _xx}. */
  private static String escaped(String name) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || (c == '.' && !escaped.isEmpty());
      if (plain) {
        escaped.append(c);
      } else {
        escaped.append('_').append(HexFormat.of().toHexDigits(b));
      }
    }
    return escaped.toString();
  }

  private static String unescaped(String escaped) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < escaped.length(); i++) {
      if (escaped.charAt(i) == '_') {
        bytes.write(HexFormat.fromHexDigits(escaped, i + 1, i + 3));
        i += 2;
      } else {
        bytes.write(escaped.charAt(i));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /**
   * A rescue copy.
   *
   * @param part tells those of one instant apart, 0 to 9999
   */
  public static String rescue(String node, Instant at, int part) {
    return String.format(
        Locale.ROOT, "%s%s-%04d.rescue", rescues(node), RESCUE_TIME.format(at), part);
  }

  /** The node that made a rescue copy; empty if the key is of something else. */
  public static Optional<String> rescueNode(String key) {
    Matcher matcher = RESCUE.matcher(key);
    return matcher.matches() ? Optional.of(unescaped(matcher.group(1))) : Optional.empty();
  }

  /** The UTC date under which a recording is filed: that of the time stamp in its id. */
  public static LocalDate date(RecordingId id) {
    long millis = id.value().getMostSignificantBits() >>> 16;
    return LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
  }

  private static String day(LocalDate date) {
    return String.format(
        Locale.ROOT, "%04d/%02d/%02d", date.getYear(), date.getMonthValue(), date.getDayOfMonth());
  }
}
