package io.earwitness.portal;

import static io.earwitness.portal.TestPortal.ACME;
import static io.earwitness.portal.TestPortal.GLOBEX;
import static io.earwitness.portal.TestPortal.NOW;
import static io.earwitness.portal.TestPortal.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.earwitness.access.Role;
import io.earwitness.archive.catalog.CallCatalog.CallEntry;
import io.earwitness.archive.catalog.SrcReports.DeviationCount;
import io.earwitness.archive.catalog.SrcReports.SrcReport;
import io.earwitness.audit.AuditEntry;
import io.earwitness.call.AnswerMode;
import io.earwitness.call.CallState;
import io.earwitness.call.Deviation;
import io.earwitness.call.Interactions;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.Side;
import io.earwitness.call.SrcProfile;
import io.earwitness.call.SrcProof;
import io.earwitness.call.TenantSlug;
import io.earwitness.json.Json;
import io.earwitness.portal.MediaAccess.Part;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every registered route × every role, against a table written by hand from the design. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTableTest {
  private static final Set<Role> EVERYBODY = Set.of(Role.values());
  private static final Set<Role> HEARS = Set.of(Role.COMPLIANCE_OFFICER, Role.SUPERVISOR);
  private static final Set<Role> TAKES = Set.of(Role.COMPLIANCE_OFFICER);
  private static final Set<Role> SRCS =
      Set.of(Role.OPERATOR, Role.TENANT_ADMIN, Role.RECORDING_ADMIN, Role.AUDITOR);
  private static final Set<Role> AUDITS =
      Set.of(
          Role.OPERATOR,
          Role.TENANT_ADMIN,
          Role.RECORDING_ADMIN,
          Role.COMPLIANCE_OFFICER,
          Role.AUDITOR);

  private static final Set<Role> ADMIN = Set.of(Role.TENANT_ADMIN);
  private static final Set<Role> READS = Set.of(Role.TENANT_ADMIN, Role.AUDITOR);
  private static final Set<Role> SEES_MATTERS =
      Set.of(Role.TENANT_ADMIN, Role.AUDITOR, Role.COMPLIANCE_OFFICER);
  private static final Set<Role> SEES_HOLDS = Set.of(Role.AUDITOR, Role.COMPLIANCE_OFFICER);
  private static final Set<Role> AUDITS_ALL =
      Set.of(Role.TENANT_ADMIN, Role.RECORDING_ADMIN, Role.AUDITOR);

  private static final Set<Role> PRIVILEGED =
      Set.of(Role.OPERATOR, Role.TENANT_ADMIN, Role.RECORDING_ADMIN, Role.COMPLIANCE_OFFICER);

  private static final Set<Role> ANNOUNCES = Set.of(Role.RECORDING_ADMIN);

  private static final Set<Role> SEES_ANNOUNCEMENTS =
      Set.of(Role.TENANT_ADMIN, Role.RECORDING_ADMIN, Role.COMPLIANCE_OFFICER, Role.AUDITOR);

  private static final Set<Role> HEARS_OR_SEES_POLICIES =
      Set.of(
          Role.TENANT_ADMIN,
          Role.RECORDING_ADMIN,
          Role.COMPLIANCE_OFFICER,
          Role.SUPERVISOR,
          Role.AUDITOR);

  private static final Set<Role> SEES_TO_ALARMS =
      Set.of(Role.OPERATOR, Role.TENANT_ADMIN, Role.RECORDING_ADMIN, Role.COMPLIANCE_OFFICER);

  /** Who may use what. A route that is missing here fails the test; so does one too many. */
  static final Map<String, Set<Role>> MAY =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("GET /api/v1/session", EVERYBODY),
              Map.entry("DELETE /api/v1/session", EVERYBODY),
              Map.entry("POST /api/v1/tokens", EVERYBODY),
              Map.entry("DELETE /api/v1/tokens/{id}", EVERYBODY),
              Map.entry("GET /api/v1/recordings", HEARS),
              Map.entry("GET /api/v1/recordings/{id}", HEARS),
              Map.entry("POST /api/v1/recordings/{id}/plays", HEARS),
              Map.entry("POST /api/v1/recordings/{id}/plays/{play}/close", HEARS),
              Map.entry("GET /api/v1/recordings/{id}/custody", AUDITS_ALL),
              Map.entry("GET /api/v1/recordings/{id}/media", HEARS),
              Map.entry("HEAD /api/v1/recordings/{id}/media", HEARS),
              Map.entry("GET /api/v1/recordings/{id}/object", TAKES),
              Map.entry("GET /api/v1/recordings/{id}/manifest", HEARS),
              Map.entry("GET /api/v1/recordings/{id}/waveform", HEARS),
              Map.entry("GET /api/v1/recordings/{id}/retention", HEARS_OR_SEES_POLICIES),
              Map.entry("GET /api/v1/recordings/{id}/restriction", HEARS),
              Map.entry("POST /api/v1/recordings/{id}/restriction", TAKES),
              Map.entry("POST /api/v1/recordings/{id}/restriction/opening", TAKES),
              Map.entry("POST /api/v1/recordings/{id}/restriction/lift", TAKES),
              Map.entry("POST /api/v1/recordings/{id}/removal", TAKES),
              Map.entry("POST /api/v1/recordings/{id}/replacement", TAKES),
              Map.entry("GET /api/v1/restrictions", SEES_MATTERS),
              Map.entry("GET /api/v1/policies/retention", SEES_ANNOUNCEMENTS),
              Map.entry("PUT /api/v1/policies/retention", ANNOUNCES),
              Map.entry("POST /api/v1/policies/retention/shorten", ANNOUNCES),
              Map.entry("POST /api/v1/policies/retention/simulate", SEES_ANNOUNCEMENTS),
              Map.entry("GET /api/v1/deliveries", SEES_ANNOUNCEMENTS),
              Map.entry("GET /api/v1/deliveries/targets", SEES_ANNOUNCEMENTS),
              Map.entry("PUT /api/v1/deliveries/targets/{target}", ADMIN),
              Map.entry("DELETE /api/v1/deliveries/targets/{target}", ADMIN),
              Map.entry("POST /api/v1/deliveries/targets/{target}/pause", ADMIN),
              Map.entry("POST /api/v1/deliveries/targets/{target}/resume", ADMIN),
              Map.entry("GET /api/v1/holds", SEES_HOLDS),
              Map.entry("POST /api/v1/holds", TAKES),
              Map.entry("POST /api/v1/holds/preview", TAKES),
              Map.entry("GET /api/v1/holds/{hold}", SEES_HOLDS),
              Map.entry("GET /api/v1/holds/{hold}/recordings", SEES_HOLDS),
              Map.entry("POST /api/v1/holds/{hold}/release", TAKES),
              Map.entry("GET /api/v1/subject-requests", TAKES),
              Map.entry("POST /api/v1/subject-requests", TAKES),
              Map.entry("GET /api/v1/subject-requests/{request}", TAKES),
              Map.entry("GET /api/v1/subject-requests/{request}/items", TAKES),
              Map.entry("POST /api/v1/subject-requests/{request}/extend", TAKES),
              Map.entry("POST /api/v1/subject-requests/{request}/identity", TAKES),
              Map.entry("POST /api/v1/subject-requests/{request}/find", TAKES),
              Map.entry("POST /api/v1/subject-requests/{request}/decisions", TAKES),
              Map.entry("POST /api/v1/subject-requests/{request}/execute", TAKES),
              Map.entry("POST /api/v1/subject-requests/{request}/erasure", TAKES),
              Map.entry("POST /api/v1/subject-requests/{request}/close", TAKES),
              Map.entry("GET /api/v1/subject-requests/{request}/answer", TAKES),
              Map.entry("PUT /api/v1/subject-requests/{request}/items/{id}/plan", TAKES),
              Map.entry("GET /api/v1/subject-requests/{request}/items/{id}/audio", TAKES),
              Map.entry("POST /api/v1/subject-requests/{request}/copy/release", TAKES),
              Map.entry("GET /api/v1/subject-requests/{request}/copy", TAKES),
              Map.entry("POST /api/v1/subject-requests/{request}/copy/code", TAKES),
              Map.entry("GET /api/v1/disposal/settings", SEES_ANNOUNCEMENTS),
              Map.entry("PUT /api/v1/disposal/settings", ANNOUNCES),
              Map.entry("POST /api/v1/disposal/settings/ask", ANNOUNCES),
              Map.entry("GET /api/v1/disposal/preview", SEES_ANNOUNCEMENTS),
              Map.entry("GET /api/v1/disposal/runs", SEES_ANNOUNCEMENTS),
              Map.entry("GET /api/v1/disposal/runs/{run}", SEES_ANNOUNCEMENTS),
              Map.entry("GET /api/v1/disposal/runs/{run}/items", SEES_ANNOUNCEMENTS),
              Map.entry("GET /api/v1/disposal/runs/{run}/certificate", SEES_ANNOUNCEMENTS),
              Map.entry("POST /api/v1/disposal/runs/{run}/approval", ANNOUNCES),
              Map.entry("POST /api/v1/disposal/items/{id}/veto", TAKES),
              Map.entry("GET /api/v1/disposal/tombstones", HEARS),
              Map.entry("GET /api/v1/recordings/{id}/tombstone", HEARS),
              Map.entry("GET /api/v1/policies/retention/locks", SEES_ANNOUNCEMENTS),
              Map.entry("POST /api/v1/policies/retention/go-live", ANNOUNCES),
              Map.entry("POST /api/v1/policies/retention/lock-mode", ANNOUNCES),
              Map.entry("GET /api/v1/closing", SEES_ANNOUNCEMENTS),
              Map.entry("GET /api/v1/closing/inventory", SEES_ANNOUNCEMENTS),
              Map.entry("POST /api/v1/closing/keys", ADMIN),
              Map.entry("POST /api/v1/closing/verification", ADMIN),
              // Operators of the platform's own tenant only: ClosingRoutesTest
              Map.entry("GET /api/v1/platform/closings", Set.of()),
              Map.entry("POST /api/v1/platform/closings/{tenant}", Set.of()),
              Map.entry("DELETE /api/v1/platform/closings/{tenant}", Set.of()),
              Map.entry("GET /api/v1/platform/closings/{tenant}/certificate", Set.of()),
              Map.entry("GET /api/v1/licences", AUDITS_ALL),
              Map.entry("GET /api/v1/licences/extensions", AUDITS_ALL),
              Map.entry("GET /api/v1/storage", SEES_ANNOUNCEMENTS),
              // Operators of the platform's own tenant only: LicenceRoutesTest
              Map.entry("GET /api/v1/platform/storage", Set.of()),
              Map.entry("GET /api/v1/platform/licences", Set.of()),
              Map.entry("PUT /api/v1/platform/licences/{tenant}/{licence}", Set.of()),
              Map.entry("POST /api/v1/platform/licences/{tenant}/{licence}/stop", Set.of()),
              Map.entry("GET /api/v1/srcs", SRCS),
              Map.entry("GET /api/v1/srcs/{name}/conformance", SRCS),
              // Operators of the platform's own tenant only: DrainsTest, NodesTest
              Map.entry("GET /api/v1/nodes", Set.of()),
              Map.entry("GET /api/v1/nodes/{node}/drain", Set.of()),
              Map.entry("POST /api/v1/nodes/{node}/drain", Set.of()),
              Map.entry("DELETE /api/v1/nodes/{node}/drain", Set.of()),
              Map.entry("GET /api/v1/users", READS),
              Map.entry("POST /api/v1/users", ADMIN),
              Map.entry("PUT /api/v1/users/{user}/roles", ADMIN),
              Map.entry("PUT /api/v1/users/{user}/active", ADMIN),
              Map.entry("GET /api/v1/teams", READS),
              Map.entry("POST /api/v1/teams", ADMIN),
              Map.entry("PUT /api/v1/teams/{team}/parent", ADMIN),
              Map.entry("POST /api/v1/teams/{team}/members", ADMIN),
              Map.entry("DELETE /api/v1/teams/{team}/members/{user}", ADMIN),
              Map.entry("GET /api/v1/grants", READS),
              Map.entry("POST /api/v1/grants", ADMIN),
              Map.entry("DELETE /api/v1/grants/{grant}", ADMIN),
              Map.entry("GET /api/v1/matters", SEES_MATTERS),
              Map.entry("POST /api/v1/matters", TAKES),
              Map.entry("GET /api/v1/matters/{matter}", SEES_MATTERS),
              Map.entry("DELETE /api/v1/matters/{matter}", TAKES),
              Map.entry("POST /api/v1/matters/{matter}/recordings", TAKES),
              Map.entry("DELETE /api/v1/matters/{matter}/recordings/{id}", TAKES),
              Map.entry("GET /api/v1/access/decision", AUDITS_ALL),
              Map.entry("GET /api/v1/access/review", AUDITS_ALL),
              Map.entry("GET /api/v1/access/report", AUDITS_ALL),
              Map.entry("GET /api/v1/access/reviews", AUDITS_ALL),
              Map.entry("POST /api/v1/access/reviews", Set.of(Role.RECORDING_ADMIN, Role.AUDITOR)),
              Map.entry("GET /api/v1/access/reviews/{review}/report", AUDITS_ALL),
              Map.entry("GET /api/v1/audit", AUDITS),
              Map.entry("GET /api/v1/audit/checkpoint", AUDITS_ALL),
              Map.entry("GET /api/v1/audit/entries/{entry}/proof", AUDITS_ALL),
              Map.entry("GET /api/v1/audit/consistency", AUDITS_ALL),
              Map.entry("GET /api/v1/audit/export", AUDITS_ALL),
              Map.entry("GET /api/v1/alarms", AUDITS),
              Map.entry("GET /api/v1/alarms/summary", AUDITS),
              Map.entry("POST /api/v1/alarms/{alarm}/acknowledge", SEES_TO_ALARMS),
              Map.entry("GET /api/v1/alarms/silences", AUDITS),
              Map.entry("POST /api/v1/alarms/silences", SEES_TO_ALARMS),
              Map.entry("DELETE /api/v1/alarms/silences/{silence}", SEES_TO_ALARMS),
              Map.entry("GET /api/v1/sessions", EVERYBODY),
              Map.entry("DELETE /api/v1/sessions/{session}", EVERYBODY),
              Map.entry("GET /api/v1/users/{user}/sessions", ADMIN),
              Map.entry("DELETE /api/v1/users/{user}/sessions", ADMIN),
              Map.entry("DELETE /api/v1/users/{user}/sessions/{session}", ADMIN),
              Map.entry("GET /api/v1/users/{user}/sign-in", ADMIN),
              Map.entry("DELETE /api/v1/users/{user}/lock", ADMIN),
              Map.entry("DELETE /api/v1/users/{user}/totp", ADMIN),
              Map.entry("GET /api/v1/totp", EVERYBODY),
              Map.entry("POST /api/v1/totp", EVERYBODY),
              Map.entry("PUT /api/v1/totp", EVERYBODY),
              Map.entry("POST /api/v1/totp/removal", EVERYBODY),
              Map.entry("POST /api/v1/totp/recovery-codes", EVERYBODY),
              Map.entry("GET /api/v1/tokens", EVERYBODY),
              Map.entry("GET /api/v1/users/{user}/tokens", READS),
              Map.entry("POST /api/v1/users/{user}/tokens", ADMIN),
              Map.entry("DELETE /api/v1/users/{user}/tokens/{token}", ADMIN),
              Map.entry("GET /api/v1/provisioning/holds", READS),
              Map.entry("POST /api/v1/provisioning/holds/{hold}/decision", ADMIN),
              Map.entry("GET /api/v1/provisioning/removals", READS),
              Map.entry("POST /api/v1/provisioning/removals/undo", ADMIN),
              Map.entry("POST /api/v1/imports/{kind}", ADMIN),
              Map.entry("GET /scim/v2/ServiceProviderConfig", ADMIN),
              Map.entry("GET /scim/v2/ResourceTypes", ADMIN),
              Map.entry("GET /scim/v2/ResourceTypes/{id}", ADMIN),
              Map.entry("GET /scim/v2/Schemas", ADMIN),
              Map.entry("GET /scim/v2/Schemas/{id}", ADMIN),
              Map.entry("GET /scim/v2/Users", ADMIN),
              Map.entry("POST /scim/v2/Users", ADMIN),
              Map.entry("GET /scim/v2/Users/{user}", ADMIN),
              Map.entry("PUT /scim/v2/Users/{user}", ADMIN),
              Map.entry("PATCH /scim/v2/Users/{user}", ADMIN),
              Map.entry("DELETE /scim/v2/Users/{user}", ADMIN),
              Map.entry("GET /scim/v2/Groups", ADMIN),
              Map.entry("POST /scim/v2/Groups", ADMIN),
              Map.entry("GET /scim/v2/Groups/{team}", ADMIN),
              Map.entry("PUT /scim/v2/Groups/{team}", ADMIN),
              Map.entry("PATCH /scim/v2/Groups/{team}", ADMIN),
              Map.entry("DELETE /scim/v2/Groups/{team}", ADMIN),
              Map.entry("GET /api/v1/approvals", AUDITS),
              Map.entry("GET /api/v1/approvals/summary", AUDITS),
              Map.entry("GET /api/v1/approvals/delegations", AUDITS),
              Map.entry("POST /api/v1/approvals/delegations", PRIVILEGED),
              Map.entry("DELETE /api/v1/approvals/delegations/{delegation}", PRIVILEGED),
              Map.entry("GET /api/v1/approvals/{approval}", AUDITS),
              Map.entry("POST /api/v1/approvals/{approval}/approve", PRIVILEGED),
              Map.entry("POST /api/v1/approvals/{approval}/reject", PRIVILEGED),
              Map.entry("POST /api/v1/approvals/{approval}/withdraw", PRIVILEGED),
              Map.entry("POST /api/v1/keys", ADMIN),
              Map.entry("PUT /api/v1/delivery-targets/{target}", ADMIN),
              Map.entry("DELETE /api/v1/delivery-targets/{target}", ADMIN),
              Map.entry("GET /api/v1/keys", READS),
              Map.entry("GET /api/v1/audit/destinations", AUDITS_ALL),
              Map.entry("PUT /api/v1/audit/destinations/{destination}", ADMIN),
              Map.entry("DELETE /api/v1/audit/destinations/{destination}", ADMIN),
              Map.entry("GET /api/v1/identity-providers", READS),
              Map.entry("PUT /api/v1/identity-providers/{provider}", ADMIN),
              Map.entry("DELETE /api/v1/identity-providers/{provider}", ADMIN),
              Map.entry("GET /api/v1/access/own-calls", AUDITS_ALL),
              Map.entry("PUT /api/v1/access/own-calls", ADMIN),
              Map.entry("GET /docs/{folder}/{page}", EVERYBODY),
              // Operators of the platform's own tenant only: ApprovalsTest
              Map.entry("POST /api/v1/tenant-matching", Set.of()),
              Map.entry("GET /api/v1/announcements/decision", SEES_ANNOUNCEMENTS),
              Map.entry("GET /api/v1/announcements/policy", SEES_ANNOUNCEMENTS),
              Map.entry("GET /api/v1/announcements/report", SEES_ANNOUNCEMENTS),
              Map.entry("PUT /api/v1/announcements/policy", ANNOUNCES),
              Map.entry("GET /api/v1/announcements/prompts", SEES_ANNOUNCEMENTS),
              Map.entry("POST /api/v1/announcements/prompts", ANNOUNCES),
              Map.entry("POST /api/v1/announcements/prompts/{name}/{language}", ANNOUNCES),
              Map.entry(
                  "GET /api/v1/announcements/prompts/{name}/{language}/{version}/sound",
                  SEES_ANNOUNCEMENTS),
              Map.entry(
                  "DELETE /api/v1/announcements/prompts/{name}/{language}/{version}", ANNOUNCES),
              Map.entry("GET /api/v1/policies/recording", SEES_ANNOUNCEMENTS),
              Map.entry("PUT /api/v1/policies/recording", ANNOUNCES),
              Map.entry("POST /api/v1/policies/recording/reduce", ANNOUNCES),
              Map.entry("POST /api/v1/policies/recording/simulate", SEES_ANNOUNCEMENTS),
              Map.entry("POST /api/v1/policies/recording/dry-run", SEES_ANNOUNCEMENTS),
              Map.entry("POST /api/v1/recordings/{id}/keep", TAKES),
              Map.entry("GET /api/v1/policies/pause", SEES_ANNOUNCEMENTS),
              Map.entry("PUT /api/v1/policies/pause", ANNOUNCES),
              Map.entry("GET /api/v1/recordings/{id}/pause", HEARS),
              Map.entry("POST /api/v1/recordings/{id}/pause", HEARS),
              Map.entry("POST /api/v1/recordings/{id}/resume", HEARS),
              Map.entry("GET /api/v1/recordings/{id}/tags", HEARS),
              Map.entry("POST /api/v1/recordings/{id}/tags", HEARS),
              Map.entry("DELETE /api/v1/recordings/{id}/tags/{tag}", HEARS),
              Map.entry("GET /api/v1/recordings/{id}/notes", HEARS),
              Map.entry("POST /api/v1/recordings/{id}/notes", HEARS),
              Map.entry("PUT /api/v1/recordings/{id}/notes/{note}", HEARS),
              Map.entry("DELETE /api/v1/recordings/{id}/notes/{note}", HEARS),
              Map.entry("GET /api/v1/recordings/{id}/corrections", HEARS),
              Map.entry("POST /api/v1/recordings/{id}/corrections", TAKES),
              // Operators of the platform only: QuarantineTest
              Map.entry("GET /api/v1/quarantine", Set.of()),
              Map.entry("POST /api/v1/quarantine/run", Set.of()),
              Map.entry("GET /api/v1/blocked-recordings", SEES_MATTERS),
              Map.entry("POST /api/v1/blocked-recordings", TAKES),
              Map.entry("POST /api/v1/blocked-recordings/lift", TAKES),
              // Operators of the platform only: BlockTest
              Map.entry("GET /api/v1/platform/blocked-recordings", Set.of()),
              Map.entry("POST /api/v1/platform/blocked-recordings", Set.of()),
              Map.entry("POST /api/v1/platform/blocked-recordings/lift", Set.of()),
              Map.entry("GET /api/v1/hand-overs", Set.of()),
              Map.entry("POST /api/v1/hand-overs", Set.of()),
              Map.entry("POST /api/v1/hand-overs/{handover}/withdraw", Set.of()),
              Map.entry("GET /api/v1/numbers", READS),
              Map.entry("POST /api/v1/numbers/holders", ADMIN),
              Map.entry("GET /api/v1/allocation", SRCS),
              Map.entry("POST /api/v1/allocation/{kind}", Set.of()),
              Map.entry("GET /api/v1/break-glass", AUDITS),
              Map.entry("POST /api/v1/break-glass/{use}/review", PRIVILEGED),
              Map.entry("GET /api/v1/guests", READS),
              Map.entry("POST /api/v1/guests", ADMIN),
              Map.entry("PUT /api/v1/guests/{user}", ADMIN),
              Map.entry("DELETE /api/v1/guests/{user}", ADMIN),
              Map.entry("POST /api/v1/guests/{user}/invitation", ADMIN),
              Map.entry("GET /api/v1/support-consents", READS),
              Map.entry("POST /api/v1/support-consents/{request}/consent", ADMIN),
              Map.entry("POST /api/v1/support-consents/{request}/refuse", ADMIN),
              Map.entry("DELETE /api/v1/support-consents/{request}", ADMIN),
              // People of the platform's own tenant only: GuestsTest
              Map.entry("GET /api/v1/support-requests", Set.of()),
              Map.entry("POST /api/v1/support-requests", Set.of()),
              Map.entry("POST /api/v1/support-requests/{tenant}/{request}/withdraw", Set.of()),
              Map.entry("POST /api/v1/support-requests/{tenant}/{request}/enter", Set.of())));

  /** What is asked for names nobody and nothing: whoever may is told so. */
  static final Map<String, Integer> OTHERWISE =
      Map.ofEntries(
          Map.entry("DELETE /api/v1/tokens/{id}", 404),
          Map.entry("POST /api/v1/recordings/{id}/plays/{play}/close", 404),
          Map.entry("GET /api/v1/access/reviews/{review}/report", 404),
          Map.entry("PUT /api/v1/users/{user}/roles", 404),
          Map.entry("PUT /api/v1/users/{user}/active", 404),
          Map.entry("PUT /api/v1/teams/{team}/parent", 404),
          Map.entry("POST /api/v1/teams/{team}/members", 404),
          Map.entry("DELETE /api/v1/teams/{team}/members/{user}", 404),
          Map.entry("DELETE /api/v1/grants/{grant}", 404),
          Map.entry("GET /api/v1/matters/{matter}", 404),
          Map.entry("DELETE /api/v1/matters/{matter}", 404),
          Map.entry("POST /api/v1/matters/{matter}/recordings", 404),
          Map.entry("DELETE /api/v1/matters/{matter}/recordings/{id}", 404),
          Map.entry("POST /api/v1/alarms/{alarm}/acknowledge", 404),
          Map.entry("DELETE /api/v1/recordings/{id}/tags/{tag}", 404),
          Map.entry("PUT /api/v1/recordings/{id}/notes/{note}", 404),
          Map.entry("DELETE /api/v1/recordings/{id}/notes/{note}", 404),
          Map.entry("DELETE /api/v1/alarms/silences/{silence}", 404),
          Map.entry("DELETE /api/v1/sessions/{session}", 404),
          Map.entry("GET /api/v1/users/{user}/sessions", 404),
          Map.entry("DELETE /api/v1/users/{user}/sessions", 404),
          Map.entry("DELETE /api/v1/users/{user}/sessions/{session}", 404),
          Map.entry("GET /api/v1/users/{user}/sign-in", 404),
          Map.entry("DELETE /api/v1/users/{user}/lock", 404),
          Map.entry("DELETE /api/v1/users/{user}/totp", 404),
          // Without a password, a code or a second factor
          Map.entry("POST /api/v1/totp", 400),
          Map.entry("PUT /api/v1/totp", 400),
          Map.entry("POST /api/v1/totp/removal", 409),
          Map.entry("POST /api/v1/totp/recovery-codes", 400),
          Map.entry("GET /api/v1/users/{user}/tokens", 404),
          Map.entry("POST /api/v1/users/{user}/tokens", 404),
          Map.entry("DELETE /api/v1/users/{user}/tokens/{token}", 404),
          Map.entry("POST /api/v1/provisioning/holds/{hold}/decision", 404),
          // JSON is no CSV
          Map.entry("POST /api/v1/imports/{kind}", 415),
          Map.entry("GET /scim/v2/ResourceTypes/{id}", 404),
          Map.entry("GET /scim/v2/Schemas/{id}", 404),
          Map.entry("GET /scim/v2/Users/{user}", 404),
          Map.entry("PUT /scim/v2/Users/{user}", 404),
          Map.entry("PATCH /scim/v2/Users/{user}", 404),
          Map.entry("DELETE /scim/v2/Users/{user}", 404),
          Map.entry("GET /scim/v2/Groups/{team}", 404),
          Map.entry("PUT /scim/v2/Groups/{team}", 404),
          Map.entry("PATCH /scim/v2/Groups/{team}", 404),
          Map.entry("DELETE /scim/v2/Groups/{team}", 404),
          Map.entry("POST /api/v1/approvals/delegations", 404),
          Map.entry("DELETE /api/v1/approvals/delegations/{delegation}", 404),
          Map.entry("GET /api/v1/approvals/{approval}", 404),
          Map.entry("POST /api/v1/approvals/{approval}/approve", 404),
          Map.entry("POST /api/v1/approvals/{approval}/reject", 404),
          Map.entry("POST /api/v1/approvals/{approval}/withdraw", 404),
          Map.entry("DELETE /api/v1/delivery-targets/{target}", 404),
          // Without a kind; of none
          Map.entry("PUT /api/v1/deliveries/targets/{target}", 400),
          Map.entry("DELETE /api/v1/deliveries/targets/{target}", 404),
          Map.entry("POST /api/v1/deliveries/targets/{target}/pause", 404),
          Map.entry("POST /api/v1/deliveries/targets/{target}/resume", 404),
          Map.entry("DELETE /api/v1/audit/destinations/{destination}", 404),
          Map.entry("DELETE /api/v1/identity-providers/{provider}", 404),
          Map.entry("GET /docs/{folder}/{page}", 404),
          Map.entry("POST /api/v1/break-glass/{use}/review", 404),
          // Who is invited to nothing
          Map.entry("POST /api/v1/guests", 400),
          Map.entry("PUT /api/v1/guests/{user}", 404),
          Map.entry("DELETE /api/v1/guests/{user}", 404),
          Map.entry("POST /api/v1/guests/{user}/invitation", 404),
          Map.entry("POST /api/v1/support-consents/{request}/consent", 404),
          Map.entry("POST /api/v1/support-consents/{request}/refuse", 404),
          Map.entry("DELETE /api/v1/support-consents/{request}", 404),
          // Without a version, without parties, without rules
          Map.entry("PUT /api/v1/policies/recording", 400),
          Map.entry("POST /api/v1/policies/recording/reduce", 400),
          Map.entry("POST /api/v1/policies/recording/simulate", 400),
          Map.entry("POST /api/v1/policies/recording/dry-run", 400),
          // It is archived already
          Map.entry("POST /api/v1/recordings/{id}/keep", 409),
          // Without a version, or without a name
          Map.entry("PUT /api/v1/policies/retention", 400),
          Map.entry("POST /api/v1/policies/retention/shorten", 400),
          Map.entry("POST /api/v1/policies/retention/simulate", 400),
          // Without a scope; of a hold that is not there
          // It has no settling time, and is not restricted
          Map.entry("POST /api/v1/recordings/{id}/removal", 409),
          Map.entry("POST /api/v1/recordings/{id}/replacement", 409),
          Map.entry("POST /api/v1/recordings/{id}/restriction/opening", 409),
          Map.entry("POST /api/v1/recordings/{id}/restriction/lift", 409),
          Map.entry("POST /api/v1/holds", 400),
          Map.entry("POST /api/v1/holds/preview", 400),
          Map.entry("GET /api/v1/holds/{hold}", 404),
          Map.entry("GET /api/v1/holds/{hold}/recordings", 404),
          Map.entry("POST /api/v1/holds/{hold}/release", 404),
          // Without what is needed; of a request that is not there
          Map.entry("POST /api/v1/subject-requests", 400),
          Map.entry("GET /api/v1/subject-requests/{request}", 404),
          Map.entry("GET /api/v1/subject-requests/{request}/items", 404),
          Map.entry("POST /api/v1/subject-requests/{request}/extend", 400),
          Map.entry("POST /api/v1/subject-requests/{request}/identity", 400),
          Map.entry("POST /api/v1/subject-requests/{request}/find", 404),
          Map.entry("POST /api/v1/subject-requests/{request}/decisions", 400),
          Map.entry("POST /api/v1/subject-requests/{request}/execute", 404),
          Map.entry("POST /api/v1/subject-requests/{request}/erasure", 400),
          Map.entry("POST /api/v1/subject-requests/{request}/close", 400),
          Map.entry("GET /api/v1/subject-requests/{request}/answer", 404),
          Map.entry("PUT /api/v1/subject-requests/{request}/items/{id}/plan", 404),
          Map.entry("GET /api/v1/subject-requests/{request}/items/{id}/audio", 404),
          Map.entry("POST /api/v1/subject-requests/{request}/copy/release", 404),
          Map.entry("GET /api/v1/subject-requests/{request}/copy", 404),
          Map.entry("POST /api/v1/subject-requests/{request}/copy/code", 404),
          // Without a version, a reason or a number; no such run
          Map.entry("PUT /api/v1/disposal/settings", 400),
          Map.entry("POST /api/v1/disposal/settings/ask", 400),
          Map.entry("GET /api/v1/disposal/runs/{run}", 404),
          Map.entry("GET /api/v1/disposal/runs/{run}/items", 404),
          Map.entry("GET /api/v1/disposal/runs/{run}/certificate", 404),
          Map.entry("POST /api/v1/disposal/runs/{run}/approval", 400),
          Map.entry("GET /api/v1/disposal/tombstones", 400),
          Map.entry("POST /api/v1/disposal/items/{id}/veto", 400),
          Map.entry("GET /api/v1/recordings/{id}/tombstone", 404),
          Map.entry("POST /api/v1/policies/retention/go-live", 400),
          Map.entry("POST /api/v1/policies/retention/lock-mode", 400),
          // Of a tenant that is not closed
          Map.entry("GET /api/v1/closing/inventory", 404),
          Map.entry("POST /api/v1/closing/keys", 404),
          Map.entry("POST /api/v1/closing/verification", 404),
          Map.entry("PUT /api/v1/announcements/policy", 400),
          Map.entry("POST /api/v1/announcements/prompts", 400),
          // Of a call that is over
          Map.entry("POST /api/v1/recordings/{id}/pause", 409),
          Map.entry("POST /api/v1/recordings/{id}/resume", 409),
          // JSON is no sound
          Map.entry("POST /api/v1/announcements/prompts/{name}/{language}", 415),
          Map.entry("GET /api/v1/announcements/prompts/{name}/{language}/{version}/sound", 404),
          Map.entry("DELETE /api/v1/announcements/prompts/{name}/{language}/{version}", 404),
          // What is no certificate
          Map.entry("POST /api/v1/keys", 400),
          // Which recording is not said
          Map.entry("POST /api/v1/blocked-recordings", 400),
          Map.entry("POST /api/v1/blocked-recordings/lift", 400),
          // To oneself
          Map.entry("POST /api/v1/grants", 403));

  /** Open to anybody; this list may only shrink. */
  private static final Set<String> OPEN =
      Set.of(
          "POST /api/v1/session",
          "POST /api/v1/subject-copies",
          "POST /api/v1/break-glass",
          "GET /api/v1/teams-tab",
          "POST /api/v1/teams-tab/session",
          "POST /api/v1/teams-tab/pop-up-session",
          "POST /api/v1/invitations/view",
          "POST /api/v1/invitations/accept",
          "GET /api/v1/openapi.json",
          "GET /api/v1/sign-in/providers",
          "GET /sign-in/oidc/{tenant}/{provider}",
          "GET /sign-in/oidc/callback",
          "POST /sign-in/oidc/{tenant}/{provider}/logout",
          "GET /healthz",
          "GET /readyz",
          "GET /metrics");

  private final TestPortal portal = new TestPortal();
  private final RecordingId call = call(ACME, "t-desk");
  private final RecordingId otherTeams = call(ACME, "t-other");
  private final RecordingId otherTenants = call(GLOBEX, "t-desk");

  private RecordingId call(TenantSlug tenant, String team) {
    CallEntry entry =
        TestCalls.archived(
            TestCalls.summary(
                tenant,
                CallState.ARCHIVED,
                NOW.minusSeconds(60),
                Duration.ofSeconds(30),
                TestCalls.party(Side.LEFT, "Anna", "+4930123", team, "t-all")),
            5,
            Duration.ofSeconds(30));
    RecordingId id = entry.summary().id();
    portal.calls.put(entry);
    portal.media.put(id, Part.MEDIA, new byte[] {1, 2, 3, 4, 5});
    portal.media.put(id, Part.WAVEFORM, new byte[] {1});
    portal.media.put(id, Part.CALL, Json.bytes(TestCalls.record(entry)));
    return id;
  }

  @BeforeAll
  void supervisorLeadsTheDesk() {
    portal.directory.addTeam(
        new io.earwitness.archive.catalog.Directory.Team("t-all", ACME, "All", null), "test");
    portal.directory.addTeam(
        new io.earwitness.archive.catalog.Directory.Team("t-desk", ACME, "Desk", "t-all"), "test");
    portal.directory.addMember(ACME, "t-desk", "supervisor", "test");
    portal.srcs.put(report("sbc-acme", ACME));
    portal.srcs.put(report("sbc-globex", GLOBEX));
    portal.srcs.put(report("sbc-shared", null));
  }

  private static SrcReport report(String name, @Nullable TenantSlug tenant) {
    RecordingId call = RecordingId.draw(NOW);
    return new SrcReport(
        new RecorderSnapshot.Src(
            name,
            List.of("192.0.2.0/24", "::1"),
            tenant,
            new SrcProfile(SrcProof.STRICT, "sbc.example", AnswerMode.ONE_CODEC, false)),
        7,
        2,
        NOW,
        call,
        List.of(new DeviationCount(Deviation.LABEL_MISSING, 5, NOW, NOW, call, "m-line 2")));
  }

  @Test
  void operatorsSeeEverySrcAndATenantsAdministratorsItsOwn() {
    String path = "/api/v1/srcs";
    TestPortal.Client operator = portal.signIn(TenantSlug.PLATFORM, Role.OPERATOR);
    assertThat(json(operator.get(path)).get("items").findValuesAsText("name"))
        .containsExactly("sbc-acme", "sbc-globex", "sbc-shared");
    assertThat(operator.get(path + "/sbc-shared/conformance").statusCode()).isEqualTo(200);
    // Whoever gives out roles in a tenant can't make an operator of the platform
    for (Role role :
        List.of(Role.TENANT_ADMIN, Role.RECORDING_ADMIN, Role.AUDITOR, Role.OPERATOR)) {
      TestPortal.Client own = portal.signIn(ACME, role);
      assertThat(json(own.get(path)).get("items").findValuesAsText("name"))
          .containsExactly("sbc-acme");
      HttpResponse<byte[]> other = own.get(path + "/sbc-globex/conformance");
      assertThat(other.statusCode()).isEqualTo(404);
      assertThat(other.body()).isEqualTo(own.get(path + "/no-such/conformance").body());
    }
  }

  @Test
  void anSrcIsShownWithItsProfileAndItsDeviationsInWords() {
    var conformance =
        json(portal.signIn(ACME, Role.TENANT_ADMIN).get("/api/v1/srcs/sbc-acme/conformance"));
    var src = conformance.get("src");
    assertThat(src.get("networks").get(1).asText()).isEqualTo("::1");
    assertThat(src.get("proof").asText()).isEqualTo("strict");
    assertThat(src.get("tlsIdentity").asText()).isEqualTo("sbc.example");
    assertThat(src.get("answer").asText()).isEqualTo("one-codec");
    assertThat(src.get("options").asBoolean()).isFalse();
    assertThat(src.get("calls").asInt()).isEqualTo(7);
    assertThat(src.get("refused").asInt()).isEqualTo(2);
    var line = conformance.get("deviations").get(0);
    assertThat(line.get("deviation").asText()).isEqualTo("label-missing");
    assertThat(line.get("rule").asText()).isEqualTo("RFC 7866 §7.1.1");
    assertThat(line.get("meaning").asText()).isEqualTo(Deviation.LABEL_MISSING.meaning());
    assertThat(line.get("remedy").asText()).isEqualTo(Deviation.LABEL_MISSING.remedy());
    assertThat(line.get("calls").asInt()).isEqualTo(5);
    assertThat(line.get("lastDetail").asText()).isEqualTo("m-line 2");
    assertThat(portal.audit.of("src.report"))
        .extracting(AuditEntry::object)
        .contains("src:sbc-acme");
  }

  @AfterAll
  void stop() {
    portal.close();
  }

  private static String name(Route route) {
    return route.method().name() + " " + route.path();
  }

  private List<Route> routes() {
    return portal.routes();
  }

  private HttpResponse<byte[]> ask(TestPortal.Client client, String route, RecordingId id) {
    String method = route.substring(0, route.indexOf(' '));
    String path = path(route, id, portal.proofs.first(ACME));
    Object body = body(route, id);
    return body == null
        ? client.send(method, path, null)
        : client.send(method, path, Json.bytes(body), "Content-Type", "application/json");
  }

  /** An address of the route that names a recording and an audit entry, and else nobody. */
  static String path(String route, RecordingId id, UUID entry) {
    String template = route.substring(route.indexOf(' ') + 1);
    boolean token = template.contains("/tokens/{id}");
    String path =
        template
            .replace("{id}", token ? "0".repeat(64) : id.toString())
            .replace("{name}", "sbc-acme")
            .replace("{kind}", "people")
            .replace("{node}", "rec-1")
            .replace("{entry}", entry.toString())
            .replace("/consistency", "/consistency?from=1&to=1")
            .replaceAll(
                "\\{(licence|tag|note|user|team|grant|matter|play|review|alarm|silence|session|token|hold|approval"
                    + "|delegation|handover|target|use|request|tenant|language|version|destination|provider|folder|page|run)\\}",
                "nobody");
    if (path.endsWith("/access/decision")) {
      path += "?user=u-acme-user&recording=" + id;
    } else if (path.endsWith("/access/review")) {
      path += "?recording=" + id;
    } else if (route.endsWith("DELETE /api/v1/recordings/{id}/notes/{note}")) {
      path += "?version=1";
    } else if (route.startsWith("DELETE /api/v1/delivery-targets")
        || route.startsWith("DELETE /api/v1/audit/destinations")
        || route.startsWith("DELETE /api/v1/identity-providers")) {
      path += "?reason=x";
    }
    return path;
  }

  static @Nullable Object body(String route, RecordingId id) {
    if (route.equals("PUT /api/v1/guests/{user}")) {
      return Map.of("until", NOW.plusSeconds(60), "plays", 1);
    }
    if (route.equals("POST /api/v1/recordings/{id}/removal")) {
      return Map.of("reason", "x");
    }
    return switch (route.substring(0, route.indexOf(' ')) + route.replaceAll(".*/", " ")) {
      case "POST tokens", "POST users", "POST teams" -> Map.of("name", "x");
      case "POST matters" -> Map.of("name", "x", "kind", "sample");
      case "POST members" -> Map.of("user", "nobody");
      case "POST recordings" -> Map.of("recordings", List.of(id));
      case "POST grants" ->
          Map.of(
              "holder", Map.of("type", "user", "id", "u-acme-tenant-admin"),
              "rights", List.of("listen"),
              "on", Map.of("type", "tenant"));
      case "POST reviews" -> Map.of("statement", "as it should be");
      case "POST tags" -> Map.of("tag", "x");
      case "POST notes" -> Map.of("text", "x");
      case "PUT {note}" -> Map.of("version", 1, "text", "x");
      case "POST pause" -> Map.of("reason", "x");
      case "PUT pause" -> Map.of("limitSeconds", 60);
      case "POST corrections" -> Map.of("swapSides", true, "reason", "x");
      case "POST holders" -> Map.of("number", "+4930123");
      case "POST silences" ->
          Map.of("kind", "media-missing", "until", NOW.plusSeconds(60), "reason", "x");
      case "POST decision" -> Map.of("further", 1);
      case "POST Users", "PUT {user}" -> Map.of("userName", "somebody");
      case "POST Groups", "PUT {team}" -> Map.of("displayName", "some");
      case "PATCH {user}", "PATCH {team}" ->
          Map.of(
              "Operations", List.of(Map.of("op", "replace", "path", "displayName", "value", "x")));
      case "POST delegations" -> Map.of("to", "nobody", "until", NOW.plusSeconds(60));
      case "POST approve" -> Map.of("sha256", "0");
      case "POST reject", "POST keep", "POST release", "POST lift" -> Map.of("reason", "x");
      case "POST replacement" ->
          Map.of("spans", List.of(Map.of("fromMs", 0, "toMs", 1)), "reason", "x");
      case "POST restriction" -> Map.of("legalBasis", "x", "spans", List.of(), "reason", "x");
      case "POST opening" ->
          Map.of("legalBasis", "x", "persons", List.of("auditor"), "hours", 1, "reason", "x");
      case "POST keys" -> Map.of("reason", "x", "certificate", "x");
      case "POST review" -> Map.of("note", "x");
      case "PUT {target}" -> Map.of("type", "email", "address", "a@acme.example", "reason", "x");
      case "PUT {destination}" -> Map.of("address", "tls://siem.acme.example:6514", "reason", "x");
      case "PUT {provider}" ->
          Map.of("issuer", "https://id.acme.example", "clientId", "earwitness", "reason", "x");
      case "PUT own-calls" -> Map.of("allowed", false);
      case "PUT roles" -> Map.of("roles", List.of());
      case "PUT active" -> Map.of("active", true);
      case "POST consent" ->
          Map.of("matter", new UUID(0, 0), "until", NOW.plusSeconds(60), "plays", 1);
      case "POST refuse" -> Map.of("note", "x");
      case "POST support-requests" -> Map.of("tenant", "nobody", "reason", "x");
      case String other when other.startsWith("P") -> Map.of();
      default -> null;
    };
  }

  @Test
  void theTableNamesEveryRoute() {
    Set<String> named = new TreeSet<>(MAY.keySet());
    named.addAll(OPEN);
    assertThat(routes())
        .extracting(AccessTableTest::name)
        .containsExactlyInAnyOrderElementsOf(named);
    assertThat(routes().stream().filter(r -> r.rule() instanceof Route.Rule.Open))
        .extracting(AccessTableTest::name)
        .containsExactlyInAnyOrderElementsOf(OPEN);
  }

  @Test
  void eachRoleMayWhatTheTableSaysAndNoMore() {
    for (Role role : Role.values()) {
      MAY.forEach(
          (route, allowed) -> {
            TestPortal.Client client = portal.signIn(ACME, role);
            int entries = portal.audit.entries.size();
            HttpResponse<byte[]> response = ask(client, route, call);
            String what = "%s as %s: %d".formatted(route, role.wireName(), response.statusCode());
            if (allowed.contains(role)) {
              int expected = OTHERWISE.getOrDefault(route, 200);
              assertThat(response.statusCode()).as(what).isBetween(expected, expected + 6);
              if (expected == 403) {
                assertThat(TestPortal.text(response)).as(what).doesNotContain("Your roles");
              }
            } else {
              assertThat(response.statusCode()).as(what).isEqualTo(403);
              List<AuditEntry> tried =
                  portal.audit.entries.subList(entries, portal.audit.entries.size());
              assertThat(tried).as(what).hasSize(2);
              assertThat(tried.get(1).outcome()).as(what).startsWith("refused: Your roles");
            }
          });
    }
  }

  @Test
  void nobodyGetsAnythingWithoutSigningIn() {
    MAY.keySet()
        .forEach(
            route ->
                assertThat(ask(portal.anonymous(), route, call).statusCode())
                    .as(route)
                    .isEqualTo(401));
  }

  @Test
  void anotherTenantsCallAnswersExactlyAsAMissingOne() {
    TestPortal.Client officer = portal.signIn(ACME, Role.COMPLIANCE_OFFICER);
    TestPortal.Client auditor = portal.signIn(ACME, Role.AUDITOR);
    RecordingId missing = RecordingId.draw(NOW);
    MAY.keySet().stream()
        .filter(route -> route.contains("/recordings/{id}"))
        .forEach(
            route -> {
              TestPortal.Client asking =
                  MAY.getOrDefault(route, Set.of()).contains(Role.COMPLIANCE_OFFICER)
                      ? officer
                      : auditor;
              HttpResponse<byte[]> other = ask(asking, route, otherTenants);
              HttpResponse<byte[]> none = ask(asking, route, missing);
              assertThat(other.statusCode()).as(route).isEqualTo(404);
              assertThat(none.statusCode()).as(route).isEqualTo(404);
              assertThat(other.body()).as(route).isEqualTo(none.body());
              assertThat(other.headers().map().keySet()).isEqualTo(none.headers().map().keySet());
            });
    assertThat(officer.get("/api/v1/recordings/not-an-id").statusCode()).isEqualTo(404);
    assertThat(officer.get("/api/v1/recordings/" + new UUID(0, 0)).statusCode()).isEqualTo(404);
  }

  @Test
  void aSupervisorSeesTheCallsOfOwnTeamsNotOfThoseAboveOrBeside() {
    TestPortal.Client supervisor = portal.signIn(ACME, Role.SUPERVISOR);
    assertThat(ask(supervisor, "GET /api/v1/recordings/{id}", call).statusCode()).isEqualTo(200);
    for (RecordingId id : List.of(otherTeams, otherTenants)) {
      assertThat(ask(supervisor, "GET /api/v1/recordings/{id}", id).statusCode()).isEqualTo(404);
      assertThat(ask(supervisor, "GET /api/v1/recordings/{id}/media", id).statusCode())
          .isEqualTo(404);
    }
    var page = json(supervisor.get("/api/v1/recordings"));
    assertThat(page.get("total").get("value").asInt()).isEqualTo(1);
    assertThat(page.get("items").findValuesAsText("id")).containsExactly(call.toString());
  }

  @Test
  void ofAConversationASupervisorSeesTheRecordingsOfOwnTeamsOnly() {
    for (RecordingId id : List.of(call, otherTeams)) {
      CallEntry entry = portal.calls.find(ACME, id).orElseThrow();
      Interactions.Place place =
          new Interactions.Place(otherTeams, id.equals(call) ? otherTeams : null);
      portal.calls.put(new CallEntry(entry.summary(), entry.version(), entry.archive(), place));
    }
    String path = "/api/v1/recordings/" + call;
    var seen = json(portal.signIn(ACME, Role.SUPERVISOR).get(path)).get("interaction");
    assertThat(seen.get("recordings").findValuesAsText("id")).containsExactly(call.toString());
    assertThat(seen.get("duplicateOf").isNull()).isTrue();

    var all = json(portal.signIn(ACME, Role.COMPLIANCE_OFFICER).get(path)).get("interaction");
    assertThat(all.get("recordings").findValuesAsText("id"))
        .containsExactlyInAnyOrder(call.toString(), otherTeams.toString());
    assertThat(all.get("duplicateOf").asText()).isEqualTo(otherTeams.toString());
  }

  @Test
  void whatAnIndexGivesTooMuchIsNotShown() {
    portal.calls.indexLeaks = true;
    try {
      TestPortal.Client supervisor = portal.signIn(ACME, Role.SUPERVISOR);
      assertThat(json(supervisor.get("/api/v1/recordings")).get("items").findValuesAsText("id"))
          .containsExactly(call.toString());
    } finally {
      portal.calls.indexLeaks = false;
    }
  }

  @Test
  void whoOperatesThePlatformHearsNothingWhateverOtherRolesThereAre() {
    portal.user(ACME, "both", Set.of(Role.OPERATOR, Role.COMPLIANCE_OFFICER));
    TestPortal.Client both = portal.signIn(ACME, "both");
    assertThat(both.get("/api/v1/recordings").statusCode()).isEqualTo(403);
    assertThat(ask(both, "GET /api/v1/recordings/{id}/media", call).statusCode()).isEqualTo(403);
  }

  @Test
  void whatIsQuarantinedIsHeardByNobody() {
    TestPortal.Client officer = portal.signIn(TenantSlug.PLATFORM, Role.COMPLIANCE_OFFICER);
    assertThat(officer.get("/api/v1/recordings").statusCode()).isEqualTo(403);
  }

  @Test
  void aDownloadNeedsItsOwnPermissionAlthoughTheAudioIsTheSame() {
    TestPortal.Client supervisor = portal.signIn(ACME, Role.SUPERVISOR);
    String path = "/api/v1/recordings/" + call + "/media";
    assertThat(supervisor.get(path).statusCode()).isEqualTo(200);
    assertThat(supervisor.get(path + "?download=true").statusCode()).isEqualTo(403);
    assertThat(portal.audit.of("recording.download").getLast().outcome())
        .isEqualTo("refused: Your roles do not include the permission 'download'.");
  }
}
