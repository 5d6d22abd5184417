package io.earwitness.archive.announcement;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.Alarms;
import io.earwitness.archive.AnnouncementDuties;
import io.earwitness.archive.catalog.AnnouncementPlays;
import io.earwitness.archive.catalog.Announcements;
import io.earwitness.archive.catalog.Announcements.PolicyVersion;
import io.earwitness.archive.catalog.Announcements.Prompt;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Directory.NumberRange;
import io.earwitness.archive.numbering.NumberOrigin;
import io.earwitness.call.AnnouncedParties;
import io.earwitness.call.Announcement;
import io.earwitness.call.AnnouncementPolicy;
import io.earwitness.call.AnnouncementPolicy.Decision;
import io.earwitness.call.AnnouncementRule;
import io.earwitness.call.AnnouncementVerdict;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.PlayedAnnouncement;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Policies and prompts of all tenants that were asked about, in memory. Decisions about calls that
 * are to be made come from there at once, while what is older than two seconds is looked up anew
 * beside them; so they also come while the database is away. Thread-safe.
 */
public final class AnnouncementBook implements AnnouncementDuties {
  private static final Logger LOG = LoggerFactory.getLogger(AnnouncementBook.class);
  private static final Duration FRESH = Duration.ofSeconds(2);

  private final Announcements catalog;
  private final AnnouncementPlays plays;
  private final Directory directory;
  private final Prompts prompts;
  private final Alarms alarms;
  private final Clock clock;
  private final Map<TenantSlug, Known> known = new ConcurrentHashMap<>();

  /** What is known of a tenant. */
  private static final class Known {
    private final List<PolicyVersion> policies;
    private final List<Prompt> prompts;
    private final List<NumberRange> numbers;
    private final long readNanos = System.nanoTime();
    private final Map<String, Set<String>> teams = new ConcurrentHashMap<>();
    private final AtomicBoolean renewing = new AtomicBoolean();

    Known(List<PolicyVersion> policies, List<Prompt> prompts, List<NumberRange> numbers) {
      this.policies = policies;
      this.prompts = prompts;
      this.numbers = numbers;
    }

    boolean isFresh() {
      return System.nanoTime() - readNanos < FRESH.toNanos();
    }

    AnnouncementPolicy policy(Instant at) {
      return policies.stream()
          .filter(version -> !version.validFrom().isAfter(at))
          .findFirst()
          .map(PolicyVersion::policy)
          .orElseGet(AnnouncementPolicy::none);
    }
  }

  public AnnouncementBook(
      Announcements catalog,
      AnnouncementPlays plays,
      Directory directory,
      Prompts prompts,
      Alarms alarms,
      Clock clock) {
    this.catalog = catalog;
    this.plays = plays;
    this.directory = directory;
    this.prompts = prompts;
    this.alarms = alarms;
    this.clock = clock;
  }

  /**
   * A call that is to be made.
   *
   * @param direction null to tell it by whose number is whose
   * @param language BCP 47 tag; null if unknown
   */
  public record Planned(
      @Nullable String from,
      @Nullable String to,
      @Nullable Direction direction,
      @Nullable String language) {}

  /**
   * What is to be done with it.
   *
   * @param prompt what to play; null where nothing is to be said, or the prompt has no version in
   *     use
   */
  public record Answer(
      Decision decision, Direction direction, @Nullable Prompt prompt, String reason) {}

  /** Decides what is to be announced in a call that is to be made. */
  public Answer decide(TenantSlug tenant, Planned call) {
    Known all = atOnce(tenant);
    AnnouncementPolicy policy = all.policy(clock.instant());
    Direction direction = call.direction() == null ? direction(all, call) : call.direction();
    boolean inbound = direction == Direction.INBOUND;
    String own = inbound ? call.to() : call.from();
    String other = inbound ? call.from() : call.to();
    boolean teamsMatter = policy.rules().stream().anyMatch(rule -> !rule.teams().isEmpty());
    Decision decision =
        policy.decide(
            new AnnouncementPolicy.Question(
                direction,
                own,
                teamsMatter && own != null ? teams(tenant, all, own) : Set.of(),
                other,
                country(other),
                call.language()));
    AnnouncementRule rule = decision.rule();
    if (rule == null || rule.prompt() == null) {
      return new Answer(decision, direction, null, decision.reason());
    }
    Prompt prompt = choose(all.prompts, rule, call.language(), clock.instant());
    return new Answer(
        decision,
        direction,
        prompt,
        prompt == null
            ? "%s; but the prompt '%s' has no version in use, so %s applies"
                .formatted(decision.reason(), rule.prompt(), rule.fallback().wireName())
            : decision.reason());
  }

