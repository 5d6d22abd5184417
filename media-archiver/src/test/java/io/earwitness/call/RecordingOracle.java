package io.earwitness.call;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code docs/operations/recording-policy.md} says in words, evaluated the long way: all pairs
 * of an own party and another one are written down, and each rule is tried on each pair. Shares no
 * logic with the policy.
 */
final class RecordingOracle {
  record Answer(String action, boolean recorded, @Nullable String rule) {}

  /** A look at the call: somebody of the tenant's and somebody else, either possibly nobody. */
  private record Pair(@Nullable Party own, @Nullable Party other) {}

  private RecordingOracle() {}

  static Answer answer(RecordingPolicy policy, RecordingPolicy.Call call) {
    boolean known = call.parties().size() >= 2 && call.direction() != Direction.UNKNOWN;
    List<Pair> pairs = pairs(call);
    boolean mayStillApply = false;
    for (RecordingRule rule : policy.rules()) {
      if (!time(rule, call)) {
        continue;
      }
      boolean direction =
          rule.directions().isEmpty() || rule.directions().contains(call.direction());
      boolean ownAsked =
          !(rule.teams().isEmpty()
              && rule.persons().isEmpty()
              && rule.ownNumbers().isEmpty()
              && rule.persona() == null);
      boolean otherAsked = !(rule.otherNumbers().isEmpty() && rule.countries().isEmpty());
      boolean met =
          direction
              && ((!ownAsked && !otherAsked)
                  || pairs.stream()
                      .anyMatch(
                          pair ->
                              (!ownAsked || (pair.own != null && own(policy, rule, pair.own)))
                                  && (!otherAsked
                                      || (pair.other != null && other(rule, pair.other)))));
      if (met) {
        String action = rule.action().wireName();
        if (mayStillApply && !action.equals("always")) {
          return new Answer("always", true, null);
        }
        return new Answer(
            action,
            switch (action) {
              case "never" -> false;
              case "selective" -> chosen(call.id(), rule.percent());
              default -> true;
            },
            rule.name());
      }
      if (!known && (ownAsked || otherAsked || !rule.directions().isEmpty())) {
        mayStillApply = true;
      }
    }
    return new Answer("always", true, null);
  }

  private static List<Pair> pairs(RecordingPolicy.Call call) {
    List<Pair> pairs = new ArrayList<>();
    List<Party> parties = call.parties();
    List<Integer> ours = new ArrayList<>();
    for (int i = 0; i < parties.size(); i++) {
      boolean byPlace =
          (call.direction() == Direction.INTERNAL)
              || (call.direction() == Direction.OUTBOUND && i == 0)
              || (call.direction() == Direction.INBOUND && i == 1);
      if (byPlace || parties.get(i).userId() != null) {
        ours.add(i);
      }
    }
    if (ours.isEmpty()) {
      pairs.add(new Pair(null, null));
      parties.forEach(party -> pairs.add(new Pair(null, party)));
    }
    for (int own : ours) {
      pairs.add(new Pair(parties.get(own), null));
      for (int other = 0; other < parties.size(); other++) {
        if (other != own) {
          pairs.add(new Pair(parties.get(own), parties.get(other)));
        }
      }
    }
    return pairs;
  }

  private static boolean own(RecordingPolicy policy, RecordingRule rule, Party party) {
    Set<String> teams = new java.util.HashSet<>(party.teamIds());
    teams.retainAll(rule.teams());
    if (!rule.teams().isEmpty() && teams.isEmpty()) {
      return false;
    }
    if (!rule.persons().isEmpty()
        && (party.userId() == null || !rule.persons().contains(party.userId()))) {
      return false;
    }
    if (!rule.ownNumbers().isEmpty() && rule.ownNumbers().stream().noneMatch(n -> is(n, party))) {
      return false;
    }
    if (rule.persona() == null) {
      return true;
    }
    for (Persona persona : policy.personas()) {
      if (persona.name().equals(rule.persona())) {
        for (String identity : persona.identities()) {
          if (identity.contains("@") ? address(identity, party) : is(identity, party)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean address(String identity, Party party) {
    if (party.aor() == null) {
      return false;
    }
    Matcher uri = Pattern.compile("(?i)sips?:([^@]+)@([^:;?]+).*").matcher(party.aor());
    return uri.matches()
        && (uri.group(1) + "@" + uri.group(2))
            .toLowerCase(Locale.ROOT)
            .equals(identity.toLowerCase(Locale.ROOT));
  }

  private static boolean other(RecordingRule rule, Party party) {
    String number = party.number();
    String country =
        number != null && number.startsWith("+49")
            ? "DE"
            : number != null && number.startsWith("+41") ? "CH" : "unknown";
    return (rule.countries().isEmpty() || rule.countries().contains(country))
        && (rule.otherNumbers().isEmpty()
            || rule.otherNumbers().stream().anyMatch(n -> is(n, party)));
  }

  private static boolean is(String pattern, Party party) {
    String number = party.number();
    if (number == null) {
      return false;
    }
    String expression =
        Pattern.quote(pattern.replace("*", "")) + (pattern.endsWith("*") ? ".*" : "");
    boolean plain = number.matches(expression);
    boolean withoutPlus = number.matches("[1-9][0-9]{7,14}") && ("+" + number).matches(expression);
    boolean withZeros =
        number.matches("00[1-9][0-9]{7,14}") && ("+" + number.substring(2)).matches(expression);
    return plain || withoutPlus || withZeros;
  }

  /** Minute by minute: is one of the windows that begin today or yesterday open? */
  private static boolean time(RecordingRule rule, RecordingPolicy.Call call) {
    ZonedDateTime local = call.start().atZone(call.zone());
    long second = local.toLocalTime().toSecondOfDay();
    long from = seconds(rule.from());
    long until = rule.until() == null ? 86_400 : seconds(rule.until());
    if (rule.until() != null && until <= from) {
      until += 86_400;
    }
    for (int daysAgo = 0; daysAgo < 2; daysAgo++) {
      long since = second + 86_400L * daysAgo;
      boolean open = from <= since && since < until;
      boolean day =
          rule.weekdays().isEmpty()
              || names(rule.weekdays())
                  .contains(local.getDayOfWeek().minus(daysAgo).name().toLowerCase(Locale.ROOT));
      if (open && day) {
        return true;
      }
    }
    return false;
  }

  private static List<String> names(Set<Weekday> days) {
    return days.stream().map(Weekday::wireName).toList();
  }

  private static long seconds(@Nullable LocalTime time) {
    return time == null ? 0 : time.toSecondOfDay();
  }

  private static boolean chosen(@Nullable String id, @Nullable Integer percent) {
    int share = percent == null ? 100 : percent;
    if (id == null) {
      return share > 0;
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      BigInteger first = new BigInteger(1, hash).shiftRight(256 - 32);
      return first.mod(BigInteger.valueOf(100)).intValue() < share;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
