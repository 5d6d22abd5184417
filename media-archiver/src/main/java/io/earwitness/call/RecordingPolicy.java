package io.earwitness.call;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's rules of what is recorded, in their order: the first that applies to a call decides;
 * where none does, the call is recorded. Pure: recorder and portal decide alike. Immutable.
 *
 * <p>Nobody's call is lost because somebody was not known yet: as long as the parties are not
 * known, a rule counts only if no rule before it could apply once they are; otherwise the call is
 * recorded, as far as this goes.
 *
 * @param version 1, 2 … with each change; 0 is the policy of a tenant that made none
 * @param personas identities that rules name
 */
public record RecordingPolicy(int version, List<Persona> personas, List<RecordingRule> rules) {
  private static final int MOST = 500;

  public RecordingPolicy {
    personas = List.copyOf(Objects.requireNonNullElse(personas, List.of()));
    rules = List.copyOf(rules);
    if (rules.size() > MOST || personas.size() > MOST) {
      throw new IllegalArgumentException(
          "a policy has at most %d rules and %d personas".formatted(MOST, MOST));
    }
    Map<String, Persona> known = new HashMap<>();
    for (Persona persona : personas) {
      if (known.put(persona.name(), persona) != null) {
        throw new IllegalArgumentException(
            "two personas are called '%s'; give each a name of its own".formatted(persona.name()));
      }
    }
    Map<String, RecordingRule> named = new HashMap<>();
    for (RecordingRule rule : rules) {
      if (named.put(rule.name(), rule) != null) {
        throw new IllegalArgumentException(
            "two rules are called '%s'; give each a name of its own".formatted(rule.name()));
      }
      if (rule.persona() != null && !known.containsKey(rule.persona())) {
        throw new IllegalArgumentException(
            "rule '%s' names the persona '%s', which the policy does not have"
                .formatted(rule.name(), rule.persona()));
      }
    }
  }

  /**
   * A call, or one that is to be made.
   *
   * @param id by which selective rules choose: the Call-ID of its recording session; null if it is
   *     not known, then such rules record it
   * @param start when it begins
   * @param zone the tenant's
   * @param direction {@link Direction#UNKNOWN} as long as it is not known whose parties they are
   * @param parties the calling one first, with their holders
   */
  public record Call(
      @Nullable String id, Instant start, ZoneId zone, Direction direction, List<Party> parties) {
    public Call {
      parties = List.copyOf(parties);
    }

    /** Whether both sides are known, so that nothing more is waited for. */
    public boolean isComplete() {
      return direction != Direction.UNKNOWN && parties.size() > 1;
    }
  }

  /** What a tenant has that made no policy: everything is recorded. */
  public static RecordingPolicy none() {
    return new RecordingPolicy(0, List.of(), List.of());
  }

  /**
   * The decision on a call.
   *
   * @param countries of numbers
   */
  public RecordingDecision decide(Call call, AnnouncedParties.Countries countries) {
    LocalDateTime start = LocalDateTime.ofInstant(call.start(), call.zone());
    RecordingRule open = null;
    for (int i = 0; i < rules.size(); i++) {
      RecordingRule rule = rules.get(i);
      if (!rule.namesTime(start)) {
        continue;
      }
      if (applies(rule, call, countries)) {
        return open == null || rule.action() == RecordingAction.ALWAYS
            ? decision(rule, i, call)
            : notYet(open);
      }
      if (open == null && !call.isComplete() && rule.asksForParties()) {
        open = rule;
      }
    }
    return new RecordingDecision(
        version,
        RecordingAction.ALWAYS,
        true,
        null,
        null,
        rules.isEmpty()
            ? "the tenant has no rules of recording, so every call is recorded"
            : "no rule applies to this call, so it is recorded");
  }

  /**
   * Whether another policy may record some call less than this one: not at all, a smaller share of
   * such calls, or only if somebody marks it. What can't be ruled out by looking at the rules
   * counts.
   */
  public boolean mayBeReducedBy(RecordingPolicy next) {
    return !RecordingComparison.recordsNoLess(this, next);
  }

  private RecordingDecision notYet(RecordingRule open) {
    return new RecordingDecision(
        version,
        RecordingAction.ALWAYS,
        true,
        null,
        null,
        "rule '%s' may apply, but the call's parties are not known; what is not known is recorded"
            .formatted(open.name()));
  }

  private RecordingDecision decision(RecordingRule rule, int index, Call call) {
    String because =
        "rule %d, '%s', applies to this%s call"
            .formatted(
                index + 1,
                rule.name(),
                call.direction() == Direction.UNKNOWN ? "" : " " + call.direction().wireName());
    return switch (rule.action()) {
      case ALWAYS -> decision(rule, true, because + ": it is recorded");
      case NEVER -> decision(rule, false, because + ": it is not recorded");
      case ON_DEMAND ->
          decision(
              rule,
              true,
              "%s: it is held, and kept if it is marked within %d minutes of its end"
                  .formatted(because, rule.keepMinutes()));
      case SELECTIVE -> {
        String share = "%s: %d %% of such calls are recorded".formatted(because, rule.percent());
        if (call.id() == null) {
          boolean any = Objects.requireNonNullElse(rule.percent(), 100) > 0;
          yield decision(rule, any, share + "; which ones, their Call-IDs decide");
        }
        boolean chosen = isChosen(call.id(), Objects.requireNonNullElse(rule.percent(), 100));
        yield decision(rule, chosen, share + (chosen ? ", this one too" : ", not this one"));
      }
    };
  }

  private RecordingDecision decision(RecordingRule rule, boolean recorded, String reason) {
    return new RecordingDecision(
        version, rule.action(), recorded, rule.name(), rule.keepMinutes(), reason);
  }

  /** By the first four octets of the id's SHA-256, as a number modulo 100. */
  private static boolean isChosen(String id, int percent) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      long number = 0;
      for (int i = 0; i < 4; i++) {
        number = number << 8 | (hash[i] & 0xff);
      }
      return number % 100 < percent;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private boolean applies(RecordingRule rule, Call call, AnnouncedParties.Countries countries) {
    if (!rule.directions().isEmpty() && !rule.directions().contains(call.direction())) {
      return false;
    }
    if (!rule.asksForOwn() && !rule.asksForOther()) {
      return true;
    }
    Persona persona =
        personas.stream()
            .filter(each -> each.name().equals(rule.persona()))
            .findFirst()
            .orElse(null);
    boolean anyOwn = false;
    for (int own = 0; own < call.parties().size(); own++) {
      if (AnnouncedParties.isOwn(call.parties(), call.direction(), own)) {
        anyOwn = true;
        if (rule.namesOwn(call.parties().get(own), persona)
            && namesOther(rule, call, own, countries)) {
          return true;
        }
      }
    }
    return !anyOwn && !rule.asksForOwn() && namesOther(rule, call, -1, countries);
  }

  private static boolean namesOther(
      RecordingRule rule, Call call, int own, AnnouncedParties.Countries countries) {
    if (!rule.asksForOther()) {
      return true;
    }
    for (int other = 0; other < call.parties().size(); other++) {
      Party party = call.parties().get(other);
      if (other != own && rule.namesOther(party, countries.of(party.number()))) {
        return true;
      }
    }
    return false;
  }
}
