package io.earwitness.app;

import io.earwitness.archive.announcement.Prompts;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.AlarmChannels;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.archive.catalog.Annotations;
import io.earwitness.archive.catalog.Announcements;
import io.earwitness.archive.catalog.AuditForwarding;
import io.earwitness.archive.catalog.BreakGlass;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Closings;
import io.earwitness.archive.catalog.Corrections;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.DirectoryImport;
import io.earwitness.archive.catalog.Drains;
import io.earwitness.archive.catalog.Guests;
import io.earwitness.archive.catalog.LegalHolds;
import io.earwitness.archive.catalog.Licences;
import io.earwitness.archive.catalog.LockModes;
import io.earwitness.archive.catalog.MisplacedCalls;
import io.earwitness.archive.catalog.NumberHolding;
import io.earwitness.archive.catalog.Pauses;
import io.earwitness.archive.catalog.RecordingPolicies;
import io.earwitness.archive.catalog.Restrictions;
import io.earwitness.archive.catalog.RetentionPolicies;
import io.earwitness.archive.catalog.RetentionTrials;
import io.earwitness.archive.catalog.SrcReports;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.crypto.TenantKeyStore;
import io.earwitness.call.CallLimits;
import io.earwitness.call.CallSummary;
import io.earwitness.call.LicenceTerms;
import io.earwitness.call.MaskedSpan;
import io.earwitness.call.PauseSettings;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.RecordingPolicy;
import io.earwitness.call.RetentionPolicy;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.nodeapi.RevokedClients;
import io.earwitness.portal.imports.AllocationPlan;
import io.earwitness.portal.imports.ImportPlan;
import io.earwitness.retention.HoldMatching;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes tenants, people, numbers, SRCs and keys, each as an audited act. What is there already is
 * left as it is.
 */
final class Provisioning {
  private final Directory directory;
  private final TenantKeyStore keys;
  private final AuditedActs acts;

  Provisioning(Directory directory, TenantKeyStore keys, AuditedActs acts) {
    this.directory = directory;
    this.keys = keys;
    this.acts = acts;
  }

  /** Changes of who may hear what, by the same actor. */
  AccessProvisioning access(AccessDirectory access) {
    return new AccessProvisioning(access, acts);
  }

  /** What is done about alarms, by the same actor. */
  AlarmProvisioning alarms(AlarmRegister register, AlarmChannels channels) {
    return new AlarmProvisioning(register, channels, acts);
  }

  /** Makes the next version of a tenant's policy of recording. */
  RecordingPolicy setRecordingPolicy(
      RecordingPolicies policies, TenantSlug tenant, RecordingPolicy policy) {
    return acts.run(
        tenant,
        "recording-policy.set",
        "recording-policy:" + tenant,
        Map.of(
            "version", Integer.toString(policy.version() + 1),
            "rules", Integer.toString(policy.rules().size())),
        () ->
            policies.set(
                tenant, policy.version(), policy.personas(), policy.rules(), acts.actor()));
  }

  /** What is done about announcements, by the same actor. */
  AnnouncementProvisioning announcements(Announcements catalog, Prompts prompts) {
    return new AnnouncementProvisioning(catalog, prompts, acts);
  }

  /** Changes how a tenant's recordings are paused. */
  void pauses(Pauses pauses, TenantSlug tenant, PauseSettings settings) {
    PauseCommand.change(acts, pauses, tenant, settings);
  }

  /** An act of disposal, done as whoever is at the command line. */
  <T> T disposal(
      TenantSlug tenant,
      String action,
      String object,
      Map<String, String> details,
      Function<String, T> act) {
    return acts.run(tenant, action, object, details, () -> act.apply(acts.actor()));
  }

  /** Puts a tenant on trial; returns whether that is new. */
  boolean trial(RetentionTrials trials, TenantSlug tenant) {
    return acts.run(
        tenant,
        "tenant.trial",
        "tenant:" + tenant,
        Map.of(),
        () -> trials.begin(tenant, acts.actor()));
  }

