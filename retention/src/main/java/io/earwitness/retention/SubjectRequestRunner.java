package io.earwitness.retention;

import io.earwitness.archive.JournalReader;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.JournalBundle;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.Restrictions.Restriction;
import io.earwitness.archive.catalog.SubjectRequests;
import io.earwitness.archive.catalog.SubjectRequests.Decision;
import io.earwitness.archive.catalog.SubjectRequests.Item;
import io.earwitness.archive.catalog.SubjectRequests.Kind;
import io.earwitness.archive.catalog.SubjectRequests.Outcome;
import io.earwitness.archive.catalog.SubjectRequests.Request;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import io.earwitness.retention.ErasurePlans.Fate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what was decided of subjects' requests: restricts recordings, and erases them as soon as
 * nothing keeps them. Also brings back what a database that was put back doesn't know any more.
 * Done again, it changes nothing. Thread-safe.
 */
public final class SubjectRequestRunner {
  private static final Logger LOG = LoggerFactory.getLogger(SubjectRequestRunner.class);
  private static final String JOB = "job:subject-requests";
  private static final int PAGE = 200;

  private final SubjectRequests requests;
  private final Disposals disposals;
  private final ErasurePlans plans;
  private final Restrictions restrictions;
  private final ObjectStore store;
  private final JournalReader journals;
  private final AuditLog audit;
  private final InstantSource clock;

  /** What it works with. */
  public record Parts(
      SubjectRequests requests,
      Disposals disposals,
      ErasurePlans plans,
      Restrictions restrictions,
      ObjectStore store,
      JournalReader journals,
      AuditLog audit,
      InstantSource clock) {}

  public SubjectRequestRunner(Parts parts) {
    this.requests = parts.requests();
    this.disposals = parts.disposals();
    this.plans = parts.plans();
    this.restrictions = parts.restrictions();
    this.store = parts.store();
    this.journals = parts.journals();
    this.audit = parts.audit();
    this.clock = parts.clock();
  }

  /**
   * Does what can be done now; what is to be erased goes with the next round of disposal. One
   * tenant's trouble doesn't keep another's.
   */
  public void round(List<TenantSlug> tenants) {
    for (TenantSlug tenant : tenants) {
      for (Request request : requests.unsettled(tenant)) {
        try {
          settle(request);
        } catch (RuntimeException e) {
          LOG.warn(
              "request {} of {} goes on in the next round: {}", request.id(), tenant, e.toString());
        }
      }
    }
  }

  private void settle(Request request) {
    RecordingId last = null;
    List<Item> page;
    do {
      page = requests.unsettled(request.tenant(), request.id(), last, PAGE);
      List<Item> changed = new ArrayList<>();
      List<Disposals.Item> free = new ArrayList<>();
      for (Item item : page) {
        last = item.recording();
        Item settled = settled(request, item, free);
        if (!settled.equals(item)) {
          changed.add(settled);
        }
      }
      if (!changed.isEmpty()) {
        requests.settle(request.tenant(), request.id(), changed, JOB);
      }
      if (!free.isEmpty()) {
        disposals.announceErasure(request.tenant(), request, clock.instant(), free);
      }
    } while (page.size() == PAGE);
  }

  private Item settled(Request request, Item item, List<Disposals.Item> free) {
    Fate fate = plans.of(request.tenant(), item.recording());
    return switch (fate) {
      case Fate.Gone _ -> item.with(Outcome.ERASED, null, null);
      case Fate.Free erased when item.decision() == Decision.ERASE -> {
        free.add(erased.item());
        yield item;
      }
      case Fate.Free _ -> restricted(request, item, null, null);
      case Fate.Kept kept when item.decision() == Decision.ERASE ->
          restricted(request, item, kept.until(), kept.because());
      case Fate.Kept _ -> restricted(request, item, null, null);
    };
  }

  private Item restricted(
      Request request, Item item, @Nullable Instant until, @Nullable String because) {
    Item settled = item.with(Outcome.RESTRICTED, until, because);
    // Somebody may have restricted it for another reason, and that stays
    if (item.outcome() != Outcome.RESTRICTED
        && restrictions.of(request.tenant(), item.recording()).isEmpty()) {
      Restriction restriction =
          new Restriction("request " + request.id(), basis(request.kind()), List.of());
      act(
          request,
          "recording.restrict",
          Map.of("recording", item.recording().toString()),
          () -> restrictions.restrict(request.tenant(), item.recording(), restriction, null, JOB));
    }
    return settled;
  }

  private static String basis(Kind kind) {
    return switch (kind) {
      case RESTRICTION -> "GDPR, article 18";
      case OBJECTION -> "GDPR, article 21";
      case ERASURE, ACCESS -> "GDPR, article 17";
    };
  }

  /**
   * Looks in the store for what the journal says of requests and this catalog doesn't know, since
   * its database was put back, and lets it be done again.
   *
   * @return how many entries were brought back
   */
  public int reapply(List<TenantSlug> tenants) {
    int applied = 0;
    for (TenantSlug tenant : tenants) {
      Set<List<Long>> known = requests.bundles(tenant);
      List<JournalBundle> unknown =
          journals.bundles(
              store.list(Bucket.LOCK, ObjectKeys.journals(tenant)),
              (first, last) -> !known.contains(List.of(first, last)));
      for (JournalBundle bundle : unknown) {
        for (JournalBundle.Entry entry : bundle.entries()) {
          if (entry.kind().equals(SubjectRequests.JOURNALED)
              && requests.reapply(tenant, entry, JOB, request -> enter(request, bundle))) {
            applied++;
          }
        }
      }
    }
    return applied;
  }

  private void enter(Request request, JournalBundle bundle) {
    act(
        request,
        "subject-request.reapply",
        Map.of("version", Integer.toString(request.version()), "bundle", bundle.key()),
        () -> {});
  }

  private void act(Request request, String action, Map<String, String> details, Runnable work) {
    UUID act = UUID.randomUUID();
    append(act, request, action, null, null, new TreeMap<>(details));
    String outcome = "failed";
    try {
      work.run();
      outcome = "done";
    } finally {
      append(UUID.randomUUID(), request, action, act, outcome, Map.of());
    }
  }

  private void append(
      UUID id,
      Request request,
      String action,
      @Nullable UUID act,
      @Nullable String outcome,
      Map<String, String> details) {
    audit.append(
        new AuditEntry(
            id,
            clock.instant(),
            request.tenant(),
            JOB,
            action,
            "subject-request:" + request.id(),
            act,
            outcome,
            details));
  }
}
