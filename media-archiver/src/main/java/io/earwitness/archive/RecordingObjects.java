package io.earwitness.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Where a recording to be verified lies. */
interface RecordingObjects {
  /**
   * A signed manifest as found.
   *
   * @param name its file name
   * @param versionId the store's; empty where there are no versions
   */
  record ManifestCopy(String name, String versionId, byte[] content) {}

  /** What to call the place in a report. */
  String subject();

  List<ManifestCopy> manifests() throws IOException;

  /** Opens the version that the manifest names; empty if it does not exist. */
  Optional<InputStream> open(Manifest manifest, Manifest.Entry entry) throws IOException;

  /**
   * Says what is wrong with the protection of a manifest and what it names, one sentence each.
   *
   * @param copies all copies of that manifest, one of which has to be protected
   */
  List<VerificationReport.Finding> protection(Manifest manifest, List<ManifestCopy> copies)
      throws IOException;
}
