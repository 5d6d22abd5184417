package io.earwitness.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.SiprecClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Chromium finds and plays a real call, as {@code web/e2e} describes. */
@WithOwnServer
class BrowserTest {
  private static final Path WEB = Path.of("..", "web").toAbsolutePath().normalize();

  @TempDir private Path folder;

  /** A call of an SRC that does not go by the book, for the operator's page to tell of. */
  private static void deviate(TestServer server) throws Exception {
    try (TcpSip peer = new TcpSip(server.sipAddress());
        PortalClient operator =
            new PortalClient(
                server.server().origin(), server.login(TenantSlug.PLATFORM, "operator"))) {
      String sdp = TcpSip.sdp("m=audio 4000 RTP/AVP 0\n");
      peer.send(TcpSip.invite("odd", "", "application/sdp", sdp).replace(";+sip.src", ";src"));
      TcpSip.Answer answer = peer.answer();
      assertThat(answer.status()).isEqualTo(200);
      peer.send(TcpSip.request("ACK", "odd", 1, answer.to(), "", "", ""));
      peer.send(TcpSip.request("BYE", "odd", 2, answer.to(), "", "", ""));
      assertThat(peer.answer().status()).isEqualTo(200);
      TestServer.await(
          "a deviation of loopback",
          () -> !operator.json("/srcs/loopback/conformance").path("deviations").isEmpty(),
          () -> operator.json("/srcs").toString());
    }
  }

  @Test
  void anOfficerSignsInFindsACallPlaysItAndSeeks() throws Exception {
    try (TestServer server = TestServer.start(folder.resolve("data"), Map.of());
        PortalClient officer = server.officer(DemoTenants.ACME)) {
      // Two calls: the page's keys move from one to the other.
      var placed =
          new SiprecClient(InstantSource.system())
              .run(
                  ClientOptions.to(server.sipUri())
                      .withParties(
                          CallParty.parse("Carol Customer <+14155550123>"),
                          CallParty.parse("Emma Berg <" + DemoTenants.ACME_NUMBER + ">"))
                      .withCalls(2, 2))
              .results();
      assertThat(placed).hasSize(2);
      for (var call : placed) {
        assertThat(call.error()).isNull();
        TestServer.await(officer, String.valueOf(call.callId()), "archived");
      }
      deviate(server);
      DemoTenants.Login login = server.login(DemoTenants.ACME, "compliance-officer");

      Path log = folder.resolve("playwright.log");
      ProcessBuilder builder =
          new ProcessBuilder("npx", "--no-install", "playwright", "test")
              .directory(WEB.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
      builder.environment().put("EARWITNESS_URL", server.server().origin());
      builder.environment().put("EARWITNESS_TENANT", login.tenant());
      builder.environment().put("EARWITNESS_USER", login.user());
      builder.environment().put("EARWITNESS_PASSWORD", login.password());
      DemoTenants.Login operator = server.login(TenantSlug.PLATFORM, "operator");
      builder.environment().put("EARWITNESS_OPERATOR", operator.user());
      builder.environment().put("EARWITNESS_OPERATOR_PASSWORD", operator.password());
      Process browser = builder.start();
      boolean ended = browser.waitFor(600, TimeUnit.SECONDS);
      browser.descendants().forEach(ProcessHandle::destroyForcibly);
      browser.destroyForcibly();
      String output = Files.readString(log);
      assertThat(ended).as(output).isTrue();
      assertThat(browser.exitValue()).as(output).isZero();
      assertThat(output).containsPattern("\\d+ passed");
    }
  }
}
