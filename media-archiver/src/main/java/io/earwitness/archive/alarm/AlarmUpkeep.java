package io.earwitness.archive.alarm;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.Alarms;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.archive.catalog.CatalogConditions;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters in the register what the catalog itself shows to be wrong, and clears it when it is over;
 * one node at a time does that. The register is what it compares with, so it does not matter which
 * node it was before, or when.
 */
public final class AlarmUpkeep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlarmUpkeep.class);
  private static final Duration KEPT = Duration.ofDays(365);

  private final Supplier<List<CatalogConditions.Found>> conditions;
  private final AlarmRegister register;
  private final Alarms alarms;
  private final List<AlarmChannel> configured;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("alarm-upkeep").factory());

  /**
   * @param conditions {@link CatalogConditions#find}
   * @param alarms where what is found is raised and cleared
   * @param configured channels of the platform that the configuration has
   */
  public AlarmUpkeep(
      Supplier<List<CatalogConditions.Found>> conditions,
      AlarmRegister register,
      Alarms alarms,
      List<AlarmChannel> configured) {
    this.conditions = conditions;
    this.register = register;
    this.alarms = alarms;
    this.configured = List.copyOf(configured);
  }

  public AlarmUpkeep start(Duration every) {
    timer.scheduleWithFixedDelay(
        this::tryLook, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  private void tryLook() {
    try {
      register.alone(this::look);
    } catch (RuntimeException e) {
      LOG.debug("the catalog can't be looked at for alarms: {}", e.toString());
    }
  }

  /** Looks once. */
  void look() {
    Map<AlarmKey, Alarm> open = new HashMap<>();
    register.open().stream()
        .filter(alarm -> CatalogConditions.KINDS.contains(alarm.key().kind()))
        .forEach(alarm -> open.put(alarm.key(), alarm));
    Set<AlarmKey> holding = new HashSet<>();
    for (CatalogConditions.Found found : conditions.get()) {
      Set<AlarmKey> keys = keys(found);
      holding.addAll(keys);
      if (keys.stream().anyMatch(key -> isNews(open.get(key), found.detail()))) {
        alarms.raise(found.kind(), found.object(), found.tenant(), found.detail());
      }
    }
    for (AlarmKey key : open.keySet()) {
      if (!holding.contains(key)) {
        // Whichever register it is in: of a kind for both, each is cleared by itself
        alarms.clear(key.kind(), key.object(), key.tenant());
      }
    }
    register.clearEnded(configured);
    register.forget(KEPT);
  }

  private static boolean isNews(@Nullable Alarm known, String detail) {
    return known == null || !known.detail().equals(detail);
  }

  private static Set<AlarmKey> keys(CatalogConditions.Found found) {
    Set<AlarmKey> keys = new HashSet<>();
    AlarmKind.Audience audience = found.kind().audience();
    if (audience != AlarmKind.Audience.PLATFORM) {
      keys.add(new AlarmKey(found.tenant(), found.kind(), found.object()));
    }
    if (audience != AlarmKind.Audience.TENANT) {
      keys.add(new AlarmKey(TenantSlug.PLATFORM, found.kind(), found.object()));
    }
    return keys;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
