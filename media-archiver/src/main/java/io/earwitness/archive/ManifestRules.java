package io.earwitness.archive;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What must hold within a manifest, whoever signed it. Stateless. */
final class ManifestRules {
  private static final Pattern ATTEMPT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern FILE = Pattern.compile("[a-z][a-z0-9-]{0,59}\\.cms");

  private ManifestRules() {}

  /** Each broken rule in a sentence; empty if all hold. */
  static List<String> broken(Manifest manifest) {
    List<String> broken = new ArrayList<>();
    if (!manifest.format().equals(Manifest.FORMAT)) {
      broken.add(
          "The format is '%s'; this program knows '%s'."
              .formatted(manifest.format(), Manifest.FORMAT));
    }
    if (manifest.generation() < 0) {
      broken.add("The generation is %d; it can't be negative.".formatted(manifest.generation()));
    }
    if (manifest.durationMs() < 0) {
      broken.add("The duration is %d ms.".formatted(manifest.durationMs()));
    }
    if (!ATTEMPT.matcher(manifest.attempt()).matches()) {
      broken.add("'%s' can't be the name of an attempt's folder.".formatted(manifest.attempt()));
    }
    if (manifest.objects().isEmpty()) {
      broken.add("The manifest names no object.");
    }
    Set<String> names = new HashSet<>();
    for (Manifest.Entry entry : manifest.objects()) {
      checkName(manifest, entry.name(), broken);
      if (!names.add(entry.name())) {
        broken.add("The object '%s' is named twice.".formatted(entry.name()));
      }
      if (entry.samples() != null && entry.samples() < 1) {
        broken.add("The object '%s' has %d samples.".formatted(entry.name(), entry.samples()));
      }
      try {
        entry.envelope();
      } catch (IllegalArgumentException e) {
        broken.add("The entry of '%s' is impossible: %s.".formatted(entry.name(), e.getMessage()));
      }
    }
    return broken;
  }

  private static void checkName(Manifest manifest, String name, List<String> broken) {
    String folder = manifest.attempt() + "/";
    if (!name.startsWith(folder)) {
      broken.add(
          "The object '%s' does not belong to the attempt '%s'."
              .formatted(name, manifest.attempt()));
    } else if (!FILE.matcher(name.substring(folder.length())).matches()) {
      broken.add("'%s' can't be the name of an object.".formatted(name));
    }
  }
}
