package io.earwitness.archive.store.directory;

import io.earwitness.archive.store.ObjectStore.Version;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists keys by prefix, entering only folders in which such keys can be. */
final class Listing extends SimpleFileVisitor<Path> {
  private final Path root;
  private final String prefix;
  private final boolean versioned;
  private final List<Version> found = new ArrayList<>();

  private Listing(Path root, String prefix, boolean versioned) {
    this.root = root;
    this.prefix = prefix;
    this.versioned = versioned;
  }

  /** Below {@code root} each key is a folder of {@linkplain VersionFolder versions}. */
  static List<Version> versions(Path root, String prefix) throws IOException {
    return new Listing(root, prefix, true).walk();
  }

  /** Below {@code root} each key is a file. */
  static List<Version> files(Path root, String prefix) throws IOException {
    return new Listing(root, prefix, false).walk();
  }

  private List<Version> walk() throws IOException {
    Path start = root.resolve(prefix.substring(0, prefix.lastIndexOf('/') + 1));
    if (Files.isDirectory(start)) {
      Files.walkFileTree(start, this);
    }
    found.sort(
        Comparator.comparing(Version::key)
            .thenComparing(Version::versionId, Comparator.reverseOrder()));
    return List.copyOf(found);
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    String name = name(folder);
    boolean onTheWay = name.isEmpty() || prefix.startsWith(name + "/");
    return onTheWay || name.startsWith(prefix)
        ? FileVisitResult.CONTINUE
        : FileVisitResult.SKIP_SUBTREE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    String id = versioned ? file.getFileName().toString() : "";
    Path parent = file.getParent();
    String key = versioned && parent != null ? name(parent) : name(file);
    if (attributes.isRegularFile()
        && key.startsWith(prefix)
        && (!versioned || VersionFolder.isVersionId(id))) {
      found.add(new Version(key, id, attributes.size(), attributes.lastModifiedTime().toInstant()));
    }
    return FileVisitResult.CONTINUE;
  }

  /** What vanishes under our eyes is not listed. */
  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
    if (e instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw e;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
      throws IOException {
    if (e != null && !(e instanceof NoSuchFileException)) {
      throw e;
    }
    return FileVisitResult.CONTINUE;
  }

  private String name(Path path) {
    return root.relativize(path).toString();
  }
}
