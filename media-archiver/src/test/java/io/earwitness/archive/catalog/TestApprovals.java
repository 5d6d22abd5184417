package io.earwitness.archive.catalog;

import io.earwitness.access.Role;
import io.earwitness.approval.Approval;
import io.earwitness.approval.ApprovalKind;
import io.earwitness.approval.ApprovalState;
import io.earwitness.approval.AskedAct;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Approvals of acts on recordings, by two officers of a tenant. */
public final class TestApprovals {
  public static final String ASKED = "user:omar";
  public static final String APPROVED = "user:olga";

  private TestApprovals() {}

  /** Adds the two. */
  public static void officers(CatalogDatabase database, TenantSlug tenant) {
    for (String name : List.of("omar", "olga")) {
      database
          .directory()
          .addUser(
              new Directory.User(
                  name, tenant, name, name, null, Set.of(Role.COMPLIANCE_OFFICER), true),
              "test");
    }
  }

  /** What omar asks for, and nobody has decided. */
  public static UUID asked(
      CatalogDatabase database, TenantSlug tenant, ApprovalKind kind, RecordingId recording) {
    AskedAct act =
        new AskedAct(tenant, "recording:" + recording, Map.of(), Map.of("state", "corrected"));
    String payload = ApprovalPayload.text(kind, act);
    Instant now = database.approvals().now();
    Approval approval =
        new Approval(
            UUID.randomUUID(),
            tenant,
            kind,
            ApprovalState.REQUESTED,
            act,
            payload,
            ApprovalPayload.sha256(payload),
            "omar",
            ASKED,
            Set.of(),
            "a private call",
            now,
            now.plus(Duration.ofDays(7)),
            null,
            List.of());
    database.approvals().add(approval);
    return approval.id();
  }

  /** What omar asked for and olga approved. */
  public static UUID approved(
      CatalogDatabase database, TenantSlug tenant, ApprovalKind kind, RecordingId recording) {
    UUID id = asked(database, tenant, kind, recording);
    database
        .approvals()
        .step(
            tenant,
            id,
            Set.of(ApprovalState.REQUESTED),
            new Approval.Step(
                ApprovalState.APPROVED, database.approvals().now(), "olga", APPROVED, null, ""));
    return id;
  }
}
