package io.earwitness.archive.alarm;

import io.earwitness.alarm.Alarm;
import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.Silence;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A register of which a test lets something fail. */
abstract class FailingRegister implements AlarmRegister {
  private final AlarmRegister real;

  FailingRegister(AlarmRegister real) {
    this.real = real;
  }

  @Override
  public void enter(AlarmReport report) {
    real.enter(report);
  }

  @Override
  public List<Alarm> open() {
    return real.open();
  }

  @Override
  public int clearEnded(Collection<AlarmChannel> configured) {
    return real.clearEnded(configured);
  }

  @Override
  public int forget(Duration age) {
    return real.forget(age);
  }

  @Override
  public Page list(Query query) {
    return real.list(query);
  }

  @Override
  public Map<AlarmSeverity, Count> counts(TenantSlug tenant) {
    return real.counts(tenant);
  }

  @Override
  public Optional<Entry> find(TenantSlug tenant, UUID alarm) {
    return real.find(tenant, alarm);
  }

  @Override
  public Optional<Entry> acknowledge(TenantSlug tenant, UUID alarm, String by, String note) {
    return real.acknowledge(tenant, alarm, by, note);
  }

  @Override
  public List<Silence> silences(TenantSlug tenant) {
    return real.silences(tenant);
  }

  @Override
  public void silence(TenantSlug tenant, Silence silence) {
    real.silence(tenant, silence);
  }

  @Override
  public boolean endSilence(TenantSlug tenant, UUID silence, String by) {
    return real.endSilence(tenant, silence, by);
  }

  @Override
  public boolean alone(Runnable work) {
    return real.alone(work);
  }
}
