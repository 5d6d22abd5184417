package io.earwitness.portal;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Passwords of local accounts, by Argon2id (RFC 9106) in the PHC string format. Thread-safe.
 *
 * <h2>What it guarantees</h2>
 *
 * Verification takes the same work whether or not there is a hash, and compares in constant time.
 * No more hashes are computed at once than there are processors, so memory stays bounded.
 *
 * <h2>Restrictions</h2>
 *
 * It does not count attempts; whoever asks must.
 *
 * <h2>Use</h2>
 *
 * <pre>{@code
 * String phc = hasher.hash(password);
 * boolean right = hasher.verify(attempt, user == null ? null : user.passwordHash());
 * }</pre>
 */
public final class PasswordHasher {
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
  private static final int PARALLELISM = 1;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  /** More than any hash of ours needs: a hash from elsewhere must not exhaust memory. */
  private static final int MAX_MEMORY_KIB = 256 * 1024;

  private final int memoryKib;
  private final int iterations;
  private final SecureRandom random = new SecureRandom();
  private final Semaphore processors = new Semaphore(Runtime.getRuntime().availableProcessors());
  private final String decoy;

  /** Hashes with 19 MiB and 2 iterations, as OWASP advises. */
  public PasswordHasher() {
    this(19 * 1024, 2);
  }

  PasswordHasher(int memoryKib, int iterations) {
    this.memoryKib = memoryKib;
    this.iterations = iterations;
    this.decoy = encode(new byte[SALT_BYTES], new byte[HASH_BYTES]);
  }

  /** Hashes a new password with a salt of its own. */
  public String hash(char[] password) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return encode(salt, argon2id(password, salt, memoryKib, iterations, PARALLELISM, HASH_BYTES));
  }

  /**
   * Whether a password is the one that was hashed.
   *
   * @param phc null, or what is no Argon2id hash, is wrong for every password
   */
  public boolean verify(char[] password, @Nullable String phc) {
    Matcher known = PHC.matcher(phc == null ? decoy : phc);
    boolean usable =
        known.matches()
            && Integer.parseInt(known.group(1)) <= MAX_MEMORY_KIB
            && Integer.parseInt(known.group(1)) >= 8 * Integer.parseInt(known.group(3))
            && Integer.parseInt(known.group(2)) >= 1
            && Integer.parseInt(known.group(3)) >= 1;
    if (!usable) {
      known = PHC.matcher(decoy);
      if (!known.matches()) {
        throw new IllegalStateException("the decoy is no hash");
      }
    }
    byte[] expected = Base64.getDecoder().decode(known.group(5));
    byte[] actual =
        argon2id(
            password,
            Base64.getDecoder().decode(known.group(4)),
            Integer.parseInt(known.group(1)),
            Integer.parseInt(known.group(2)),
            Integer.parseInt(known.group(3)),
            expected.length);
    return MessageDigest.isEqual(expected, actual) && usable && phc != null;
  }

  private byte[] argon2id(
      char[] password, byte[] salt, int memoryKib, int iterations, int parallelism, int length) {
    byte[] secret = utf8(password);
    processors.acquireUninterruptibly();
    try {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withMemoryAsKB(memoryKib)
              .withIterations(iterations)
              .withParallelism(parallelism)
              .withSalt(salt)
              .build());
      byte[] hash = new byte[length];
      generator.generateBytes(secret, hash);
      return hash;
    } finally {
      processors.release();
      Arrays.fill(secret, (byte) 0);
    }
  }

  private static byte[] utf8(char[] password) {
    var buffer = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    Arrays.fill(buffer.array(), (byte) 0);
    return bytes;
  }

  private String encode(byte[] salt, byte[] hash) {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            memoryKib,
            iterations,
            PARALLELISM,
            base64.encodeToString(salt),
            base64.encodeToString(hash));
  }
}
