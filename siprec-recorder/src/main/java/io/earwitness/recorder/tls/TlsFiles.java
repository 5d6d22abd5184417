package io.earwitness.recorder.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS context made of PEM files, which may be replaced while it is in use: whoever asks for it
 * gets one made of their current content. What can't be used is logged, and the last that could
 * stays in force. Connections that stand are not touched. Thread-safe.
 */
public final class TlsFiles implements Supplier<SSLContext> {
  /**
   * Where the files are.
   *
   * @param certificate our certificate, followed by those that lead to its root; null for none
   * @param key the private key (PKCS#8, RSA or EC, not encrypted); null for none
   * @param trust certificates of those whom we trust, or of their issuers; null for the JDK's own
   *     list of authorities
   */
  public record Paths(@Nullable Path certificate, @Nullable Path key, @Nullable Path trust) {}

  private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  private final Paths paths;
  private final InstantSource clock;
  private Instant looked;
  private TlsContent inForce;
  private TlsContent told;
  private SSLContext context;

  private TlsFiles(
      Paths paths, InstantSource clock, Instant looked, TlsContent inForce, SSLContext context) {
    this.paths = paths;
    this.clock = clock;
    this.looked = looked;
    this.inForce = inForce;
    this.told = inForce;
    this.context = context;
  }

  /**
   * Loads the files.
   *
   * @throws TlsFilesException with all that is wrong with them
   */
  public static TlsFiles load(Paths paths, InstantSource clock) throws TlsFilesException {
    Instant now = clock.instant();
    TlsContent content = TlsContent.read(paths);
    return new TlsFiles(paths, clock, now, content, content.context(now));
  }

  @Override
  public synchronized SSLContext get() {
    Instant now = clock.instant();
    if (!now.isBefore(looked.plus(INTERVAL))) {
      looked = now;
      reload(now);
    }
    return context;
  }

  /** Until when the certificate in force is valid; null if there is none. */
  public synchronized @Nullable Instant expires() {
    return inForce.expires();
  }

  /** Whether the files were replaced by others that can't be used. */
  public synchronized boolean isUnusable() {
    return !told.equals(inForce);
  }

  private void reload(Instant now) {
    TlsContent current = TlsContent.read(paths);
    if (current.equals(inForce)) {
      told = current;
      return;
    }
    try {
      context = current.context(now);
      inForce = current;
      LOG.info("TLS files were replaced; new connections use {}", current.describe());
    } catch (TlsFilesException e) {
      if (!current.equals(told)) {
        LOG.warn(
            "TLS files were replaced but can't be used; the former stay in force: {}",
            e.getMessage());
      }
    }
    told = current;
  }
}
