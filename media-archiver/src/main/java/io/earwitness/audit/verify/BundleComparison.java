package io.earwitness.audit.verify;

import io.earwitness.audit.verify.Finding.Kind;
import io.earwitness.call.TenantSlug;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds copied bundles against the live log, and tells by the ids what happened to an entry that is
 * not where it was. Not thread-safe.
 */
final class BundleComparison {
  private final LogSource source;
  private final TenantSlug log;
  private final VerifierKey key;
  private final Report report;
  private Collection<BundlePlace> chain = List.of();

  /** Folded ids of all entries that were copied, sorted; made when first needed. */
  private long @Nullable [] copied;

  /** By how much entries stand later in the live log than when they were copied. */
  private long shift;

  BundleComparison(LogSource source, TenantSlug log, VerifierKey key, Report report) {
    this.source = source;
    this.log = log;
    this.key = key;
    this.report = report;
  }

  /** Compares each stretch of the log with one copy, under lock if there is such a one. */
  void compare(List<BundlePlace> bundles) {
    Map<Long, BundlePlace> best = new TreeMap<>();
    for (BundlePlace bundle : bundles) {
      best.merge(bundle.first(), bundle, BundleComparison::better);
    }
    chain = best.values();
    long next = 0;
    for (BundlePlace bundle : chain) {
      if (bundle.end() <= next) {
        continue;
      }
      if (!bundle.copy().locked()) {
        report.find(
            Kind.UNVERIFIABLE,
            null,
            bundle.first(),
            "the copy %s does not lie under lock".formatted(bundle.copy().name()));
      }
      if (bundle.first() > next) {
        report.find(
            Kind.REMOVED,
            null,
            next,
            "there is no copy of leaves %d to %d".formatted(next, bundle.first() - 1));
      }
      compare(bundle, (int) Math.max(0, next - bundle.first()));
      next = bundle.end();
    }
  }

  private static BundlePlace better(BundlePlace one, BundlePlace other) {
    boolean locked = one.copy().locked();
    if (locked != other.copy().locked()) {
      return locked ? one : other;
    }
    return one.count() >= other.count() ? one : other;
  }

  private List<Bundle.Entry> entries(BundlePlace bundle) {
    try {
      return Bundle.read(bundle.copy(), key).entries();
    } catch (Bundle.DamagedException e) {
      throw new IllegalStateException(
          "the copy %s changed while it was verified".formatted(bundle.copy().name()), e);
    }
  }

  private void compare(BundlePlace bundle, int skipped) {
    List<Bundle.Entry> entries = entries(bundle);
    Map<Long, LogSource.Leaf> live = live(bundle);
    int at = skipped;
    while (at < entries.size() && !report.full()) {
      Bundle.Entry entry = entries.get(at);
      long index = bundle.first() + at;
      LogSource.Leaf leaf = live.get(index + shift);
      if (leaf != null && Arrays.equals(leaf.leafHash(), entry.leafHash())) {
        at++;
        continue;
      }
      if (leaf != null && leaf.entry().toString().equals(entry.id())) {
        tell(Kind.CHANGED, entry.id(), index, "was changed since it was copied");
        at++;
        continue;
      }
      Long now = indexOf(entry.id());
      boolean stranger = leaf != null && !isCopied(leaf.entry());
      if (leaf != null && stranger) {
        tell(
            Kind.INSERTED,
            leaf.entry().toString(),
            leaf.index(),
            "was not there when the log was copied");
      }
      if (now == null) {
        tell(Kind.REMOVED, entry.id(), index, "is gone");
        // Where one that was copied too stands in its place, those behind it moved up
        if (leaf != null && !stranger) {
          shift--;
        }
        at++;
      } else if (stranger && now > index + shift) {
        shift++;
        live = live(bundle);
      } else {
        tell(Kind.REORDERED, entry.id(), index, "stands at leaf %d now".formatted(now));
        at++;
      }
    }
  }

  private void tell(Kind kind, String id, long index, String what) {
    report.find(kind, id, index, "entry %s (leaf %d) %s".formatted(id, index, what));
  }

  private Map<Long, LogSource.Leaf> live(BundlePlace bundle) {
    Map<Long, LogSource.Leaf> live = new HashMap<>();
    // A little more on both sides, for entries that moved by one
    long from = Math.max(0, bundle.first() + shift - 1_000);
    for (LogSource.Leaf leaf : source.leaves(log, from, bundle.count() + 2_000)) {
      live.put(leaf.index(), leaf);
    }
    return live;
  }

  private @Nullable Long indexOf(String id) {
    try {
      return source.indexOf(log, UUID.fromString(id));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private boolean isCopied(UUID entry) {
    if (copied == null) {
      List<long[]> parts = new ArrayList<>();
      for (BundlePlace bundle : chain) {
        parts.add(entries(bundle).stream().mapToLong(e -> folded(e.id())).toArray());
      }
      copied = parts.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    }
    return Arrays.binarySearch(copied, folded(entry.toString())) >= 0;
  }

  private static long folded(String id) {
    try {
      UUID uuid = UUID.fromString(id);
      return uuid.getMostSignificantBits() ^ Long.rotateLeft(uuid.getLeastSignificantBits(), 1);
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }
}
