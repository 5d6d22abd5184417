package io.earwitness.app;

import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Drains;
import io.earwitness.archive.catalog.SrcReports;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.CryptoException;
import io.earwitness.archive.crypto.ManagedKeyKind;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.archive.crypto.Recipient;
import io.earwitness.archive.crypto.TenantKeyStore;
import io.earwitness.call.CallLimits;
import io.earwitness.call.CallSummary;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

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
