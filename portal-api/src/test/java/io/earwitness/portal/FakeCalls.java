package io.earwitness.portal;

import io.earwitness.access.AccessedCall;
import io.earwitness.access.CallScope;
import io.earwitness.archive.catalog.Attempts;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Interactions;
import io.earwitness.call.Party;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.search.CallSearch;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls in memory, found by looking at each of them. */
final class FakeCalls implements CallCatalog, CallSearch, Attempts {
  private final Map<RecordingId, CallEntry> calls = new ConcurrentSkipListMap<>();

  /** What the index says beyond the catalog: nothing may rely on it alone. */
  volatile boolean indexLeaks;

  /** What {@link #of} gives for a call, whoever asks. */
  final Map<RecordingId, List<RecordingId>> attempts = new ConcurrentSkipListMap<>();

  @Override
  public List<CallEntry> of(CallSummary call) {
    return find(call.tenant(), attempts.getOrDefault(call.id(), List.of()).reversed());
  }

  void put(CallEntry entry) {
    calls.put(entry.summary().id(), entry);
  }

  @Override
  public Optional<CallEntry> find(TenantSlug tenant, RecordingId id) {
    return Optional.ofNullable(calls.get(id)).filter(e -> e.summary().tenant().equals(tenant));
  }

  @Override
  public List<CallEntry> find(TenantSlug tenant, Collection<RecordingId> ids) {
    return load(ids).stream().filter(e -> e.summary().tenant().equals(tenant)).toList();
  }

  @Override
  public List<CallEntry> load(Collection<RecordingId> ids) {
    return ids.stream().map(calls::get).filter(java.util.Objects::nonNull).toList().reversed();
  }

  @Override
  public Page search(CallScope scope, Query query) {
    if (query.number() != null && !query.number().matches("\\*?\\+?[0-9]+\\*?")) {
      throw new IllegalArgumentException("number '" + query.number() + "' is no number");
    }
    List<RecordingId> hits =
        calls.values().stream()
            .filter(entry -> hasTags(entry, query.tagged()))
            .map(CallEntry::summary)
            .filter(call -> indexLeaks || scope.includes(AccessedCall.of(call)))
            .filter(call -> matches(call, query))
            .sorted(Comparator.comparing(CallSummary::start).reversed())
            .map(CallSummary::id)
            .toList();
    int from = query.cursor() == null ? 0 : Integer.parseInt(query.cursor());
    int to = Math.min(hits.size(), from + query.limit());
    return new Page(
        hits.subList(from, to), to < hits.size() ? Integer.toString(to) : null, hits.size(), true);
  }

  private boolean hasTags(CallEntry entry, @Nullable Tagged asked) {
    return asked == null
        || (entry.tags().containsAll(asked.tags())
            && (indexLeaks || asked.seenOn().includes(AccessedCall.of(entry.summary()))));
  }

  private static boolean matches(CallSummary call, Query query) {
    Duration duration = call.duration();
    return (query.text() == null || words(query.text()).allMatch(word -> says(call, word)))
        && (query.from() == null || !call.start().isBefore(query.from()))
        && (query.to() == null || call.start().isBefore(query.to()))
        && (query.number() == null || call.parties().stream().anyMatch(p -> has(p, query.number())))
        && (query.direction() == null || call.direction() == query.direction())
        && (query.minDuration() == null
            || (duration != null && duration.compareTo(query.minDuration()) >= 0))
        && (query.maxDuration() == null
            || (duration != null && duration.compareTo(query.maxDuration()) <= 0))
        && (query.states().isEmpty() || query.states().contains(call.state()))
        && call.flags().containsAll(query.flags())
        && (query.callId() == null || call.callIds().contains(query.callId()));
  }

  private static Stream<String> words(String text) {
    return Stream.of(text.toLowerCase(Locale.ROOT).split("\\s+"));
  }

  private static boolean says(CallSummary call, String word) {
    return call.parties().stream()
        .flatMap(p -> Stream.of(String.valueOf(p.name()), String.valueOf(p.number())))
        .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(word));
  }

  private static boolean has(Party party, String pattern) {
    String number = party.number();
    if (number == null) {
      return false;
    }
    if (pattern.endsWith("*")) {
      return number.startsWith(pattern.substring(0, pattern.length() - 1));
    }
    return pattern.startsWith("*") ? number.endsWith(pattern.substring(1)) : number.equals(pattern);
  }

  @Override
  public boolean includes(CallScope scope, RecordingId id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void report(CallSummary summary) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean notKept(RecordingId id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Work> take(String worker, Duration lease) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void extend(Work work, Duration lease) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void release(Work work, Duration delay, String why) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void archived(ArchivedCall archived) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void verified(TenantSlug tenant, RecordingId id, int generation, Instant at) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void finish(RecordingId id, CallState outcome, Set<CallFlag> flags) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<CallEntry> sharing(Collection<RecordingId> captures) {
    return List.of();
  }

  @Override
  public List<CallEntry> started(TenantSlug tenant, Instant from, Instant to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<CallEntry> interaction(TenantSlug tenant, RecordingId interaction) {
    return calls.values().stream()
        .filter(e -> e.summary().tenant().equals(tenant))
        .filter(e -> isPartOf(e.place(), interaction))
        .sorted(Comparator.comparing(e -> e.summary().start()))
        .toList();
  }

  private static boolean isPartOf(Interactions.@Nullable Place place, RecordingId interaction) {
    return place != null && place.interaction().equals(interaction);
  }

  @Override
  public List<RecordingId> inState(CallState state) {
    throw new UnsupportedOperationException();
  }
}
