package io.earwitness.archive.catalog;

import io.earwitness.call.CallSummary;
import io.earwitness.call.Deviation;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SrcFindings;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What comes from each SRC, and in what it deviates. Thread-safe; throws like the catalog. */
public interface SrcReports {
  /**
   * Counts a call that is in the catalog. Telling it again changes nothing, and more deviations of
   * the same call count once each.
   */
  void found(CallSummary call, SrcFindings findings);

  /** Of every SRC, over the calls of all tenants; by name. */
  List<SrcReport> all();

  /** Of the SRCs that are bound to a tenant, over its own calls; by name. */
  List<SrcReport> of(TenantSlug tenant);

  /**
   * What came from an SRC.
   *
   * @param calls recording sessions that were answered
   * @param refused INVITEs that were refused
   * @param lastSeen when the newest of them began; null before the first
   * @param lastCall its id; a refused INVITE has one too
   * @param deviations the most frequent first
   */
  record SrcReport(
      RecorderSnapshot.Src src,
      long calls,
      long refused,
      @Nullable Instant lastSeen,
      @Nullable RecordingId lastCall,
      List<DeviationCount> deviations) {
    public SrcReport {
      deviations = List.copyOf(deviations);
    }
  }

  /**
   * How often a deviation was seen.
   *
   * @param calls in how many calls and refused INVITEs
   * @param lastCall the newest of them; its raw SIP is in its capture and its call record
   * @param lastDetail where in it
   */
  record DeviationCount(
      Deviation deviation,
      long calls,
      Instant firstSeen,
      Instant lastSeen,
      RecordingId lastCall,
      String lastDetail) {}
}