  /** Has a tenant's recordings locked in COMPLIANCE mode; returns whether that is new. */
  boolean comply(LockModes modes, TenantSlug tenant, boolean existing) {
    return acts.run(
        tenant,
        "lock-mode.set",
        "lock-mode:" + tenant,
        Map.of("mode", "compliance", "existing", Boolean.toString(existing)),
        () -> modes.comply(tenant, existing, acts.actor()));
  }

  /** Closes a tenant from a day on. */
  void close(Closings closings, TenantSlug tenant, Instant stopAt, Closings.Keys keys) {
    acts.run(
        tenant,
        "tenant.close",
        "tenant:" + tenant,
        Map.of("stopAt", stopAt.toString(), "keys", keys.wireName()),
        () -> {
          closings.begin(tenant, stopAt, keys, acts.actor());
          return true;
        });
  }

  /** Takes a closing back; returns whether there was one, and it was not too late. */
  boolean withdrawClosing(Closings closings, TenantSlug tenant) {
    return acts.run(
        tenant,
        "tenant.withdraw-closing",
        "tenant:" + tenant,
        Map.of(),
        () -> closings.withdraw(tenant, acts.actor()));
  }

  /** Ends a tenant's trial; returns whether that is new. */
  boolean goLive(RetentionTrials trials, TenantSlug tenant, String signedBy, String reason) {
    return acts.run(
        tenant,
        "tenant.go-live",
        "tenant:" + tenant,
        Map.of("signedBy", signedBy, "reason", reason),
        () -> trials.goLive(tenant, signedBy, reason, acts.actor()));
  }

  /** Makes the next version of a tenant's policy of retention, as it is kept then. */
  RetentionPolicy setRetention(
      RetentionPolicies policies, TenantSlug tenant, RetentionPolicy policy) {
    return acts.run(
        tenant,
        "retention-policy.set",
        "retention-policy:" + tenant,
        Map.of(
            "version", Integer.toString(policy.version() + 1),
            "standard", policy.standard().toString(),
            "rules", Integer.toString(policy.rules().size()),
            "settlingDays", Integer.toString(policy.settlingDays()),
            "extending", Boolean.toString(policy.extending())),
        () -> policies.set(tenant, policy.version(), policy, acts.actor()));
  }

  /** Places a legal hold. */
  HoldMatching.Placed placeHold(HoldMatching matching, TenantSlug tenant, LegalHolds.NewHold hold) {
    return acts.run(
        tenant,
        "hold.place",
        "hold:" + hold.id(),
        Map.of(
            "name", hold.name(),
            "reason", hold.reason(),
            "graceDays", Integer.toString(hold.graceDays())),
        () -> matching.place(tenant, hold, acts.actor()));
  }

  /** Sets what a tenant has of a class of licence. */
  boolean setLicence(Licences licences, TenantSlug tenant, LicenceTerms terms) {
    Map<String, String> details = new TreeMap<>();
    details.put("extensions", Integer.toString(terms.extensions()));
    details.put("until", terms.until() == null ? "no end" : terms.until().toString());
    details.put("graceDays", Integer.toString(terms.graceDays()));
    details.put("suspended", Boolean.toString(terms.suspended()));
    details.put("stopsRecording", Boolean.toString(terms.stopsRecording()));
    return acts.run(
        tenant,
        "licence.set",
        "licence:%s/%s".formatted(tenant, terms.licence().wireName()),
        details,
        () -> licences.set(tenant, terms, acts.actor()));
  }

  AuditDestinationProvisioning auditDestinations(AuditForwarding forwarding) {
    return new AuditDestinationProvisioning(forwarding, acts);
  }

  DeliveryProvisioning deliveries(Deliveries deliveries) {
    return new DeliveryProvisioning(deliveries, acts);
  }

  /** Who does all of this, for the audit trail. */
  String actor() {
    return acts.actor();
  }

