package io.earwitness.portal;

import io.earwitness.archive.catalog.AnnouncementPlays;
import io.earwitness.archive.catalog.AnnouncementPlays.BadCall;
import io.earwitness.call.AnnouncementVerdict;
import io.earwitness.call.TenantSlug;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the calls of a tenant's day show of their announcements.
 *
 * @param day in the tenant's zone
 * @param from when it begins
 * @param to when it ends
 * @param calls archived ones for which there was a policy
 * @param verdicts how many of them have which as the worst verdict on a party
 * @param notArchivedYet calls of the day of which nothing is known yet
 * @param bad those with {@code signalled-only}, {@code interrupted} or {@code missing}, the oldest
 *     first
 * @param more whether there are more of them than are listed
 */
public record AnnouncementReport(
    LocalDate day,
    ZoneId zone,
    Instant from,
    Instant to,
    long calls,
    Map<String, Long> verdicts,
    long notArchivedYet,
    List<BadCall> bad,
    boolean more) {
  private static final int MOST_BAD = 1000;
  private static final List<String> COLUMNS =
      List.of("recording", "start", "localStart", "verdict", "rule", "policyVersion", "reason");

  public AnnouncementReport {
    bad = List.copyOf(bad);
  }

  /** The report on a day; a day of 23 or 25 hours is as long as that. */
  public static AnnouncementReport of(
      AnnouncementPlays catalog, TenantSlug tenant, ZoneId zone, LocalDate day) {
    Instant from = day.atStartOfDay(zone).toInstant();
    Instant to = day.plusDays(1).atStartOfDay(zone).toInstant();
    AnnouncementPlays.Report report = catalog.report(tenant, from, to, MOST_BAD);
    Map<String, Long> verdicts = new LinkedHashMap<>();
    for (AnnouncementVerdict verdict : AnnouncementVerdict.values()) {
      verdicts.put(verdict.wireName(), report.judged().getOrDefault(verdict, 0L));
    }
    return new AnnouncementReport(
        day,
        zone,
        from,
        to,
        verdicts.values().stream().mapToLong(Long::longValue).sum(),
        verdicts,
        report.waiting(),
        report.bad(),
        report.more());
  }

  /** The bad calls as CSV (RFC 4180), with a header. */
  public byte[] csv() {
    return Stream.concat(
            Stream.of(row(COLUMNS.stream())),
            bad.stream()
                .map(
                    call ->
                        row(
                            Stream.of(
                                call.id().toString(),
                                call.start().toString(),
                                call.start().atZone(zone).toOffsetDateTime().toString(),
                                call.verdict().wireName(),
                                call.rule() == null ? "" : call.rule(),
                                Integer.toString(call.policyVersion()),
                                call.reason()))))
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String row(Stream<String> fields) {
    return fields.map(AnnouncementReport::field).collect(Collectors.joining(",", "", "\r\n"));
  }

  /** A rule's name must not become a formula in somebody's spreadsheet. */
  private static String field(String value) {
    String safe =
        !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
    return safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
        ? '"' + safe.replace("\"", "\"\"") + '"'
        : safe;
  }
}
