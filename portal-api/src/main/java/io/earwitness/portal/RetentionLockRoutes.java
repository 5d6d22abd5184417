package io.earwitness.portal;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.LockModes;
import io.earwitness.archive.catalog.RetentionLengthenings.Progress;
import io.earwitness.archive.catalog.RetentionLocks;
import io.earwitness.archive.catalog.RetentionTrials.Trial;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.archive.store.ObjectStore.LockMode;
import io.earwitness.call.LockTerm;
import io.earwitness.call.LockTerm.Phase;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.Route.Rule.Needs;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How far the store's locks are, their mode, and the end of a tenant's trial. */
final class RetentionLockRoutes {
  private static final int MAX_NAME = 200;
  private static final int MAX_REASON = 1000;

  private final RetentionParts retention;
  private final AskRoutes asking;

  private RetentionLockRoutes(PortalParts parts) {
    this.retention = parts.retention();
    this.asking = new AskRoutes(parts);
  }

  /** The table of routes. */
  static List<Route> all(PortalParts parts) {
    RetentionLockRoutes routes = new RetentionLockRoutes(parts);
    String path = Routes.API + "/policies/retention";
    return List.of(
        new Route(
            GET,
            path + "/locks",
            new Needs(Permission.RETENTION_READ),
            "retention-locks.view",
            routes::view),
        new Route(
            POST,
            path + "/lock-mode",
            new Needs(Permission.RETENTION),
            "approval.ask",
            routes::askLockMode),
        new Route(
            POST,
            path + "/go-live",
            new Needs(Permission.RETENTION),
            "tenant.go-live",
            routes::goLive));
  }

  /**
   * Why a recording's lock is shorter than it is kept.
   *
   * @param lockedUntil as the store last confirmed
   * @param renewedBy when it is renewed, or tried again; null if it never is
   * @param problem why the last attempt failed
   * @param movedTo the tenant's own storage where the audio is kept instead of here
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record RenewalView(
      Phase phase,
      Instant lockedUntil,
      @Nullable Instant renewedBy,
      @Nullable String problem,
      @Nullable String movedTo) {
    static RenewalView of(RetentionLocks.State state, Instant now) {
      return new RenewalView(
          state.term().phase(state.lockedUntil(), now),
          state.lockedUntil(),
          state.due(),
          state.problem(),
          state.movedTo());
    }

    /** Whether a lock that is shorter than its recording is kept is as it should be for now. */
    boolean explains(@Nullable Lock lock, Instant now) {
      return phase != Phase.FULL
          && lock != null
          && lock.until().isAfter(now)
          && !lock.until().isBefore(lockedUntil);
    }
  }

  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record TrialView(
      Instant since,
      long lockDays,
      @Nullable Instant endedAt,
      @Nullable String endedBy,
      @Nullable String signedBy,
      @Nullable String reason) {
    static TrialView of(Trial trial) {
      return new TrialView(
          trial.since(),
          LockTerm.SHORT.toDays(),
          trial.endedAt(),
          trial.endedBy(),
          trial.signedBy(),
          trial.reason());
    }
  }

  /** Members without a value are null. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record LocksView(
      LockModes.Setting mode,
      @Nullable TrialView trial,
      long waiting,
      long failing,
      @Nullable Progress lengthening) {}

  private LocksView locks(Principal asking) {
    RetentionLocks.Counts counts = retention.known().counts(asking.slug());
    return new LocksView(
        retention.modes().of(asking.slug()),
        retention.trials().of(asking.slug()).map(TrialView::of).orElse(null),
        counts.waiting(),
        counts.failing(),
        retention.lengthenings().newest(asking.slug()).orElse(null));
  }

  private Route.Prepared view(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    return Route.Prepared.of(_ -> SessionRoutes.json(http, 200, locks(asking)));
  }

  private record LockModeBody(
      @Nullable String mode, @Nullable Boolean existing, @Nullable String reason) {}

  /** COMPLIANCE for what is recorded from then on, and for what is there if that is said. */
  private Route.Prepared askLockMode(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    TenantSlug tenant = Objects.requireNonNull(principal).slug();
    LockModeBody body = Request.body(http, LockModeBody.class, null);
    String mode = AccessRequest.required("mode", body.mode(), MAX_NAME);
    boolean existing = Boolean.TRUE.equals(body.existing());
    return asking.ask(
        http,
        principal,
        ApprovalKind.LOCK_MODE_COMPLIANCE,
        LockModeAct.object(tenant),
        body.reason(),
        Set.of(),
        () -> {
          LockModes.Setting present = retention.modes().of(tenant);
          refuse(tenant, mode, existing, present);
          return new AskedAct(
              tenant,
              LockModeAct.object(tenant),
              LockModeAct.facts(present),
              LockModeAct.facts(present.version() + 1, LockMode.COMPLIANCE, existing));
        });
  }

  private void refuse(TenantSlug tenant, String mode, boolean existing, LockModes.Setting present) {
    boolean complies = present.mode() == LockMode.COMPLIANCE;
    if (!mode.equals("compliance")) {
      if (complies && mode.equals("governance")) {
        throw ProblemException.conflict(
            "irreversible",
            "The tenant is locked in COMPLIANCE mode. No store lets such locks be weakened, and"
                + " Earwitness makes no weaker ones beside them: there is no way back.");
      }
      throw ProblemException.malformed("mode", "mode: only 'compliance' can be asked for.");
    }
    if (complies && (present.existing() || !existing)) {
      throw ProblemException.conflict("exists", "It is so already.");
    }
    if (retention.trials().of(tenant).filter(Trial::running).isPresent()) {
      throw ProblemException.conflict(
          "on-trial",
          "The tenant is on trial, and what is recorded in a trial must remain removable. Let it"
              + " go live first.");
    }
  }

  private record GoLiveBody(@Nullable String signedBy, @Nullable String reason) {}

  private Route.Prepared goLive(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    GoLiveBody body = Request.body(http, GoLiveBody.class, null);
    String signedBy = AccessRequest.required("signedBy", body.signedBy(), MAX_NAME);
    String reason = AccessRequest.required("reason", body.reason(), MAX_REASON);
    return new Route.Prepared(
        "tenant:" + asking.slug(),
        Map.of("signedBy", signedBy, "reason", reason),
        _ -> {
          Trial trial = retention.trials().of(asking.slug()).orElse(null);
          if (trial == null) {
            throw ProblemException.conflict(
                "not-on-trial", "The tenant is not on trial, and never was: its locks are full.");
          }
          if (!retention.trials().goLive(asking.slug(), signedBy, reason, asking.actor())) {
            throw ProblemException.conflict(
                "not-on-trial", "The tenant went live at %s already.".formatted(trial.endedAt()));
          }
          SessionRoutes.json(http, 200, locks(asking));
        });
  }
}
