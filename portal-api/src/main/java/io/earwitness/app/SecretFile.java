package io.earwitness.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/** A secret of this installation: random bytes in a file that only its owner may read. */
final class SecretFile {
  private SecretFile() {}

  /**
   * Reads the secret, or draws it at first.
   *
   * @throws IOException if the file is of another length or can't be read or written
   */
  static byte[] load(Path file, int bytes) throws IOException {
    if (!Files.exists(file)) {
      byte[] drawn = new byte[bytes];
      new SecureRandom().nextBytes(drawn);
      writePrivately(file, drawn);
    }
    byte[] secret = Files.readAllBytes(file);
    if (secret.length != bytes) {
      throw new IOException(
          "%s holds %d bytes instead of %d; restore it from a backup"
              .formatted(file, secret.length, bytes));
    }
    return secret;
  }

  /** Writes a file of mode 0600, whole or not at all. */
  static void writePrivately(Path file, byte[] content) throws IOException {
    Path temporary =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            file.getFileName().toString(),
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(temporary, content);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
