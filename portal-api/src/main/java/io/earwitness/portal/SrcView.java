package io.earwitness.portal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.earwitness.archive.catalog.SrcReports.DeviationCount;
import io.earwitness.archive.catalog.SrcReports.SrcReport;
import io.earwitness.call.AnswerMode;
import io.earwitness.call.Deviation;
import io.earwitness.call.RecorderSnapshot;
import io.earwitness.call.RecordingId;
import io.earwitness.call.SrcProof;
import io.earwitness.call.TenantSlug;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SRCs and their conformance as the API and the command line show them. */
public final class SrcView {
  private SrcView() {}

  /** How an SRC is treated. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Profile(
      String name,
      List<String> networks,
      @Nullable TenantSlug tenant,
      SrcProof proof,
      @Nullable String tlsIdentity,
      AnswerMode answer,
      boolean options,
      @Nullable Integer notRecordedStatus) {
    public Profile {
      networks = List.copyOf(networks);
    }

    public static Profile of(RecorderSnapshot.Src src) {
      return new Profile(
          src.name(),
          src.networks(),
          src.tenant(),
          src.profile().proof(),
          src.profile().tlsIdentity(),
          src.profile().answer(),
          src.profile().options(),
          src.profile().notRecordedStatus());
    }
  }

  /** An SRC in a list. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Item(
      @JsonUnwrapped Profile profile,
      long calls,
      long refused,
      @Nullable Instant lastSeen,
      @Nullable RecordingId lastCall,
      int deviations) {
    static Item of(SrcReport report) {
      return new Item(
          Profile.of(report.src()),
          report.calls(),
          report.refused(),
          report.lastSeen(),
          report.lastCall(),
          report.deviations().size());
    }
  }

  /** All SRCs that somebody may see. */
  public record Items(List<Item> items) {
    public Items {
      items = List.copyOf(items);
    }
  }

  /** A deviation in words, and how often it was seen. */
  public record Line(
      Deviation deviation,
      String rule,
      String meaning,
      String remedy,
      long calls,
      Instant firstSeen,
      Instant lastSeen,
      RecordingId lastCall,
      String lastDetail) {
    static Line of(DeviationCount count) {
      Deviation deviation = count.deviation();
      return new Line(
          deviation,
          deviation.rule(),
          deviation.meaning(),
          deviation.remedy(),
          count.calls(),
          count.firstSeen(),
          count.lastSeen(),
          count.lastCall(),
          count.lastDetail());
    }
  }

  /** An SRC with its deviations, the most frequent first. */
  public record Conformance(Item src, List<Line> deviations) {
    public Conformance {
      deviations = List.copyOf(deviations);
    }

    public static Conformance of(SrcReport report) {
      return new Conformance(Item.of(report), report.deviations().stream().map(Line::of).toList());
    }
  }
}
