package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.access.Role;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.call.TenantSlug;
import io.earwitness.portal.PasswordHasher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's people can sign in, however often its start was broken off. */
class DemoTenantsTest {
  @TempDir private Path data;

  @Test
  void afterAStartThatWasBrokenOffThePasswordsThatAreTakenAreTheOnesThatAreShown()
      throws Exception {
    try (Installation installation =
        Installation.open(TestServer.config(data, Map.of()), Clock.systemUTC())) {
      List<DemoTenants.Login> first = new DemoTenants(installation, data).create();
      // What is there when the process dies just before its last step
      Path logins = data.resolve(DemoTenants.LOGINS);
      Files.move(logins, data.resolve(DemoTenants.LOGINS + ".draft"));

      List<DemoTenants.Login> again = new DemoTenants(installation, data).create();

      assertThat(again).isEqualTo(first);
      assertThat(new DemoTenants(installation, data).create()).isEqualTo(first);
      DemoTenants.Login operator = again.getFirst();
      Directory.User user =
          installation.directory().users(TenantSlug.PLATFORM).stream()
              .filter(one -> one.roles().contains(Role.OPERATOR))
              .findFirst()
              .orElseThrow();
      assertThat(user.passwordHash()).isNotNull();
      assertThat(
              new PasswordHasher().verify(operator.password().toCharArray(), user.passwordHash()))
          .isTrue();
    }
  }
}
