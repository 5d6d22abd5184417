package io.earwitness.app;

import io.earwitness.archive.catalog.AuditForwarding;
import io.earwitness.archive.catalog.AuditForwarding.Destination;
import io.earwitness.call.TenantSlug;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admin audit-destination}. */
@Command(
    name = "audit-destination",
    description = "Syslog receivers that a tenant's audit log is forwarded to, or the platform's.",
    mixinStandardHelpOptions = true)
final class AuditDestinationCommand extends AdminCommand.Base {
  @Command(description = "Adds a receiver, or changes the one of this name.")
  int add(
      @Option(names = "--tenant", required = true, description = "A slug, or platform.")
          TenantSlug tenant,
      @Option(names = "--name", required = true, description = "1 to 40 of a-z 0-9 -.") String name,
      @Option(
              names = "--to",
              required = true,
              paramLabel = "ADDRESS",
              description = "tls://host:6514 or tcp://host:601 of a syslog server.")
          String address,
      @Option(
              names = "--masked",
              description = "Send actors, objects and details as commitments, as masked exports.")
          boolean masked,
      @Option(
              names = "--from-leaf",
              paramLabel = "N",
              description =
                  "The first entry to send, 0 for all. Default: what is entered from now on; of"
                      + " one that is there: where it is.")
          @Nullable Long from)
      throws Exception {
    return with(
        (installation, provisioning) -> {
          Destination destination = new Destination(tenant, name, address.strip(), masked);
          boolean changed =
              provisioning
                  .auditDestinations(installation.database().auditForwarding())
                  .set(destination, from == null ? OptionalLong.empty() : OptionalLong.of(from));
          toldOf(changed, installation, provisioning, tenant, "audit-destination.set");
          return changed(changed, "audit destination " + name);
        });
  }

  @Command(description = "Lists receivers, and how far each is.")
  int list(@Option(names = "--tenant", required = true) TenantSlug tenant) throws Exception {
    return with(
        (installation, _) ->
            installation.database().auditForwarding().list(tenant).stream()
                .map(AuditDestinationCommand::shown)
                .toList());
  }

  private static Map<String, Object> shown(AuditForwarding.Status status) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", status.destination().name());
    shown.put("address", status.destination().address());
    shown.put("masked", status.destination().masked());
    shown.put("nextLeaf", status.next());
    shown.put("waiting", status.waiting());
    shown.put("oldestWaiting", text(status.oldest()));
    shown.put("lastSentAt", text(status.sentAt()));
    shown.put("failingSince", text(status.failingSince()));
    shown.put("problem", text(status.problem()));
    return shown;
  }

  private static String text(@Nullable Object value) {
    return value == null ? "none" : value.toString();
  }

  @Command(description = "Removes a receiver; what still waits for it is not sent.")
  int remove(
      @Option(names = "--tenant", required = true) TenantSlug tenant,
      @Option(names = "--name", required = true) String name)
      throws Exception {
    return with(
        (installation, provisioning) ->
            changed(
                toldOf(
                    provisioning
                        .auditDestinations(installation.database().auditForwarding())
                        .remove(tenant, name),
                    installation,
                    provisioning,
                    tenant,
                    "audit-destination.remove"),
                "audit destination " + name));
  }
}
