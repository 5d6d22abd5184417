package io.earwitness.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.MatchingRule.Kind;
import io.earwitness.call.RecorderSnapshot.Number;
import io.earwitness.call.RecorderSnapshot.Src;
import io.earwitness.call.RecorderSnapshot.Tenant;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whose a call is, against a second reading of the words in {@code docs/operations/whose-call.md}
 * that shares no code with the first: 5,000 random rules and 5,000 random calls.
 */
class MatchingOracleTest {
  private static final int CONFIGURATIONS = 500;
  private static final int RULES = 10;
  private static final int CALLS = 10;

  private static final List<String> HOSTS =
      List.of("acme.example", "eu.acme.example", "globex.example", "trunk.example", "a.b");
  private static final List<String> USERS = List.of("anna", "srs", "rec-acme", "+4930100", "200");
  private static final List<String> DIGITS =
      List.of("+4930100", "+4930101", "+493011", "+44207946", "+12025550", "200", "201", "4930100");
  private static final List<String> ADDRESSES =
      List.of("192.0.2.1", "192.0.2.17", "192.0.2.130", "198.51.100.7", "2001:db8::1");
  private static final List<String> NETWORKS =
      List.of("192.0.2.0/24", "192.0.2.16/28", "192.0.2.1", "198.51.100.0/22", "2001:db8::/32");
  private static final List<String> CERTIFICATES = List.of("sbc-1.example", "sbc-2.example");
  private static final List<String> HEADERS = List.of("x-tenant", "p-charge-info");
  private static final List<String> VALUES = List.of("acme", "ACME-7", "globex", "");

  /** A party as it was drawn, not as it is parsed. */
  private record DrawnParty(String user, @Nullable String host, @Nullable String number) {
    Party party() {
      return new Party(
          null,
          number,
          null,
          host == null ? "tel:" + user : "sip:%s@%s;user=phone".formatted(user, host),
          null,
          List.of());
    }
  }

  private record DrawnCall(
      String source,
      @Nullable String certificate,
      @Nullable String uriUser,
      String uriHost,
      Map<String, List<String>> headers,
      List<DrawnParty> parties) {
    TenantMatcher.Attributes attributes() {
      return new TenantMatcher.Attributes(
          InetAddress.ofLiteral(source),
          certificate == null
              ? null
              : new TlsIdentity("CN=" + certificate, List.of(certificate), "0".repeat(64)),
          "sip:%s%s:5060;transport=tcp".formatted(uriUser == null ? "" : uriUser + "@", uriHost),
          parties.stream().map(DrawnParty::party).toList(),
          headers);
    }
  }

  private final Random random = new Random(20_261_127);

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  @Test
  void aCallIsWhoseTheWordsSayItIs() {
    Map<String, Integer> decidedBy = new TreeMap<>();
    int rules = 0;
    for (int i = 0; i < CONFIGURATIONS; i++) {
      RecorderSnapshot snapshot = snapshot();
      rules += snapshot.rules().size();
      SnapshotTenantMatcher matcher = new SnapshotTenantMatcher(snapshot);
      for (int j = 0; j < CALLS; j++) {
        DrawnCall call = call();
        TenantMatcher.Match match = matcher.match(call.attributes());
        String expected = oracle(snapshot, call);
        assertThat("%s by %s".formatted(match.tenant(), match.rule()))
            .as("configuration %d, %s, rules %s, %s", i, call, snapshot.rules(), snapshot)
            .isEqualTo(expected);
        decidedBy.merge(kind(snapshot, match.rule()), 1, Integer::sum);
      }
    }
    assertThat(rules).isEqualTo(5_000);
    // Each way to decide was taken often, so that agreeing on it means something
    assertThat(decidedBy)
        .containsKeys("SRC", "request", "party", "number", "no")
        .hasSize(5 + Kind.values().length)
        .allSatisfy((_, count) -> assertThat(count).isGreaterThan(20));
  }

  /** Which kind of thing decided: that of the rule that was named, or the first word. */
  private static String kind(RecorderSnapshot snapshot, String rule) {
    return snapshot.rules().stream()
        .filter(each -> rule.equals("rule " + each.name()))
        .map(each -> "rule by " + each.kind().wireName())
        .findFirst()
        .orElse(rule.split(" ", 2)[0]);
  }

