package io.earwitness.retention;

import io.earwitness.access.Role;
import io.earwitness.archive.ObjectKeys;
import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.Closings;
import io.earwitness.archive.catalog.Closings.Closing;
import io.earwitness.archive.catalog.Closings.Inventory;
import io.earwitness.archive.catalog.Closings.Keys;
import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Disposals;
import io.earwitness.archive.catalog.Disposals.Mode;
import io.earwitness.archive.catalog.Disposals.RunState;
import io.earwitness.archive.catalog.Disposals.Settings;
import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.Lock;
import io.earwitness.audit.AuditEntry;
import io.earwitness.audit.AuditLog;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the closings of tenants on, as far as that waits for nobody: makes the inventory once all
 * is delivered, has what falls due disposed of once the customer found all of it, and ends with the
 * keys, the accounts and a certificate once nothing is left. One in the whole installation is at it
 * at a time; whatever stops it, the next one goes on from there. Thread-safe.
 */
public final class ClosingRunner {
  private static final Logger LOG = LoggerFactory.getLogger(ClosingRunner.class);
  private static final String ACTOR = "job:closing";
  private static final Set<Role> OFFICERS =
      EnumSet.of(Role.COMPLIANCE_OFFICER, Role.TENANT_ADMIN, Role.RECORDING_ADMIN);
  private static final int RUNS = 10_000;

  private final Parts parts;

  /**
   * What it works with.
   *
   * @param signer of what is to be signed, with a hint of what it is
   * @param lock of what a tenant has to keep, written at a moment
   * @param keys destroys the private keys that the platform manages for a tenant
   */
  public record Parts(
      Closings closings,
      Deliveries deliveries,
      Disposals disposals,
      Directory directory,
      AccessDirectory access,
      ObjectStore store,
      BiFunction<byte[], String, byte[]> signer,
      BiFunction<TenantSlug, Instant, Lock> lock,
      Consumer<TenantSlug> keys,
      AuditLog audit,
      InstantSource clock) {}

  public ClosingRunner(Parts parts) {
    this.parts = parts;
  }

  /**
   * Does what can be done now. One tenant's trouble doesn't keep another's.
   *
   * @return how many steps were done; 0 too if another node is at it
   */
  public int round() {
    return parts
        .closings()
        .alone(
            () -> {
              int steps = 0;
              for (Closing closing : parts.closings().all()) {
                try {
                  steps += advance(closing) ? 1 : 0;
                } catch (RuntimeException e) {
                  LOG.warn(
                      "the closing of {} goes on in the next round: {}",
                      closing.tenant(),
                      e.toString());
                }
              }
              return steps;
            });
  }

  private boolean advance(Closing closing) {
    return switch (closing.state(parts.clock().instant())) {
      case ANNOUNCED, EXPORTED, CLOSED -> false;
      case STOPPED -> export(closing);
      case READ_ONLY -> end(closing);
    };
  }

  /** Whether all was delivered, which is written down then. */
  private boolean export(Closing closing) {
    TenantSlug tenant = closing.tenant();
    if (parts.closings().progress(tenant).unarchived() > 0) {
      return false;
    }
    String target = complete(tenant).orElse(null);
    if (target == null) {
      return false;
    }
    Instant now = parts.clock().instant();
    ClosingInventory inventory = ClosingInventory.of(parts.closings(), closing, target, now);
    String key = ObjectKeys.closingInventory(tenant, closing.id());
    byte[] signed = parts.signer().apply(inventory.bytes(), key);
    Inventory made =
        new Inventory(
            target, now, keep(tenant, key, signed, now), sha256(signed), inventory.items().size());
    return act(
        tenant,
        "tenant.export",
        "tenant:" + tenant,
        Map.of(
            "target",
            target,
            "recordings",
            Long.toString(made.recordings()),
            "inventory",
            made.sha256()),
        () -> parts.closings().exported(tenant, made, ACTOR));
  }

  /** A target that has all that is to be delivered. */
  private Optional<String> complete(TenantSlug tenant) {
    return parts.deliveries().list(tenant).stream()
        .map(status -> status.target().name())
        .filter(name -> parts.closings().undelivered(tenant, name) == 0)
        .findFirst();
  }

