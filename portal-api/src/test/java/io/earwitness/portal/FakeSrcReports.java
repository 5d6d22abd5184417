package io.earwitness.portal;

import io.earwitness.archive.catalog.SrcReports;
import io.earwitness.call.CallSummary;
import io.earwitness.call.SrcFindings;
import io.earwitness.call.TenantSlug;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Reports in memory. */
final class FakeSrcReports implements SrcReports {
  private final List<SrcReport> reports = new CopyOnWriteArrayList<>();

  void put(SrcReport report) {
    reports.add(report);
  }

  @Override
  public void found(CallSummary call, SrcFindings findings) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<SrcReport> all() {
    return List.copyOf(reports);
  }

  @Override
  public List<SrcReport> of(TenantSlug tenant) {
    return reports.stream().filter(report -> tenant.equals(report.src().tenant())).toList();
  }
}
