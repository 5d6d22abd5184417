package io.earwitness.archive.catalog;

import io.earwitness.call.TenantSlug;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How much audio is stored, and when it falls due. Sizes are those of the encrypted audio; call
 * records, waveforms and manifests come to some kilobytes each beside it. Thread-safe.
 */
public interface StoredBytes {
  /** How far ahead what falls due is told month by month. */
  int MONTHS = 24;

  /** Of so many holds it is told what each one keeps. */
  int HOLDS = 100;

  /**
   * What is stored of calls that began in a month and are kept alike.
   *
   * @param keep the class of retention as it was decided, such as {@code 7-years}; null if it was
   *     archived before there were policies
   */
  record Stored(@Nullable String keep, YearMonth month, long recordings, long bytes) {}

  /** What falls due in a month. */
  record Due(YearMonth month, long recordings, long bytes) {}

  /**
   * What a legal hold in effect is on. A recording may be under more than one.
   *
   * @param pastDue what of it has fallen due, and is stored for holds alone
   */
  record Held(UUID hold, Sum all, Sum pastDue) {}

  /** Some recordings together. */
  record Sum(long recordings, long bytes) {}

  /**
   * What a tenant has stored, by months of its zone.
   *
   * @param stored by class and month, the newest month first, at most 1,200
   * @param due in this month and the {@value #MONTHS} after it, those without anything left out
   * @param overdue fell due before now
   * @param later falls due after those months
   * @param endless is kept without an end
   * @param held under any legal hold in effect
   * @param pastDue of these, what has fallen due, and is stored for holds alone
   * @param holds each hold by itself, the most bytes past due first, at most {@value #HOLDS}
   */
  record Usage(
      Sum total,
      List<Stored> stored,
      List<Due> due,
      Sum overdue,
      Sum later,
      Sum endless,
      Sum held,
      Sum pastDue,
      List<Held> holds) {
    public Usage {
      stored = List.copyOf(stored);
      due = List.copyOf(due);
      holds = List.copyOf(holds);
    }
  }

  /** What one tenant has stored. */
  record OfTenant(TenantSlug tenant, long recordings, long bytes) {}

  Usage of(TenantSlug tenant);

  /** Of all tenants, the largest first. */
  List<OfTenant> all();
}
