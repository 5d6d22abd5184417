package io.earwitness.alarm;

import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was said of alarms, in order: {@code +kind object} and {@code -kind object}. */
public final class SaidAlarms implements Alarms {
  public final List<String> said = new CopyOnWriteArrayList<>();

  @Override
  public void raise(AlarmKind kind, AlarmObject object, TenantSlug tenant, String detail) {
    said.add("+%s %s".formatted(kind.wireName(), object));
  }

  @Override
  public void clear(AlarmKind kind, AlarmObject object, TenantSlug tenant) {
    said.add("-%s %s".formatted(kind.wireName(), object));
  }
}
