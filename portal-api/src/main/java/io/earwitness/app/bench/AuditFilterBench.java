package io.earwitness.app.bench;

import io.earwitness.archive.catalog.AuditFill;
import io.earwitness.archive.catalog.CatalogDatabase;
import io.earwitness.archive.catalog.DatabaseConfig;
import io.earwitness.archive.catalog.embedded.PostgresBinaries;
import io.earwitness.audit.AuditTrail;
import io.earwitness.call.TenantSlug;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the first page of an audit trail as its page does, by each kind of filter, over many
 * entries of one tenant.
 */
final class AuditFilterBench {
  private static final TenantSlug TENANT = new TenantSlug("bench");
  private static final int PAGE = 100;

  /**
   * What to measure.
   *
   * @param questions of each kind, with values of their own
   */
  record Options(long entries, int questions) {}

  /** Of one kind of filter. */
  record Figures(String kind, double p50Millis, double p99Millis, double found) {}

  private final Options options;
  private final Path folder;

  AuditFilterBench(Options options, Path folder) {
    this.options = options;
    this.folder = folder;
  }

  List<Figures> run() {
    Path postgres = folder.resolve("postgres");
    try (CatalogDatabase database =
        CatalogDatabase.open(
            new DatabaseConfig.Embedded(postgres, PostgresBinaries.userCache(), 0, false),
            Clock.systemUTC())) {
      AuditFill.run(postgres, TENANT, options.entries());
      AuditTrail trail = database.auditTrail();
      List<String> objects =
          trail.entries(query(null, null, null, null, null, AuditTrail.MAX_PAGE)).entries().stream()
              .map(kept -> String.valueOf(kept.entry().object()))
              .toList();
      List<Figures> all = new ArrayList<>();
      all.add(measure(trail, "none", _ -> query(null, null, null, null, null, PAGE)));
      all.add(
          measure(
              trail,
              "a week",
              random -> {
                Instant from = day(random);
                return query(from, from.plus(Duration.ofDays(7)), null, null, null, PAGE);
              }));
      all.add(
          measure(trail, "actor", random -> query(null, null, actor(random), null, null, PAGE)));
      all.add(
          measure(trail, "action", random -> query(null, null, null, action(random), null, PAGE)));
      all.add(
          measure(
              trail,
              "object",
              random ->
                  query(
                      null, null, null, null, objects.get(random.nextInt(objects.size())), PAGE)));
      all.add(
          measure(
              trail,
              "actor and action",
              random -> query(null, null, actor(random), action(random), null, PAGE)));
      all.add(
          measure(
              trail,
              "a week and action",
              random -> {
                Instant from = day(random);
                return query(from, from.plus(Duration.ofDays(7)), null, action(random), null, PAGE);
              }));
      all.add(
          measure(
              trail,
              "nothing is found",
              random -> query(null, null, "user:" + random.nextInt(), null, null, PAGE)));
      return all;
    }
  }

  private static String actor(Random random) {
    return "user:person-%d@bench".formatted(random.nextInt(AuditFill.ACTORS));
  }

  private static String action(Random random) {
    return "act." + random.nextInt(AuditFill.ACTIONS);
  }

  private static Instant day(Random random) {
    return Instant.now().minus(Duration.ofDays(random.nextInt(AuditFill.DAYS)));
  }

  private static AuditTrail.Query query(
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String actor,
      @Nullable String action,
      @Nullable String object,
      int limit) {
    return new AuditTrail.Query(TENANT, from, to, actor, action, object, limit, null);
  }

  private Figures measure(
      AuditTrail trail, String kind, Function<Random, AuditTrail.Query> question) {
    // The same questions each time it runs
    Random random = new Random(kind.hashCode());
    long[] nanos = new long[options.questions()];
    long found = 0;
    for (int i = 0; i < nanos.length; i++) {
      AuditTrail.Query query = question.apply(random);
      long start = System.nanoTime();
      found += trail.entries(query).entries().size();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return new Figures(
        kind,
        nanos[nanos.length / 2] / 1e6,
        nanos[Math.min(nanos.length - 1, nanos.length * 99 / 100)] / 1e6,
        (double) found / nanos.length);
  }
}
