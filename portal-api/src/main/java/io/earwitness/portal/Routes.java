package io.earwitness.portal;

import static io.javalin.http.HandlerType.DELETE;
import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.HEAD;
import static io.javalin.http.HandlerType.POST;

import io.earwitness.portal.Route.Rule;
import io.earwitness.portal.Route.Rule.Needs;
import java.util.List;

/** The table of all routes: address, who may, how the audit trail calls it, what it does. */
final class Routes {
  static final String API = "/api/v1";

  private Routes() {}

  static List<Route> all(
      SessionRoutes sessions,
      RecordingRoutes recordings,
      MediaRoutes media,
      AuditRoutes audit,
      AuditProofRoutes proofs,
      AuditExportRoute export,
      CustodyRoutes custody,
      SrcRoutes srcs,
      DrainRoutes drains,
      NodeRoutes nodes,
      ServiceRoutes service) {
    Rule open = new Rule.Open();
    Rule enrolling = new Rule.Enrolling();
    Rule search = new Needs(Permission.SEARCH);
    Rule listen = new Needs(Permission.LISTEN);
    Rule download = new Needs(Permission.DOWNLOAD);
    Rule ownSrcs = new Needs(Permission.SRCS, Permission.SRCS_OWN);
    Rule audits = new Needs(Permission.AUDIT);
    Rule maintain = new Needs(Permission.DRAIN);
    String drain = API + "/nodes/{node}/drain";
    String recording = API + "/recordings/{id}";
    return List.of(
        new Route(POST, API + "/session", open, null, sessions::signIn),
        new Route(GET, API + "/session", enrolling, null, sessions::current),
        new Route(DELETE, API + "/session", enrolling, "session.delete", sessions::signOut),
        new Route(GET, API + "/recordings", search, "search.execute", recordings::list),
        new Route(GET, recording, search, "recording.view", recordings::detail),
        new Route(POST, recording + "/plays", listen, "recording.play", media::openPlay),
        new Route(POST, recording + "/plays/{play}/close", listen, null, media::closePlay),
        new Route(GET, recording + "/custody", audits, "recording.view-custody", custody::view),
        new Route(GET, recording + "/media", listen, null, media::media),
        new Route(HEAD, recording + "/media", listen, null, media::media),
        new Route(
            GET, recording + "/object", download, "recording.download-object", recordings::object),
        new Route(
            GET,
            recording + "/manifest",
            search,
            "recording.download-manifest",
            recordings::manifest),
        new Route(
            GET, recording + "/waveform", listen, "recording.view-waveform", recordings::waveform),
        new Route(
            GET,
            API + "/audit",
            new Needs(Permission.AUDIT, Permission.AUDIT_OWN),
            "audit.read",
            audit::list),
        new Route(
            GET, API + "/audit/checkpoint", audits, "audit.view-checkpoint", proofs::checkpoint),
        new Route(
            GET, API + "/audit/entries/{entry}/proof", audits, "audit.prove", proofs::inclusion),
        new Route(
            GET,
            API + "/audit/consistency",
            audits,
            "audit.prove-consistency",
            proofs::consistency),
        new Route(GET, API + "/audit/export", audits, "audit.export", export::export),
        new Route(GET, API + "/srcs", ownSrcs, "src.list", srcs::list),
        new Route(GET, API + "/srcs/{name}/conformance", ownSrcs, "src.report", srcs::conformance),
        new Route(GET, drain, maintain, "node.view-drain", drains::view),
        new Route(POST, drain, maintain, "node.drain", drains::drain),
        new Route(DELETE, drain, maintain, "node.undrain", drains::undrain),
        new Route(GET, API + "/nodes", new Needs(Permission.NODES), "node.list", nodes::list),
        new Route(GET, API + "/openapi.json", open, null, service::openApi),
        new Route(GET, "/healthz", open, null, service::health),
        new Route(GET, "/readyz", open, null, service::readiness),
        new Route(GET, "/metrics", open, null, service::metrics));
  }
}