  private String keep(TenantSlug tenant, String key, byte[] signed, Instant now) {
    String version = parts.store().put(Bucket.LOCK, key, signed);
    parts.store().lock(key, version, parts.lock().apply(tenant, now));
    return version;
  }

  private boolean end(Closing closing) {
    TenantSlug tenant = closing.tenant();
    boolean done = dispose(tenant);
    boolean isEmpty = parts.closings().progress(tenant).remaining() == 0;
    if (closing.keysDestroyedAt() == null && (isEmpty || closing.keys() == Keys.HAND_OVER)) {
      destroyKeys(tenant);
      done = true;
    }
    return isEmpty ? certify(tenant) : done;
  }

  /** What falls due is disposed of from now on, whoever should have approved it before. */
  private boolean dispose(TenantSlug tenant) {
    Settings settings = parts.disposals().settings(tenant);
    if (settings.mode() == Mode.AUTOMATIC) {
      return false;
    }
    List<String> officers = settings.officers().isEmpty() ? officers(tenant) : settings.officers();
    Settings wanted =
        new Settings(
            settings.version(),
            Mode.AUTOMATIC,
            officers,
            settings.cdr(),
            settings.everyDays(),
            null,
            null);
    return act(
        tenant,
        "disposal-settings.set",
        "disposal-settings:" + tenant,
        Map.of("mode", Mode.AUTOMATIC.wireName(), "officers", String.join(",", officers)),
        () -> parts.disposals().set(tenant, wanted, ACTOR).version() > settings.version());
  }

  private List<String> officers(TenantSlug tenant) {
    return parts.directory().users(tenant).stream()
        .filter(Directory.User::active)
        .filter(user -> user.roles().stream().anyMatch(OFFICERS::contains))
        .map(Directory.User::id)
        .toList();
  }

  private void destroyKeys(TenantSlug tenant) {
    act(
        tenant,
        "key.destroy",
        "tenant:" + tenant,
        Map.of(),
        () -> {
          parts.keys().accept(tenant);
          return parts.closings().keysDestroyed(tenant, ACTOR);
        });
  }

  /** Nobody signs in any more; and a certificate says how it ended. */
  private boolean certify(TenantSlug tenant) {
    List<Disposals.Run> runs = parts.disposals().runs(tenant, RUNS);
    if (runs.stream().anyMatch(run -> run.state() == RunState.RUNNING)) {
      return false;
    }
    for (Directory.User user : parts.directory().users(tenant)) {
      if (user.active()) {
        act(
            tenant,
            "user.set-active",
            "user:" + user.id(),
            Map.of("active", "false"),
            () -> parts.access().setActive(tenant, user.id(), false, ACTOR));
      }
    }
    Closing closing = parts.closings().of(tenant).orElseThrow();
    Instant now = parts.clock().instant();
    String key = ObjectKeys.closingCertificate(tenant, closing.id());
    ClosingCertificate certificate =
        ClosingCertificate.of(
            closing,
            runs.stream()
                .filter(run -> run.state() == RunState.DONE)
                .map(Disposals.Run::id)
                .toList(),
            now);
    byte[] signed = parts.signer().apply(Json.bytes(certificate), key);
    String version = keep(tenant, key, signed, now);
    return act(
        tenant,
        "tenant.closed",
        "tenant:" + tenant,
        Map.of("certificate", sha256(signed)),
        () -> parts.closings().closed(tenant, version, ACTOR));
  }

  private interface Act {
    boolean run();
  }

  private boolean act(
      TenantSlug tenant, String action, String object, Map<String, String> details, Act act) {
    UUID id = UUID.randomUUID();
    enter(id, tenant, action, object, null, null, details);
    String outcome = "failed";
    try {
      boolean done = act.run();
      outcome = "done";
      return done;
    } finally {
      enter(UUID.randomUUID(), tenant, action, object, id, outcome, Map.of());
    }
  }

  private void enter(
      UUID id,
      TenantSlug tenant,
      String action,
      String object,
      @Nullable UUID act,
      @Nullable String outcome,
      Map<String, String> details) {
    parts
        .audit()
        .append(
            new AuditEntry(
                id, parts.clock().instant(), tenant, ACTOR, action, object, act, outcome, details));
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks SHA-256", e);
    }
  }
}
