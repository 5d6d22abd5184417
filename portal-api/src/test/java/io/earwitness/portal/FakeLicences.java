package io.earwitness.portal;

import io.earwitness.archive.catalog.Licences;
import io.earwitness.call.Licence;
import io.earwitness.call.LicenceState;
import io.earwitness.call.LicenceTerms;
import io.earwitness.call.TenantSlug;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nothing was set, and nothing can be: licences are tested with a database. */
final class FakeLicences implements Licences {
  @Override
  public List<Status> of(TenantSlug tenant) {
    return Arrays.stream(Licence.values())
        .map(licence -> new Status(tenant, licence, null, 0, LicenceState.ACTIVE))
        .toList();
  }

  @Override
  public List<Status> all() {
    return List.of();
  }

  @Override
  public boolean set(TenantSlug tenant, LicenceTerms terms, String actor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Extension> extensions(
      TenantSlug tenant, YearMonth month, @Nullable Extension after, int limit) {
    return List.of();
  }
}
