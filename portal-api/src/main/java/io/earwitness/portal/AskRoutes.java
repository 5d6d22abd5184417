package io.earwitness.portal;

import io.earwitness.alarm.AlarmChannel;
import io.earwitness.alarm.AlarmKind;
import io.earwitness.alarm.AlarmSeverity;
import io.earwitness.alarm.ChannelType;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.AskedAct;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.UnusableKeyException;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.TenantSlug;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks for acts that need a second person: 202 with what is to be decided. */
final class AskRoutes {
  private static final int REASON = 1_000;
  private static final int PEM = 20_000;
  private static final Pattern NUMBER = Pattern.compile("[+]?[0-9]{1,32}\\*?");

  private final ApprovalDesk desk;
  private final Directory directory;
  private final BreakGlassGuard guard;

  AskRoutes(PortalParts parts) {
    this.desk = parts.approvals();
    this.directory = parts.directory();
    this.guard = new BreakGlassGuard(parts.approvals());
  }

  /** What is asked for, found by looking at what is there. */
  interface Asked {
    AskedAct act();
  }

  /** Asks for an act of a kind, with what it benefits. */
  Route.Prepared ask(
      Context http,
      @Nullable Principal principal,
      ApprovalKind kind,
      String object,
      @Nullable String reason,
      Set<String> benefits,
      Asked asked) {
    Principal asking = Objects.requireNonNull(principal);
    String why = AccessRequest.required("reason", reason, REASON);
    UUID id = UUID.randomUUID();
    return new Route.Prepared(
        "approval:" + id,
        Map.of("kind", kind.wireName(), "object", object, "reason", why),
        _ -> {
          guard.refuseGiving(asking, kind);
          SessionRoutes.json(
              http, 202, desk.view(asking, desk.ask(asking, id, kind, asked.act(), benefits, why)));
        });
  }

  /** What there is of a name: nothing where there is no such thing. */
  interface Present {
    SortedMap<String, String> of(TenantSlug tenant, String name);
  }

  /**
   * Asks that something named be there no more, for the reason that is given as a parameter.
   *
   * @param prefix of the object's name in the trail
   * @param missing what is said where there is none
   */
  Route.Prepared askRemoval(
      Context http,
      @Nullable Principal principal,
      ApprovalKind kind,
      String prefix,
      String name,
      Present present,
      String missing) {
    Request.allowParameters(http, Set.of("reason"));
    Principal asking = Objects.requireNonNull(principal);
    String object = prefix + name.substring(0, Math.min(name.length(), 40));
    return ask(
        http,
        principal,
        kind,
        object,
        Request.parameter(http, "reason", REASON),
        Set.of(),
        () -> {
          SortedMap<String, String> before = present.of(asking.slug(), name);
          if (before.isEmpty()) {
            throw ProblemException.notFound(missing);
          }
          return new AskedAct(asking.slug(), object, before, new TreeMap<>());
        });
  }

  private record NewKey(
      @Nullable String certificate, @Nullable String holder, @Nullable String reason) {}

  /** One more encryption recipient. */
  Route.Prepared key(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    NewKey body = Request.body(http, NewKey.class, null);
    String pem = AccessRequest.required("certificate", body.certificate(), PEM);
    SortedMap<String, String> facts;
    try {
      facts = RecipientAct.facts(Certificates.parse(pem, "certificate"));
    } catch (UnusableKeyException e) {
      throw ProblemException.malformed("certificate", String.valueOf(e.getMessage()));
    }
    String object = "key:" + Facts.required(facts, "fingerprint");
    Set<String> benefits = new HashSet<>();
    String holder = body.holder();
    if (holder != null && !holder.isBlank()) {
      if (!asking.directory().people().containsKey(holder)) {
        throw ProblemException.malformed("holder", "holder: there is no such user.");
      }
      benefits.add(holder);
    }
    return ask(
        http,
        principal,
        ApprovalKind.ENCRYPTION_RECIPIENT_ADD,
        object,
        body.reason(),
        benefits,
        () -> {
          AskedAct act = new AskedAct(asking.slug(), object, new TreeMap<>(), facts);
          if (!desk.execution().recipients().present(act).isEmpty()) {
            throw ProblemException.conflict("exists", "This certificate is a recipient already.");
          }
          return act;
        });
  }

  private record Target(
      @Nullable String type,
      @Nullable String address,
      @Nullable String minimumSeverity,
      @Nullable Integer afterMinutes,
      @Nullable List<String> kinds,
      @Nullable String reason) {}