  /** Keeps the hashes of sealed codes. */
  void breakGlass(BreakGlass glass, TenantSlug tenant, List<BreakGlass.Code> codes) {
    if (directory.tenant(tenant).isEmpty()) {
      throw new IllegalArgumentException("there is no tenant '" + tenant + "'");
    }
    acts.run(
        tenant,
        "break-glass.create",
        "tenant:" + tenant,
        Map.of(
            "codes",
            codes.stream().map(BreakGlass.Code::selector).collect(Collectors.joining(","))),
        () -> {
          glass.addCodes(tenant, codes, acts.actor());
          return true;
        });
  }

  /** Enters that something secret is shown. */
  void shown(TenantSlug tenant, String action, String object) {
    acts.run(tenant, action, object, Map.of(), () -> true);
  }

  /** Changes of guests, by the same actor. */
  GuestProvisioning guests(Guests guests) {
    return new GuestProvisioning(guests, acts);
  }

  /** Changes of how people sign in, by the same actor. */
  SignInProvisioning signIn(CatalogDatabase database) {
    return new SignInProvisioning(database, acts);
  }

  /** Returns whether it was new. A new tenant gets a managed RSA and a managed EC key. */
  boolean tenant(Directory.Tenant tenant) throws CryptoException {
    boolean added =
        acts.run(
            tenant.slug(),
            "tenant.add",
            "tenant:" + tenant.slug(),
            Map.of("name", tenant.name(), "zone", tenant.zone().getId()),
            () -> directory.addTenant(tenant, acts.actor()));
    if (directory.keys(tenant.slug()).isEmpty() && !tenant.slug().equals(TenantSlug.PLATFORM)) {
      managedKey(tenant.slug(), ManagedKeyKind.RSA_3072);
      managedKey(tenant.slug(), ManagedKeyKind.EC_P256);
    }
    return added;
  }

  /** The same, on trial from its beginning where that is wanted. */
  boolean tenant(Directory.Tenant tenant, boolean trial, CatalogDatabase database)
      throws CryptoException {
    boolean added = tenant(tenant);
    boolean begun = trial && trial(database.retentionTrials(), tenant.slug());
    return added || begun;
  }

  /** Sets how many calls of a tenant a recorder records at a time; returns whether that is new. */
  boolean callLimits(TenantSlug tenant, CallLimits limits) {
    return acts.run(
        tenant,
        "tenant.set-call-limits",
        "tenant:" + tenant,
        Map.of(
            "guaranteed",
            Integer.toString(limits.guaranteed()),
            "max",
            limits.max() == null ? "none" : limits.max().toString()),
        () -> directory.setCallLimits(tenant, limits, acts.actor()));
  }

  /** Sets whether a tenant's numbers are screened; returns whether that is new. */
  boolean numberScreening(TenantSlug tenant, boolean screened) {
    return acts.run(
        tenant,
        "tenant.set-number-screening",
        "tenant:" + tenant,
        Map.of("screened", Boolean.toString(screened)),
        () -> directory.setNumberScreening(tenant, screened, acts.actor()));
  }

  /** Says who or what holds a number. */
  NumberHolding.Effect holder(
      NumberHolding holders, TenantSlug tenant, NumberHolding.Change change) {
    NumberHolding.Holder holder = change.holder();
    Map<String, String> details = new TreeMap<>();
    details.put("from", change.from().toString());
    details.put(
        "holder",
        holder == null
            ? "nobody"
            : holder.kind().wireName()
                + " "
                + (holder.userId() == null ? holder.name() : holder.userId()));
    if (change.until() != null) {
      details.put("until", change.until().toString());
    }
    if (change.replace()) {
      details.put("replace", "true");
    }
    return acts.run(
        tenant,
        "number.set-holder",
        "number:" + change.digits() + (change.prefix() ? "*" : ""),
        details,
        () -> holders.apply(tenant, change, acts.actor()));
  }

  /** Gives out what a file says, with an act for each change in the log of whom it concerns. */
  void allocated(AllocationPlan plan, CatalogDatabase database) {
    Map<TenantSlug, List<AuditedActs.Entry>> entries = new TreeMap<>();
    for (AllocationPlan.Change change : plan.changes()) {
      entries
          .computeIfAbsent(change.tenant(), _ -> new ArrayList<>())
          .add(new AuditedActs.Entry(change.action(), change.object(), change.details()));
    }
    Runnable work =
        () ->
            plan.apply(
                directory, (tenant, trial, _) -> made(tenant, trial, database), acts.actor());
    for (Map.Entry<TenantSlug, List<AuditedActs.Entry>> each : entries.entrySet()) {
      Runnable inner = work;
      work = () -> acts.runAll(each.getKey(), each.getValue(), inner);
    }
    work.run();
  }