  private RecorderSnapshot snapshot() {
    List<Tenant> tenants = new ArrayList<>();
    TreeSet<String> free = new TreeSet<>(HOSTS);
    for (int i = 0; i < 3; i++) {
      Set<String> domains = new TreeSet<>();
      if (random.nextBoolean()) {
        String host = one(List.copyOf(free));
        free.remove(host);
        domains.add(host);
      }
      List<Number> numbers = new ArrayList<>();
      for (int n = random.nextInt(3); n > 0; n--) {
        String digits = one(DIGITS);
        boolean prefix = random.nextBoolean();
        numbers.add(
            new Number(
                prefix ? digits.substring(0, 1 + random.nextInt(digits.length())) : digits,
                prefix,
                null,
                null,
                List.of()));
      }
      numbers.removeIf(number -> number.digits().equals("+"));
      tenants.add(new Tenant(new TenantSlug("t" + i), ZoneOffset.UTC, domains, numbers));
    }
    List<MatchingRule> rules = new ArrayList<>();
    for (int i = 0; i < RULES; i++) {
      rules.add(rule(i));
    }
    List<Src> srcs = new ArrayList<>();
    List<String> networks = new ArrayList<>(NETWORKS);
    for (int i = 0; i < 3; i++) {
      String network = one(networks);
      networks.remove(network);
      srcs.add(
          new Src(
              "s" + i,
              network,
              random.nextInt(4) == 0 ? new TenantSlug("t" + random.nextInt(3)) : null));
    }
    return new RecorderSnapshot("v", tenants, srcs, rules);
  }

  private MatchingRule rule(int i) {
    Kind kind = one(List.of(Kind.values()));
    String value =
        switch (kind) {
          case TLS_IDENTITY -> one(CERTIFICATES);
          case SOURCE -> one(NETWORKS);
          case REQUEST_URI -> starred(one(USERS) + "@" + one(HOSTS));
          case HEADER -> starred(one(List.of("acme", "globex", "none")));
          case METADATA_DOMAIN -> starred(one(HOSTS));
          case NUMBER -> {
            String digits = one(DIGITS);
            yield random.nextBoolean() ? digits : digits.substring(0, digits.length() - 2) + "*";
          }
        };
    return new MatchingRule(
        "r" + i,
        kind,
        kind == Kind.HEADER ? one(HEADERS) : null,
        value,
        new TenantSlug("t" + random.nextInt(3)));
  }

  private String starred(String text) {
    return switch (random.nextInt(4)) {
      case 0 -> "*" + text.substring(text.length() / 2);
      case 1 -> text.substring(0, 1 + text.length() / 2) + "*";
      case 2 -> text.substring(0, 1) + "*" + text.substring(text.length() - 1);
      default -> text;
    };
  }

