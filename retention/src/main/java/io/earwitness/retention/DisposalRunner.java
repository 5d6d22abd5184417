package io.earwitness.retention;

import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmObject;
import io.earwitness.alarm.Alarms;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.RecordingRemoval;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Disposals.CdrFate;
import io.earwitness.archive.catalog.Disposals.Item;
import io.earwitness.archive.catalog.Disposals.ItemState;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.Run;
import io.earwitness.archive.catalog.Disposals.RunState;
import io.earwitness.archive.catalog.Disposals.Settings;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.MisplacedCalls;
import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.archive.catalog.Tombstones;
import io.earwitness.archive.cdr.Tokens;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.audit.AuditLog;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces what falls due, and deletes it once its notice is over and it is approved. One at a
 * time per installation; every step may be the last before the process dies, and the next round
 * goes on from there. Thread-safe.
 */
public final class DisposalRunner {
  private static final Logger LOG = LoggerFactory.getLogger(DisposalRunner.class);

  /** Recordings of one tenant in one round, so that tenants take turns. */
  private static final int PER_ROUND = 1_000;

  private static final int PAGE = 200;

  private final Disposals disposals;
  private final Tombstones tombstones;
  private final FallingDue due;
  private final DisposalStep step;
  private final ObjectStore store;
  private final BiFunction<byte[], String, byte[]> signer;
  private final BiFunction<TenantSlug, Instant, Lock> lock;
  private final Alarms alarms;
  private final InstantSource clock;

  /** Runs that this process has told of; an alarm that is open already is not told twice. */
  private final Set<UUID> told = ConcurrentHashMap.newKeySet();

  /**
   * What it works with.
   *
   * @param tokens of a tenant's numbers
   * @param signer signs content, named by a hint, as CMS SignedData
   * @param lock of a tenant's certificate that was written at a moment
   */
  public record Parts(
      Disposals disposals,
      Tombstones tombstones,
      MisplacedCalls calls,
      RetentionPolicies policies,
      LegalHolds holds,
      ObjectStore store,
      Function<TenantSlug, Tokens> tokens,
      BiFunction<byte[], String, byte[]> signer,
      BiFunction<TenantSlug, Instant, Lock> lock,
      AuditLog audit,
      Alarms alarms,
      InstantSource clock) {}

  public DisposalRunner(Parts parts) {
    this.disposals = parts.disposals();
    this.tombstones = parts.tombstones();
    this.due = new FallingDue(disposals, parts.policies(), parts.holds());
    this.step =
        new DisposalStep(
            disposals,
            parts.calls(),
            due,
            new RecordingRemoval(parts.store()),
            parts.tokens(),
            parts.audit(),
            parts.alarms(),
            parts.clock());
    this.store = parts.store();
    this.signer = parts.signer();
    this.lock = parts.lock();
    this.alarms = parts.alarms();
    this.clock = parts.clock();
  }

  /**
   * Does what is due now. One tenant's trouble doesn't keep another's.
   *
   * @return recordings that were looked at; 0 too if another node is at it
   */
  public int round(List<TenantSlug> tenants) {
    return disposals.alone(
        () -> {
          int looked = 0;
          for (TenantSlug tenant : tenants) {
            try {
              looked += round(tenant);
            } catch (RuntimeException e) {
              LOG.warn("disposal of {} goes on in the next round: {}", tenant, e.toString());
            }
          }
          return looked;
        });
  }

  private int round(TenantSlug tenant) {
    // Quarantined calls are nobody's yet, and are kept by rules of their own
    if (tenant.equals(TenantSlug.PLATFORM)) {
      return 0;
    }
    Settings settings = disposals.settings(tenant);
    disposals.correct(tenant, clock.instant());
    if (settings.mode() != Mode.OFF) {
      announce(tenant, settings);
    }
    int left = PER_ROUND;
    for (Run run : disposals.unfinished(tenant)) {
      left -= advance(run, settings, left);
    }
    return PER_ROUND - left;
  }

  private void announce(TenantSlug tenant, Settings settings) {
    Instant now = clock.instant();
    // Erasures and corrections beside them are no announcements
    Optional<Run> newest =
        disposals.runs(tenant, PAGE).stream().filter(run -> run.mode().isChosen()).findFirst();
    if (newest
        .filter(run -> run.state() != RunState.STOPPED)
        .filter(run -> run.openedAt().plus(Duration.ofDays(settings.everyDays())).isAfter(now))
        .isPresent()) {
      return;
    }
    List<Item> items = new ArrayList<>();
    due.forEach(
        tenant,
        now.plus(Disposals.NOTICE),
        item -> {
          items.add(item);
          return items.size() < Disposals.MOST;
        });
    if (!items.isEmpty()) {
      disposals.announce(tenant, settings.mode(), now, items);
    }
  }

  /** Returns how many recordings were looked at. */
  private int advance(Run run, Settings settings, int most) {
    // Under another mode others are to look at it, so it is announced anew
    boolean stays = !run.mode().isChosen() || settings.mode() == run.mode();
    return switch (run.state()) {
      case ANNOUNCED -> begin(run, stays) ? perform(running(run), settings, most) : 0;
      case RUNNING -> perform(run, settings, most);
      case DONE -> {
        copy(run);
        yield 0;
      }
      case STOPPED -> 0;
    };
  }

