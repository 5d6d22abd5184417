package io.earwitness.app;

import io.earwitness.archive.crypto.Certificates;
import io.earwitness.archive.crypto.PlatformKeys;
import io.earwitness.call.TenantSlug;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The files that a program needs to use the node API. */
final class NodeClientFiles {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final Path certificate;
  private final Path key;
  private final Path authority;

  /**
   * @param name the program's, which is also its certificate's and its files'
   * @throws IllegalArgumentException if the name can't be one, or a file of that name is there
   */
  NodeClientFiles(Path folder, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "--name: '%s' is not 1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter or digit"
              .formatted(name));
    }
    this.certificate = folder.resolve(name + ".pem");
    this.key = folder.resolve(name + ".key");
    this.authority = folder.resolve(name + "-ca.pem");
    for (Path file : new Path[] {certificate, key, authority}) {
      if (Files.exists(file)) {
        throw new IllegalArgumentException(
            "--out: %s is there already; give another folder or name".formatted(file));
      }
    }
  }

  /** Writes them, for their owner only; makes the folder if it is missing. */
  void write(PlatformKeys.TlsKey issued, X509Certificate issuer) throws IOException {
    Path folder = certificate.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    write(key, issued.privateKeyPem());
    write(certificate, Certificates.pem(issued.certificate()));
    write(authority, Certificates.pem(issuer));
  }

  private static void write(Path file, String pem) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      Channels.newOutputStream(channel).write(pem.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** For the operator: where they are, and how to use them. */
  Map<String, Object> shown(
      TenantSlug tenant, X509Certificate issued, Config.@Nullable NodeApi api) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("tenant", tenant.value());
    shown.put("certificate", certificate.toString());
    shown.put("key", key.toString());
    shown.put("authority", authority.toString());
    shown.put("validUntil", issued.getNotAfter().toInstant().toString());
    String host = api == null ? "ADDRESS" : api.address();
    shown.put(
        "use",
        "curl --cacert %s --cert %s --key %s -X POST https://%s:%s/live/ID/pause"
            .formatted(
                authority,
                certificate,
                key,
                host.contains(":") ? "[" + host + "]" : host,
                api == null ? "PORT" : api.port()));
    return shown;
  }
}
