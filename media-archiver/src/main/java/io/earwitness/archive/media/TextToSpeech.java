package io.earwitness.archive.media;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Speaks text by the program {@code espeak-ng}, where it is installed. Text goes in and audio comes
 * out by pipes, so that neither is ever in a file. Thread-safe.
 */
public final class TextToSpeech {
  private static final String PROGRAM = "espeak-ng";
  private static final int SECONDS = 30;

  /** About five minutes of its audio; no prompt is longer. */
  private static final int MOST_BYTES = 16 << 20;

  private TextToSpeech() {}

  /**
   * A voice.
   *
   * @param name a voice or language of espeak-ng, such as {@code en-gb} or {@code de+f3}
   * @param wordsPerMinute 80 to 450
   * @param pitch 0 to 99
   */
  public record Voice(String name, int wordsPerMinute, int pitch) {
    public static final int USUAL_SPEED = 160;
    public static final int USUAL_PITCH = 50;

    public Voice {
      if (!name.matches("[A-Za-z0-9+_-]{1,40}")) {
        throw new IllegalArgumentException("'%s' is no name of a voice".formatted(name));
      }
      if (wordsPerMinute < 80 || wordsPerMinute > 450 || pitch < 0 || pitch > 99) {
        throw new IllegalArgumentException(
            "a voice speaks 80 to 450 words a minute, pitch 0 to 99");
      }
    }

    /** The usual voice of a language, by its BCP 47 tag. */
    public static Voice ofLanguage(String language) {
      return new Voice(language.toLowerCase(Locale.ROOT), USUAL_SPEED, USUAL_PITCH);
    }
  }

  /**
   * Speaks a text.
   *
   * @return 16-bit samples at 8 kHz
   * @throws NoSpeechException if the program is not installed, has no such voice, or failed; says
   *     which and what to do
   */
  public static short[] speak(String text, Voice voice) throws NoSpeechException {
    ProcessBuilder builder =
        new ProcessBuilder(
            PROGRAM,
            "-v",
            voice.name(),
            "-s",
            Integer.toString(voice.wordsPerMinute()),
            "-p",
            Integer.toString(voice.pitch()),
            "-b",
            "1",
            "--stdin",
            "--stdout");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new NoSpeechException(
          "espeak-ng is not installed on this host; install it (Debian: apt-get install espeak-ng)"
              + " or upload the prompt as WAV or FLAC",
          true,
          e);
    }
    try {
      try (OutputStream in = process.getOutputStream()) {
        in.write(text.getBytes(StandardCharsets.UTF_8));
      }
      byte[] wav = process.getInputStream().readNBytes(MOST_BYTES);
      if (wav.length == MOST_BYTES || !process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new NoSpeechException("espeak-ng did not end; give it a shorter text", false, null);
      }
      if (process.exitValue() != 0 || wav.length == 0) {
        throw new NoSpeechException(
            ("espeak-ng has no voice '%s' (espeak-ng --voices lists those it has);"
                    + " upload the prompt as WAV or FLAC instead")
                .formatted(voice.name()),
            false,
            null);
      }
      return SoundFile.read(wav);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoSpeechException("interrupted while espeak-ng spoke", false, e);
    } catch (IOException | SoundFile.UnreadableSoundException e) {
      throw new NoSpeechException("espeak-ng failed: " + e.getMessage(), false, e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Whether the program is installed here. */
  public static boolean isInstalled() {
    try {
      Process process =
          new ProcessBuilder(List.of(PROGRAM, "--version"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** There is no speech; the message says why and what to do. */
  public static final class NoSpeechException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean programMissing;

    NoSpeechException(String message, boolean programMissing, @Nullable Exception cause) {
      super(message, cause);
      this.programMissing = programMissing;
    }

    /** Whether the program is not installed at all. */
    public boolean isProgramMissing() {
      return programMissing;
    }
  }
}
