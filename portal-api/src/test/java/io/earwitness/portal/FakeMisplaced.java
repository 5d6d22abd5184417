package io.earwitness.portal;

import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.MisplacedCalls;
import io.earwitness.call.Attribution;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallSummary;
import io.earwitness.call.Direction;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Blocks and hand-overs of calls in memory, for one thread. */
final class FakeMisplaced implements MisplacedCalls {
  private final Map<RecordingId, CallEntry> whole = new LinkedHashMap<>();
  private final Map<UUID, HandOver> handOvers = new LinkedHashMap<>();
  private final FakeCalls calls;
  private final Clock clock;

  FakeMisplaced(FakeCalls calls, Clock clock) {
    this.calls = calls;
    this.clock = clock;
  }

  @Override
  public void block(TenantSlug tenant, RecordingId id, CallCatalog.Block block) {
    CallEntry entry =
        calls
            .find(tenant, id)
            .orElseThrow(() -> new IllegalArgumentException("there is no such recording"));
    if (entry.block() != null) {
      throw new IllegalArgumentException("the recording is blocked already");
    }
    whole.put(id, entry);
    show(id, block);
  }

  private static CallEntry with(CallEntry entry, CallCatalog.@Nullable Block block) {
    return new CallEntry(
        entry.summary(), 2, entry.archive(), entry.place(), entry.keeping(), block);
  }

  private void show(RecordingId id, CallCatalog.Block block) {
    CallEntry entry = with(Objects.requireNonNull(whole.get(id)), block);
    whole.put(id, entry);
    CallSummary call = entry.summary();
    CallSummary bare =
        new CallSummary(
            call.id(),
            call.tenant(),
            call.state(),
            call.start(),
            call.end(),
            call.zone(),
            Direction.UNKNOWN,
            List.of(),
            Set.of(CallFlag.WRONG_TENANT),
            List.of(),
            call.node(),
            "",
            "",
            null,
            null);
    calls.put(new CallEntry(bare, 2, entry.archive(), null, null, block));
  }

  @Override
  public void unblock(TenantSlug tenant, RecordingId id, String actor) {
    CallEntry entry = whole.remove(id);
    if (entry == null) {
      throw new IllegalArgumentException("the recording is not blocked");
    }
    calls.put(with(entry, null));
  }

  @Override
  public Optional<TenantSlug> tenant(RecordingId id) {
    return calls.load(List.of(id)).stream().map(entry -> entry.summary().tenant()).findFirst();
  }

  @Override
  public List<CallEntry> blocked(TenantSlug tenant, int limit) {
    return calls.find(tenant, List.copyOf(whole.keySet()));
  }

  @Override
  public List<CallEntry> blocked(int limit) {
    return calls.load(List.copyOf(whole.keySet()));
  }

  @Override
  public Optional<CallEntry> whole(TenantSlug tenant, RecordingId id) {
    return Optional.ofNullable(whole.get(id))
        .or(() -> calls.find(tenant, id))
        .filter(entry -> entry.summary().tenant().equals(tenant));
  }

  @Override
  public Attribution attribution(TenantSlug tenant, Instant when) {
    return new Attribution(List.of());
  }

  @Override
  public void add(HandOver handOver) {
    Set<HandOverState> taken = Set.of(HandOverState.ASKED, HandOverState.DONE);
    if (handOvers.values().stream()
        .anyMatch(each -> each.call().equals(handOver.call()) && taken.contains(each.state()))) {
      throw new IllegalArgumentException("the recording is being handed over already, or was");
    }
    handOvers.put(handOver.id(), handOver);
  }

  @Override
  public Optional<HandOver> handOver(UUID id) {
    return Optional.ofNullable(handOvers.get(id));
  }

  @Override
  public List<HandOver> handOvers(boolean openOnly, int limit) {
    return handOvers.values().stream()
        .filter(each -> !openOnly || each.state() == HandOverState.ASKED)
        .toList()
        .reversed();
  }

  private void change(UUID id, HandOverState state, @Nullable String problem) {
    handOvers.computeIfPresent(
        id,
        (_, old) ->
            new HandOver(
                old.id(),
                old.call(),
                old.from(),
                old.to(),
                old.newCall(),
                old.giving(),
                old.taking(),
                old.askedAt(),
                old.askedBy(),
                old.reason(),
                state,
                state == HandOverState.ASKED ? null : clock.instant(),
                problem));
  }

  @Override
  public void note(UUID id, @Nullable String problem) {
    change(id, HandOverState.ASKED, problem);
  }

  @Override
  public boolean end(UUID id, HandOverState state) {
    boolean open = handOver(id).filter(each -> each.state() == HandOverState.ASKED).isPresent();
    if (open) {
      change(id, state, null);
    }
    return open;
  }

  @Override
  public void make(CallSummary call) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void done(HandOver handOver, String actor) {
    CallEntry held = Objects.requireNonNull(whole.get(handOver.call()));
    CallCatalog.Block block = Objects.requireNonNull(held.block());
    show(
        handOver.call(),
        new CallCatalog.Block(block.at(), block.actor(), block.reason(), block.byPlatform(), true));
    end(handOver.id(), HandOverState.DONE);
  }
}
