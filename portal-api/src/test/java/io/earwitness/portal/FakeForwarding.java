package io.earwitness.portal;

import io.earwitness.archive.catalog.AuditForwarding;
import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntSupplier;

/** Receivers of audit entries in memory, to which nothing is sent. */
final class FakeForwarding implements AuditForwarding {
  final List<Status> destinations = new CopyOnWriteArrayList<>();

  @Override
  public List<Status> list(TenantSlug tenant) {
    return destinations.stream()
        .filter(status -> status.destination().tenant().equals(tenant))
        .toList();
  }

  @Override
  public List<Status> all() {
    return List.copyOf(destinations);
  }

  @Override
  public boolean set(Destination destination, OptionalLong from, String actor) {
    remove(destination.tenant(), destination.name(), actor);
    return destinations.add(
        new Status(destination, from.orElse(0), 0, null, TestPortal.NOW, null, null, null));
  }

  @Override
  public boolean remove(TenantSlug tenant, String name, String actor) {
    return destinations.removeIf(
        status ->
            status.destination().tenant().equals(tenant)
                && status.destination().name().equals(name));
  }

  @Override
  public List<Leaf> entries(TenantSlug tenant, long from, int most) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void sent(Destination destination, long from, long next) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void failed(Destination destination, String problem) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int alone(IntSupplier work) {
    throw new UnsupportedOperationException();
  }
}
