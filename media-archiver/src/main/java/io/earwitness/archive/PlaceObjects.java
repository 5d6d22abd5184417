package io.earwitness.archive;

import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.call.RecordingId;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A recording in storage of somebody else's, laid out as in the store, without versions. */
record PlaceObjects(ObjectPlace place, TenantSlug tenant, RecordingId recording)
    implements RecordingObjects {
  @Override
  public String subject() {
    return recording.toString();
  }

  @Override
  public List<ManifestCopy> manifests() throws IOException {
    String folder = ObjectKeys.recording(tenant, recording);
    List<ManifestCopy> copies = new ArrayList<>();
    for (String key : place.list(folder)) {
      String name = key.substring(folder.length());
      if (ObjectKeys.manifestGeneration(name).isPresent()) {
        try (InputStream in = place.open(key)) {
          copies.add(new ManifestCopy(name, "", in.readAllBytes()));
        }
      }
    }
    return copies;
  }

  @Override
  public Optional<InputStream> open(Manifest manifest, Manifest.Entry entry) throws IOException {
    String key = ObjectKeys.object(tenant, recording, entry.name());
    return place.size(key).isEmpty() ? Optional.empty() : Optional.of(place.open(key));
  }

  @Override
  public List<VerificationReport.Finding> protection(Manifest manifest, List<ManifestCopy> copies) {
    return List.of();
  }
}
