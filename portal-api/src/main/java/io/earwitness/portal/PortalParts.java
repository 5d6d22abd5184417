package io.earwitness.portal;

import io.earwitness.archive.catalog.AccessDirectory;
import io.earwitness.archive.catalog.AccessReviews;
import io.earwitness.archive.catalog.AlarmRegister;
import io.earwitness.archive.catalog.Annotations;
import io.earwitness.archive.catalog.Attempts;
import io.earwitness.archive.catalog.CallCatalog;
import io.earwitness.archive.catalog.Directory;
import io.earwitness.archive.catalog.Drains;
import io.earwitness.archive.catalog.Licences;
import io.earwitness.archive.catalog.Nodes;
import io.earwitness.archive.catalog.Pauses;
import io.earwitness.archive.catalog.Plays;
import io.earwitness.archive.catalog.RecordingPolicies;
import io.earwitness.archive.catalog.Sessions;
import io.earwitness.archive.catalog.SrcReports;
import io.earwitness.archive.catalog.StoredBytes;
import io.earwitness.audit.AuditLog;
import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.tree.AuditProofs;
import io.earwitness.search.CallSearch;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the portal works with; all of it thread-safe, none of it closed by the portal.
 *
 * @param readiness what must be reachable for requests to succeed
 * @param storagePrice null if nobody says what storage costs
 * @param metrics shown at {@code /metrics}; its names and labels must tell nothing of tenants
 */
public record PortalParts(
    Directory directory,
    AccessDirectory access,
    CallCatalog calls,
    SrcReports srcs,
    CallSearch search,
    AuditLog audit,
    AuditTrail trail,
    AuditProofs proofs,
    Sessions sessions,
    Plays plays,
    Attempts attempts,
    Drains drains,
    MediaAccess media,
    Nodes nodes,
    AccessReviews reviews,
    ReportSigner signer,
    List<ReadinessCheck> readiness,
    PrometheusMeterRegistry metrics,
    Clock clock,
    AlarmRegister alarms,
    SignInParts signIn,
    PeopleParts people,
    ApprovalDesk approvals,
    AnnouncementParts announcements,
    WhoseCallParts whoseCall,
    RecordingPolicies recording,
    Annotations annotations,
    Licences licences,
    StoredBytes stored,
    @Nullable StoragePrice storagePrice,
    Pauses pauses,
    RetentionParts retention,
    DeliveryParts delivery,
    ClosingParts closing) {
  public PortalParts {
    readiness = List.copyOf(readiness);
  }

  /**
   * A part that requests need.
   *
   * @param name as {@code /readyz} says it
   * @param check returns if the part can be reached
   */
  public record ReadinessCheck(String name, Check check) {}

  /** Throws if the part can't be reached. */
  @FunctionalInterface
  public interface Check {
    void run() throws Exception;
  }
}
