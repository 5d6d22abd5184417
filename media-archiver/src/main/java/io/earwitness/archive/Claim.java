package io.earwitness.archive;

/**
 * What decided a generation: the bytes under the claim's key, verified.
 *
 * @param signed never changed by anybody
 */
record Claim(Manifest manifest, byte[] signed) {
  String key() {
    return ObjectKeys.manifest(manifest.tenant(), manifest.recording(), manifest.generation());
  }

  String keyOf(Manifest.Entry entry) {
    return ObjectKeys.object(manifest.tenant(), manifest.recording(), entry.name());
  }
}
