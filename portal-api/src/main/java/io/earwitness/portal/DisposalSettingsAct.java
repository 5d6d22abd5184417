package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Settings;
import io.earwitness.archive.catalog.RetentionPolicies.ConflictException;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Lets more be deleted when it falls due than before. */
final class DisposalSettingsAct implements ApprovedAct {
  private static final String VERSION = "version";
  private static final String MODE = "mode";
  private static final String OFFICERS = "officers";
  private static final String CDR = "cdr";
  private static final String EVERY_DAYS = "everyDays";

  private final Disposals disposals;

  DisposalSettingsAct(Disposals disposals) {
    this.disposals = disposals;
  }

  static String object(TenantSlug tenant) {
    return "disposal-settings:" + tenant;
  }

  static SortedMap<String, String> facts(Settings settings) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put(VERSION, Integer.toString(settings.version()));
    facts.put(MODE, settings.mode().wireName());
    facts.put(OFFICERS, String.join(" ", settings.officers()));
    facts.put(CDR, settings.cdr().wireName());
    facts.put(EVERY_DAYS, Integer.toString(settings.everyDays()));
    return facts;
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    return facts(disposals.settings(act.tenant()));
  }

  @Override
  public void run(AskedAct act, String actor) {
    String officers = Facts.required(act.after(), OFFICERS);
    Settings wanted =
        new Settings(
            Integer.parseInt(Facts.required(act.before(), VERSION)),
            WireName.parse(Mode.class, Facts.required(act.after(), MODE)),
            officers.isEmpty() ? List.of() : List.of(officers.split(" ")),
            WireName.parse(CdrFate.class, Facts.required(act.after(), CDR)),
            Integer.parseInt(Facts.required(act.after(), EVERY_DAYS)),
            null,
            null);
    try {
      disposals.set(act.tenant(), wanted, actor);
    } catch (ConflictException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public String action(AskedAct act) {
    return "disposal-settings.set";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    return act.after();
  }
}
