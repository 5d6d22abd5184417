package io.earwitness.retention.delivery;

import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.StoreKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder on this machine, such as a mounted share; keys are paths in it. */
public final class FolderPlace implements ObjectPlace {
  private static final String PART = ".part";

  private final Path root;

  /**
   * @param root made with the first object if it is not there
   */
  public FolderPlace(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  private Path file(String key) {
    return root.resolve(StoreKeys.check(key));
  }

  /** The file of an object that is there, for who reads files. */
  Path path(String key) {
    return file(key);
  }

  @Override
  public OptionalLong size(String key) throws IOException {
    Path file = file(key);
    return Files.isRegularFile(file) ? OptionalLong.of(Files.size(file)) : OptionalLong.empty();
  }

  @Override
  public InputStream open(String key) throws IOException {
    return Files.newInputStream(file(key));
  }

  @Override
  public @Nullable String put(String key, Content content) throws IOException {
    Path file = file(key);
    Files.createDirectories(root);
    Path folder = Objects.requireNonNull(file.getParent());
    Path there = folder;
    while (!Files.exists(there)) {
      there = Objects.requireNonNull(there.getParent());
    }
    // A link that somebody made there must lead nowhere else
    if (!there.toRealPath().startsWith(root.toRealPath())) {
      throw new IOException("%s leads out of %s".formatted(there, root));
    }
    Files.createDirectories(folder);
    Path part = folder.resolve(file.getFileName() + PART);
    Files.deleteIfExists(part);
    try (InputStream in = content.source().open();
        FileChannel out =
            FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      in.transferTo(Channels.newOutputStream(out));
      out.force(true);
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return null;
  }

  @Override
  public void delete(String key) throws IOException {
    Files.deleteIfExists(file(key));
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    Path under = root.resolve(prefix).normalize();
    if (!under.startsWith(root) || !Files.isDirectory(under)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(under)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .filter(key -> !key.endsWith(PART))
          .sorted()
          .toList();
    }
  }

  @Override
  public void purge(String prefix) throws IOException {
    Path under = root.resolve(prefix).normalize();
    if (under.equals(root) || !under.startsWith(root) || !Files.isDirectory(under)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(under)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    try {
      for (Path each : all) {
        Files.deleteIfExists(each);
      }
    } catch (AccessDeniedException e) {
      throw new RefusedException("%s can't be deleted".formatted(e.getMessage()), e);
    }
  }

  @Override
  public void close() {}
}
