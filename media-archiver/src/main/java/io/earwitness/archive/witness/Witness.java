package io.earwitness.archive.witness;

import io.earwitness.audit.verify.VerifierKey;
import java.net.URI;

/**
 * Somebody who cosigns.
 *
 * @param address below which it is asked: {@code {address}/add-checkpoint}
 */
public record Witness(URI address, VerifierKey key) {
  /**
   * Reads {@code URL KEY}.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public static Witness parse(String text) {
    String[] parts = text.strip().split("\\s+", 2);
    if (parts.length != 2) {
      throw new IllegalArgumentException(
          "'%s' is not of the form 'https://witness.example NAME+ID+KEY'".formatted(text.strip()));
    }
    URI address = URI.create(parts[0].replaceAll("/+$", ""));
    if (address.getHost() == null
        || !("https".equals(address.getScheme()) || "http".equals(address.getScheme()))) {
      throw new IllegalArgumentException(
          "'%s' is no address such as https://witness.example".formatted(parts[0]));
    }
    return new Witness(address, VerifierKey.ofWitness(parts[1]));
  }
}