  private DrawnCall call() {
    Map<String, List<String>> headers = new TreeMap<>();
    for (String name : HEADERS) {
      if (random.nextInt(3) == 0) {
        headers.put(name, List.of(one(VALUES), " " + one(VALUES) + " "));
      }
    }
    List<DrawnParty> parties = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      boolean numbered = random.nextBoolean();
      String number = numbered ? one(DIGITS) + (random.nextBoolean() ? "" : "5") : null;
      parties.add(
          new DrawnParty(
              number == null ? "anna" : number,
              random.nextInt(3) == 0 ? null : one(HOSTS),
              number));
    }
    return new DrawnCall(
        one(ADDRESSES),
        random.nextInt(3) == 0 ? one(CERTIFICATES) : null,
        random.nextBoolean() ? one(USERS) : null,
        one(HOSTS),
        headers,
        parties);
  }

  // The second reading
  // -----------------------------------------------------------------------------

  private static String oracle(RecorderSnapshot snapshot, DrawnCall call) {
    Src src = null;
    int longest = -1;
    for (Src each : snapshot.srcs()) {
      int bits = bits(each.networks().getFirst());
      if (inside(each.networks().getFirst(), call.source()) && bits > longest) {
        src = each;
        longest = bits;
      }
    }
    if (src != null && src.tenant() != null) {
      return "%s by SRC %s".formatted(src.tenant(), src.name());
    }
    for (MatchingRule rule : snapshot.rules()) {
      if (holds(rule, call)) {
        return "%s by rule %s".formatted(rule.tenant(), rule.name());
      }
    }
    for (Tenant tenant : snapshot.tenants()) {
      if (tenant.domains().contains(call.uriHost())) {
        return "%s by request URI host %s".formatted(tenant.slug(), call.uriHost());
      }
    }
    List<DrawnParty> order = new ArrayList<>();
    if (call.parties().size() > 1) {
      order.add(call.parties().get(1));
      order.add(call.parties().get(0));
      order.addAll(call.parties().subList(2, call.parties().size()));
    } else {
      order.addAll(call.parties());
    }
    for (DrawnParty party : order) {
      for (Tenant tenant : snapshot.tenants()) {
        if (party.host() != null && tenant.domains().contains(party.host())) {
          return "%s by party domain %s".formatted(tenant.slug(), party.host());
        }
      }
    }
    Found best = null;
    for (DrawnParty party : order) {
      Found found = party.number() == null ? null : range(snapshot, party.number());
      if (found != null && (best == null || found.better(best))) {
        best = found;
      }
    }
    return best == null
        ? "platform by no rule matched"
        : "%s by number %s%s"
            .formatted(best.tenant.slug(), best.range.digits(), best.range.prefix() ? "…" : "");
  }

  private record Found(Tenant tenant, Number range) {
    /** Longer, or as long and a whole number. */
    boolean better(Found other) {
      int mine = range.digits().length();
      int theirs = other.range.digits().length();
      return mine > theirs || (mine == theirs && !range.prefix() && other.range.prefix());
    }
  }

  /** As written first; as E.164 only if nothing holds it so. */
  private static @Nullable Found range(RecorderSnapshot snapshot, String number) {
    for (String form : written(number)) {
      Found best = null;
      for (Tenant tenant : snapshot.tenants()) {
        for (Number range : tenant.numbers()) {
          boolean in =
              range.prefix() ? form.startsWith(range.digits()) : form.equals(range.digits());
          Found found = new Found(tenant, range);
          if (in && (best == null || found.better(best))) {
            best = found;
          }
        }
      }
      if (best != null) {
        return best;
      }
    }
    return null;
  }

  private static List<String> written(String number) {
    boolean national = number.matches("[1-9]\\d{7,14}");
    return national ? List.of(number, "+" + number) : List.of(number);
  }

  private static boolean holds(MatchingRule rule, DrawnCall call) {
    Pattern pattern =
        Pattern.compile(
            "\\Q" + rule.value().replace("*", "\\E.*\\Q") + "\\E", Pattern.CASE_INSENSITIVE);
    Map<Kind, Boolean> answers = new EnumMap<>(Kind.class);
    answers.put(Kind.TLS_IDENTITY, rule.value().equals(call.certificate()));
    answers.put(Kind.SOURCE, rule.kind() == Kind.SOURCE && inside(rule.value(), call.source()));
    String uri = call.uriUser() == null ? call.uriHost() : call.uriUser() + "@" + call.uriHost();
    answers.put(Kind.REQUEST_URI, pattern.matcher(uri).matches());
    answers.put(
        Kind.HEADER,
        call.headers().getOrDefault(String.valueOf(rule.header()), List.of()).stream()
            .anyMatch(value -> pattern.matcher(value.trim()).matches()));
    answers.put(
        Kind.METADATA_DOMAIN,
        call.parties().stream()
            .map(party -> String.valueOf(party.host()))
            .anyMatch(host -> pattern.matcher(host).matches()));
    answers.put(
        Kind.NUMBER,
        call.parties().stream()
            .flatMap(party -> written(String.valueOf(party.number())).stream())
            .anyMatch(form -> pattern.matcher(form).matches()));
    return answers.getOrDefault(rule.kind(), false);
  }

  private static int bits(String network) {
    int slash = network.indexOf('/');
    return slash < 0
        ? InetAddress.ofLiteral(network).getAddress().length * 8
        : Integer.parseInt(network.substring(slash + 1));
  }

  private static boolean inside(String network, String address) {
    byte[] base = InetAddress.ofLiteral(network.split("/")[0]).getAddress();
    byte[] given = InetAddress.ofLiteral(address).getAddress();
    int host = base.length * 8 - bits(network);
    return base.length == given.length
        && new BigInteger(1, base)
            .shiftRight(host)
            .equals(new BigInteger(1, given).shiftRight(host));
  }
}
