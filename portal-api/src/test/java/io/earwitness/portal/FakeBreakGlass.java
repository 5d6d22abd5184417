package io.earwitness.portal;

import io.earwitness.archive.catalog.BreakGlass;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Sealed codes in memory, for one thread. */
final class FakeBreakGlass implements BreakGlass {
  final List<Code> codes = new ArrayList<>();
  final List<Use> uses = new ArrayList<>();
  private final Clock clock;

  FakeBreakGlass(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void addCodes(TenantSlug tenant, List<Code> more, String actor) {
    codes.addAll(more);
  }

  @Override
  public List<Code> codes(TenantSlug tenant) {
    return codes.stream().filter(code -> code.tenant().equals(tenant)).toList();
  }

  @Override
  public Optional<Code> code(TenantSlug tenant, String selector) {
    return codes(tenant).stream().filter(code -> code.selector().equals(selector)).findFirst();
  }

  @Override
  public boolean use(Use use, String actor) {
    Optional<Code> code =
        code(use.tenant(), use.selector()).filter(found -> found.usedAt() == null);
    code.ifPresent(
        found -> {
          codes.remove(found);
          codes.add(
              new Code(
                  found.tenant(),
                  found.selector(),
                  found.hash(),
                  found.createdAt(),
                  found.expiresAt(),
                  use.usedAt()));
          uses.add(use);
        });
    return code.isPresent();
  }

  @Override
  public List<Use> uses(TenantSlug tenant) {
    return uses.stream().filter(use -> use.tenant().equals(tenant)).toList();
  }

  @Override
  public Optional<Use> review(TenantSlug tenant, UUID id, Review review) {
    uses.replaceAll(
        use ->
            use.id().equals(id) && use.tenant().equals(tenant) && use.review() == null
                ? new Use(
                    use.id(),
                    use.tenant(),
                    use.selector(),
                    use.userId(),
                    use.userName(),
                    use.usedAt(),
                    use.until(),
                    use.reviewBy(),
                    review)
                : use);
    return uses(tenant).stream().filter(use -> use.id().equals(id)).findFirst();
  }

  @Override
  public void bind(TenantSlug tenant, String by, String userId, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isHeld(TenantSlug tenant, String userId) {
    return uses(tenant).stream()
        .anyMatch(use -> use.userId().equals(userId) && use.until().isAfter(clock.instant()));
  }
}
