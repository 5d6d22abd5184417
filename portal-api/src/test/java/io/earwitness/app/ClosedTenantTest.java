package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.Closings;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.DeliveryTarget;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.SiprecClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call to a tenant that is closed, in the whole product. */
@WithOwnServer
class ClosedTenantTest {
  private static ClientResult.Call place(TestServer server, String number) throws Exception {
    ClientResult.Call placed =
        new SiprecClient(InstantSource.system())
            .run(
                ClientOptions.to(server.sipUri())
                    .withParties(
                        CallParty.parse("Carol Customer <+14155550123>"),
                        CallParty.parse("Somebody <" + number + ">")))
            .results()
            .getFirst();
    assertThat(placed.error()).isNull();
    return placed;
  }

  /** Three days ago, as nobody can wait for the day here. */
  private static void close(TestServer server, TenantSlug tenant) {
    Clock then = Clock.offset(Clock.systemUTC(), Duration.ofDays(-3));
    try (CatalogDatabase past =
        CatalogDatabase.open(
            new DatabaseConfig.Embedded(
                server.data().resolve("postgres"), PostgresBinaries.userCache(), 0, true),
            then)) {
      past.deliveries()
          .set(
              new DeliveryTarget(
                  tenant,
                  "vault",
                  DeliveryTarget.Kind.FOLDER,
                  "copies",
                  "",
                  null,
                  "",
                  "",
                  null,
                  false,
                  DeliveryTarget.Terms.USUAL),
              "test");
      past.closings()
          .begin(tenant, then.instant().plus(Duration.ofDays(2)), Closings.Keys.KEEP, "test");
    }
  }

  @Test
  void itIsAnsweredNotRecordedAndFoundAndNobodyElsesCallsAreTouched(@TempDir Path folder)
      throws Exception {
    try (TestServer server = TestServer.start(folder.resolve("data"), Map.of());
        PortalClient officer = server.officer(DemoTenants.GLOBEX);
        PortalClient others = server.officer(DemoTenants.ACME)) {
      close(server, DemoTenants.GLOBEX);
      server.server().refreshConfiguration();
      ClientResult.Call closed = place(server, DemoTenants.GLOBEX_NUMBER);
      assertThat(closed.status()).isEqualTo(200);
      assertThat(closed.streams()).as("no media is asked for").isEmpty();
      JsonNode call =
          officer.json(
              "/recordings/"
                  + TestServer.id(
                      TestServer.await(
                          officer, String.valueOf(closed.callId()), "not-recorded-by-policy")));
      assertThat(call.at("/policy/rule").asText()).isEqualTo("Tenant closed");
      assertThat(others.json("/recordings").path("items")).isEmpty();

      ClientResult.Call other = place(server, DemoTenants.ACME_NUMBER);
      TestServer.await(others, String.valueOf(other.callId()), "archived");
    }
  }
}
