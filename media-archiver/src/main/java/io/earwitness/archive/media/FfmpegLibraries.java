package io.earwitness.archive.media;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;

/**
 * Loads FFmpeg's native libraries. They are unpacked once (about 56 MB) into a folder of the
 * application; only code is ever written there, never media. Thread-safe.
 */
public final class FfmpegLibraries {
  private static final String CACHE_DIRECTORY = "org.bytedeco.javacpp.cachedir";

  private FfmpegLibraries() {}

  /**
   * Chooses the folder for the unpacked libraries and loads them. To be called once at start,
   * before any other class of this package is used; later calls change nothing. Without it the
   * folder is {@code ~/.javacpp/cache}, or the system property {@code
   * org.bytedeco.javacpp.cachedir}.
   *
   * @throws IllegalStateException if the folder can't be written or the libraries don't load here,
   *     saying what to do
   */
  public static void load(Path cacheDirectory) {
    try {
      Files.createDirectories(cacheDirectory);
    } catch (java.io.IOException e) {
      throw new IllegalStateException(
          "FFmpeg's libraries can't be unpacked into %s: %s. Make the folder writable."
              .formatted(cacheDirectory, e.getMessage()),
          e);
    }
    System.setProperty(CACHE_DIRECTORY, cacheDirectory.toAbsolutePath().toString());
    load();
  }

  /**
   * The option by which another process finds the unpacked libraries; none for the usual folder.
   */
  static List<String> folderOption() {
    String folder = System.getProperty(CACHE_DIRECTORY);
    return folder == null ? List.of() : List.of("-D%s=%s".formatted(CACHE_DIRECTORY, folder));
  }

  /** Loads the libraries if they are not loaded yet. */
  static void load() {
    try {
      Holder.touch();
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "FFmpeg's libraries could not be loaded: %s. Supported is Linux on x86-64 with glibc; the"
                  .formatted(e.getMessage())
              + " unpack folder (-Dorg.bytedeco.javacpp.cachedir) must allow executing.",
          e);
    }
  }

  /** Loads in its initialiser, so exactly once. */
  private static final class Holder {
    static {
      Loader.load(avutil.class);
      Loader.load(avcodec.class);
      // every error comes back as a result; nothing of ours is to appear on standard error
      avutil.av_log_set_level(avutil.AV_LOG_FATAL);
    }

    static void touch() {}
  }
}
