package io.earwitness.portal;

import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.RecorderSnapshot.Src;
import io.earwitness.call.TenantSlug;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Gives a number, a range or a recording client to a tenant. */
final class MatchingAct implements ApprovedAct {
  private static final String SRC = "src";

  private final Directory directory;
  private final InstantSource clock;

  MatchingAct(Directory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * A number or range.
   *
   * @param number an asterisk at its end means all that begin so
   * @param holder an account's name
   */
  static SortedMap<String, String> number(
      TenantSlug tenant, String number, @Nullable String holder) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put("number", number);
    facts.put("tenant", tenant.value());
    if (holder != null) {
      facts.put("holder", holder);
    }
    return facts;
  }

  /** A recording client, bound to a tenant or to none. */
  static SortedMap<String, String> src(Src src, @Nullable TenantSlug tenant) {
    TreeMap<String, String> facts = new TreeMap<>();
    facts.put(SRC, src.name());
    facts.put("networks", String.join(",", src.networks()));
    facts.put("tenant", tenant == null ? "none" : tenant.value());
    return facts;
  }

  Optional<Src> find(String name) {
    return directory.srcs().stream().filter(src -> src.name().equals(name)).findFirst();
  }

  @Override
  public SortedMap<String, String> present(AskedAct act) {
    String name = act.after().get(SRC);
    if (name != null) {
      return find(name).map(src -> src(src, src.tenant())).orElseGet(TreeMap::new);
    }
    String number = Facts.required(act.after(), "number");
    return directory.numbers(act.tenant()).stream()
        .filter(range -> text(range).equals(number))
        .findFirst()
        .map(range -> number(range.tenant(), number, range.userName()))
        .orElseGet(TreeMap::new);
  }

  private static String text(Directory.NumberRange range) {
    return range.digits() + (range.prefix() ? "*" : "");
  }

  @Override
  public void run(AskedAct act, String actor) {
    String name = act.after().get(SRC);
    if (name == null) {
      addNumber(act, actor);
      return;
    }
    Src now =
        find(name)
            .orElseThrow(
                () -> new IllegalArgumentException("there is no SRC '%s'".formatted(name)));
    String tenant = Facts.required(act.after(), "tenant");
    directory.setSrc(
        new Src(
            name,
            now.networks(),
            tenant.equals("none") ? null : new TenantSlug(tenant),
            now.profile()),
        actor);
  }

  private void addNumber(AskedAct act, String actor) {
    String number = Facts.required(act.after(), "number");
    boolean prefix = number.endsWith("*");
    directory.addNumber(
        new Directory.NumberRange(
            act.tenant(),
            prefix ? number.substring(0, number.length() - 1) : number,
            prefix,
            act.after().get("holder"),
            clock.instant()),
        actor);
  }

  @Override
  public String action(AskedAct act) {
    return act.after().containsKey(SRC) ? "src.set" : "number.add";
  }

  @Override
  public Map<String, String> details(AskedAct act) {
    TreeMap<String, String> details = new TreeMap<>(act.after());
    details.remove(SRC);
    details.remove("number");
    return details;
  }
}
