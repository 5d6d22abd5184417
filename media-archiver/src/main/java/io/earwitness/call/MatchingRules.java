package io.earwitness.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the first of some ordered rules that a call matches. Immutable. */
final class MatchingRules {
  private record Prepared(MatchingRule rule, Predicate<TenantMatcher.Attributes> matches) {}

  private final List<Prepared> rules = new ArrayList<>();

  MatchingRules(List<MatchingRule> ordered) {
    ordered.forEach(rule -> rules.add(new Prepared(rule, condition(rule))));
  }

  Optional<MatchingRule> first(TenantMatcher.Attributes attributes) {
    return rules.stream()
        .filter(one -> one.matches.test(attributes))
        .map(Prepared::rule)
        .findFirst();
  }

  /** The header fields that some rule looks at, in lower case. */
  Set<String> headers() {
    Set<String> names = new TreeSet<>();
    for (Prepared one : rules) {
      if (one.rule.header() != null) {
        names.add(one.rule.header());
      }
    }
    return names;
  }

  private static Predicate<TenantMatcher.Attributes> condition(MatchingRule rule) {
    String value = rule.value();
    return switch (rule.kind()) {
      case TLS_IDENTITY -> call -> call.identity() != null && call.identity().fulfils(value);
      case SOURCE -> {
        Network network = Network.parse(value);
        yield call -> network.contains(call.source());
      }
      case REQUEST_URI -> call -> matches(value, address(call.requestUri()));
      case HEADER ->
          call ->
              call.headers().getOrDefault(String.valueOf(rule.header()), List.of()).stream()
                  .anyMatch(text -> matches(value, text.strip()));
      case METADATA_DOMAIN ->
          call -> call.parties().stream().anyMatch(party -> matches(value, domain(party)));
      case NUMBER -> call -> call.parties().stream().anyMatch(p -> holds(value, p.number()));
    };
  }

  private static String address(String requestUri) {
    AddressOfRecord uri = AddressOfRecord.parse(requestUri);
    if (uri.user() == null || uri.host() == null) {
      return uri.user() == null ? String.valueOf(uri.host()) : uri.user();
    }
    return uri.user() + "@" + uri.host();
  }

  private static @Nullable String domain(Party party) {
    return party.aor() == null ? null : AddressOfRecord.parse(party.aor()).host();
  }

  private static boolean holds(String value, @Nullable String number) {
    if (number == null) {
      return false;
    }
    boolean prefix = value.endsWith("*");
    String digits = prefix ? value.substring(0, value.length() - 1) : value;
    return NumberRanges.forms(number).stream()
        .anyMatch(form -> prefix ? form.startsWith(digits) : form.equals(digits));
  }

  /** Without regard to case; {@code *} stands for any characters, or none. */
  private static boolean matches(String pattern, @Nullable String text) {
    if (text == null) {
      return false;
    }
    String wanted = pattern.toLowerCase(Locale.ROOT);
    String given = text.toLowerCase(Locale.ROOT);
    int star = wanted.indexOf('*');
    if (star < 0) {
      return wanted.equals(given);
    }
    String suffix = wanted.substring(star + 1);
    return given.length() >= wanted.length() - 1
        && given.startsWith(wanted.substring(0, star))
        && given.endsWith(suffix);
  }
}