  /** The newest version in the call's language, else in the rule's, else in any. */
  private static @Nullable Prompt choose(
      List<Prompt> prompts, AnnouncementRule rule, @Nullable String language, Instant now) {
    List<Prompt> fit =
        prompts.stream()
            .filter(prompt -> prompt.key().name().equals(rule.prompt()) && prompt.isCurrent(now))
            .toList();
    Comparator<Prompt> order =
        Comparator.<Prompt>comparingInt(prompt -> likeness(prompt, language))
            .thenComparingInt(prompt -> likeness(prompt, rule.language()))
            .thenComparing(prompt -> prompt.key().language(), Comparator.reverseOrder())
            .thenComparingInt(prompt -> prompt.key().version());
    return fit.stream().max(order).orElse(null);
  }

  private static int likeness(Prompt prompt, @Nullable String language) {
    if (language == null) {
      return 0;
    }
    if (prompt.key().language().equals(language)) {
      return 2;
    }
    String primary = Locale.forLanguageTag(language).getLanguage();
    return Locale.forLanguageTag(prompt.key().language()).getLanguage().equals(primary) ? 1 : 0;
  }

  private static Direction direction(Known all, Planned call) {
    boolean from = range(all, call.from()) != null;
    boolean to = range(all, call.to()) != null;
    if (from) {
      return to ? Direction.INTERNAL : Direction.OUTBOUND;
    }
    return to ? Direction.INBOUND : Direction.UNKNOWN;
  }

  /** The tenant's longest range that holds a number. */
  private static @Nullable NumberRange range(Known all, @Nullable String number) {
    if (number == null) {
      return null;
    }
    return all.numbers.stream()
        .filter(
            range ->
                range.prefix() ? number.startsWith(range.digits()) : number.equals(range.digits()))
        .max(Comparator.comparingInt(range -> range.digits().length()))
        .orElse(null);
  }

  private Set<String> teams(TenantSlug tenant, Known all, String number) {
    NumberRange range = range(all, number);
    String holder = range == null ? null : range.userName();
    return holder == null
        ? Set.of()
        : all.teams.computeIfAbsent(
            holder,
            name ->
                directory
                    .user(tenant, name)
                    .map(user -> directory.teamsOf(tenant, user.id()))
                    .orElse(Set.of()));
  }

  private static @Nullable String country(@Nullable String number) {
    return NumberOrigin.of(number).country();
  }

  @Override
  public Optional<Duty> of(CallSummary call) {
    Known all = known.get(call.tenant());
    if (all == null || !all.isFresh()) {
      all = read(call.tenant());
    }
    AnnouncementPolicy policy = all.policy(call.start());
    if (policy.version() == 0) {
      return Optional.empty();
    }
    Decision decision = policy.decide(AnnouncedParties.question(call, AnnouncementBook::country));
    AnnouncementRule rule = decision.rule();
    List<KnownPrompt> wanted = new ArrayList<>();
    if (rule != null && rule.prompt() != null) {
      for (Prompt prompt : all.prompts) {
        if (prompt.key().name().equals(rule.prompt()) && prompt.isCurrent(call.start())) {
          prompts
              .print(call.tenant(), prompt)
              .ifPresent(print -> wanted.add(new KnownPrompt(prompt.key().toString(), print)));
        }
      }
    }
    return Optional.of(new Duty(decision, wanted));
  }

  @Override
  public List<PlayedAnnouncement> played(CallSummary call) {
    return plays.of(call);
  }

  @Override
  public void judged(CallSummary call, Announcement announcement) {
    if (announcement.verdict() == AnnouncementVerdict.MISSING) {
      alarms.raise(
          AlarmKind.ANNOUNCEMENT_MISSING,
          AlarmObject.tenant(call.tenant()),
          call.tenant(),
          "recording %s, by rule '%s' of the policy's version %d"
              .formatted(call.id(), announcement.rule(), announcement.policyVersion()));
    }
  }

  /** Something of a tenant was changed here: it holds at once. */
  public void changed(TenantSlug tenant) {
    known.remove(tenant);
  }

  private Known atOnce(TenantSlug tenant) {
    Known all = known.get(tenant);
    if (all == null) {
      return read(tenant);
    }
    if (!all.isFresh() && all.renewing.compareAndSet(false, true)) {
      Thread.startVirtualThread(() -> renew(tenant, all));
    }
    return all;
  }

  private void renew(TenantSlug tenant, Known old) {
    try {
      read(tenant);
    } catch (RuntimeException e) {
      LOG.warn("announcements of {} could not be looked up anew: {}", tenant, e.getMessage());
      old.renewing.set(false);
    }
  }

  private Known read(TenantSlug tenant) {
    Known all =
        new Known(catalog.policies(tenant), catalog.prompts(tenant), directory.numbers(tenant));
    known.put(tenant, all);
    return all;
  }
}
