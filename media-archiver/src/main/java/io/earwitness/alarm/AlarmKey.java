package io.earwitness.alarm;

import io.earwitness.call.TenantSlug;

/**
 * By what an alarm is known while it is open: the same again is no second alarm.
 *
 * @param tenant in whose register it is; {@link TenantSlug#PLATFORM} for the platform's own
 */
public record AlarmKey(TenantSlug tenant, AlarmKind kind, AlarmObject object) {}