  private void made(Directory.Tenant tenant, boolean trial, CatalogDatabase database) {
    try {
      tenant(tenant, trial, database);
    } catch (CryptoException e) {
      throw new IllegalStateException(
          "the keys of tenant %s could not be made".formatted(tenant.slug()), e);
    }
  }

  /** Wants a recorder to take no new calls; returns whether that is new. */
  boolean drain(Drains drains, String node) {
    return acts.run(
        TenantSlug.PLATFORM,
        "node.drain",
        "node:" + node,
        Map.of(),
        () -> drains.drain(node, acts.actor()));
  }

  /** Wants a recorder to take calls again; returns whether that is new. */
  boolean undrain(Drains drains, String node) {
    return acts.run(
        TenantSlug.PLATFORM, "node.undrain", "node:" + node, Map.of(), () -> drains.undrain(node));
  }

  /** Makes a certificate and key for a program of a tenant that is to use the node API. */
  PlatformKeys.TlsKey nodeClient(
      PlatformKeys platform, TenantSlug tenant, String name, NodeClientFiles files)
      throws IOException {
    if (directory.tenant(tenant).isEmpty()) {
      throw new IllegalArgumentException("there is no tenant '" + tenant + "'");
    }
    PlatformKeys.TlsKey issued = platform.nodeClient(tenant, name);
    return acts.run(
        tenant,
        "node-client.issue",
        "node-client:" + name + "@" + tenant,
        Map.of(
            "certificate",
            Certificates.id(issued.certificate()),
            "validUntil",
            issued.certificate().getNotAfter().toInstant().toString()),
        () -> {
          files.write(issued, platform.authority());
          return issued;
        });
  }

  /**
   * Has this node take a program's certificate no more.
   *
   * @return whether that is new
   * @throws IllegalArgumentException if it is no fingerprint, or there is no such tenant
   */
  boolean revokeNodeClient(RevokedClients revoked, TenantSlug tenant, String certificate)
      throws IOException {
    if (directory.tenant(tenant).isEmpty()) {
      throw new IllegalArgumentException("there is no tenant '" + tenant + "'");
    }
    String fingerprint = RevokedClients.fingerprint(certificate);
    return acts.run(
        tenant,
        "node-client.revoke",
        "certificate:" + fingerprint,
        Map.of("list", revoked.file().toString()),
        () -> revoked.add(fingerprint));
  }

  /** Draws a key pair under managed custody; the platform keeps the private key. */
  Directory.Key managedKey(TenantSlug tenant, ManagedKeyKind kind) throws CryptoException {
    return acts.run(
        tenant,
        "key.generate",
        "tenant:" + tenant,
        Map.of("kind", kind.wireName(), "custody", "managed"),
        () -> {
          Recipient recipient = keys.generate(tenant, kind, "recordings");
          Directory.Key key =
              new Directory.Key(
                  tenant,
                  recipient.id(),
                  Certificates.pem(recipient.certificate()),
                  "managed",
                  true);
          directory.addKey(key, acts.actor());
          return key;
        });
  }

  /**
   * Adds a customer's certificate as a recipient.
   *
   * @throws CryptoException if its key is none that recordings are encrypted for
   */
  boolean customerKey(TenantSlug tenant, X509Certificate certificate) throws CryptoException {
    Recipient recipient = Recipient.of(certificate);
    return acts.run(
        tenant,
        "key.add",
        "key:" + recipient.id(),
        Map.of("certificate", Certificates.describe(certificate), "custody", "customer-held"),
        () ->
            directory.addKey(
                new Directory.Key(
                    tenant, recipient.id(), Certificates.pem(certificate), "customer-held", true),
                acts.actor()));
  }

