package io.earwitness.archive;

import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/** Builds every object key there is; no other class may. */
public final class ObjectKeys {
  /** The certificate of the authority that signed the archivers' certificates. */
  public static final String CA_CERTIFICATE = "platform/certificates/ca.pem";

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

  /** The manifest of a generation. */
  public static String manifest(TenantSlug tenant, RecordingId id, int generation) {
    return recording(tenant, id) + "manifest-" + generation + ".p7";
  }

  /** A bundle of later changes. */
  public static String journal(TenantSlug tenant, LocalDate day, long from, long to) {
    return "%s/journal/%s/%d-%d.cms".formatted(tenant, day(day), from, to);
  }

  /** One hour of the CDR lake, in UTC. */
  public static String cdr(TenantSlug tenant, LocalDate day, int hour) {
    return String.format(Locale.ROOT, "cdr/tenant=%s/date=%s/%02d.parquet", tenant, day, hour);
  }

  /** How far the lake follows the catalog; the underscore keeps readers of the lake away. */
  public static final String CDR_POSITION = "cdr/_position.json";

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
