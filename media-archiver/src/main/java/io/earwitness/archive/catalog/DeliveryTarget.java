package io.earwitness.archive.catalog;

import io.earwitness.archive.store.StoreKeys;
import io.earwitness.call.TenantSlug;
import io.earwitness.call.WireName;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Storage of a tenant's own, to which its recordings are delivered.
 *
 * @param name unique in its tenant: 1 to 40 of a-z, 0-9 and '-'
 * @param address of a folder: its path below the tenant's folder on this machine; else {@code
 *     https://host:port/bucket/prefix} or {@code sftp://host:port/path}
 * @param account the access key, or the user; empty for a folder
 * @param secret sealed: the secret key, the password, or the private key as PEM; null for a folder
 * @param region of S3; else empty
 * @param hostKey of SFTP: {@code SHA256:…} as {@code ssh-keygen -l} shows it; else empty
 * @param bytesPerSecond the most that is transferred; null for no limit
 * @param lake whether the CDR lake's files are delivered too
 * @param terms what is delivered, and what is done with it
 */
public record DeliveryTarget(
    TenantSlug tenant,
    String name,
    Kind kind,
    String address,
    String account,
    @Nullable String secret,
    String region,
    String hostKey,
    @Nullable Long bytesPerSecond,
    boolean lake,
    Terms terms) {
  /** Kinds of storage. */
  public enum Kind implements WireName {
    FOLDER("folder"),
    S3("s3"),
    SFTP("sftp");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }

    @Override
    public String wireName() {
      return wireName;
    }
  }

  /**
   * What is delivered, and what is done with it.
   *
   * @param decrypted whether as plain audio, under keys that the platform manages
   * @param recheckDays after so many days each recording is read back again; 0 for never
   */
  public record Terms(Mode mode, boolean decrypted, OnDisposal onDisposal, int recheckDays) {
    /** Unless it was chosen otherwise. */
    public static final Terms USUAL = new Terms(Mode.COPY, false, OnDisposal.INSTRUCT, 30);

    private static final int LONGEST = 3_650;

    public Terms {
      if (recheckDays < 0 || recheckDays > LONGEST) {
        throw new IllegalArgumentException(
            "what was delivered is checked again after 1 to %d days, or with 0 never"
                .formatted(LONGEST));
      }
      if (mode == Mode.MOVE && onDisposal != OnDisposal.DELETE) {
        throw new IllegalArgumentException(
            "with mode move, what was disposed of must be deleted there too, as it is the only copy: say delete");
      }
      if (decrypted && mode != Mode.COPY) {
        throw new IllegalArgumentException(
            "only a copy can be decrypted: with mode %s, recordings are read from there as they were sealed"
                .formatted(mode.wireName()));
      }
    }

    /** What the tenant's storage is to us. */
    public enum Mode implements WireName {
      /** It has a copy, and ours stays as it is. */
      COPY("copy"),
      /** As a copy, locked as long as ours, from which is read first. */
      PRIMARY("primary"),
      /** As primary; and when it is verified and locked there, our audio is no longer kept. */
      MOVE("move");

      private final String wireName;

      Mode(String wireName) {
        this.wireName = wireName;
      }

      @Override
      public String wireName() {
        return wireName;
      }

      /**
       * Reads a mode.
       *
       * @throws IllegalArgumentException if there is none of this name
       */
      public static Mode of(String name) {
        for (Mode mode : values()) {
          if (mode.wireName.equals(name)) {
            return mode;
          }
        }
        throw new IllegalArgumentException(
            "there is no mode '%s' of delivery: say copy, primary or move".formatted(name));
      }
    }

    /** What becomes there of a recording that was disposed of here. */
    public enum OnDisposal implements WireName {
      /** The target is told, and its owner decides. */
      INSTRUCT("instruct"),
      /** The target is told, and what was delivered is deleted there. */
      DELETE("delete");

      private final String wireName;

      OnDisposal(String wireName) {
        this.wireName = wireName;
      }

      @Override
      public String wireName() {
        return wireName;
      }
    }

    /** Whether what was disposed of is deleted there too. */
    public boolean deletes() {
      return onDisposal == OnDisposal.DELETE;
    }

    /** Whether it is locked and read there as here. */
    public boolean isPrimary() {
      return mode != Mode.COPY;
    }

    /** Whether our audio is no longer kept when it is verified and locked there. */
    public boolean moves() {
      return mode == Mode.MOVE;
    }
  }

  private static final int MOST = 2_000;
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");

  public DeliveryTarget {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name of a delivery target: 1 to 40 of a-z, 0-9 and '-'".formatted(name));
    }
    if (tenant.equals(TenantSlug.PLATFORM)) {
      throw new IllegalArgumentException("the platform's own calls are delivered to nobody");
    }
    if (address.length() > MOST || account.length() > MOST || region.length() > 100) {
      throw new IllegalArgumentException("address, account or region is too long");
    }
    if (bytesPerSecond != null && bytesPerSecond < 1_000) {
      throw new IllegalArgumentException("the limit is at least 1000 bytes per second");
    }
    switch (kind) {
      case FOLDER -> StoreKeys.check(address);
      case S3 -> {
        URI uri = uri(address, Set.of("https", "http"), "https://host/bucket/prefix");
        if (!BUCKET.matcher(firstSegment(uri)).matches()) {
          throw new IllegalArgumentException(
              "'%s' names no bucket: expected https://host/bucket or https://host/bucket/prefix"
                  .formatted(address));
        }
        demand(account, "the access key");
        demand(region, "the region");
      }
      case SFTP -> {
        uri(address, Set.of("sftp"), "sftp://host/path");
        demand(account, "the user");
        if (!FINGERPRINT.matcher(hostKey).matches()) {
          throw new IllegalArgumentException(
              "the server's host key is needed as SHA256:… of 43 characters; 'ssh-keygen -l' on the server shows it");
        }
      }
    }
    if (terms.isPrimary() && kind != Kind.S3) {
      throw new IllegalArgumentException(
          "only an S3 bucket with Object Lock can be primary, or be moved to, as recordings are locked there as they are here");
    }
    if (terms.decrypted() && kind == Kind.FOLDER) {
      throw new IllegalArgumentException(
          "decrypted recordings are delivered to no folder: plain audio is never written to a disk of this machine; take S3 or SFTP");
    }
    if (terms.decrypted() && !address.startsWith("https:") && !address.startsWith("sftp:")) {
      throw new IllegalArgumentException(
          "decrypted recordings need an encrypted way: take https://");
    }
    if (kind != Kind.FOLDER && path(address).length() > 1) {
      StoreKeys.check(path(address).substring(1));
    }
  }

  private static void demand(String text, String what) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(what + " is missing");
    }
  }

  private static URI uri(String address, Set<String> schemes, String example) {
    try {
      URI uri = new URI(address);
      if (uri.getScheme() != null
          && schemes.contains(uri.getScheme())
          && uri.getHost() != null
          && uri.getPort() <= 65_535
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "'%s' is no address such as %s (user and password are given apart)"
            .formatted(address, example));
  }

  private static String path(String address) {
    String path = URI.create(address).getPath();
    return path == null ? "" : path.replaceAll("/+$", "");
  }

  private static String firstSegment(URI uri) {
    String[] segments = uri.getPath() == null ? new String[0] : uri.getPath().split("/");
    return segments.length > 1 ? segments[1] : "";
  }

  /** Of S3. */
  public String bucket() {
    return firstSegment(URI.create(address));
  }

  /** What keys begin with at the target: of S3 behind the bucket; empty, or with a slash behind. */
  public String prefix() {
    String path = path(address);
    String rest =
        kind == Kind.S3
            ? path.substring(Math.min(path.length(), bucket().length() + 1))
            : path.isEmpty() ? "" : path;
    return rest.isEmpty() ? "" : rest.substring(1) + "/";
  }

  /** The same with another sealed secret. */
  public DeliveryTarget withSecret(@Nullable String other) {
    return new DeliveryTarget(
        tenant, name, kind, address, account, other, region, hostKey, bytesPerSecond, lake, terms);
  }

  /** Whether it goes to the same account at the same server, so that its secret may stay. */
  public boolean sameAccount(DeliveryTarget other) {
    return kind == other.kind
        && account.equals(other.account)
        && (kind == Kind.FOLDER
            || URI.create(address).getAuthority().equals(URI.create(other.address).getAuthority()));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "DeliveryTarget[%s/%s, %s, %s]".formatted(tenant, name, kind.wireName(), address);
  }
}