  /** Hands out a managed private key as PEM. */
  String exportKey(TenantSlug tenant, X509Certificate certificate) throws CryptoException {
    String id = Certificates.id(certificate);
    return acts.run(
        tenant,
        "key.export",
        "key:" + id,
        Map.of(),
        () -> keys.exportPem(tenant, id, (_, _) -> {}));
  }

  boolean user(Directory.User user) {
    String roles =
        user.roles().stream().map(WireName::wireName).sorted().collect(Collectors.joining(","));
    return acts.run(
        user.tenant(),
        "user.add",
        "user:" + user.name(),
        Map.of("displayName", user.displayName(), "roles", roles),
        () -> directory.addUser(user, acts.actor()));
  }

  boolean team(Directory.Team team) {
    return acts.run(
        team.tenant(),
        "team.add",
        "team:" + team.name(),
        team.parent() == null ? Map.of() : Map.of("parent", team.parent()),
        () -> directory.addTeam(team, acts.actor()));
  }

  boolean member(TenantSlug tenant, String team, String userName) {
    return acts.run(
        tenant,
        "team.add-member",
        "team:" + team,
        Map.of("user", userName),
        () -> directory.addMember(tenant, team, userName, acts.actor()));
  }

  boolean number(Directory.NumberRange range) {
    return acts.run(
        range.tenant(),
        "number.add",
        "number:" + range.digits() + (range.prefix() ? "*" : ""),
        range.userName() == null ? Map.of() : Map.of("holder", range.userName()),
        () -> directory.addNumber(range, acts.actor()));
  }

  /** Does what a file asks for, with an act for each person, team or number. */
  void imported(DirectoryImport imports, TenantSlug tenant, ImportPlan plan) {
    acts.runAll(
        tenant,
        plan.changes().stream()
            .map(
                change -> new AuditedActs.Entry(change.action(), change.object(), change.details()))
            .toList(),
        () -> plan.apply(imports, tenant, false, acts.actor()));
  }

  /** Calls that no rule gave to a tenant, by their starts: from inclusive, to exclusive. */
  List<CallSummary> quarantined(CallCatalog calls, Instant from, Instant to) {
    return acts.run(
        TenantSlug.PLATFORM,
        "quarantine.list",
        null,
        Map.of("from", from.toString(), "to", to.toString()),
        () ->
            calls.started(TenantSlug.PLATFORM, from, to).stream()
                .map(CallCatalog.CallEntry::summary)
                .toList());
  }

  /** Runs the quarantine through the rules; each release is entered besides. */
  <T, E extends Exception> T quarantineRun(
      List<String> recordings, boolean dry, AuditedActs.Act<T, E> run) throws E {
    return acts.run(
        TenantSlug.PLATFORM,
        "quarantine.run",
        "quarantine",
        Map.of(
            "dryRun",
            Boolean.toString(dry),
            "recordings",
            recordings.isEmpty() ? "all" : String.join(",", recordings)),
        run);
  }

  /** Blocks a tenant's recording, in the platform's log and in the tenant's. */
  void block(MisplacedCalls calls, TenantSlug tenant, RecordingId id, CallCatalog.Block block) {
    inBothLogs(
        tenant,
        "recording.block",
        id,
        Map.of("reason", block.reason()),
        () -> calls.block(tenant, id, block));
  }

  /** Restricts a tenant's recording. */
  void restrict(
      Restrictions restrictions,
      TenantSlug tenant,
      RecordingId id,
      Restrictions.Restriction restriction) {
    acts.run(
        tenant,
        "recording.restrict",
        "recording:" + id,
        Map.of(
            "reason",
            restriction.reason(),
            "legalBasis",
            restriction.legalBasis(),
            "spans",
            MaskedSpan.text(restriction.spans())),
        () -> restrictions.restrict(tenant, id, restriction, null, acts.actor()));
  }

  /** Lifts a block, in the platform's log and in the tenant's. */
  void unblock(MisplacedCalls calls, TenantSlug tenant, RecordingId id) {
    inBothLogs(
        tenant, "recording.unblock", id, Map.of(), () -> calls.unblock(tenant, id, acts.actor()));
  }

