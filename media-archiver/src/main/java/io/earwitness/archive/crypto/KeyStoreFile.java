package io.earwitness.archive.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A PKCS#12 file (RFC 7292) as the JDK writes it: keys and certificates under PBES2 with AES-256,
 * integrity by HMAC-SHA256. Replaced as a whole, so that a crash leaves the old or the new one.
 */
final class KeyStoreFile {
  /** A file lock belongs to the whole process, so threads need one of their own. */
  private static final ReentrantLock IN_PROCESS = new ReentrantLock();

  private final Path file;
  private final char[] password;

  KeyStoreFile(Path file, char[] password) {
    this.file = file;
    this.password = password.clone();
  }

  Path path() {
    return file;
  }

  boolean exists() {
    return Files.exists(file);
  }

  KeyStore empty() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, password);
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java runtime can't make a PKCS#12 store", e);
    }
  }

  KeyStore load() throws KeyStoreAccessException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password);
      return store;
    } catch (AccessDeniedException e) {
      throw new KeyStoreAccessException(
          "The key store %s can't be read: access denied. It must belong to the user that Earwitness runs as, mode 0600."
              .formatted(file),
          e);
    } catch (IOException e) {
      if (e.getCause() instanceof UnrecoverableKeyException) {
        throw new KeyStoreAccessException(
            "The password does not open the key store %s. Give the one with which it was made."
                .formatted(file),
            e);
      }
      throw new KeyStoreAccessException(
          "The key store %s can't be read: %s. If it is damaged, restore it from a backup."
              .formatted(file, e),
          e);
    } catch (GeneralSecurityException e) {
      throw new KeyStoreAccessException(
          "The key store %s holds something unreadable: %s. Restore it from a backup."
              .formatted(file, e),
          e);
    }
  }

  void store(KeyStore store) throws KeyStoreAccessException {
    try {
      PrivateFiles.replace(
          file,
          out -> {
            try {
              store.store(out, password);
            } catch (GeneralSecurityException e) {
              throw new IOException(e);
            }
          });
    } catch (IOException e) {
      throw new KeyStoreAccessException(
          "The key store %s can't be written: %s. Check the folder's owner, mode and free space."
              .formatted(file, e),
          e);
    }
  }

  void put(KeyStore store, String alias, PrivateKey key, X509Certificate... chain) {
    try {
      store.setKeyEntry(alias, key, password, chain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key '" + alias + "' can't be put into PKCS#12", e);
    }
  }

  CertificateIssuer.Issued get(KeyStore store, String alias) throws KeyStoreAccessException {
    try {
      Key key = store.getKey(alias, password);
      if (key instanceof PrivateKey privateKey
          && store.getCertificate(alias) instanceof X509Certificate certificate) {
        return new CertificateIssuer.Issued(privateKey, certificate);
      }
    } catch (GeneralSecurityException e) {
      throw new KeyStoreAccessException(
          "The entry '%s' of the key store %s can't be read: %s".formatted(alias, file, e), e);
    }
    throw new KeyStoreAccessException(
        "The key store %s lacks the entry '%s'. Restore it from a backup.".formatted(file, alias));
  }

  /** Excludes other threads and processes from a change; the lock file stays. */
  static Exclusion exclude(Path lockFile) throws KeyStoreAccessException {
    IN_PROCESS.lock();
    try {
      FileChannel channel =
          FileChannel.open(
              lockFile,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PrivateFiles.OWNER_ONLY_FILE);
      return new Exclusion(channel, channel.lock());
    } catch (IOException e) {
      IN_PROCESS.unlock();
      throw new KeyStoreAccessException(
          "The lock file %s can't be used: %s. The folder must be writable.".formatted(lockFile, e),
          e);
    }
  }

  /** A held lock; to be closed by the thread that took it. */
  record Exclusion(FileChannel channel, FileLock lock) implements AutoCloseable {
    @Override
    public void close() throws KeyStoreAccessException {
      try (channel) {
        lock.release();
      } catch (IOException e) {
        throw new KeyStoreAccessException("A lock file can't be released: " + e, e);
      } finally {
        IN_PROCESS.unlock();
      }
    }
  }
}
