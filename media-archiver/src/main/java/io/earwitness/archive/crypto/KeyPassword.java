package io.earwitness.archive.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The password of the platform's key stores: given by configuration or environment, or else kept in
 * the file {@code password} (mode 0600) in the key folder, made at the first start. Stateless.
 */
public final class KeyPassword {
  /** Name of the password's file in the key folder. */
  public static final String FILE = "password";

  private KeyPassword() {}

  /**
   * The password that counts; makes the folder (mode 0700) and the file where needed.
   *
   * @param configured the password from configuration or environment; null if there is none
   * @throws KeyStoreAccessException if there is none although key stores exist, or the folder or
   *     file can't be used
   */
  public static char[] load(Path folder, char @Nullable [] configured)
      throws KeyStoreAccessException {
    makeFolder(folder);
    if (configured != null) {
      if (configured.length == 0) {
        throw new KeyStoreAccessException("The configured password of the key stores is empty.");
      }
      return configured.clone();
    }
    Path file = folder.resolve(FILE);
    try (KeyStoreFile.Exclusion ignored = KeyStoreFile.exclude(folder.resolve(".lock"))) {
      if (!Files.exists(file)) {
        refuseIfStoresExist(folder, file);
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        byte[] text = Base64.getUrlEncoder().withoutPadding().encode(random);
        PrivateFiles.replace(file, out -> out.write(text));
      }
      char[] password = Files.readString(file, StandardCharsets.UTF_8).strip().toCharArray();
      if (password.length == 0) {
        throw new KeyStoreAccessException(
            "The password file %s is empty. Restore it from a backup.".formatted(file));
      }
      return password;
    } catch (KeyStoreAccessException e) {
      throw e;
    } catch (IOException e) {
      throw new KeyStoreAccessException(
          "The password file %s can't be used: %s. It must belong to the user that Earwitness runs as, mode 0600."
              .formatted(file, e),
          e);
    }
  }

  private static void makeFolder(Path folder) throws KeyStoreAccessException {
    try {
      if (!Files.isDirectory(folder)) {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.createDirectory(folder, PrivateFiles.OWNER_ONLY_FOLDER);
      }
    } catch (IOException e) {
      throw new KeyStoreAccessException(
          "The key folder %s can't be made: %s. Make it, or let Earwitness write there."
              .formatted(folder, e),
          e);
    }
  }

  private static void refuseIfStoresExist(Path folder, Path file) throws IOException {
    try (DirectoryStream<Path> stores = Files.newDirectoryStream(folder, "*.p12")) {
      for (Path store : stores) {
        throw new KeyStoreAccessException(
            "The key store %s exists, but there is no password: neither in the configuration nor in %s. Restore that file from a backup."
                .formatted(store, file));
      }
    }
  }
}
