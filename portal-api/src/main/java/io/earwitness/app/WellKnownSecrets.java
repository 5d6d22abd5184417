package io.earwitness.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Secrets that everybody tries first: what manuals and images of databases and stores begin with.
 */
final class WellKnownSecrets {
  private static final Set<String> KNOWN =
      Set.of(
          "admin",
          "administrator",
          "changeit",
          "changeme",
          "default",
          "demo",
          "earwitness",
          "guest",
          "minio",
          "minioadmin",
          "minio123",
          "password",
          "postgres",
          "root",
          "s3cr3t",
          "secret",
          "test",
          "12345678",
          "123456789",
          "password1",
          "wjalrxutnfemi/k7mdeng/bpxrficyexamplekey");

  private WellKnownSecrets() {}

  /** What must be changed before real calls are recorded; none if all is well. */
  static List<String> problems(Config config) {
    List<String> problems = new ArrayList<>();
    if (config.database() != null) {
      check("database.password", config.database().user(), config.database().password(), problems);
    }
    if (config.objects() != null) {
      check(
          "objects.secretKey",
          config.objects().accessKey(),
          config.objects().secretKey(),
          problems);
    }
    return problems;
  }

  private static void check(String setting, String user, String secret, List<String> problems) {
    if (KNOWN.contains(secret.toLowerCase(Locale.ROOT)) || secret.equalsIgnoreCase(user)) {
      problems.add(
          "%s: this secret is one that everybody tries first; set another one (only the demo runs with it)"
              .formatted(setting));
    }
  }
}
