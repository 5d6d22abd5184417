package io.earwitness.app;

import io.earwitness.archive.store.ObjectStore;
import io.earwitness.archive.store.directory.DirectoryStore;
import io.earwitness.archive.store.s3.S3Config;
import io.earwitness.archive.store.s3.S3Store;
import java.net.URI;
import java.time.InstantSource;

/** Opens the object store that the configuration names. */
final class Stores {
  private Stores() {}

  /**
   * Opens it.
   *
   * @throws ObjectStore.ObjectStoreException if it can't be used, saying what to do
   */
  static ObjectStore open(Config config) {
    Config.Objects objects = config.objects();
    if (objects == null) {
      return DirectoryStore.open(config.data(), InstantSource.system());
    }
    return S3Store.connect(s3(objects));
  }

  /**
   * The settings as the store takes them.
   *
   * @throws IllegalArgumentException if one is wrong, saying which
   */
  static S3Config s3(Config.Objects objects) {
    return new S3Config(
        URI.create(objects.endpoint()),
        objects.region(),
        objects.bucket(),
        objects.accessKey(),
        objects.secretKey());
  }
}
