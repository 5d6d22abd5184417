package io.earwitness.archive.catalog;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.Notice;
import io.earwitness.alarm.Silence;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The alarms of all tenants and of the platform. Thread-safe; throws {@link
 * CallCatalog.CatalogUnavailableException} where the database can't be reached.
 */
public interface AlarmRegister {
  /**
   * What a page of alarms is asked for.
   *
   * @param openOnly without those that are over
   * @param severities empty for all
   * @param kind null for all
   * @param cursor of the page before; null for the first
   * @param limit 1 or more
   */
  record Query(
      TenantSlug tenant,
      boolean openOnly,
      Set<AlarmSeverity> severities,
      @Nullable AlarmKind kind,
      @Nullable String cursor,
      int limit) {}

  /**
   * An attempt to tell an alarm.
   *
   * @param outcome {@code delivered}, or why not
   */
  record Attempt(Instant at, String channel, Notice.Event event, String outcome) {}

  /**
   * An alarm with all that was done about it.
   *
   * @param silenced whether it is told to no channel now
   * @param attempts the newest first, at most 50
   */
  record Entry(Alarm alarm, boolean silenced, List<Attempt> attempts) {}

  /**
   * The newest alarms first.
   *
   * @param next null if there are no more
   */
  record Page(List<Entry> entries, @Nullable String next) {}

  /** Enters what a node has to say of an alarm. */
  void enter(AlarmReport report);

  /** Everything that is open, of all tenants. */
  List<Alarm> open();

  /**
   * Clears what nobody else can: alarms of running recordings whose calls run no more, those of
   * nodes that were taken away, test alarms after ten minutes, a broken audit log once something
   * was signed for it again, failures of channels that are there no more.
   *
   * @param configured channels of the platform that the configuration has
   * @return how many
   */
  int clearEnded(Collection<AlarmChannel> configured);

  /** Deletes alarms that have been over for that long; returns how many. */
  int forget(Duration age);

  /**
   * A tenant's alarms.
   *
   * @throws IllegalArgumentException if the cursor is none of ours
   */
  Page list(Query query);

  /** Open alarms of a tenant that nobody has acknowledged, and all that are open, by severity. */
  Map<AlarmSeverity, Count> counts(TenantSlug tenant);

  /** How many are open, and how many of them nobody has acknowledged. */
  record Count(int open, int unacknowledged) {}

  /** An alarm of a tenant; empty if it has none of this id. */
  Optional<Entry> find(TenantSlug tenant, UUID alarm);

  /**
   * Says that somebody has seen an alarm; who was first stays.
   *
   * @return the alarm; empty if the tenant has none of this id
   */
  Optional<Entry> acknowledge(TenantSlug tenant, UUID alarm, String by, String note);

  /** Silences that are in force, the newest first. */
  List<Silence> silences(TenantSlug tenant);

  void silence(TenantSlug tenant, Silence silence);

  /** Ends a silence now; false if there is none of this id in force. */
  boolean endSilence(TenantSlug tenant, UUID silence, String by);

  /** What open alarms by key a watch needs to know. */
  default Set<AlarmKey> openKeys() {
    return open().stream().map(Alarm::key).collect(java.util.stream.Collectors.toSet());
  }

  /**
   * Lets one node at a time do something.
   *
   * @return whether it was done here
   */
  boolean alone(Runnable work);
}
