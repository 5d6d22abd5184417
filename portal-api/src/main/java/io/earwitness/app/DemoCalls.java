package io.earwitness.app;

import io.earwitness.call.TenantSlug;
import io.earwitness.recorder.client.CallParty;
import io.earwitness.recorder.client.ClientOptions;
import io.earwitness.recorder.client.ClientResult;
import io.earwitness.recorder.client.G711;
import io.earwitness.recorder.client.SiprecClient;
import io.earwitness.recorder.sip.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The demo's calls: real SIPREC with real speech, of both tenants, in and out, UDP and TCP. */
final class DemoCalls {
  private static final int AT_A_TIME = 20;

  /** A call that was placed. */
  record Placed(TenantSlug tenant, ClientResult.Call call) {}

  private record Plan(
      TenantSlug tenant, String caller, String callee, Transport transport, G711 codec) {}

  private static final List<Plan> PLANS =
      List.of(
          plan(
              DemoTenants.ACME,
              "Carol Customer <+14155550123>",
              "Emma Berg <" + DemoTenants.ACME_NUMBER + ">",
              Transport.UDP,
              G711.PCMU),
          plan(
              DemoTenants.GLOBEX,
              "Erik Stone <" + DemoTenants.GLOBEX_NUMBER + ">",
              "Dora Dealer <+13125550188>",
              Transport.TCP,
              G711.PCMU),
          plan(
              DemoTenants.ACME,
              "Emma Berg <" + DemoTenants.ACME_NUMBER + ">",
              "Frank Broker <+493023125001>",
              Transport.TCP,
              G711.PCMA),
          plan(
              DemoTenants.GLOBEX,
              "Mia Market <+33199005678>",
              "Erik Stone <" + DemoTenants.GLOBEX_NUMBER + ">",
              Transport.UDP,
              G711.PCMA));

  private final String sipUri;
  private final List<Path> announced;

  /**
   * @param announced what is said in calls from California to Acme, by caller and agent; empty for
   *     what is said in the others
   */
  DemoCalls(String sipUri, List<Path> announced) {
    this.sipUri = sipUri;
    this.announced = List.copyOf(announced);
  }

  private static Plan plan(
      TenantSlug tenant, String caller, String callee, Transport transport, G711 codec) {
    return new Plan(tenant, caller, callee, transport, codec);
  }

  /** Places calls and waits for their ends. */
  List<Placed> place(int calls) throws IOException, InterruptedException {
    try (ExecutorService executor = Executors.newFixedThreadPool(AT_A_TIME)) {
      List<Future<Placed>> running = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        Plan plan = PLANS.get(i % PLANS.size());
        running.add(executor.submit(() -> place(plan)));
      }
      List<Placed> placed = new ArrayList<>();
      for (Future<Placed> call : running) {
        placed.add(call.get());
      }
      return placed;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException("a demo call could not be placed", e.getCause());
    }
  }

  private Placed place(Plan plan) throws IOException, InterruptedException {
    ClientOptions options =
        ClientOptions.to(sipUri)
            .withTransport(plan.transport())
            .withCodec(plan.codec())
            .withParties(CallParty.parse(plan.caller()), CallParty.parse(plan.callee()));
    if (plan == PLANS.getFirst() && !announced.isEmpty()) {
      options = options.withSpeech(announced.getFirst(), announced.getLast());
    }
    ClientResult result = new SiprecClient(InstantSource.system()).run(options);
    return new Placed(plan.tenant(), result.results().getFirst());
  }
}