  private void inBothLogs(
      TenantSlug tenant, String action, RecordingId id, Map<String, String> details, Runnable act) {
    String object = "recording:" + id;
    acts.run(
        TenantSlug.PLATFORM,
        action,
        object,
        details,
        () ->
            acts.run(
                tenant,
                action,
                object,
                details,
                () -> {
                  act.run();
                  return true;
                }));
  }

  /** Asks for a hand-over; what is asked in each tenant is entered there. */
  <T, E extends Exception> T handOver(RecordingId id, TenantSlug to, AuditedActs.Act<T, E> ask)
      throws E {
    return acts.run(
        TenantSlug.PLATFORM, "hand-over.ask", "recording:" + id, Map.of("tenant", to.value()), ask);
  }

  boolean tag(Annotations annotations, TenantSlug tenant, RecordingId id, String tag) {
    return acts.run(
        tenant,
        "recording.tag",
        "recording:" + id,
        Map.of("tag", tag),
        () -> annotations.tag(tenant, id, tag, acts.actor()));
  }

  boolean untag(Annotations annotations, TenantSlug tenant, RecordingId id, String tag) {
    return acts.run(
        tenant,
        "recording.untag",
        "recording:" + id,
        Map.of("tag", tag),
        () -> annotations.untag(tenant, id, tag, acts.actor()));
  }

  Annotations.Note note(
      Annotations annotations,
      TenantSlug tenant,
      RecordingId id,
      String text,
      @Nullable Long offsetMs) {
    Map<String, String> details = new TreeMap<>();
    details.put("characters", Integer.toString(text.length()));
    if (offsetMs != null) {
      details.put("offsetMs", offsetMs.toString());
    }
    return acts.run(
        tenant,
        "recording.note",
        "recording:" + id,
        details,
        () ->
            annotations.note(
                tenant, id, new Annotations.Author(acts.actor(), acts.actor()), text, offsetMs));
  }

  Corrections.Correction correct(
      Corrections corrections, TenantSlug tenant, RecordingId id, Corrections.Correcting wanted) {
    Map<String, String> details = new TreeMap<>();
    details.put("reason", wanted.reason());
    details.put("swapSides", Boolean.toString(wanted.swapSides()));
    details.put("parties", wanted.parties() == null ? "unchanged" : "named anew");
    return acts.run(
        tenant,
        "recording.correct",
        "recording:" + id,
        details,
        () -> corrections.correct(tenant, id, wanted, acts.actor()));
  }

  boolean src(RecorderSnapshot.Src src) {
    return acts.run(
        owner(src),
        "src.add",
        "src:" + src.name(),
        details(src),
        () -> directory.addSrc(src, acts.actor()));
  }

  /** Returns whether it was otherwise before. */
  boolean setSrc(RecorderSnapshot.Src src) {
    return acts.run(
        owner(src),
        "src.set",
        "src:" + src.name(),
        details(src),
        () -> directory.setSrc(src, acts.actor()));
  }

  private static TenantSlug owner(RecorderSnapshot.Src src) {
    return src.tenant() == null ? TenantSlug.PLATFORM : src.tenant();
  }

  private static Map<String, String> details(RecorderSnapshot.Src src) {
    Map<String, String> details = new TreeMap<>();
    details.put("network", String.join(",", src.networks()));
    details.put("proof", src.profile().proof().wireName());
    details.put("answer", src.profile().answer().wireName());
    details.put("options", Boolean.toString(src.profile().options()));
    if (src.profile().tlsIdentity() != null) {
      details.put("tlsIdentity", src.profile().tlsIdentity());
    }
    return details;
  }

  /** What came from an SRC; empty if there is none of this name. */
  Optional<SrcReports.SrcReport> srcReport(SrcReports reports, String name) {
    return acts.run(
        TenantSlug.PLATFORM,
        "src.report",
        "src:" + name,
        Map.of(),
        () ->
            reports.all().stream().filter(report -> report.src().name().equals(name)).findFirst());
  }
}
