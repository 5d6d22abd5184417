package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.LockModes;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.call.TenantSlug;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Has a tenant's recordings locked in COMPLIANCE mode. */
final class LockModeAct implements ApprovedAct {
  private static final String VERSION = "version";
  private static final String MODE = "mode";
  private static final String EXISTING = "existing";

  private final LockModes modes;

  LockModeAct(LockModes modes) {
    this.modes = modes;
  }

  static String object(TenantSlug tenant) {
    return "lock-mode:" + tenant;
  }

  static SortedMap<String, String> facts(int version, LockMode mode, boolean existing) {
    return new TreeMap<>(
        Map.of(
            VERSION,
            Integer.toString(version),
            MODE,
            mode.name().toLowerCase(Locale.ROOT),
            EXISTING,
            Boolean.toString(existing)));
  }

  static SortedMap<String, String> facts(LockModes.Setting setting) {
    return facts(setting.version(), setting.mode(), setting.existing());
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return facts(modes.of(act.tenant()));
  }

  @Override
  public void run(AskedAct act, String actor) {
    modes.comply(act.tenant(), Boolean.parseBoolean(Facts.required(act.after(), EXISTING)), actor);
  }

  @Override
  public String action(AskedAct act) {
    return "lock-mode.set";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return act.after();
  }
}
