package io.earwitness.archive.store.directory;

import io.earwitness.archive.store.ObjectStore.Bucket;
import io.earwitness.archive.store.ObjectStore.ObjectStoreException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Turns what the file system says into what an operator can act on. */
final class StoreErrors {
  private StoreErrors() {}

  /** Something that touches files. */
  interface Access<T> {
    T run() throws IOException;
  }

  /** Runs it; {@code verb} completes "can't ... the object". */
  static <T> T during(String verb, Bucket bucket, String key, Access<T> access) {
    try {
      return access.run();
    } catch (IOException e) {
      throw new ObjectStoreException(
          "object store: can't %s '%s' (%s): %s%s"
              .formatted(verb, key, bucket.name().toLowerCase(Locale.ROOT), reason(e), remedy(e)),
          e);
    }
  }

  /** What happened, with the file where it is known. */
  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + " is missing";
      case AccessDeniedException denied -> "no right to write or read " + denied.getFile();
      case FileAlreadyExistsException there ->
          there.getFile() + " exists and is no folder or no file, as needed";
      case FileSystemException failed when failed.getReason() != null ->
          failed.getFile() + ": " + failed.getReason();
      case ClosedByInterruptException _ -> "interrupted";
      case FileLockInterruptionException _ -> "interrupted";
      default -> String.valueOf(e.getMessage());
    };
  }

  private static String remedy(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("No space left") || message.contains("quota exceeded")) {
      return "; nothing was written: free space there, or move the data folder to a larger disk";
    }
    if (message.contains("Read-only file system")) {
      return "; nothing was written: the disk may have failed, see the kernel's log";
    }
    if (e instanceof AccessDeniedException) {
      return "; give it to the account of this process";
    }
    return "";
  }
}
