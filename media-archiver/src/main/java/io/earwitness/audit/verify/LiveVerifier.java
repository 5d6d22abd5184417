package io.earwitness.audit.verify;

import io.earwitness.audit.AuditTrail;
import io.earwitness.audit.verify.Finding.Kind;
import io.earwitness.call.TenantSlug;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Verifies live logs: every entry against its canonical bytes and its leaf, the tree against every
 * root that was signed (checkpoints, heads in the platform's log, copies under lock), and the
 * copies against the live entries.
 */
public final class LiveVerifier {
  private static final int PAGE = 4_096;
  private static final int CHUNK = 256;
  private static final String PLATFORM_HEAD = "audit.head";
  private static final String HEAD_OBJECT = "audit-log:";
  private static final Pattern HEAD =
      Pattern.compile(HEAD_OBJECT + "[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

  /** An entry younger than that may still wait for its leaf without being seen to wait. */
  private static final Duration SETTLED = Duration.ofMinutes(1);

  private final LogSource source;
  private final @Nullable LockedCopies copies;
  private final Function<TenantSlug, VerifierKey> keys;
  private final Clock clock;
  private @Nullable VerifierKey witness;

  /** Checkpoints of tenants' logs that the platform's log holds: where, and the note. */
  private final Map<String, List<Claimed>> heads = new TreeMap<>();

  private record Claimed(String where, String note) {}

  /**
   * @param copies null to leave them out
   * @param keys the verifier key of each log; throws if there is none
   */
  public LiveVerifier(
      LogSource source,
      @Nullable LockedCopies copies,
      Function<TenantSlug, VerifierKey> keys,
      Clock clock) {
    this.source = source;
    this.copies = copies;
    this.keys = keys;
    this.clock = clock;
  }

  /** Demands cosignatures of a witness on the copied checkpoints of the platform's log, too. */
  public LiveVerifier witnessedBy(VerifierKey key) {
    this.witness = key;
    return this;
  }

  /**
   * Verifies logs, one after the other; the platform's is read in any case, for it speaks of them.
   */
  public List<Report> verify(List<TenantSlug> logs) {
    Report platform = verify(TenantSlug.PLATFORM);
    List<Report> reports = new ArrayList<>();
    for (TenantSlug log : logs) {
      reports.add(log.equals(TenantSlug.PLATFORM) ? platform : verify(log));
    }
    return reports;
  }

  /**
   * Verifies every log that there is, and those that are gone but that the platform's speaks of.
   */
  public List<Report> verifyAll() {
    List<TenantSlug> logs = new ArrayList<>(source.logs());
    if (!logs.contains(TenantSlug.PLATFORM)) {
      logs.add(TenantSlug.PLATFORM);
    }
    List<Report> reports = verify(logs);
    for (String head : List.copyOf(heads.keySet())) {
      TenantSlug log = new TenantSlug(head.substring(HEAD_OBJECT.length()));
      if (!logs.contains(log)) {
        reports.add(verify(log));
      }
    }
    return reports;
  }

  private Report verify(TenantSlug log) {
    VerifierKey key = keys.apply(log);
    Report report = new Report(key.name());
    Claims claims = new Claims(report, key, source, log);
    claim(log, claims, report);
    List<BundlePlace> bundles = bundles(log, key, report, claims);
    read(log, report, claims);
    for (UUID entry : source.outside(log, clock.instant().minus(SETTLED), 100)) {
      report.find(
          Kind.INSERTED,
          entry.toString(),
          null,
          "entry %s is in the trail but has no leaf in the tree: it was put in past the log, or its leaf was removed"
              .formatted(entry));
    }
    report.waiting = source.waiting(log);
    if (copies != null) {
      new BundleComparison(source, log, key, report).compare(bundles);
    }
    return report;
  }

  private void claim(TenantSlug log, Claims claims, Report report) {
    for (Claimed head : heads.getOrDefault(HEAD_OBJECT + log, List.of())) {
      claims.add(head.note(), head.where());
    }
    if (copies != null && log.equals(TenantSlug.PLATFORM)) {
      for (LockedCopies.Copy copy : copies.checkpoints()) {
        String note = new String(copy.content().read(), java.nio.charset.StandardCharsets.UTF_8);
        claims.add(note, "the copy " + copy.name());
        cosigned(copy.name(), note, report);
      }
      if (witness != null && report.cosigned == 0) {
        report.find(
            Kind.UNVERIFIABLE,
            null,
            null,
            "no checkpoint under lock is cosigned by the witness " + witness.name());
      }
    }
  }

  /** One that is not cosigned says nothing: its witness may have been away. */
  private void cosigned(String name, String note, Report report) {
    if (witness == null) {
      return;
    }
    try {
      if (Cosignature.inNote(note, witness).isPresent()) {
        report.cosigned = Math.max(report.cosigned, Long.parseLong(note.lines().toList().get(1)));
      }
    } catch (Cosignature.ForgedException | NumberFormatException e) {
      report.find(
          Kind.FORGED_CHECKPOINT, null, null, "the copy %s: %s".formatted(name, e.getMessage()));
    }
  }

  private List<BundlePlace> bundles(TenantSlug log, VerifierKey key, Report report, Claims claims) {
    List<BundlePlace> bundles = new ArrayList<>();
    if (copies == null) {
      return bundles;
    }
    for (LockedCopies.Copy copy : copies.bundles(log)) {
      try {
        Bundle bundle = Bundle.read(copy, key);
        claims.add(bundle.checkpoint(), "the copy " + copy.name());
        report.copies++;
        bundles.add(new BundlePlace(copy, bundle.first(), bundle.entries().size()));
      } catch (Bundle.DamagedException e) {
        report.find(e.kind(), null, null, "the copy %s: %s".formatted(copy.name(), e.getMessage()));
      }
    }
    return bundles;
  }

  /** Reads the whole log; its leaves are hashed in parallel, its tree grows in order. */
  private void read(TenantSlug log, Report report, Claims claims) {
    TreeCheck tree = new TreeCheck(report, claims);
    long next = 0;
    List<LogSource.Leaf> page = source.leaves(log, 0, PAGE);
    while (!page.isEmpty()) {
      long ahead = page.getLast().index() + 1;
      CompletableFuture<List<LogSource.Leaf>> following =
          CompletableFuture.supplyAsync(() -> source.leaves(log, ahead, PAGE));
      List<Checked> checked = checkAll(page);
      for (int i = 0; i < page.size(); i++) {
        LogSource.Leaf leaf = page.get(i);
        if (leaf.index() != next) {
          report.find(
              Kind.REMOVED,
              null,
              next,
              leaf.index() == next + 1
                  ? "leaf %d of the log is gone".formatted(next)
                  : "leaves %d to %d of the log are gone".formatted(next, leaf.index() - 1));
        }
        next = leaf.index() + 1;
        for (Finding found : checked.get(i).findings()) {
          report.find(found.kind(), found.entry(), found.leafIndex(), found.message());
        }
        collectHead(log, leaf);
        report.entries++;
        tree.append(checked.get(i).hash());
      }
      page = following.join();
      if (page.isEmpty() && tree.expectsMore()) {
        // What is signed by now may have come while the log was read
        page = source.leaves(log, next, PAGE);
      }
    }
    tree.end();
  }

  private static List<Checked> checkAll(List<LogSource.Leaf> page) {
    int chunks = (page.size() + CHUNK - 1) / CHUNK;
    return IntStream.range(0, chunks)
        .parallel()
        .mapToObj(i -> check(page.subList(i * CHUNK, Math.min(page.size(), (i + 1) * CHUNK))))
        .flatMap(List::stream)
        .toList();
  }

  /** The hash that a leaf has by its entry, and what is wrong with it. */
  private record Checked(byte[] hash, List<Finding> findings) {}

  private static List<Checked> check(List<LogSource.Leaf> leaves) {
    EntryCheck check = new EntryCheck();
    List<Checked> checked = new ArrayList<>(leaves.size());
    for (LogSource.Leaf leaf : leaves) {
      checked.add(check(check, leaf));
    }
    return checked;
  }

  private static Checked check(EntryCheck check, LogSource.Leaf leaf) {
    String id = leaf.entry().toString();
    AuditTrail.Kept kept = leaf.kept();
    if (kept == null) {
      return new Checked(
          leaf.leafHash(),
          List.of(
              finding(
                  Kind.REMOVED,
                  id,
                  leaf,
                  "entry %s (leaf %d) is gone or can't be read".formatted(id, leaf.index()))));
    }
    byte[] hash = check.leafHash(kept.canonical());
    boolean agrees = check.agrees(kept.entry(), kept.salt(), kept.canonical());
    if (agrees && Arrays.equals(hash, leaf.leafHash()) && Arrays.equals(hash, kept.leafHash())) {
      return new Checked(hash, List.of());
    }
    List<Finding> findings = new ArrayList<>();
    if (!agrees) {
      findings.add(
          finding(
              Kind.CHANGED,
              id,
              leaf,
              "entry %s (leaf %d) was changed: %s"
                  .formatted(
                      id,
                      leaf.index(),
                      String.join(
                          ", ", check.differences(kept.entry(), kept.salt(), kept.canonical())))));
    }
    if (!Arrays.equals(hash, leaf.leafHash()) || !Arrays.equals(hash, kept.leafHash())) {
      findings.add(
          finding(
              Kind.CHANGED,
              id,
              leaf,
              "entry %s (leaf %d) was changed: its canonical bytes have another hash than its leaf"
                  .formatted(id, leaf.index())));
    }
    // The tree is held against what is kept as the leaf; what differs from that is told already
    return new Checked(leaf.leafHash(), findings);
  }

  private static Finding finding(Kind kind, String id, LogSource.Leaf leaf, String message) {
    return new Finding(kind, "", id, leaf.index(), message);
  }

  private void collectHead(TenantSlug log, LogSource.Leaf leaf) {
    AuditTrail.Kept kept = leaf.kept();
    if (kept == null
        || !log.equals(TenantSlug.PLATFORM)
        || !kept.entry().action().equals(PLATFORM_HEAD)) {
      return;
    }
    String note = kept.entry().details().get("checkpoint");
    String object = kept.entry().object();
    if (note != null && object != null && HEAD.matcher(object).matches()) {
      heads
          .computeIfAbsent(object, _ -> new ArrayList<>())
          .add(new Claimed("the platform's log in entry " + leaf.entry(), note));
    }
  }
}
