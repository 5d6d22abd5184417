package io.earwitness.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A recording as files in a folder: laid out as in the store, or all files side by side as somebody
 * downloaded them.
 */
record FolderObjects(Path folder) implements RecordingObjects {
  @Override
  public String subject() {
    return folder.toString();
  }

  @Override
  public List<ManifestCopy> manifests() throws IOException {
    List<ManifestCopy> copies = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "manifest*.p7")) {
      for (Path file : files) {
        copies.add(new ManifestCopy(file.getFileName().toString(), "", Files.readAllBytes(file)));
      }
    }
    copies.sort(Comparator.comparing(ManifestCopy::name));
    return copies;
  }

  @Override
  public Optional<InputStream> open(Manifest manifest, Manifest.Entry entry) throws IOException {
    Path inAttempt = folder.resolve(entry.name());
    Path beside = folder.resolve(inAttempt.getFileName());
    for (Path file : List.of(inAttempt, beside)) {
      if (Files.isRegularFile(file)) {
        return Optional.of(Files.newInputStream(file));
      }
    }
    return Optional.empty();
  }

  @Override
  public List<VerificationReport.Finding> protection(Manifest manifest, List<ManifestCopy> copies) {
    return List.of();
  }
}
