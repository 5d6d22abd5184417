package io.earwitness.alarm;

import io.earwitness.call.TenantSlug;

/**
 * Where alarms are raised and cleared. Both return at once, never throw and never wait for anything
 * (law 7), so that whoever takes calls may use them. Thread-safe.
 *
 * <p>{@code tenant} is whom it concerns; in whose register it is entered says the kind's {@link
 * AlarmKind.Audience}. {@code detail} is for people and tells figures and ids only: no numbers or
 * names of callers, and nothing of another tenant.
 */
public interface Alarms {
  /** Raises nothing. */
  Alarms NONE =
      new Alarms() {
        @Override
        public void raise(AlarmKind kind, AlarmObject object, TenantSlug tenant, String detail) {}

        @Override
        public void clear(AlarmKind kind, AlarmObject object, TenantSlug tenant) {}
      };

  /** The condition holds; while the alarm is open it counts up and takes the new detail. */
  void raise(AlarmKind kind, AlarmObject object, TenantSlug tenant, String detail);

  /** The condition has ended, or never held. */
  void clear(AlarmKind kind, AlarmObject object, TenantSlug tenant);
}
