package io.earwitness.app;

import io.earwitness.alarm.AlarmKey;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.AlarmReport;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Tells privileged people of acts that need a second person in the portal and none on the host. */
final class SecondPerson {
  private static final String NODE = "command line";

  private SecondPerson() {}

  /** Enters it in the tenant's and the platform's register. */
  static void bypassed(AlarmRegister register, TenantSlug tenant, String what, String actor) {
    Set<TenantSlug> registers = new LinkedHashSet<>(List.of(tenant, TenantSlug.PLATFORM));
    for (TenantSlug each : registers) {
      register.enter(
          AlarmReport.raised(
              new AlarmKey(each, AlarmKind.SECOND_PERSON_BYPASSED, AlarmObject.tenant(tenant)),
              Instant.now(),
              "%s by %s, see the audit trail".formatted(what, actor),
              NODE));
    }
  }
}