  private Run running(Run run) {
    return disposals.run(run.tenant(), run.id()).orElseThrow();
  }

  private boolean begin(Run run, boolean stays) {
    Instant now = clock.instant();
    boolean begun = stays && disposals.start(run.tenant(), run.id(), now);
    if (begun || (!stays && disposals.stop(run.tenant(), run.id(), now))) {
      told.remove(run.id());
      alarms.clear(AlarmKind.DISPOSAL_ANNOUNCED, AlarmObject.disposal(run.id()), run.tenant());
    } else if (run.mode() != Mode.CORRECTION && told.add(run.id())) {
      tell(run);
    }
    return begun;
  }

  private void tell(Run run) {
    long recordings =
        disposals.counts(run.tenant(), run.id()).stream()
            .filter(count -> count.state() == ItemState.DUE)
            .mapToLong(Disposals.Count::recordings)
            .sum();
    alarms.raise(
        AlarmKind.DISPOSAL_ANNOUNCED,
        AlarmObject.disposal(run.id()),
        run.tenant(),
        "%d recordings, not before %s%s; for %s"
            .formatted(
                recordings,
                run.notBefore(),
                run.approvedBy() == null ? ", and not before it is approved" : "",
                String.join(", ", disposals.settings(run.tenant()).officers())));
  }

  private int perform(Run run, Settings settings, int most) {
    int looked = 0;
    if (settings.mode() == Mode.OFF && run.mode().isChosen()) {
      keepAll(run, ItemState.DUE);
      keepAll(run, ItemState.REFUSED);
    }
    for (ItemState state : List.of(ItemState.FALLING, ItemState.DUE, ItemState.REFUSED)) {
      looked += perform(run, settings, state, most - looked);
    }
    for (Item gone : disposals.unentered(run.tenant(), run.id(), PER_ROUND)) {
      step.finish(run, gone.recording());
    }
    if (DisposalCertificate.isReady(disposals.counts(run.tenant(), run.id()))
        && disposals.unentered(run.tenant(), run.id(), 1).isEmpty()) {
      certify(run);
    }
    return looked;
  }

  private int perform(Run run, Settings settings, ItemState state, int most) {
    int looked = 0;
    RecordingId last = null;
    List<Item> page;
    do {
      page = disposals.items(run.tenant(), run.id(), state, last, PAGE);
      for (Item item : page) {
        if (looked >= most) {
          return looked;
        }
        last = item.recording();
        Instant notBefore = item.notBefore();
        if (notBefore == null || !notBefore.isAfter(clock.instant())) {
          step.dispose(run, item, fate(run, settings));
          looked++;
        }
      }
    } while (page.size() == PAGE);
    return looked;
  }

  /** What should never have been recorded tells less in call detail records too. */
  private static CdrFate fate(Run run, Settings settings) {
    return run.mode() == Mode.CORRECTION && settings.cdr() == CdrFate.KEPT
        ? CdrFate.TOKENISED
        : settings.cdr();
  }

  private void keepAll(Run run, ItemState state) {
    List<Item> page;
    do {
      page = disposals.items(run.tenant(), run.id(), state, null, PAGE);
      for (Item item : page) {
        disposals.set(
            run.tenant(),
            run.id(),
            item.recording(),
            ItemState.KEPT,
            "disposal was turned off",
            null);
      }
    } while (!page.isEmpty());
  }

  private void certify(Run run) {
    Instant now = clock.instant();
    List<Item> left = new ArrayList<>();
    left.addAll(disposals.items(run.tenant(), run.id(), ItemState.KEPT, null, Disposals.MOST));
    left.addAll(disposals.items(run.tenant(), run.id(), ItemState.VETOED, null, Disposals.MOST));
    DisposalCertificate certificate =
        DisposalCertificate.of(run, tombstones.ofRun(run.tenant(), run.id()), left, now);
    disposals.done(
        run.tenant(),
        run.id(),
        now,
        signer.apply(Json.bytes(certificate), key(run.tenant(), run, now)));
    alarms.clear(AlarmKind.DISPOSAL_REFUSED, AlarmObject.disposal(run.id()), run.tenant());
    copy(running(run));
  }

  private static String key(TenantSlug tenant, Run run, Instant ended) {
    return ObjectKeys.disposalCertificate(
        tenant, ended.atOffset(ZoneOffset.UTC).toLocalDate(), run.id());
  }

  /**
   * Lays the certificate under lock; after a crash in between it is there twice, which is alike.
   */
  private void copy(Run run) {
    byte[] certificate = disposals.certificate(run.tenant(), run.id()).orElse(null);
    Instant ended = run.endedAt();
    if (certificate != null && ended != null && !run.copied()) {
      String key = key(run.tenant(), run, ended);
      String version = store.put(Bucket.LOCK, key, certificate);
      store.lock(key, version, lock.apply(run.tenant(), ended));
      disposals.copied(run.tenant(), run.id(), version);
    }
  }
}
