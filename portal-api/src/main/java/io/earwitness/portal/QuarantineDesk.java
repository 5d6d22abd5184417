package io.earwitness.portal;

import io.earwitness.archive.CommitException;
import io.earwitness.archive.QuarantineRelease;
import io.earwitness.archive.catalog.CallCatalog.ArchivedCall;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.CallCatalog.CatalogUnavailableException;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.QuarantinedCalls;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import io.earwitness.audit.AuditLog;
import io.earwitness.call.CallFlag;
import io.earwitness.call.CallRecord;
import io.earwitness.call.CallState;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SnapshotTenantMatcher;
import io.earwitness.call.TenantMatcher;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.sip.SipHeaders;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs what is in quarantine through the rules once more, and releases what is a tenant's by them.
 * Nobody gives a call to a tenant by hand: the rules do, which another person has approved.
 * Thread-safe; one run at a time.
 */
public final class QuarantineDesk {
  /** So many calls are looked at in one run; the oldest that no rule takes come first again. */
  static final int MOST = 200;

  private final QuarantinedCalls calls;
  private final Reading reading;
  private final Releasing releasing;
  private final Directory directory;

  /** Reads what was kept of a quarantined call: {@link QuarantineRelease#record}. */
  @FunctionalInterface
  public interface Reading {
    CallRecord record(ArchivedCall held, String actor) throws IOException;
  }

  /** Seals a call for its tenant: {@link QuarantineRelease#release}. */
  @FunctionalInterface
  public interface Releasing {
    void release(CallEntry held, CallSummary as, String actor) throws IOException;
  }

  public QuarantineDesk(
      QuarantinedCalls calls, Reading reading, Releasing releasing, Directory directory) {
    this.calls = calls;
    this.reading = reading;
    this.releasing = releasing;
    this.directory = directory;
  }

  /**
   * What became of a call, or would.
   *
   * @param tenant whose it is by the rules; null if still nobody's
   * @param rule which rule says so, or why none does
   * @param released whether it is that tenant's now
   * @param problem why it could not be read or released; null if it could
   */
  public record Outcome(
      RecordingId id,
      @Nullable TenantSlug tenant,
      String rule,
      boolean released,
      @Nullable String problem) {}

  /** Told before a call is released, so that it is in the trail of whom it concerns. */
  @FunctionalInterface
  public interface Entering {
    /** What is returned is told whether it was released. */
    Consumer<Boolean> before(CallSummary as);
  }

  /** Enters each release in both logs: of whom the call was taken, and of whom it became. */
  public static Entering entering(
      AuditLog audit, Clock clock, MeterRegistry metrics, String actor) {
    return entering(new Acts(audit, clock, metrics), actor);
  }

  static Entering entering(Acts acts, String actor) {
    return as -> {
      List<Acts.Act> begun = new ArrayList<>();
      for (TenantSlug log : List.of(TenantSlug.PLATFORM, as.tenant())) {
        begun.add(
            acts.begin(
                log,
                actor,
                "quarantine.release",
                "recording:" + as.id(),
                Map.of("tenant", as.tenant().value(), "rule", as.matchedRule())));
      }
      return released -> begun.forEach(act -> acts.end(act, released ? Acts.DONE : "failed"));
    };
  }

  List<CallEntry> list(int limit) {
    return calls.list(limit);
  }

  /**
   * Runs calls through the present rules.
   *
   * @param chosen those that are looked at; all if empty
   * @param entering null if nothing is to be released
   */
  public synchronized List<Outcome> run(
      Set<RecordingId> chosen, String actor, @Nullable Entering entering) {
    RecorderSnapshot snapshot = directory.snapshot();
    SnapshotTenantMatcher matcher = new SnapshotTenantMatcher(snapshot);
    List<Outcome> outcomes = new ArrayList<>();
    for (CallEntry call : calls.list(MOST)) {
      if (chosen.isEmpty() || chosen.contains(call.summary().id())) {
        outcomes.add(run(call, snapshot, matcher, actor, entering));
      }
    }
    return outcomes;
  }

