package io.earwitness.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A random name that a spool keeps for ever, in its file {@code spool.id}: so that a node with a
 * new disk, or another one with the same name, is not taken for the one before.
 */
public final class SpoolIdentity {
  private static final String FILE = "spool.id";

  private SpoolIdentity() {}

  /**
   * The identity of a spool, drawn when first asked for.
   *
   * @throws IOException if the file can't be read, or holds something else, saying what to do
   */
  public static UUID of(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      UUID drawn = UUID.randomUUID();
      try (FileChannel channel = SpoolLayout.createFile(file)) {
        channel.write(ByteBuffer.wrap((drawn + "\n").getBytes(StandardCharsets.US_ASCII)));
        channel.force(true);
      }
      return drawn;
    }
    String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s holds no identity; remove the file, and a new one is drawn".formatted(file), e);
    }
  }
}
