package io.earwitness.retention.delivery.sftp;

import io.earwitness.archive.store.ObjectPlace;
import io.earwitness.archive.store.StoreKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.OpenMode;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;

/**
 * A folder on an SFTP server, whose host key is known beforehand. What is put is written beside its
 * place first, so that it is never there in part.
 */
public final class SftpPlace implements ObjectPlace {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String PART = ".part";

  private final SshClient client;
  private final ClientSession session;
  private final SftpClient sftp;
  private final String prefix;
  private final Set<String> folders = new HashSet<>();

  private SftpPlace(SshClient client, ClientSession session, SftpClient sftp, String prefix) {
    this.client = client;
    this.session = session;
    this.sftp = sftp;
    this.prefix = prefix;
  }

  /**
   * Connects.
   *
   * @param server its address, resolved and allowed
   * @param secret a password, or a private key as PEM or in OpenSSH's form
   * @param hostKey {@code SHA256:…}
   * @param prefix of all keys, from the server's root; empty, or with a slash behind
   * @throws IOException if it can't be reached, is another one than it should be, or lets nobody in
   */
  public static SftpPlace connect(
      InetSocketAddress server, String user, String secret, String hostKey, String prefix)
      throws IOException {
    SshClient client = SshClient.setUpDefaultClient();
    // Nothing of whoever runs this process: neither keys nor settings
    client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
    client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
    AtomicReference<@Nullable String> shown = new AtomicReference<>();
    client.setServerKeyVerifier((_, _, key) -> isPinned(key, hostKey, shown));
    CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, PATIENCE);
    client.start();
    try {
      ClientSession session = client.connect(user, server).verify(PATIENCE).getSession();
      if (secret.startsWith("-----BEGIN")) {
        session.addPublicKeyIdentity(keyPair(secret));
      } else {
        session.addPasswordIdentity(secret);
      }
      session.auth().verify(PATIENCE);
      SftpClient sftp = SftpClientFactory.instance().createSftpClient(session);
      return new SftpPlace(client, session, sftp, prefix);
    } catch (IOException | RuntimeException e) {
      client.stop();
      String found = shown.get();
      throw new IOException(
          found != null && !found.equals(hostKey)
              ? "SFTP %s:%d: the server shows the host key %s, and %s is expected: nothing is sent there. Ask its administrator which is right, and if it has a new key, set the target anew"
                  .formatted(server.getHostString(), server.getPort(), found, hostKey)
              : "SFTP %s:%d: can't sign in as %s: %s"
                  .formatted(server.getHostString(), server.getPort(), user, e.getMessage()),
          e);
    }
  }

  private static boolean isPinned(
      PublicKey key, String hostKey, AtomicReference<@Nullable String> shown) {
    String fingerprint = KeyUtils.getFingerPrint(BuiltinDigests.sha256, key);
    shown.set(fingerprint);
    return hostKey.equals(fingerprint);
  }

  private static KeyPair keyPair(String text) throws IOException {
    try (InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))) {
      Iterable<KeyPair> pairs =
          SecurityUtils.loadKeyPairIdentities(
              null, NamedResource.ofName("private key"), in, FilePasswordProvider.EMPTY);
      if (pairs != null && pairs.iterator().hasNext()) {
        return pairs.iterator().next();
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("the private key can't be read: " + e.getMessage(), e);
    }
    throw new IOException("the private key can't be read: it holds none");
  }

  private String path(String key) {
    return "/" + prefix + StoreKeys.check(key);
  }

  private IOException failure(String verb, String path, IOException e) {
    return new IOException("SFTP: can't %s %s: %s".formatted(verb, path, e.getMessage()), e);
  }

  private static boolean isMissing(IOException e) {
    return e instanceof SftpException answer
        && (answer.getStatus() == SftpConstants.SSH_FX_NO_SUCH_FILE
            || answer.getStatus() == SftpConstants.SSH_FX_NO_SUCH_PATH);
  }

  @Override
  public OptionalLong size(String key) throws IOException {
    return sizeOf(path(key));
  }

  private OptionalLong sizeOf(String path) throws IOException {
    try {
      return OptionalLong.of(sftp.stat(path).getSize());
    } catch (IOException e) {
      if (isMissing(e)) {
        return OptionalLong.empty();
      }
      throw failure("look for", path, e);
    }
  }

  @Override
  public InputStream open(String key) throws IOException {
    try {
      return sftp.read(path(key));
    } catch (IOException e) {
      throw failure("read", path(key), e);
    }
  }

  @Override
  public @Nullable String put(String key, Content content) throws IOException {
    String path = path(key);
    String part = path + PART;
    try {
      makeFolder(path.substring(0, path.lastIndexOf('/')));
      try (InputStream in = content.source().open();
          OutputStream out = sftp.write(part, OpenMode.Write, OpenMode.Create, OpenMode.Truncate)) {
        in.transferTo(out);
      }
      delete(key);
      sftp.rename(part, path);
      return null;
    } catch (IOException e) {
      throw failure("write", path, e);
    }
  }

  private void makeFolder(String path) throws IOException {
    if (path.isEmpty() || folders.contains(path)) {
      return;
    }
    if (sizeOf(path).isEmpty()) {
      makeFolder(path.substring(0, path.lastIndexOf('/')));
      sftp.mkdir(path);
    }
    folders.add(path);
  }

  @Override
  public void delete(String key) throws IOException {
    try {
      sftp.remove(path(key));
    } catch (IOException e) {
      if (!isMissing(e)) {
        throw failure("delete", path(key), e);
      }
    }
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    List<String> keys = new ArrayList<>();
    for (String path : below("/" + this.prefix + prefix)) {
      if (!path.endsWith("/") && !path.endsWith(PART)) {
        keys.add(path.substring(1 + this.prefix.length()));
      }
    }
    Collections.sort(keys);
    return keys;
  }

  /** All files and folders in a folder, what is inside before what it is in; folders end so: /. */
  private List<String> below(String folder) throws IOException {
    List<String> paths = new ArrayList<>();
    try {
      for (SftpClient.DirEntry each : sftp.readDir(folder)) {
        String path = folder + each.getFilename();
        if (each.getAttributes().isDirectory()) {
          if (!each.getFilename().equals(".") && !each.getFilename().equals("..")) {
            paths.addAll(below(path + "/"));
            paths.add(path + "/");
          }
        } else {
          paths.add(path);
        }
      }
    } catch (IOException e) {
      if (!isMissing(e)) {
        throw failure("list", folder, e);
      }
    }
    return paths;
  }

  @Override
  public void purge(String prefix) throws IOException {
    String folder = "/" + this.prefix + prefix;
    for (String path : below(folder)) {
      remove(path);
    }
    remove(folder);
  }

  private void remove(String path) throws IOException {
    try {
      if (path.endsWith("/")) {
        String name = path.substring(0, path.length() - 1);
        sftp.rmdir(name);
        folders.remove(name);
      } else {
        sftp.remove(path);
      }
    } catch (IOException e) {
      if (isMissing(e)) {
        return;
      }
      IOException told = failure("delete", path, e);
      throw e instanceof SftpException
          ? new RefusedException(String.valueOf(told.getMessage()), e)
          : told;
    }
  }

  @Override
  public void close() {
    try {
      sftp.close();
      session.close();
    } catch (IOException e) {
      // The connection is gone anyway
    } finally {
      client.stop();
    }
  }
}