  /** One more channel for the tenant's alarms, or another address of one. */
  Route.Prepared setTarget(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Principal asking = Objects.requireNonNull(principal);
    String name = http.pathParam("target");
    Target body = Request.body(http, Target.class, null);
    AlarmChannel channel =
        AccessRequest.change(
            () -> {
              AlarmChannel made =
                  new AlarmChannel(
                      asking.slug(),
                      name,
                      AccessRequest.parse(
                          "type",
                          AccessRequest.required("type", body.type(), 20),
                          ChannelType.class),
                      AccessRequest.required("address", body.address(), 2_000),
                      AccessRequest.parse(
                          "minimumSeverity",
                          Objects.requireNonNullElse(body.minimumSeverity(), "major"),
                          AlarmSeverity.class),
                      Duration.ofMinutes(Objects.requireNonNullElse(body.afterMinutes(), 0)),
                      Objects.requireNonNullElse(body.kinds(), List.<String>of()).stream()
                          .map(kind -> AccessRequest.parse("kinds", kind, AlarmKind.class))
                          .collect(Collectors.toSet()));
              desk.settings().check(made);
              return made;
            });
    String object = ChannelAct.OBJECT + name;
    return ask(
        http,
        principal,
        ApprovalKind.DELIVERY_TARGET_SET,
        object,
        body.reason(),
        Set.of(),
        () ->
            new AskedAct(
                asking.slug(),
                object,
                desk.execution().channels().present(asking.slug(), name),
                ChannelAct.facts(channel)));
  }

  /** One channel less. */
  Route.Prepared removeTarget(Context http, @Nullable Principal principal) {
    ChannelAct channels = desk.execution().channels();
    return askRemoval(
        http,
        principal,
        ApprovalKind.DELIVERY_TARGET_REMOVE,
        ChannelAct.OBJECT,
        http.pathParam("target"),
        channels::present,
        "There is no such delivery target.");
  }

  private record Matching(
      @Nullable String tenant,
      @Nullable String number,
      @Nullable String holder,
      @Nullable String src,
      @Nullable String reason) {}

  /** A number, a range or a recording client for a tenant. */
  Route.Prepared matching(Context http, @Nullable Principal principal) {
    Request.allowParameters(http, Set.of());
    Matching body = Request.body(http, Matching.class, null);
    if ((body.number() == null) == (body.src() == null)) {
      throw ProblemException.malformed("number", "Give either number or src.");
    }
    if (body.number() != null) {
      return number(http, principal, tenant(body.tenant()), body);
    }
    if (body.holder() != null) {
      throw ProblemException.malformed("holder", "holder: only a number has one.");
    }
    String name = AccessRequest.required("src", body.src(), 200);
    boolean isBound = !"none".equals(body.tenant());
    TenantSlug tenant = isBound ? tenant(body.tenant()) : null;
    String object = "src:" + name;
    return ask(
        http,
        principal,
        ApprovalKind.TENANT_MATCHING_SET,
        object,
        body.reason(),
        Set.of(),
        () -> {
          RecorderSnapshot.Src src =
              desk.execution()
                  .matching()
                  .find(name)
                  .orElseThrow(
                      () ->
                          ProblemException.malformed(
                              "src", "src: there is no such recording client."));
          return new AskedAct(
              tenant == null ? TenantSlug.PLATFORM : tenant,
              object,
              MatchingAct.src(src, src.tenant()),
              MatchingAct.src(src, tenant));
        });
  }

  private Route.Prepared number(
      Context http, @Nullable Principal principal, TenantSlug tenant, Matching body) {
    String number = AccessRequest.required("number", body.number(), 34);
    if (!NUMBER.matcher(number).matches()) {
      throw ProblemException.malformed(
          "number",
          "number: 1 to 32 digits are needed, with a leading '+' for E.164, and with '*' at the end for all that begin so.");
    }
    String holder = body.holder() == null || body.holder().isBlank() ? null : body.holder().strip();
    Set<String> benefits = new HashSet<>();
    if (holder != null) {
      benefits.add(
          directory
              .user(tenant, holder)
              .map(Directory.User::id)
              .orElseThrow(
                  () -> ProblemException.malformed("holder", "holder: there is no such user.")));
    }
    String object = "number:" + number;
    return ask(
        http,
        principal,
        ApprovalKind.TENANT_MATCHING_SET,
        object,
        body.reason(),
        benefits,
        () -> {
          SortedMap<String, String> after = MatchingAct.number(tenant, number, holder);
          AskedAct wanted = new AskedAct(tenant, object, new TreeMap<>(), after);
          return new AskedAct(tenant, object, desk.execution().matching().present(wanted), after);
        });
  }

  private TenantSlug tenant(@Nullable String text) {
    String given = AccessRequest.required("tenant", text, 40);
    try {
      TenantSlug slug = new TenantSlug(given);
      if (directory.tenant(slug).isPresent()) {
        return slug;
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw ProblemException.malformed("tenant", "tenant: there is no such tenant.");
  }
}
