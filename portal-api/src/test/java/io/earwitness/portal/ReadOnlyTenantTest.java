package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.access.Role;
import io.earwitness.call.RecordingId;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every route that changes something, in a tenant that is read-only. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadOnlyTenantTest {
  private final TestPortal portal = new TestPortal();

  @AfterAll
  void stop() {
    portal.close();
  }

  private static boolean refused(HttpResponse<byte[]> response) {
    return response.statusCode() == 409
        && json(response).path("type").asText().endsWith("tenant-closed");
  }

  @Test
  void nothingIsChangedButWhatIsListed() {
    assertThat(RouteTable.may().keySet()).containsAll(ReadOnlyTenants.OPEN);
    Map<Role, TestPortal.Client> people = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      people.put(role, portal.signIn(ACME, role));
    }
    portal.closings.readOnly.add(ACME);
    int changing = 0;
    for (Map.Entry<String, Set<Role>> each : RouteTable.may().entrySet()) {
      String route = each.getKey();
      String method = route.substring(0, route.indexOf(' '));
      // Sessions end by it
      if (each.getValue().isEmpty() || route.startsWith("DELETE /api/v1/session")) {
        continue;
      }
      TestPortal.Client client =
          Objects.requireNonNull(people.get(each.getValue().iterator().next()));
      HttpResponse<byte[]> response =
          client.send(
              method,
              RouteTable.path(route, RecordingId.draw(Instant.now()), UUID.randomUUID()),
              new byte[0]);
      boolean open =
          method.equals("GET") || method.equals("HEAD") || ReadOnlyTenants.OPEN.contains(route);
      assertThat(route.contains("/scim/") ? response.statusCode() == 409 : refused(response))
          .as("%s: %d", route, response.statusCode())
          .isEqualTo(!open);
      changing += open ? 0 : 1;
    }
    assertThat(changing).isGreaterThan(50);
  }

  @Test
  void whatTheLawDemandsStaysAndOtherTenantsAreNotTouched() {
    assertThat(ReadOnlyTenants.OPEN)
        .contains(
            "POST /api/v1/holds",
            "POST /api/v1/disposal/items/{id}/veto",
            "POST /api/v1/recordings/{id}/plays")
        .doesNotContain(
            "PUT /api/v1/disposal/settings",
            "PUT /api/v1/policies/retention",
            "PUT /api/v1/users/{user}/roles",
            "POST /api/v1/grants",
            "POST /api/v1/recordings/{id}/notes");
    portal.closings.readOnly.add(ACME);
    TestPortal.Client other = portal.signIn(GLOBEX, Role.TENANT_ADMIN);
    assertThat(other.post("/api/v1/teams", Map.of("name", "Desk")).statusCode()).isEqualTo(201);
  }
}