  private Outcome run(
      CallEntry call,
      RecorderSnapshot snapshot,
      SnapshotTenantMatcher matcher,
      String actor,
      @Nullable Entering entering) {
    RecordingId id = call.summary().id();
    if (!QuarantineRelease.isReleasable(call)) {
      return new Outcome(id, null, "its archive was not read back yet", false, null);
    }
    try {
      CallSummary as = as(call, snapshot, matcher, actor).orElse(null);
      if (as == null) {
        return new Outcome(id, null, "no rule matched", false, null);
      }
      if (entering == null) {
        return new Outcome(id, as.tenant(), as.matchedRule(), false, null);
      }
      release(call, as, actor, entering);
      return new Outcome(id, as.tenant(), as.matchedRule(), true, null);
    } catch (IOException
        | CommitException
        | ObjectStoreException
        | CatalogUnavailableException
        | IllegalArgumentException e) {
      return new Outcome(id, null, "", false, String.valueOf(e.getMessage()));
    }
  }

  private void release(CallEntry call, CallSummary as, String actor, Entering entering)
      throws IOException {
    Consumer<Boolean> act = entering.before(as);
    boolean released = false;
    try {
      releasing.release(call, as, actor);
      released = true;
    } finally {
      act.accept(released);
    }
  }

  /** The call as it is a tenant's by the rules; empty if it is still nobody's. */
  private Optional<CallSummary> as(
      CallEntry call, RecorderSnapshot snapshot, SnapshotTenantMatcher matcher, String actor)
      throws IOException {
    CallSummary held = call.summary();
    TenantMatcher.Attributes attributes =
        attributes(reading.record(archive(call), actor), matcher.headers());
    TenantMatcher.Match match =
        held.tenant().equals(TenantSlug.PLATFORM)
            ? matcher.match(attributes)
            // Begun before: it goes on to where it was going
            : matcher.decided(held.tenant(), held.matchedRule(), attributes);
    if (match.tenant().equals(TenantSlug.PLATFORM)) {
      return Optional.empty();
    }
    Set<CallFlag> flags = EnumSet.noneOf(CallFlag.class);
    flags.addAll(held.flags());
    flags.removeAll(CallFlag.OF_A_TENANT);
    if (match.foreignNumber() != null) {
      flags.add(CallFlag.NUMBER_NOT_OWNED);
    }
    return Optional.of(
        new CallSummary(
            held.id(),
            match.tenant(),
            CallState.QUARANTINED,
            held.start(),
            held.end() == null ? held.start() : held.end(),
            zone(snapshot, match.tenant()),
            match.direction(),
            match.parties(),
            flags,
            held.callIds(),
            held.node(),
            match.rule(),
            snapshot.version(),
            null,
            held.rawMetadata(),
            held.vendorData()));
  }

  private static ArchivedCall archive(CallEntry call) throws IOException {
    ArchivedCall archive = call.archive();
    if (archive == null) {
      throw new IOException("recording %s has no archive".formatted(call.summary().id()));
    }
    return archive;
  }

  private static ZoneId zone(RecorderSnapshot snapshot, TenantSlug tenant) {
    return snapshot.tenants().stream()
        .filter(each -> each.slug().equals(tenant))
        .map(RecorderSnapshot.Tenant::zone)
        .findFirst()
        .orElse(ZoneOffset.UTC);
  }

  /** What rules look at, from the INVITE as it was kept. */
  private static TenantMatcher.Attributes attributes(CallRecord record, Set<String> headers)
      throws IOException {
    CallRecord.RawMessage invite =
        record.messages().stream()
            .filter(message -> message.received() && message.text().startsWith("INVITE "))
            .findFirst()
            .orElseThrow(() -> new IOException("its INVITE was not kept"));
    SipHeaders fields = SipHeaders.parse(invite.text().getBytes(StandardCharsets.ISO_8859_1));
    Map<String, List<String>> values = new HashMap<>();
    headers.forEach(name -> values.put(name, fields.all(name)));
    String[] line = invite.text().lines().findFirst().orElse("").split(" ", 3);
    return new TenantMatcher.Attributes(
        address(invite.peer()),
        invite.identity(),
        line.length < 2 ? "" : line[1],
        record.summary().parties(),
        values);
  }

  /** Of {@code address:port}; an IPv6 address is in brackets, or not. */
  private static InetAddress address(String peer) throws IOException {
    int colon = peer.lastIndexOf(':');
    String host = colon < 0 ? peer : peer.substring(0, colon);
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    int slash = bare.indexOf('/');
    try {
      return InetAddress.ofLiteral(slash < 0 ? bare : bare.substring(slash + 1));
    } catch (IllegalArgumentException e) {
      throw new IOException("'%s' is no address and port".formatted(peer), e);
    }
  }
}
