package io.earwitness.app;

import io.earwitness.archive.catalog.Deliveries;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.DeliveryTarget.Terms;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import io.earwitness.outbound.Outbound;
import io.earwitness.outbound.TrustFile;
import io.earwitness.portal.SignInKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin delivery}. */
@Command(
    name = "delivery",
    description = "Storage of a tenant's own that its recordings are delivered to.",
    mixinStandardHelpOptions = true)
final class DeliveryCommand extends AdminCommand.Base {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Command(description = "Tries a target out, then adds it or makes it be as given.")
  int target(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true, description = "1 to 40 of a-z 0-9 -.") String name,
      @Option(names = "--kind", required = true, paramLabel = "folder|s3|sftp") String kind,
      @Option(
              names = "--mode",
              defaultValue = "copy",
              paramLabel = "copy|primary|move",
              description = {
                "primary: locked there as here, and read from there first.",
                "move: that too; and when the audio is verified and locked there as long as it is kept, it is no longer kept here."
              })
          String mode,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "ADDRESS",
              description =
                  "https://host/bucket/prefix, sftp://host/path, or a path below the tenant's"
                      + " folder in delivery.folder.")
          String address,
      @Option(names = "--account", defaultValue = "", description = "S3's access key, or the user.")
          String account,
      @Option(
              names = "--secret-stdin",
              description =
                  "Read S3's secret key, the password, or a private key; without it the present"
                      + " one stays.")
          boolean readSecret,
      @Option(names = "--region", defaultValue = "", description = "Of S3.") String region,
      @Option(
              names = "--host-key",
              defaultValue = "",
              paramLabel = "SHA256:…",
              description = "Of SFTP, as ssh-keygen -l shows it.")
          String hostKey,
      @Option(
              names = "--bytes-per-second",
              paramLabel = "N",
              description = "The most that is transferred. Default: no limit.")
          @Nullable Long limit,
      @Option(names = "--lake", description = "Deliver the CDR lake's files too.") boolean lake,
      @Option(
              names = "--decrypted",
              description =
                  "Deliver plain audio: whoever can read there hears every call without a key.")
          boolean decrypted,
      @Option(
              names = "--on-disposal",
              defaultValue = "instruct",
              paramLabel = "instruct|delete",
              description = "Whether what is disposed of is deleted there, too.")
          String onDisposal,
      @Option(
              names = "--recheck-days",
              defaultValue = "30",
              paramLabel = "N",
              description = "After so many days each recording is read back again; 0 for never.")
          int recheckDays)
      throws Exception {
    String secret = readSecret ? readSecret() : null;
    return with(
        (installation, provisioning) -> {
          DeliveryTarget wanted =
              new DeliveryTarget(
                  tenant,
                  name,
                  WireName.parse(DeliveryTarget.Kind.class, kind),
                  address.strip(),
                  account,
                  null,
                  region,
                  hostKey,
                  limit,
                  lake,
                  new Terms(
                      Terms.Mode.of(mode),
                      decrypted,
                      WireName.parse(Terms.OnDisposal.class, onDisposal),
                      recheckDays));
          DeliveryTarget target = wanted.withSecret(sealed(installation, wanted, secret));
          Outbound outbound =
              new Outbound(config.read().alarms().localAddresses(), TrustFile.load(null), PATIENCE);
          try {
            DeliveryProvisioning.probe(
                DeliveryProvisioning.places(config.read(), installation.signInKey(), outbound),
                installation.tenantKeys(),
                target);
          } catch (IOException e) {
            throw new CommandFailure(
                ExitCode.FAILED,
                "the target was tried out and does not work: %s".formatted(e.getMessage()));
          }
          boolean changed =
              provisioning.deliveries(installation.database().deliveries()).set(target);
          toldOf(changed, installation, provisioning, tenant, "delivery-target.set");
          return changed(changed, "delivery target " + name);
        });
  }

  private static String readSecret() throws IOException, CommandFailure {
    String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).strip();
    if (text.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "there is no secret on stdin");
    }
    return text;
  }

  /**
   * The present text stays where the secret is the same, so that a repeated set changes nothing.
   */
  private static @Nullable String sealed(
      Installation installation, DeliveryTarget wanted, @Nullable String secret) {
    if (wanted.kind() == DeliveryTarget.Kind.FOLDER) {
      return null;
    }
    String present =
        installation
            .database()
            .deliveries()
            .find(wanted.tenant(), wanted.name())
            .filter(wanted::sameAccount)
            .map(DeliveryTarget::secret)
            .orElse(null);
    if (secret == null) {
      if (present == null) {
        throw new IllegalArgumentException(
            "a new target, server or account needs its secret: --secret-stdin");
      }
      return present;
    }
    SignInKey key = installation.signInKey();
    String purpose = SignInKey.deliveryPurpose(wanted.tenant(), wanted.name());
    boolean same =
        present != null
            && new String(key.open(purpose, present), StandardCharsets.UTF_8).equals(secret);
    return same ? present : key.seal(purpose, secret.getBytes(StandardCharsets.UTF_8));
  }

  @Command(description = "Says of each target how far it is.")
  int status(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) ->
            installation.database().deliveries().list(tenant).stream()
                .map(DeliveryCommand::shown)
                .toList());
  }

  private static Map<String, Object> shown(Deliveries.Status status) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("target", status.target().name());
    shown.put("kind", status.target().kind().wireName());
    shown.put("address", status.target().address());
    shown.put("mode", status.target().terms().mode().wireName());
    shown.put("decrypted", status.target().terms().decrypted());
    shown.put("paused", status.pausedAt() != null);
    shown.put("waiting", status.waiting());
    shown.put("waitingBytes", status.waitingBytes());
    shown.put("oldestWaiting", text(status.oldest()));
    shown.put("queueing", status.queueing());
    shown.put("delivered", status.delivered());
    shown.put("lastDeliveredAt", text(status.deliveredAt()));
    shown.put("failingSince", text(status.failingSince()));
    shown.put("problem", text(status.problem()));
    shown.put("untold", status.after().untold());
    shown.put("lastInstructedAt", text(status.after().instructedAt()));
    shown.put("undeleted", status.after().undeleted());
    shown.put("checked", status.after().checked());
    shown.put("lastCheckedAt", text(status.after().checkedAt()));
    shown.put("damaged", status.after().damaged());
    shown.put("lastDamagedAt", text(status.after().damagedAt()));
    return shown;
  }

  private static String text(@Nullable Object value) {
    return value == null ? "none" : value.toString();
  }

  @Command(description = "Delivers nothing to a target until it is resumed.")
  int pause(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name)
      throws Exception {
    return paused(tenant, name, true);
  }

  @Command(description = "Delivers to a target again.")
  int resume(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name)
      throws Exception {
    return paused(tenant, name, false);
  }

  private int paused(TenantSlug tenant, String name, boolean paused) throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                provisioning
                    .deliveries(installation.database().deliveries())
                    .pause(tenant, name, paused),
                "delivery target " + name));
  }

  @Command(description = "Removes a target; what was delivered stays there.")
  int remove(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                provisioning.deliveries(installation.database().deliveries()).remove(tenant, name),
                "delivery target " + name));
  }
}
